import { objectKey } from '../operations/same-object.ts';
import type { CommonTableExpr, Node, SelectStmt } from '@pgsql/types';
import type { ObjectName, Query } from '../operations/types.ts';
import { tableOf, viewOf } from './draft.ts';
import type { Draft } from './draft.ts';
import { outputColumnName } from './output-names.ts';
import { stringsOf, visitNodes } from '../operations/parse-tree.ts';
import { resolveRelation } from './resolve.ts';
import type { Column, View } from './types.ts';

/** An output column of a query: its name, and the table's column that it is a plain copy of. */
export interface OutputColumn {
  readonly name: string;
  readonly source: Column | undefined;
}

/** A table or view in FROM, under the name that the query knows it by. */
interface Reading {
  readonly alias: string;
  readonly relation: ObjectName;
}

/**
 * The tables and views that a query reads, resolved.
 *
 * @param draft the catalog.
 * @param query the query.
 * @returns full names, each once.
 */
export function readsOf(draft: Draft, query: Query): readonly ObjectName[] {
  const seen = new Map<string, ObjectName>();
  for (const name of query.reads) {
    const full = resolveRelation(draft, name);
    seen.set(`${full.schema}.${full.name}`, full);
  }
  return [...seen.values()];
}

/**
 * The columns that a query names, in any clause. An unqualified name counts for every relation that has such a column, unless
 * a subquery or WITH clause in the FROM beside it gives a column of that name.
 *
 * @param draft the catalog.
 * @param query the query.
 * @returns relation and column, each pair once.
 */
export function columnReadsOf(draft: Draft, query: Query): View['columnReads'] {
  const readings = readingsOf(draft, query);
  const found = new Map<string, View['columnReads'][number]>();
  const computed = referencesToSubqueries(query.tree);
  visitNodes(query.tree, (type, fields) => {
    if (type !== 'ColumnRef' || computed.has(fields)) return;
    const names = stringsOf(fields['fields']);
    const column = names.at(-1) ?? '';
    const qualifier = names.at(-2);
    for (const { alias, relation } of readings) {
      if (qualifier !== undefined && qualifier !== alias) continue;
      const known = columnNamesOf(draft, relation);
      for (const name of column === '*' ? known : known.filter((one) => one === column)) {
        found.set(`${objectKey(relation)}\0${name}`, { relation, column: name });
      }
    }
  });
  return [...found.values()];
}

/** The parts of a SELECT that do not see what its FROM gives. */
const otherScopes: ReadonlySet<string> = new Set(['fromClause', 'withClause', 'larg', 'rarg']);

/** The unqualified references in a query's SELECTs that mean a column of a subquery or WITH clause in their own FROM. */
function referencesToSubqueries(tree: Node): ReadonlySet<object> {
  const found = new Set<object>();
  const common = new Map<string, readonly string[]>();
  visitNodes(tree, (type, fields) => {
    if (type !== 'CommonTableExpr') return;
    const { ctename, ctequery, aliascolnames } = fields as CommonTableExpr;
    common.set(ctename ?? '', subqueryColumns(ctequery, aliascolnames));
  });
  visitNodes(tree, (type, fields) => {
    if (type !== 'SelectStmt') return;
    const { fromClause } = fields as SelectStmt;
    const names = new Set((fromClause ?? []).flatMap((item) => columnsOfSubquery(item, common)));
    if (names.size === 0) return;
    const clauses = Object.entries(fields).flatMap(([key, clause]) => (otherScopes.has(key) ? [] : [clause]));
    visitNodes(clauses, (inner, reference) => {
      if (inner === 'SelectStmt') return false;
      const written = inner === 'ColumnRef' ? stringsOf(reference['fields']) : [];
      if (written.length === 1 && names.has(written[0] ?? '')) found.add(reference);
      return true;
    });
  });
  return found;
}

function columnsOfSubquery(item: Node, common: ReadonlyMap<string, readonly string[]>): readonly string[] {
  if ('RangeSubselect' in item) {
    const { subquery, alias } = item.RangeSubselect;
    return subqueryColumns(subquery, alias?.colnames);
  }
  const isCommon = 'RangeVar' in item && (item.RangeVar.schemaname ?? '') === '';
  return isCommon ? (common.get(item.RangeVar.relname ?? '') ?? []) : [];
}

function subqueryColumns(query: Node | undefined, aliases: readonly Node[] | undefined): readonly string[] {
  let select = selectOf(query);
  while (select?.larg !== undefined) select = select.larg;
  const own = (select?.targetList ?? []).flatMap((target) =>
    'ResTarget' in target ? [target.ResTarget.name ?? outputColumnName(target.ResTarget.val)] : [],
  );
  const given = stringsOf(aliases);
  return own.map((name, at) => given[at] ?? name);
}

function columnNamesOf(draft: Draft, relation: ObjectName): readonly string[] {
  const table = tableOf(draft, relation);
  if (table !== undefined) return table.columns.map((column) => column.name);
  return viewOf(draft, relation)?.columnNames ?? [];
}

