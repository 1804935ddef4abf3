import { isBoundedWrite } from '../loops/row-bounds.ts';
import { visitNodes } from '../operations/parse-tree.ts';
import { isUnconditional } from './emptied-tables.ts';
import type { Catalog } from '../catalog/types.ts';
import type { ObjectName, Operation, OperationKind, OperationOf } from '../operations/types.ts';

/** A statement that changes rows. */
export type DataChange = OperationOf<'Copy' | 'Delete' | 'Insert' | 'Merge' | 'Update'>;

/** Prisma's list of applied migrations is the runner's own. */
const RUNNERS_OWN = '_prisma_migrations';

/**
 * The rows that an operation changes, if they are of a table that the deploy did not make: INSERT, UPDATE, DELETE, MERGE and COPY
 * … FROM.
 *
 * @param isOld whether a table existed before the deploy.
 * @returns undefined for everything else, for what only happens when a function is called, and for tables of the runner.
 */
export function changedRowsOf(
  operation: Operation,
  isOld: (table: ObjectName) => boolean,
): DataChange | undefined {
  if (operation.run === 'called') return undefined;
  switch (operation.kind) {
    case 'Copy':
      return operation.from && operation.table !== undefined && isOld(operation.table)
        ? operation
        : undefined;
    case 'Delete':
    case 'Insert':
    case 'Merge':
    case 'Update':
      return operation.table.name !== RUNNERS_OWN && isOld(operation.table) ? operation : undefined;
    default:
      return undefined;
  }
}

/**
 * Whether an operation moves rows of the tables that were there into one that is new: INSERT … SELECT. Rows of constants
 * belong to the table that they are made with.
 *
 * @param isOld whether a table existed before the deploy.
 */
export function movesOldRows(operation: Operation, isOld: (table: ObjectName) => boolean): boolean {
  return (
    operation.kind === 'Insert' && operation.run !== 'called' && operation.query?.reads.some(isOld) === true
  );
}

/** Whether a change is of rows that the statement lists by a key: one row, or a few. */
export function namesItsRows(operation: DataChange, catalog: Catalog): boolean {
  if (operation.kind === 'Insert') return operation.source !== 'query';
  if (operation.kind !== 'Update' && operation.kind !== 'Delete') return false;
  const isListed = operation.where.conditions.some(({ form }) => form === 'equals' || form === 'in list');
  return isListed && operation.loop === undefined && isBoundedWrite(operation, catalog);
}

/**
 * Whether a change cannot miss a row: a DELETE of all rows, or an UPDATE without a condition or a second table that gives each
 * column a constant, or what is computed from its own value alone.
 */
export function reachesEveryRow(operation: DataChange): boolean {
  if (operation.kind === 'Delete') return isUnconditional(operation);
  if (operation.kind !== 'Update' || operation.from.length > 0) return false;
  return (
    operation.where.conditions.every(({ form }) => form === 'tautology') &&
    operation.assignments.every(
      ({ column, expression, reads }) =>
        expression !== undefined && reads.every((read) => read === column) && !hasSubquery(expression.tree),
    )
  );
}

function hasSubquery(tree: unknown): boolean {
  let has = false;
  visitNodes(tree, (type) => {
    if (type === 'SubLink') has = true;
  });
  return has;
}

/** What changes the structure of tables, types and views. Copies of rows, functions and settings do not. */
const STRUCTURAL: ReadonlySet<OperationKind> = new Set<OperationKind>([
  'AddColumn',
  'AddConstraint',
  'AddEnumValue',
  'AddIdentity',
  'AlterColumnType',
  'CreateEnum',
  'CreateIndex',
  'CreateTable',
  'CreateType',
  'CreateView',
  'DropColumn',
  'DropConstraint',
  'DropDefault',
  'DropIndex',
  'DropNotNull',
  'DropTable',
  'DropType',
  'DropView',
  'RenameColumn',
  'RenameEnumValue',
  'RenameTable',
  'SetDefault',
  'SetNotNull',
]);

/** Whether an operation changes the structure of what lasts: temporary tables are tools. */
export function changesStructure(operation: Operation): boolean {
  if (!STRUCTURAL.has(operation.kind) || operation.run === 'called') return false;
  return !('persistence' in operation && operation.persistence === 'temporary');
}
