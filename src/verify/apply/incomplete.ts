import type { Statement } from '../../input/sql/types.ts';
import type { PostgresError } from '../engines/types.ts';

/** A migration that did not run whole here. */
export interface IncompleteMigration {
  readonly id: string;
  /** All that its statements that did not run name; null where nobody can tell what they make. Fits JSON. */
  readonly names: readonly string[] | null;
}

/** SQL that makes what its text does not name: functions and procedures, SQL that is put together, extensions. */
function isOpaque({ tree }: Statement, text: string): boolean {
  if ('CallStmt' in tree || 'CreateExtensionStmt' in tree || 'ExecuteStmt' in tree) return true;
  if ('DoStmt' in tree) return /\b(?:execute|perform|call)\b/iu.test(text);
  // SELECT create_parent(…): what functions of PostgreSQL make has no name.
  return 'SelectStmt' in tree && /[\w"]\s*\(/u.test(text.replaceAll(QUIET_CALLS, ''));
}

const QUIET_CALLS =
  /\b(?:pg_catalog\.)?(?:set_config|current_setting|setval|nextval|currval|count|now|pg_sleep|pg_advisory\w*|select|in|exists|values)\s*\(/giu;

/**
 * What statements name: tables, columns, types and functions that they make, change or ask for, words of their bodies and texts among
 * them.
 *
 * @param text all of the script.
 * @returns null where they make what they do not name.
 */
export function namesOf(statements: readonly Statement[], text: string): IncompleteMigration['names'] {
  const names = new Set<string>();
  for (const statement of statements) {
    const own = text.slice(statement.span.start, statement.span.end);
    if (isOpaque(statement, own)) return null;
    // Names in quotes may be of several words; they are found by their words, as those of an error are.
    for (const name of wordsOf(own)) names.add(name);
  }
  return [...names];
}

/** What PostgreSQL says of something that is not there, is there already, is needed, or is not what it should be. */
const DEPENDS = /^(?:42(?!601)|23503|3F|2BP01|0A000|P0001)/u;

/** The codes of {@link DEPENDS} that say so of something whose name nobody can know beforehand. */
const MISSING = new Set([
  '42P01',
  '42703',
  '42704',
  '42883',
  '3F000',
  '42P07',
  '42701',
  '42710',
  '2BP01',
  '23503',
]);

/** Of columns, the table that has or lacks them is known to be there: they themselves have to be named. */
const OF_COLUMNS = new Set(['42703', '42701']);

/**
 * The migration that an error may come of, since it has to do with what that one would have made.
 *
 * @returns it with the name that both have, undefined where it makes what it does not name; undefined where the error does not come of
 *   any of them.
 */
export function comesOf(
  { code, message, detail }: PostgresError,
  incomplete: readonly IncompleteMigration[],
): { readonly id: string; readonly name: string | undefined } | undefined {
  if (incomplete.length === 0 || !DEPENDS.test(code)) return undefined;
  const all = namesIn(`${message}\n${detail ?? ''}`);
  const named = OF_COLUMNS.has(code) ? all.slice(0, 1) : all;
  for (const { id, names } of incomplete) {
    const known = new Set(names);
    const name = named.find((one) => known.has(one) || isDefaultName(one, known));
    if (name !== undefined) return { id, name };
  }
  const opaque = incomplete.find(({ names }) => names === null);
  return opaque === undefined || !MISSING.has(code) ? undefined : { id: opaque.id, name: undefined };
}

/** Whether PostgreSQL gives the name to an index, constraint or sequence of something that is named. */
function isDefaultName(name: string, known: ReadonlySet<string>): boolean {
  if (!/_(?:key|fkey|pkey|idx|check|excl|seq|not_null)\d*$/u.test(name)) return false;
  const parts = name.split('_');
  return parts.some((_, at) => at > 0 && known.has(parts.slice(0, at).join('_')));
}

/** What an error of PostgreSQL names, in order: in quotes, or after the kind of what it is. Of a qualified name, the last part. */
function namesIn(message: string): readonly string[] {
  const found = message.matchAll(
    /"((?:[^"]|"")*)"|\b(?:aggregate|column|constraint|domain|function|index|operator|policy|procedure|relation|schema|sequence|table|trigger|type|view) (?!(?:does|of|is|not)\b)([\p{L}_][\p{L}\p{N}_$.]*)/gu,
  );
  return [
    ...new Set(
      [...found].flatMap(([, quoted, bare]) => wordsOf((quoted ?? bare ?? '').split('.').at(-1) ?? '')),
    ),
  ];
}

/** Words as PostgreSQL folds names: in small letters. */
function wordsOf(text: string): readonly string[] {
  return (text.match(/[\p{L}_][\p{L}\p{N}_$]*/gu) ?? []).map((word) => word.toLowerCase());
}