function readingsOf(draft: Draft, query: Query): readonly Reading[] {
  const readings: Reading[] = [];
  const known = new Set(query.reads.map(objectKey));
  visitNodes(query.tree, (type, fields) => {
    if (type !== 'RangeVar') return;
    const reading = readingOf(draft, fields);
    const { schemaname: schema, relname: name = '' } = fields as { schemaname?: string; relname?: string };
    if (known.has(objectKey({ schema, name }))) readings.push(reading);
  });
  return readings;
}

function readingOf(draft: Draft, fields: object): Reading {
  const { schemaname, relname, alias } = fields as {
    readonly schemaname?: string;
    readonly relname?: string;
    readonly alias?: { readonly aliasname?: string };
  };
  const written = { schema: schemaname === '' ? undefined : schemaname, name: relname ?? '' };
  return { alias: alias?.aliasname ?? written.name, relation: resolveRelation(draft, written) };
}

/**
 * The output columns of a query.
 *
 * @param draft the catalog.
 * @param query a SELECT, UNION or VALUES.
 * @returns undefined where a `*` stands for something that the catalog does not know (a subquery, a function).
 */
export function outputColumnsOf(draft: Draft, query: Query): readonly OutputColumn[] | undefined {
  let select = selectOf(query.tree);
  while (select?.larg !== undefined) select = select.larg;
  if (select === undefined) return undefined;
  if (select.valuesLists !== undefined && select.valuesLists.length > 0) return valuesColumns(select);
  const from = fromItems(draft, select);
  const columns: OutputColumn[] = [];
  for (const target of select.targetList ?? []) {
    const expanded = 'ResTarget' in target ? targetColumns(draft, target.ResTarget, from) : undefined;
    if (expanded === undefined) return undefined;
    columns.push(...expanded);
  }
  return columns;
}

function selectOf(tree: Node | undefined): SelectStmt | undefined {
  return tree !== undefined && 'SelectStmt' in tree ? tree.SelectStmt : undefined;
}

function valuesColumns(select: SelectStmt): readonly OutputColumn[] {
  const [row] = select.valuesLists ?? [];
  const items = row !== undefined && 'List' in row ? (row.List.items ?? []) : [];
  return items.map((_, at) => ({ name: `column${at + 1}`, source: undefined }));
}

/** FROM's tables by alias; undefined if it holds anything else, whose columns we do not know. */
function fromItems(draft: Draft, select: SelectStmt): readonly Reading[] | undefined {
  const readings: Reading[] = [];
  const isCommon = new Set<string>();
  for (const one of select.withClause?.ctes ?? []) {
    if ('CommonTableExpr' in one) isCommon.add(one.CommonTableExpr.ctename ?? '');
  }
  const visit = (item: Node): boolean => {
    if ('RangeVar' in item) {
      readings.push(readingOf(draft, item.RangeVar));
      return !isCommon.has(item.RangeVar.relname ?? '') || item.RangeVar.schemaname !== undefined;
    }
    if (!('JoinExpr' in item)) return false;
    const { larg, rarg, isNatural, usingClause } = item.JoinExpr;
    // USING and NATURAL merge columns; `*` then has another order.
    if (isNatural === true || (usingClause?.length ?? 0) > 0) return false;
    return larg !== undefined && rarg !== undefined && visit(larg) && visit(rarg);
  };
  return (select.fromClause ?? []).every(visit) ? readings : undefined;
}

function targetColumns(
  draft: Draft,
  target: { readonly name?: string; readonly val?: Node },
  from: readonly Reading[] | undefined,
): readonly OutputColumn[] | undefined {
  const reference = target.val !== undefined && 'ColumnRef' in target.val ? target.val.ColumnRef : undefined;
  const names = stringsOf(reference?.fields);
  if (names.at(-1) === '*') {
    const readings = from?.filter(({ alias }) => names.length < 2 || names.at(-2) === alias);
    if (readings === undefined || readings.length === 0) return undefined;
    return starColumns(draft, readings);
  }
  const name = target.name ?? outputColumnName(target.val);
  return [{ name, source: sourceOf(draft, names, from) }];
}

function starColumns(draft: Draft, readings: readonly Reading[]): readonly OutputColumn[] | undefined {
  const columns: OutputColumn[] = [];
  for (const { relation } of readings) {
    const table = tableOf(draft, relation);
    const view = viewOf(draft, relation);
    if (table === undefined && view === undefined) return undefined;
    for (const column of table?.columns ?? []) columns.push({ name: column.name, source: column });
    for (const name of view?.columnNames ?? []) columns.push({ name, source: undefined });
  }
  return columns;
}

function sourceOf(
  draft: Draft,
  names: readonly string[],
  from: readonly Reading[] | undefined,
): Column | undefined {
  const candidates = (from ?? []).filter(({ alias }) => names.length < 2 || names.at(-2) === alias);
  const found = candidates.flatMap(({ relation }) => {
    const column = tableOf(draft, relation)?.columns.find((one) => one.name === names.at(-1));
    return column === undefined ? [] : [column];
  });
  return found.length === 1 ? found[0] : undefined;
}
