/**
 * The text of expressions and queries as written. The tree knows where some of their tokens are, never where they end:
 * the span is found among the statement's tokens, when somebody asks for it.
 */
import type { Node } from '@pgsql/types';
import type { Statement, Token } from '../../input/sql/types.ts';
import type { Span } from '../../input/text/types.ts';
import { fieldsOf, tagOf } from './nodes.ts';
import { afterName, bracketStep, closingBracket, isKeyword, spanOfRange, textOf, tokenAt } from './tokens.ts';
import type { Expression } from './types.ts';

/** Where an expression stands: it decides which keywords can follow it. */
export type ExpressionContext =
  /** DEFAULT in a column's definition: constraints and more can follow. */
  | 'column default'
  /** In parentheses of its own, or the last thing of its statement or ALTER TABLE action. */
  | 'closed'
  /** A key of an index: a function call without parentheses around it can be followed by an operator class. */
  | 'index element'
  /** A WHERE clause, an item of SET or of a SELECT list. */
  | 'clause'
  /** One condition of several that are joined by AND. */
  | 'condition';

const none: ReadonlySet<string> = new Set();
const clauseKeywords = [
  'FROM',
  'WHERE',
  'RETURNING',
  'GROUP',
  'HAVING',
  'WINDOW',
  'ORDER',
  'LIMIT',
  'OFFSET',
  'FETCH',
  'FOR',
  'UNION',
  'INTERSECT',
  'EXCEPT',
  'WHEN',
];
const stopKeywords: Readonly<Record<ExpressionContext, ReadonlySet<string>>> = {
  'column default': new Set([
    'CONSTRAINT',
    'NOT',
    'NULL',
    'UNIQUE',
    'PRIMARY',
    'CHECK',
    'DEFAULT',
    'GENERATED',
    'REFERENCES',
    'DEFERRABLE',
    'INITIALLY',
    'COLLATE',
    'ENFORCED',
  ]),
  closed: none,
  'index element': none,
  clause: new Set(clauseKeywords),
  condition: new Set([...clauseKeywords, 'AND', 'OR']),
};

/** An expression whose text is looked up when it is first read. */
export function expressionOf(statement: Statement, tree: Node, context: ExpressionContext): Expression {
  let text: string | undefined;
  return {
    get text() {
      return (text ??= expressionText(statement, tree, context));
    },
    tree,
  };
}

/** {@link expressionOf} for a node that may be missing. */
export function optionalExpression(
  statement: Statement,
  tree: Node | undefined,
  context: ExpressionContext,
): Expression | undefined {
  return tree === undefined ? undefined : expressionOf(statement, tree, context);
}

/** An expression's text as written, without parentheses around the whole of it; `''` if its place cannot be found. */
export function expressionText(statement: Statement, tree: Node, context: ExpressionContext): string {
  const span = expressionSpan(statement, tree, context);
  return span === undefined ? '' : textOf(statement, span);
}

/** The span of an expression, without parentheses around the whole of it; undefined if the tree has no location. */
export function expressionSpan(
  statement: Statement,
  tree: Node,
  context: ExpressionContext,
): Span | undefined {
  const extent = locationsOf(tree);
  if (extent === undefined) return undefined;
  const tokens = statement.tokens();
  const first = tokenAt(tokens, statement.offsetOf(extent.first));
  const last = tokenAt(tokens, statement.offsetOf(extent.last));
  if (context === 'index element' && isCall(tree, extent.first)) {
    const open = afterName(tokens, first);
    if (tokens[open]?.text === '(')
      return spanOfRange(tokens, { start: first, end: closingBracket(tokens, open) + 1 });
  }
  return spanOfRange(tokens, extend(tokens, first, last, stopKeywords[context]));
}

const callTags: ReadonlySet<string> = new Set([
  'FuncCall',
  'CoalesceExpr',
  'MinMaxExpr',
  'TypeCast',
  'XmlExpr',
]);

/**
 * True for what a key of an index can be without parentheses of its own (func_expr_windowless in PostgreSQL's grammar): a
 * function's call, coalesce(…), nullif(…), greatest(…), cast(…), extract(…). Only there the node's own location, where given,
 * is the first of its tree: in `a::text` or `a || b` it is the operator's.
 */
function isCall(tree: Node, first: number): boolean {
  const tag = tagOf(tree);
  const isNullIf = fieldsOf(tree, 'A_Expr')?.kind === 'AEXPR_NULLIF';
  if (!isNullIf && !callTags.has(tag)) return false;
  const { location } = (tree as unknown as Record<string, { readonly location?: number }>)[tag] ?? {};
  return location === first;
}

