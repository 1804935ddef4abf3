/** Statements that read and change rows. */
import type {
  CopyStmt,
  DeleteStmt,
  InsertStmt,
  MergeStmt,
  Node,
  RangeVar,
  SelectStmt,
  UpdateStmt,
  WithClause,
} from '@pgsql/types';
import { assignmentOf } from './assignments.ts';
import type { Context } from './context.ts';
import { constantOf, isRowIndependent } from './constants.ts';
import { nameFromList, relationName } from './names.ts';
import { constantText, fieldsOf, stringsOf, valueText } from './nodes.ts';
import { sourcesOf, withFromItems } from './predicate-scope.ts';
import type { PredicateScope } from './predicate-scope.ts';
import { predicateOf } from './predicates.ts';
import { callsOf, cteNames, fromItems, queryOf, wholeQuery, withoutCtes } from './queries.ts';
import type { FromItem } from './queries.ts';
import { expressionText } from './source-text.ts';
import { createTableAs } from './views.ts';
import type { Insert, ObjectName, Operation, SetVariable } from './types.ts';

/** What the data-modifying CTEs of a WITH clause do: PostgreSQL runs them whether or not the query reads them. */
function commonTableOperations(
  clause: WithClause | undefined,
  context: Context,
  outer?: WithClause,
): readonly Operation[] {
  if (clause === undefined) return [];
  return (clause.ctes ?? []).flatMap((node) => {
    const query = fieldsOf(node, 'CommonTableExpr')?.ctequery;
    if (query === undefined || fieldsOf(query, 'SelectStmt')) return [];
    return rowOperations(query, context, together(outer, clause));
  });
}

/** A WITH clause with the one around it: the names of both are no tables. */
function together(outer: WithClause | undefined, own: WithClause | undefined): WithClause | undefined {
  if (outer === undefined || own === undefined) return own ?? outer;
  return { ...own, ctes: [...(outer.ctes ?? []), ...(own.ctes ?? [])] };
}

/** The operations of a statement that can stand in a WITH clause or in COPY; none for others. */
function rowOperations(tree: Node, context: Context, outer?: WithClause): readonly Operation[] {
  const insertion = fieldsOf(tree, 'InsertStmt');
  if (insertion) return insert(insertion, context, outer);
  const change = fieldsOf(tree, 'UpdateStmt');
  if (change) return update(change, context, outer);
  const deletion = fieldsOf(tree, 'DeleteStmt');
  if (deletion) return remove(deletion, context, outer);
  const merging = fieldsOf(tree, 'MergeStmt');
  if (merging) return merge(merging, context, outer);
  const selection = fieldsOf(tree, 'SelectStmt');
  return selection ? select(selection, context) : [];
}

/** INSERT. `outer`: the WITH clause around it, of which it is a part. */
export function insert(node: InsertStmt, context: Context, outer?: WithClause): readonly Operation[] {
  const columns = (node.cols ?? []).map((item) => fieldsOf(item, 'ResTarget')?.name ?? '');
  const rows = fieldsOf(node.selectStmt, 'SelectStmt')?.valuesLists;
  const action = node.onConflictClause?.action;
  const operation: Insert = {
    kind: 'Insert',
    table: relationName(node.relation),
    columns,
    source: node.selectStmt === undefined ? 'default values' : rows === undefined ? 'query' : 'values',
    rows: rows?.length ?? 0,
    query:
      node.selectStmt === undefined || rows !== undefined
        ? undefined
        : queryOf(context.statement, node.selectStmt, columns, together(outer, node.withClause)),
    onConflict:
      action === 'ONCONFLICT_NOTHING' ? 'nothing' : action === 'ONCONFLICT_UPDATE' ? 'update' : undefined,
    ...context.base,
  };
  const ownWith = fieldsOf(node.selectStmt, 'SelectStmt')?.withClause;
  return [
    ...commonTableOperations(node.withClause, context, outer),
    ...commonTableOperations(ownWith, context, together(outer, node.withClause)),
    operation,
  ];
}

function scopeOf(
  relation: RangeVar | undefined,
  clause: WithClause | undefined,
  items: readonly FromItem[],
  context: Context,
): PredicateScope {
  return {
    statement: context.statement,
    targets: new Set([relation?.alias?.aliasname ?? relation?.relname ?? '']),
    variables: context.variables,
    sources: withFromItems(sourcesOf(clause), items),
    ctes: cteNames(clause),
  };
}

