import type { Transaction } from '../../input/runners/types.ts';
import type { Catalog, Table } from '../../model/catalog/types.ts';
import { isInBody } from '../../model/operations/in-body.ts';
import { isSameObject } from '../../model/operations/same-object.ts';
import type { ObjectName, Operation } from '../../model/operations/types.ts';
import type { Migration, Project } from '../project.ts';

/** What a fix is chosen by; the context of a rule is one. */
export interface FixScene {
  /** The schema just before the operation. */
  readonly catalog: Catalog;
  /** The schema just after it. */
  readonly catalogAfter: Catalog;
  readonly migration: Migration;
  readonly deploy: readonly Migration[];
  readonly project: Project;
  readonly transactionOf: (operation: Operation) => Transaction;
}

/** Whether an operation stands where it can be taken apart: outside of bodies, in a script that was read whole. */
export function isMovable(
  operation: Operation,
  { migration: { script } }: Pick<FixScene, 'migration'>,
): boolean {
  return operation.run === 'now' && script?.problems.length === 0 && !isInBody(operation, script);
}

/**
 * Whether a later statement can begin after the transaction of this one: in a migration of its own, if not in this file. Not with
 * a tool that runs all pending migrations in one transaction.
 */
export function canFollowCommit({ project }: Pick<FixScene, 'project'>): boolean {
  return project.runner.oneTransactionPerDeploy !== true;
}

/** A plain table of which all is known: not partitioned, no partition, none that inherits or is inherited from. */
export function plainTable(name: ObjectName, catalog: Catalog): Table | undefined {
  const table = catalog.table(name);
  if (table === undefined || table.certainty !== 'certain' || table.foreignServer !== undefined)
    return undefined;
  const isAlone =
    table.partitionBy === undefined && table.partitionOf === undefined && table.inherits.length === 0;
  return isAlone && catalog.children(table.name).length === 0 ? table : undefined;
}

const RENAMING: ReadonlySet<Operation['kind']> = new Set([
  'RenameTable',
  'RenameColumn',
  'RenameConstraint',
  'AlterColumnType',
  'DropTable',
  'DropColumn',
]);

/**
 * Whether the table and its columns are still called the same when the migration has run, so that what is written for the place of an
 * operation can as well be run after the last one.
 */
export function staysAsNamed(
  table: ObjectName,
  operation: Operation,
  { migration: { operations } }: Pick<FixScene, 'migration'>,
): boolean {
  const at = operations.indexOf(operation);
  return operations.every((other, index) => {
    if (index <= at || other.run === 'called') return true;
    if (other.kind === 'SetSchema') return !isSameObject(other.object, table);
    return !(RENAMING.has(other.kind) && 'table' in other && isNamed(other.table, table));
  });
}

function isNamed(one: ObjectName | undefined, table: ObjectName): boolean {
  return one !== undefined && isSameObject(one, table);
}
