/** SELECTs: what they read, what they copy, which functions they call. */
import { objectKey } from './same-object.ts';
import type { FuncCall, Node, ResTarget, SelectStmt, WithClause } from '@pgsql/types';
import type { Statement } from '../../input/sql/types.ts';
import { nameFromList, relationName } from './names.ts';
import { fieldsOf, stringOf } from './nodes.ts';
import { queryText } from './source-text.ts';
import { textOf } from './tokens.ts';
import type { ObjectName, Query } from './types.ts';

/**
 * A query, its text, `reads` and `copies` worked out when they are first asked for.
 * @param outputs names of the output columns where the statement around the query gives them: a view's column list, or the
 *   columns that an INSERT fills.
 * @param outer the WITH clause of the statement around the query: its names are no tables, what they read is read.
 */
export function queryOf(
  statement: Statement,
  tree: Node,
  outputs: readonly string[] = [],
  outer?: WithClause,
): Query {
  return lazyQuery(tree, outputs, () => queryText(statement, tree), outer);
}

/** A query that is the whole statement: a SELECT, or a PERFORM as it is written. */
export function wholeQuery(statement: Statement, tree: Node): Query {
  return lazyQuery(tree, [], () => textOf(statement, statement.span));
}

function lazyQuery(
  tree: Node,
  outputs: readonly string[],
  readText: () => string,
  outer?: WithClause,
): Query {
  let text: string | undefined;
  let reads: Query['reads'] | undefined;
  let copies: Query['copies'] | undefined;
  return {
    tree,
    get text() {
      return (text ??= readText());
    },
    get reads() {
      return (reads ??= readsOf(tree, outer));
    },
    get copies() {
      return (copies ??= withoutCteCopies(copiesOf(fieldsOf(tree, 'SelectStmt') ?? {}, outputs), outer));
    },
  };
}

/** Values that come from a query of the outer WITH clause are copies of no table's column that we could name. */
function withoutCteCopies(copies: Query['copies'], outer: WithClause | undefined): Query['copies'] {
  const ctes = cteNames(outer);
  return ctes.size === 0
    ? copies
    : copies.filter(({ source }) => source.schema !== undefined || !ctes.has(source.name));
}

type Names = ReadonlySet<string>;
const noNames: Names = new Set();

/** Every table and view that a tree reads, each once, in order of appearance; names of its CTEs left out. */
export function readsOf(tree: Node, outer?: WithClause): readonly ObjectName[] {
  const found = new Map<string, ObjectName>();
  collectReads(tree, outer === undefined ? noNames : collectCtes(outer, noNames, found), found);
  return [...found.values()];
}

function collectReads(value: unknown, ctes: Names, found: Map<string, ObjectName>): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value) collectReads(item, ctes, found);
    return;
  }
  const node = value as {
    readonly withClause?: { readonly ctes?: readonly Node[]; readonly recursive?: boolean };
  };
  const scope = node.withClause === undefined ? ctes : collectCtes(node.withClause, ctes, found);
  for (const [key, child] of Object.entries(node)) {
    if (key === 'RangeVar') addRead(child, scope, found);
    // FOR UPDATE OF names an alias; the WITH clause is done.
    else if (key !== 'withClause' && key !== 'lockingClause') collectReads(child, scope, found);
  }
}

function addRead(relation: object, ctes: Names, found: Map<string, ObjectName>): void {
  const name = relationName(relation);
  if (name.schema === undefined && ctes.has(name.name)) return;
  const key = objectKey(name);
  if (!found.has(key)) found.set(key, name);
}

/** A CTE sees those before it, with RECURSIVE all of its clause. Gives the names that the query itself sees. */
function collectCtes(
  clause: { readonly ctes?: readonly Node[]; readonly recursive?: boolean },
  outer: Names,
  found: Map<string, ObjectName>,
): Names {
  const expressions = (clause.ctes ?? []).map((node) => fieldsOf(node, 'CommonTableExpr'));
  const scope = new Set(outer);
  if (clause.recursive) for (const cte of expressions) scope.add(cte?.ctename ?? '');
  for (const cte of expressions) {
    collectReads(cte?.ctequery, scope, found);
    scope.add(cte?.ctename ?? '');
  }
  return scope;
}