function relationsOf(items: readonly FromItem[], ctes: ReadonlySet<string>): ObjectName[] {
  return withoutCtes(items, ctes).flatMap((item) => item.relation ?? []);
}

/** UPDATE. */
export function update(node: UpdateStmt, context: Context, outer?: WithClause): readonly Operation[] {
  const items = fromItems(node.fromClause);
  const scope = scopeOf(node.relation, together(outer, node.withClause), items, context);
  return [
    ...commonTableOperations(node.withClause, context, outer),
    {
      kind: 'Update',
      table: relationName(node.relation),
      assignments: (node.targetList ?? []).map((item) =>
        assignmentOf(fieldsOf(item, 'ResTarget') ?? {}, scope),
      ),
      where: predicateOf(node.whereClause, scope),
      from: relationsOf(items, scope.ctes),
      ...context.base,
    },
  ];
}

/** DELETE. */
export function remove(node: DeleteStmt, context: Context, outer?: WithClause): readonly Operation[] {
  const items = fromItems(node.usingClause);
  const scope = scopeOf(node.relation, together(outer, node.withClause), items, context);
  return [
    ...commonTableOperations(node.withClause, context, outer),
    {
      kind: 'Delete',
      table: relationName(node.relation),
      where: predicateOf(node.whereClause, scope),
      using: relationsOf(items, scope.ctes),
      ...context.base,
    },
  ];
}

/** MERGE. */
export function merge(node: MergeStmt, context: Context, outer?: WithClause): readonly Operation[] {
  const items = node.sourceRelation === undefined ? [] : fromItems([node.sourceRelation]);
  return [
    ...commonTableOperations(node.withClause, context, outer),
    {
      kind: 'Merge',
      table: relationName(node.relation),
      source: relationsOf(items, cteNames(together(outer, node.withClause))),
      ...context.base,
    },
  ];
}

/** SELECT at the top of a statement; SELECT INTO makes a table. `set_config` sets a variable besides. */
export function select(node: SelectStmt, context: Context): readonly Operation[] {
  const before = commonTableOperations(node.withClause, context);
  const into = leftmost(node).intoClause;
  if (into !== undefined) {
    const query = { SelectStmt: node };
    return [
      ...before,
      ...createTableAs({ query, into, is_select_into: true, objtype: 'OBJECT_TABLE' }, context),
    ];
  }
  const tree: Node = { SelectStmt: node };
  return [
    ...before,
    {
      kind: 'Select',
      query: wholeQuery(context.statement, tree),
      calls: callsOf(tree),
      locksRows: (node.lockingClause?.length ?? 0) > 0,
      ...context.base,
    },
    ...setConfigs(node, context),
  ];
}

/** INTO stands in the first SELECT of a UNION. */
function leftmost(node: SelectStmt): SelectStmt {
  return node.larg === undefined ? node : leftmost(node.larg);
}

function setConfigs(node: SelectStmt, context: Context): readonly SetVariable[] {
  return (node.targetList ?? []).flatMap((item): SetVariable[] => {
    const call = fieldsOf(fieldsOf(item, 'ResTarget')?.val, 'FuncCall');
    const routine = nameFromList(call?.funcname);
    if (routine.name !== 'set_config' || (routine.schema ?? 'pg_catalog') !== 'pg_catalog') return [];
    const [name, value, isLocal] = call?.args ?? [];
    const variable = valueText(name);
    if (variable === undefined || value === undefined) return [];
    const constant = constantOf(value);
    const text =
      constant === undefined ? expressionText(context.statement, value, 'clause') : constantText(constant);
    const scope =
      isRowIndependent(isLocal, context.variables) && valueText(isLocal) === 'true' ? 'local' : 'session';
    return [
      {
        kind: 'SetVariable',
        name: variable.toLowerCase(),
        value: text === undefined ? undefined : [text],
        scope,
        form: 'set_config',
        ...context.base,
      },
    ];
  });
}

/** COPY; of a query, what the query does comes first. */
export function copy(node: CopyStmt, context: Context): readonly Operation[] {
  return [
    ...(node.query === undefined ? [] : rowOperations(node.query, context)),
    {
      kind: 'Copy',
      table: node.relation === undefined ? undefined : relationName(node.relation),
      from: node.is_from === true,
      program: node.is_program === true,
      columns: stringsOf(node.attlist),
      ...context.base,
    },
  ];
}