/** The first and the last location in a tree, in the parser's bytes; undefined if it has none. */
function locationsOf(tree: Node): { first: number; last: number } | undefined {
  let first = Number.POSITIVE_INFINITY;
  let last = -1;
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, child] of Object.entries(value)) {
      if (typeof child === 'object') visit(child);
      // Zero is the start of the text, which the parser leaves out as the default value; no expression starts there.
      else if (key === 'location' && typeof child === 'number' && child >= 0) {
        first = Math.min(first, child);
        last = Math.max(last, child);
      }
    }
  };
  visit(tree);
  return last < 0 ? undefined : { first, last };
}

/**
 * The range of an expression, of which two tokens are known: on to the left over the parentheses that close in it, and to
 * the right up to a comma, a closing parenthesis or a keyword that cannot be part of it.
 */
function extend(
  tokens: readonly Token[],
  first: number,
  last: number,
  stops: ReadonlySet<string>,
): { start: number; end: number } {
  let start = first;
  let depth = 0;
  let index = first;
  for (; index < tokens.length; index++) {
    const token = tokens[index];
    const step = bracketStep(token);
    if (step < 0 && depth === 0) {
      const opened = bracketStep(tokens[start - 1]) > 0;
      // Of what can follow a parenthesis, only the field in `(value).field` has no location of its own.
      if (!opened || (index > last && tokens[index + 1]?.text !== '.')) break;
      start--;
      continue;
    }
    if (depth === 0 && index > last && isEnd(token, stops)) break;
    depth += step;
  }
  return { start, end: index };
}

function isEnd(token: Token | undefined, stops: ReadonlySet<string>): boolean {
  if (token === undefined) return true;
  if (token.kind === 'keyword') return stops.has(token.value);
  return token.text === ',' || token.text === ';' || bracketStep(token) < 0;
}

const queryStarts: ReadonlySet<string> = new Set(['SELECT', 'VALUES', 'TABLE', 'WITH']);

/** The text of a SELECT or VALUES inside another statement; the whole statement's if its place cannot be found. */
export function queryText(statement: Statement, tree: Node): string {
  return textOf(statement, querySpan(statement, tree) ?? statement.span);
}

/** The span of a SELECT or VALUES inside another statement; undefined if the tree has no location. */
export function querySpan(statement: Statement, tree: Node): Span | undefined {
  const extent = locationsOf(tree);
  const tokens = statement.tokens();
  if (extent === undefined || tokens.length === 0) return undefined;
  let start = tokenAt(tokens, statement.offsetOf(extent.first));
  while (start > 0 && !isQueryStart(tokens[start])) start--;
  let index = start;
  for (let depth = 0; index < tokens.length; index++) {
    const step = bracketStep(tokens[index]);
    if (depth === 0 && step < 0) {
      if (bracketStep(tokens[start - 1]) <= 0 || !continuesQuery(tokens[index + 1])) break;
      start--;
      continue;
    }
    if (depth === 0 && endsQuery(tokens, index)) break;
    depth += step;
  }
  return spanOfRange(tokens, { start, end: index });
}

function isQueryStart(token: Token | undefined): boolean {
  return token?.kind === 'keyword' && queryStarts.has(token.value);
}

const queryContinuations: ReadonlySet<string> = new Set([
  'UNION',
  'INTERSECT',
  'EXCEPT',
  'ORDER',
  'LIMIT',
  'OFFSET',
  'FETCH',
  'FOR',
]);

function continuesQuery(token: Token | undefined): boolean {
  return token?.kind === 'keyword' && queryContinuations.has(token.value);
}

const withAfterQuery: ReadonlySet<string> = new Set(['DATA', 'NO', 'CHECK', 'CASCADED', 'LOCAL']);

/** What can follow the query of an INSERT, a view or CREATE TABLE AS: ON CONFLICT, RETURNING, WITH DATA, WITH CHECK OPTION. */
function endsQuery(tokens: readonly Token[], index: number): boolean {
  const token = tokens[index];
  if (token?.text === ';') return true;
  if (token?.kind !== 'keyword') return false;
  if (token.value === 'RETURNING') return true;
  const next = tokens[index + 1];
  if (token.value === 'ON') return isKeyword(next, 'CONFLICT');
  return token.value === 'WITH' && next?.kind === 'keyword' && withAfterQuery.has(next.value);
}

/** The text of a partition's bound after FOR VALUES, or `DEFAULT`. */
export function boundText(statement: Statement, location: number | undefined, isDefault: boolean): string {
  if (isDefault) return 'DEFAULT';
  if (location === undefined) return '';
  const tokens = statement.tokens();
  const start = tokenAt(tokens, statement.offsetOf(location));
  let end = closingBracket(tokens, start + 1) + 1;
  if (isKeyword(tokens[end], 'TO')) end = closingBracket(tokens, end + 1) + 1;
  const span = spanOfRange(tokens, { start, end });
  return span === undefined ? '' : textOf(statement, span);
}
