import type { Statement } from '../../input/sql/types.ts';
import type { PreparedScript } from './types.ts';

/** Statements that make, change and drop no object, whether they run or not. */
const ROWS_ONLY: ReadonlySet<string> = new Set([
  'InsertStmt',
  'UpdateStmt',
  'DeleteStmt',
  'MergeStmt',
  'TransactionStmt',
  'VariableSetStmt',
  'VacuumStmt',
]);

/** Whether the schema is the same with and without a statement. */
export function changesRowsOnly({ tree }: Pick<Statement, 'tree'>): boolean {
  return Object.keys(tree).every((kind) => ROWS_ONLY.has(kind));
}

/**
 * Whether the text of a script that nobody can parse would change rows at most: each piece of it up to a semicolon begins as INSERT,
 * UPDATE or DELETE. A piece that begins otherwise may be the inside of a function; it counts as one that changes objects.
 */
export function unparsedChangesRowsOnly({ source, statements, queries }: PreparedScript): boolean {
  const [query] = queries;
  if (query === undefined) return true;
  const gaps: string[] = [];
  let at = query.start;
  for (const { span } of statements) {
    gaps.push(source.text.slice(at, span.start));
    at = span.end;
  }
  gaps.push(source.text.slice(at, query.start + query.sql.length));
  return gaps.flatMap(piecesOf).every((piece) => /^(?:insert|update|delete)\b/iu.test(piece));
}

/** What stands between semicolons, without comments. */
function piecesOf(text: string): readonly string[] {
  return text
    .replaceAll(/--[^\n]*|\/\*[^]*?\*\//gu, ' ')
    .split(';')
    .map((piece) => piece.trim())
    .filter((piece) => piece !== '');
}
