import type { JoinExpr, Node, SelectStmt } from '@pgsql/types';
import type { Catalog, Table } from '../catalog/types.ts';
import { operationsOfKind, operationsOn, runsBefore } from '../history/deploy-operations.ts';
import { fieldsOf, stringsOf } from '../operations/nodes.ts';
import { isSameObject } from '../operations/same-object.ts';
import type { ObjectName, Operation, Query } from '../operations/types.ts';
import type { WaitScene } from './used-tables.ts';

/**
 * Whether a query finds no row and looks for none, however large its tables are: it joins them, by equal columns, with a table
 * that the deploy created and that nothing has filled, itself or through a view of the deploy. PostgreSQL then reads one row
 * of the others at most (EXPLAIN ANALYZE on 18).
 *
 * @param operation the operation with the query, of the deploy.
 * @returns false where the query reads tables in another way as well.
 */
export function joinsEmptyTable(query: Query, operation: Operation, scene: WaitScene): boolean {
  const select = fieldsOf(query.tree, 'SelectStmt');
  if (select === undefined) return false;
  const { deciding, all } = joinedTables(select);
  if (!query.reads.every((read) => all.some((name) => isSameObject(name, read)))) return false;
  const catalog = scene.catalogBefore(operation);
  return deciding.some((name) => {
    const table = catalog.table(name);
    if (table !== undefined) return isNewAndEmpty(table, operation, scene, catalog);
    const inner = queryOfNewView(name, operation, scene, catalog);
    return inner !== undefined && joinsEmptyTable(inner, operation, scene);
  });
}

/** The query of a view that the deploy made, as it is just before an operation. */
function queryOfNewView(
  name: ObjectName,
  operation: Operation,
  { deploy }: WaitScene,
  catalog: Catalog,
): Query | undefined {
  const view = catalog.view(name)?.name;
  if (view === undefined) return undefined;
  const creations = operationsOfKind('CreateView', deploy).filter(
    (other) => isSameObject(other.view, view) && runsBefore(other, operation, deploy),
  );
  return creations.every(({ run }) => run === 'now') ? creations.at(-1)?.query : undefined;
}

/** Whether the deploy created a table before an operation, and nothing that may run has put a row into it. */
function isNewAndEmpty(
  { name, partitionOf }: Table,
  operation: Operation,
  scene: WaitScene,
  catalog: Catalog,
): boolean {
  if (scene.existedBeforeDeploy(name, operation) !== undefined) return false;
  // Rows of a partition come by way of its parent, those of children count as the parent's.
  if (partitionOf !== undefined || catalog.children(name).length > 0) return false;
  const before = operationsOn(name, scene.deploy).filter((other) =>
    runsBefore(other, operation, scene.deploy),
  );
  const isCreated = before.some(({ kind, run }) => kind === 'CreateTable' && run === 'now');
  return isCreated && !before.some(({ kind }) => FILLING.has(kind));
}

const FILLING: ReadonlySet<Operation['kind']> = new Set(['Insert', 'Copy', 'Merge', 'CreateTableAs']);

interface JoinedTables {
  /** Those without whose rows there is none. */
  readonly deciding: readonly ObjectName[];
  readonly all: readonly ObjectName[];
}

const none: JoinedTables = { deciding: [], all: [] };

/** The tables and views of a FROM and its joins; none where it holds anything else, or rows come from elsewhere as well. */
function joinedTables({ fromClause, larg, withClause }: SelectStmt): JoinedTables {
  const [item, ...others] = fromClause ?? [];
  const isOneJoin = larg === undefined && withClause === undefined && others.length === 0;
  return isOneJoin && item !== undefined ? joinedItem(item) : none;
}

function joinedItem(item: Node): JoinedTables {
  const relation = fieldsOf(item, 'RangeVar');
  if (relation?.relname !== undefined) {
    const name = { schema: relation.schemaname, name: relation.relname };
    return { deciding: [name], all: [name] };
  }
  const join = fieldsOf(item, 'JoinExpr');
  if (join?.larg === undefined || join.rarg === undefined || !isOnEquality(join)) return none;
  const [left, right] = [joinedItem(join.larg), joinedItem(join.rarg)];
  const { jointype: type } = join;
  return {
    deciding: [
      ...(type === 'JOIN_INNER' || type === 'JOIN_LEFT' ? left.deciding : []),
      ...(type === 'JOIN_INNER' || type === 'JOIN_RIGHT' ? right.deciding : []),
    ],
    all: [...left.all, ...right.all],
  };
}

/** Whether a join wants two columns to be equal: any other goes through one side even where the other is empty. */
function isOnEquality({ usingClause, quals }: JoinExpr): boolean {
  return (usingClause?.length ?? 0) > 0 || isEquality(quals);
}

function isEquality(condition: Node | undefined): boolean {
  const both = fieldsOf(condition, 'BoolExpr');
  if (both?.boolop === 'AND_EXPR') return (both.args ?? []).some(isEquality);
  const { kind, name, lexpr, rexpr } = fieldsOf(condition, 'A_Expr') ?? {};
  if (kind !== 'AEXPR_OP' || stringsOf(name).at(-1) !== '=') return false;
  return [lexpr, rexpr].every((side) => fieldsOf(side, 'ColumnRef') !== undefined);
}
