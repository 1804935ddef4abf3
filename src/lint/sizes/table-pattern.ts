import type { ObjectName } from '../../model/operations/types.ts';

/** Which tables a configuration means by a name. */
export interface TablePattern {
  readonly schema: NamePattern;
  readonly name: NamePattern;
}

interface NamePattern {
  /** In lower case where it was not quoted. */
  readonly text: string;
  readonly quoted: boolean;
}

const PART = String.raw`"(?:[^"]|"")+"|[^".\s]+`;
const PATTERN = new RegExp(`^(?:(?<schema>${PART})\\.)?(?<name>${PART})$`, 'u');
/** Longer than any name of PostgreSQL's, which have 63 bytes. */
const LONGEST = 300;

/**
 * Reads the name of a table, or a pattern of names, as a configuration has it: `settings`, `ref.*`, `audit."Log"`. Without a
 * schema, `public` is meant. In double quotes a name stands as it is, wildcards excepted; without them upper and lower case are the
 * same. `*` stands for any text within a name.
 *
 * @returns undefined if it is none.
 */
export function parseTablePattern(text: string): TablePattern | undefined {
  const { schema, name } = (text.length > LONGEST ? null : PATTERN.exec(text))?.groups ?? {};
  return name === undefined ? undefined : { schema: partOf(schema ?? 'public'), name: partOf(name) };
}

/** Whether a pattern means a table. A table whose schema is unknown is taken to be in `public`. */
export function matchesTable({ schema, name }: TablePattern, table: ObjectName): boolean {
  return matches(name, table.name) && matches(schema, table.schema ?? 'public');
}

/** Whether any of these patterns, which a configuration or an option has, means a table. What is no pattern means none. */
export function isTableAmong(table: ObjectName, patterns: readonly string[]): boolean {
  return patterns.some((text) => {
    const pattern = parseTablePattern(text);
    return pattern !== undefined && matchesTable(pattern, table);
  });
}

function partOf(written: string): NamePattern {
  return written.startsWith('"')
    ? { text: written.slice(1, -1).replaceAll('""', '"'), quoted: true }
    : { text: written.toLowerCase(), quoted: false };
}

/** Greedy, with one place to go back to: a pattern with many wildcards costs no more than its length times the name's. */
function matches({ text: pattern, quoted }: NamePattern, written: string): boolean {
  const name = quoted ? written : written.toLowerCase();
  let at = 0;
  let wildcard = -1;
  let resume = 0;
  for (let index = 0; index < name.length;) {
    if (pattern[at] === '*') {
      wildcard = at++;
      resume = index;
    } else if (pattern[at] === name[index]) {
      at++;
      index++;
    } else if (wildcard >= 0) {
      at = wildcard + 1;
      index = ++resume;
    } else return false;
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}