/** One item of a FROM clause by the name that its columns are qualified with. */
export interface FromItem {
  readonly alias: string;
  /** A table, view or CTE's name; undefined for subqueries and functions. */
  readonly relation: ObjectName | undefined;
  readonly subquery: SelectStmt | undefined;
}

/** The names of a WITH clause's queries. */
export function cteNames(clause: WithClause | undefined): Names {
  if (clause === undefined) return noNames;
  return new Set((clause.ctes ?? []).map((node) => fieldsOf(node, 'CommonTableExpr')?.ctename ?? ''));
}

/** The items that are no CTEs. */
export function withoutCtes(items: readonly FromItem[], ctes: Names): readonly FromItem[] {
  if (ctes.size === 0) return items;
  return items.filter(({ relation }) => relation?.schema !== undefined || !ctes.has(relation?.name ?? ''));
}

/** The items of a FROM or USING clause, joins taken apart. */
export function fromItems(nodes: readonly Node[] | undefined): FromItem[] {
  const items: FromItem[] = [];
  for (const node of nodes ?? []) collectFromItems(node, items);
  return items;
}

function collectFromItems(node: Node | undefined, items: FromItem[]): void {
  const relation = fieldsOf(node, 'RangeVar');
  if (relation) {
    const name = relationName(relation);
    items.push({ alias: relation.alias?.aliasname ?? name.name, relation: name, subquery: undefined });
    return;
  }
  const join = fieldsOf(node, 'JoinExpr');
  if (join) {
    collectFromItems(join.larg, items);
    collectFromItems(join.rarg, items);
    return;
  }
  const sampled = fieldsOf(node, 'RangeTableSample');
  if (sampled) return collectFromItems(sampled.relation, items);
  const subquery = fieldsOf(node, 'RangeSubselect');
  const other = subquery ?? fieldsOf(node, 'RangeFunction') ?? fieldsOf(node, 'RangeTableFunc');
  const select = fieldsOf(subquery?.subquery, 'SelectStmt');
  items.push({ alias: other?.alias?.aliasname ?? '', relation: undefined, subquery: select });
}

/** The names of a column reference: `['t', 'id']`; undefined for other nodes. `*` is the name `*`. */
export function columnNames(node: Node | undefined): string[] | undefined {
  const fields = fieldsOf(node, 'ColumnRef')?.fields;
  return fields?.map((field) => (fieldsOf(field, 'A_Star') ? '*' : stringOf(field)));
}

function copiesOf(select: SelectStmt, outputs: readonly string[]): Query['copies'] {
  const items = withoutCtes(fromItems(select.fromClause), cteNames(select.withClause));
  const copies: Query['copies'][number][] = [];
  for (const [position, node] of (select.targetList ?? []).entries()) {
    const target = fieldsOf(node, 'ResTarget');
    if (target) copies.push(...copiesOfTarget(target, outputs[position], items));
  }
  return copies;
}

function copiesOfTarget(
  target: ResTarget,
  output: string | undefined,
  items: readonly FromItem[],
): Query['copies'] {
  const names = columnNames(target.val);
  const column = names?.[names.length - 1];
  if (names === undefined || column === undefined) return [];
  const qualifier = names[names.length - 2];
  const named = qualifier === undefined ? items : items.filter((item) => item.alias === qualifier);
  if (column === '*') {
    return named.flatMap(({ relation }) =>
      relation === undefined ? [] : [{ output: undefined, source: relation, column: undefined }],
    );
  }
  const source = named.length === 1 ? named[0]?.relation : undefined;
  return source === undefined ? [] : [{ output: output ?? target.name ?? column, source, column }];
}

/** Every function that a tree calls, each name once. */
export function callsOf(tree: Node): readonly ObjectName[] {
  const found = new Map<string, ObjectName>();
  visitCalls(tree, (call) => {
    const name = nameFromList(call.funcname);
    found.set(objectKey(name), name);
  });
  return [...found.values()];
}

/** Visits every function call of a tree. */
export function visitCalls(value: unknown, visit: (call: FuncCall) => void): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value)) {
    if (key === 'FuncCall') visit(child as FuncCall);
    visitCalls(child, visit);
  }
}
