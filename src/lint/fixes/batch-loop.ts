import { Lexer } from '../../input/sql/lexer.ts';
import type { Statement } from '../../input/sql/types.ts';
import { routineOf } from '../../model/loops/routine-bodies.ts';
import { fieldsOf } from '../../model/operations/nodes.ts';
import { bracketStep, findKeywords } from '../../model/operations/tokens.ts';
import type { Loop, Operation } from '../../model/operations/types.ts';
import { editFix } from '../edits/edit-fix.ts';
import { insertAfter } from '../edits/insert.ts';
import { inCaseOf } from '../edits/keyword-case.ts';
import { regionAt } from '../edits/regions.ts';
import { isBlank, lineEndOf, startOfLine } from '../edits/surroundings.ts';
import { replaceText } from '../edits/words.ts';
import type { FixRequest, FixSafety } from '../fix.ts';

/**
 * The fix that commits at the end of each pass of a loop.
 *
 * @param loop of a DO block that runs where it may commit.
 * @returns undefined where PostgreSQL refuses it: in a block with EXCEPTION, in a loop over rows that are locked or changed by its own
 *   query; and in routines, of which nobody knows what calls them.
 */
export function batchCommitFix(loop: Loop): FixRequest | undefined {
  if (routineOf(loop) !== undefined || loop.guarded || !mayCommitIn(loop)) return undefined;
  const { source, span } = loop.place;
  const own = source.text.slice(span.start, span.end);
  const end = /end\s+loop\b[^;]*$/iu.exec(own);
  if (end === null || regionAt(loop.place)?.quotes === undefined) return undefined;
  const at = span.start + end.index;
  const place = { source, span: { start: at, end: span.end } };
  const indentation = source.text.slice(startOfLine(source.text, at), at);
  const commit = inCaseOf(place, 'COMMIT;');
  const inner = /\n([^\S\r\n]+)\S/u.exec(own)?.[1] ?? '';
  const step = inner.startsWith(indentation) ? inner.slice(indentation.length) : '  ';
  const text = isBlank(indentation)
    ? `${step}${commit}${lineEndOf(source.text)}${indentation}`
    : `${commit} `;
  const edit = { path: source.path, span: { start: at, end: at }, text };
  return editFix('safe', 'commits each pass', [edit]);
}

/** Whether no loop around goes over a cursor that a COMMIT breaks. Manual, 41.8: one over a query that only reads is kept. */
function mayCommitIn(loop: Loop): boolean {
  for (let one: Loop | undefined = loop; one !== undefined; one = one.parent) {
    if (one.form === 'for-cursor' || one.form === 'for-execute') return false;
    if (one.form !== 'for-query') continue;
    const query = fieldsOf(one.query?.tree, 'SelectStmt');
    if (query === undefined || (query.lockingClause ?? []).length > 0 || query.withClause !== undefined)
      return false;
  }
  return true;
}

/** A routine stays in the schema, and is another one then. */
function safetyIn(loop: Loop): FixSafety {
  return routineOf(loop) === undefined ? 'safe' : 'unsafe';
}

/** The fix that sleeps after the COMMIT of a loop's pass; undefined where the loop itself has none. */
export function batchPauseFix(loop: Loop): FixRequest | undefined {
  const commit = loop.operations.findLast(
    (operation) => operation.kind === 'BodyTransactionControl' && operation.command === 'commit',
  );
  const place = commit?.at();
  const isExact =
    place && /^commit\b[^;]*$/iu.test(place.source.text.slice(place.span.start, place.span.end));
  if (place === undefined || isExact !== true) return undefined;
  return editFix(safetyIn(loop), 'sleeps after each batch', insertAfter(place, 'PERFORM pg_sleep(0.1);'));
}

/**
 * The fix that makes a batch smaller, where its size is written once: behind LIMIT, or as the value that a variable begins with.
 *
 * @param rows the size.
 * @param most the size that is wanted.
 */
export function batchSizeFix(loop: Loop, rows: number, most: number): FixRequest | undefined {
  const { source } = loop.place;
  const body = loop.statement.body()?.span;
  if (body === undefined) return undefined;
  const found: {
    readonly before: string;
    readonly span: { readonly start: number; readonly end: number };
  }[] = [];
  const lexer = new Lexer(source.text, body.start, body.end);
  let before = '';
  while (lexer.nextToken()) {
    if (lexer.kind === 'number' && Number(lexer.value.replaceAll('_', '')) === rows)
      found.push({ before, span: { start: lexer.start, end: lexer.end } });
    before = lexer.value.toLowerCase();
  }
  const [only, ...others] = found;
  if (only === undefined || others.length > 0) return undefined;
  const isInitial = [':=', '=', 'default'].includes(only.before) && only.span.start < loop.place.span.start;
  if (only.before !== 'limit' && !isInitial) return undefined;
  return editFix(
    safetyIn(loop),
    `takes ${most} rows at a time`,
    replaceText({ source, span: only.span }, String(most)),
  );
}

/**
 * The fix that takes OFFSET out of the query by which a loop picks its rows. Unsafe: rows are changed that were left.
 *
 * @param operation the statement that picks them.
 * @param columns those by which they are picked, and which the loop fills; none where it deletes them.
 * @returns undefined where a value may be NULL: without OFFSET the loop would find the same rows for ever.
 */
export function withoutOffsetFix(
  operation: Operation,
  loop: Loop,
  columns: readonly string[],
): FixRequest | undefined {
  if (!columns.every((column) => isFilled(column, loop))) return undefined;
  const statements = [operation.statement, ...(loop.query === undefined ? [] : [loop.query])];
  const found = [...new Set(statements)].flatMap((statement) => offsetsOf(statement));
  const [only, ...others] = found;
  if (only === undefined || others.length > 0) return undefined;
  return editFix('unsafe', 'takes OFFSET out', replaceText(only, ''));
}

const AFTER_OFFSET: ReadonlySet<string> = new Set(['LIMIT', 'FETCH', 'FOR']);

/** Where OFFSET clauses stand in a statement, with the white space before them. */
function offsetsOf(statement: Statement): readonly Parameters<typeof replaceText>[0][] {
  const tokens = statement.tokens();
  const places: Parameters<typeof replaceText>[0][] = [];
  for (let from = 0; from < tokens.length;) {
    const start = findKeywords(tokens, { start: from, end: tokens.length }, ['OFFSET'], true);
    if (start < 0) break;
    let depth = 0;
    let end = start + 1;
    for (; end < tokens.length; end++) {
      const token = tokens[end];
      depth += bracketStep(token);
      if (depth < 0 || (depth === 0 && token?.kind === 'keyword' && AFTER_OFFSET.has(token.value))) break;
    }
    const first = tokens[start - 1]?.span.end;
    const last = tokens[end - 1]?.span.end;
    if (first !== undefined && last !== undefined)
      places.push({ source: statement.source, span: { start: first, end: last } });
    from = end;
  }
  return places;
}

/** Whether a loop gives a column a constant in each UPDATE of it. */
function isFilled(column: string, { operations }: Loop): boolean {
  const values = operations.flatMap((operation) =>
    operation.kind === 'Update' ? operation.assignments.filter((one) => one.column === column) : [],
  );
  return values.length > 0 && values.every(({ form }) => form === 'constant');
}
