import type { Token } from '../../input/sql/types.ts';
import { afterName, closingBracket, isKeyword, type TokenRange } from '../../model/operations/tokens.ts';
import { bracketStep } from '../../model/operations/tokens.ts';

/** A constraint that is written behind a column. */
export interface WrittenConstraint {
  readonly type: 'unique' | 'check' | 'foreign key' | 'primary key';
  /** With CONSTRAINT and its name. */
  readonly range: TokenRange;
  /** The first token of what it demands. */
  readonly body: number;
}

const TYPES = new Map<string, WrittenConstraint['type']>([
  ['UNIQUE', 'unique'],
  ['CHECK', 'check'],
  ['REFERENCES', 'foreign key'],
  ['PRIMARY', 'primary key'],
]);

/**
 * The constraints behind a column's definition, in order. Their first words are reserved in PostgreSQL, so that outside brackets they
 * stand nowhere else.
 */
export function writtenConstraints(
  tokens: readonly Token[],
  { start, end }: TokenRange,
): readonly WrittenConstraint[] {
  const found: WrittenConstraint[] = [];
  let depth = 0;
  for (let index = start; index < end; index++) {
    const token = tokens[index];
    depth += bracketStep(token);
    const type = depth === 0 && token?.kind === 'keyword' ? TYPES.get(token.value) : undefined;
    if (type === undefined) continue;
    const isNamed = isKeyword(tokens[index - 2], 'CONSTRAINT');
    const last = endOf(type, tokens, index, end);
    found.push({ type, range: { start: isNamed ? index - 2 : index, end: last }, body: index });
    index = last - 1;
  }
  return found;
}

/** The index after a constraint. */
function endOf(type: WrittenConstraint['type'], tokens: readonly Token[], at: number, end: number): number {
  let index = at + 1;
  const skipBrackets = (): void => {
    if (tokens[index]?.text === '(') index = closingBracket(tokens, index, end) + 1;
  };
  if (type === 'primary key') index++;
  if (type === 'foreign key') index = afterName(tokens, index);
  skipBrackets();
  for (;;) {
    const words = wordsOfOption(tokens, index);
    if (words === 0 || index + words > end) return Math.min(index, end);
    index += words;
    skipBrackets();
  }
}

/** What may follow a constraint's body, in key words; `*` stands for one name. */
const OPTIONS: readonly (readonly string[])[] = [
  ['NULLS', 'NOT', 'DISTINCT'],
  ['NULLS', 'DISTINCT'],
  ['WITH'],
  ['USING', 'INDEX', 'TABLESPACE', '*'],
  ['NO', 'INHERIT'],
  ['MATCH', '*'],
  ['ON', 'DELETE', 'NO', 'ACTION'],
  ['ON', 'UPDATE', 'NO', 'ACTION'],
  ['ON', 'DELETE', 'SET', '*'],
  ['ON', 'UPDATE', 'SET', '*'],
  ['ON', 'DELETE', '*'],
  ['ON', 'UPDATE', '*'],
  ['NOT', 'DEFERRABLE'],
  ['DEFERRABLE'],
  ['INITIALLY', '*'],
  ['NOT', 'ENFORCED'],
  ['ENFORCED'],
];

/** How many tokens an option at an index has; 0 for none. */
function wordsOfOption(tokens: readonly Token[], index: number): number {
  const option = OPTIONS.find((words) =>
    words.every((word, offset) => word === '*' || isKeyword(tokens[index + offset], word)),
  );
  return option?.length ?? 0;
}
