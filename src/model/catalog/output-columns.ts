import type { Alias, JoinExpr, Node, RangeVar, SelectStmt, WithClause } from '@pgsql/types';
import { stringsOf } from '../operations/parse-tree.ts';
import type { Query } from '../operations/types.ts';
import { tableOf, viewOf } from './draft.ts';
import type { Draft } from './draft.ts';
import { outputColumnName } from './output-names.ts';
import { resolveRelation } from './resolve.ts';
import type { Column } from './types.ts';

/** An output column of a query: its name, and the table's column that it is a plain copy of. */
export interface OutputColumn {
  readonly name: string;
  readonly source: Column | undefined;
}

/** Undefined where nobody knows. */
type Columns = readonly OutputColumn[] | undefined;

/** What FROM gives under one name. */
interface FromItem {
  readonly alias: string;
  readonly columns: Columns;
}

/** What a query's FROM gives. `merges`: USING or NATURAL gives some columns once, and first. */
interface From {
  readonly items: readonly FromItem[];
  readonly merges: boolean;
}

/** The columns of WITH queries by their names: each worked out once, when it is first read. */
type Scope = ReadonlyMap<string, () => Columns>;

/**
 * The output columns of a query.
 *
 * @param draft the catalog.
 * @param query a SELECT, UNION or VALUES.
 * @returns undefined where a `*` stands for something that the catalog does not know (a function, a table that is not there).
 */
export function outputColumnsOf(draft: Draft, query: Query): readonly OutputColumn[] | undefined {
  return columnsOf(draft, query.tree, new Map());
}

function columnsOf(draft: Draft, tree: Node | undefined, outer: Scope): Columns {
  let select = tree !== undefined && 'SelectStmt' in tree ? tree.SelectStmt : undefined;
  let scope = withQueries(draft, select?.withClause, outer);
  // The first SELECT of a UNION names its columns.
  while (select?.larg !== undefined) {
    select = select.larg;
    scope = withQueries(draft, select.withClause, scope);
  }
  if (select === undefined) return undefined;
  if (select.valuesLists !== undefined && select.valuesLists.length > 0) return valuesColumns(select);
  const from = fromOf(draft, select.fromClause ?? [], scope);
  const columns: OutputColumn[] = [];
  for (const target of select.targetList ?? []) {
    const expanded = 'ResTarget' in target ? targetColumns(target.ResTarget, from) : undefined;
    if (expanded === undefined) return undefined;
    columns.push(...expanded);
  }
  return columns;
}

/** A WITH query sees those before it. What a recursive one gives while it is being worked out is not known. */
function withQueries(draft: Draft, clause: WithClause | undefined, outer: Scope): Scope {
  if (clause === undefined) return outer;
  const scope = new Map(outer);
  for (const one of clause.ctes ?? []) {
    if (!('CommonTableExpr' in one)) continue;
    const { ctename = '', ctequery, aliascolnames } = one.CommonTableExpr;
    const seen = new Map(scope);
    if (clause.recursive === true) seen.set(ctename, () => undefined);
    let worked: { readonly columns: Columns } | undefined;
    scope.set(ctename, () => {
      worked ??= { columns: renamed(columnsOf(draft, ctequery, seen), stringsOf(aliascolnames)) };
      return worked.columns;
    });
  }
  return scope;
}

function renamed(columns: Columns, names: readonly string[]): Columns {
  if (names.length === 0) return columns;
  return columns?.map((column, at) => ({ ...column, name: names[at] ?? column.name }));
}

function valuesColumns(select: SelectStmt): readonly OutputColumn[] {
  const [row] = select.valuesLists ?? [];
  const items = row !== undefined && 'List' in row ? (row.List.items ?? []) : [];
  return items.map((_, at) => ({ name: `column${at + 1}`, source: undefined }));
}

function fromOf(draft: Draft, clause: readonly Node[], scope: Scope): From {
  const parts = clause.map((item) => fromPart(draft, item, scope));
  return { items: parts.flatMap(({ items }) => items), merges: parts.some(({ merges }) => merges) };
}

function fromPart(draft: Draft, item: Node, scope: Scope): From {
  const one = (alias: Alias | undefined, name: string, columns: Columns): From => {
    const given = renamed(columns, stringsOf(alias?.colnames));
    return { items: [{ alias: alias?.aliasname ?? name, columns: given }], merges: false };
  };
  if ('RangeVar' in item) {
    const { alias, relname = '' } = item.RangeVar;
    return one(alias, relname, relationColumns(draft, item.RangeVar, scope));
  }
  if ('RangeSubselect' in item) {
    const { alias, subquery } = item.RangeSubselect;
    return one(alias, '', columnsOf(draft, subquery, scope));
  }
  if ('JoinExpr' in item) return joined(draft, item.JoinExpr, scope);
  return one(undefined, '', undefined);
}

function joined(draft: Draft, { larg, rarg, isNatural, usingClause, alias }: JoinExpr, scope: Scope): From {
  const sides = [larg, rarg].flatMap((side) => side ?? []);
  const { items, merges } = fromOf(draft, sides, scope);
  // Under a name of its own a join hides what it joins.
  if (alias !== undefined)
    return { items: [{ alias: alias.aliasname ?? '', columns: undefined }], merges: false };
  return { items, merges: merges || isNatural === true || (usingClause?.length ?? 0) > 0 };
}

function relationColumns(draft: Draft, { schemaname, relname = '' }: RangeVar, scope: Scope): Columns {
  const schema = schemaname === '' ? undefined : schemaname;
  const common = schema === undefined ? scope.get(relname) : undefined;
  if (common !== undefined) return common();
  const relation = resolveRelation(draft, { schema, name: relname });
  const table = tableOf(draft, relation);
  if (table !== undefined) return table.columns.map((column) => ({ name: column.name, source: column }));
  return viewOf(draft, relation)?.columnNames.map((name) => ({ name, source: undefined }));
}

function targetColumns(target: { readonly name?: string; readonly val?: Node }, from: From): Columns {
  const reference = target.val !== undefined && 'ColumnRef' in target.val ? target.val.ColumnRef : undefined;
  const names = stringsOf(reference?.fields);
  if (names.at(-1) === '*') return starColumns(names.at(-2), from);
  // `(row).*`
  const isExpanded = target.val !== undefined && 'A_Indirection' in target.val;
  if (isExpanded && stringsOf(target.val.A_Indirection.indirection).at(-1) === '*') return undefined;
  const name = target.name ?? outputColumnName(target.val);
  return [{ name, source: sourceOf(names, from) }];
}

function starColumns(qualifier: string | undefined, { items, merges }: From): Columns {
  const meant = items.filter(({ alias }) => qualifier === undefined || qualifier === alias);
  if (meant.length === 0 || (qualifier === undefined && merges)) return undefined;
  const columns: OutputColumn[] = [];
  for (const item of meant) {
    if (item.columns === undefined) return undefined;
    columns.push(...item.columns);
  }
  return columns;
}

function sourceOf(names: readonly string[], { items }: From): Column | undefined {
  const qualifier = names.at(-2);
  const meant = items.filter(({ alias }) => qualifier === undefined || qualifier === alias);
  if (meant.some(({ columns }) => columns === undefined)) return undefined;
  const found = meant.flatMap(({ columns }) => columns?.filter(({ name }) => name === names.at(-1)) ?? []);
  return found.length === 1 ? found[0]?.source : undefined;
}
