import { objectKey } from '../operations/same-object.ts';
import type { CommonTableExpr, Node, SelectStmt } from '@pgsql/types';
import type { ObjectName, Query } from '../operations/types.ts';
import { tableOf, viewOf } from './draft.ts';
import type { Draft } from './draft.ts';
import { outputColumnName } from './output-names.ts';
import { stringsOf, visitNodes } from '../operations/parse-tree.ts';
import { resolveRelation } from './resolve.ts';
import type { View } from './types.ts';

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

function selectOf(tree: Node | undefined): SelectStmt | undefined {
  return tree !== undefined && 'SelectStmt' in tree ? tree.SelectStmt : undefined;
}
