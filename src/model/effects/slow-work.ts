import type { Catalog } from '../catalog/types.ts';
import type { DeployOperations } from '../history/deploy-operations.ts';
import { isBoundedWrite } from '../loops/row-bounds.ts';
import { unboundedReads } from '../loops/unbounded-reads.ts';
import { isSameObject } from '../operations/same-object.ts';
import type { ConstraintDefinition, Loop, ObjectName, Operation } from '../operations/types.ts';
import { failsOnRows } from './empty-or-fails.ts';
import type { Effect } from './types.ts';

/**
 * The effects of an operation that take longer the more rows a relation has: a rewrite, an index build, a scan, and changing or
 * copying a number of rows that nothing bounds. What goes on without blocking (CONCURRENTLY) is among them.
 *
 * A required column without a value fails at the first row, and finds none in an empty table: it is never slow.
 * A SELECT by itself is not: most only look for a row. Neither is INSERT … VALUES or COPY, whose rows are the script's.
 *
 * @param operation with resolved names.
 * @param effects what it does, see `effectsOf`.
 * @param catalog the schema just before.
 */
export function slowWork(
  operation: Operation,
  effects: readonly Effect[],
  catalog: Catalog,
): readonly Effect[] {
  const on = (relations: readonly ObjectName[]): readonly Effect[] =>
    effects.filter(({ relation }) => relations.some((name) => isSameObject(name, relation)));
  switch (operation.kind) {
    case 'Update':
    case 'Delete':
      return isBoundedWrite(operation, catalog) && !repeats(operation.loop) ? [] : on([operation.table]);
    case 'Merge':
      return operation.source.length === 0 ? [] : on([operation.table]);
    case 'Insert':
    case 'CreateTableAs':
      return on(unboundedReads(operation, catalog));
    case 'Select':
    case 'Truncate':
    case 'Copy':
      return [];
    case 'AddColumn':
      return failsOnRows(operation, catalog) ? [] : workOnRows(operation, effects, catalog);
    default:
      return workOnRows(operation, effects, catalog);
  }
}

/** What is asked about a deploy; the context of a rule is one. */
interface SlowScene {
  readonly deploy: DeployOperations;
  readonly effectsOf: (operation: Operation) => readonly Effect[];
  readonly catalogBefore: (operation: Operation) => Catalog;
}

/** By deploy, which does not change: of each operation that was asked about, whether it has slow work. */
const known = new WeakMap<DeployOperations, Map<Operation, boolean>>();

/** Whether an operation of a deploy has {@link slowWork}, worked out once: each statement after it may ask. */
export function hasSlowWork(operation: Operation, { deploy, effectsOf, catalogBefore }: SlowScene): boolean {
  const ofDeploy = known.get(deploy) ?? new Map<Operation, boolean>();
  known.set(deploy, ofDeploy);
  const before = ofDeploy.get(operation);
  if (before !== undefined) return before;
  const isSlow = slowWork(operation, effectsOf(operation), catalogBefore(operation)).length > 0;
  ofDeploy.set(operation, isSlow);
  return isSlow;
}

/** The effects of an operation on a definition that work on rows: rewrites, index builds and scans; not tables in which a key is only looked up. */
export function workOnRows(
  operation: Operation,
  effects: readonly Effect[],
  catalog: Catalog,
): readonly Effect[] {
  return effects.filter(
    ({ relation, work }) =>
      work !== 'metadata' && work !== 'rows' && !isOnlyReferenced(relation, operation, catalog),
  );
}

/** Whether a key is only looked up in a relation: how long that takes is up to the table that has the key. */
function isOnlyReferenced(relation: ObjectName, operation: Operation, catalog: Catalog): boolean {
  return keysOf(operation, catalog).some(
    (key) =>
      key.type === 'foreign key' &&
      isSameObject(key.references, relation) &&
      !('table' in operation && operation.table !== undefined && isSameObject(operation.table, relation)),
  );
}

/** The constraints that an operation checks. */
function keysOf(operation: Operation, catalog: Catalog): readonly ConstraintDefinition[] {
  switch (operation.kind) {
    case 'AddConstraint':
      return [operation.constraint];
    case 'AddColumn':
      return operation.column.constraints;
    case 'ValidateConstraint':
    case 'AlterConstraint': {
      const constraints = catalog.table(operation.table)?.constraints ?? [];
      return constraints.filter(({ name }) => name === operation.constraint).map((found) => found.definition);
    }
    default:
      return [];
  }
}

/** Whether a loop goes through a table in one transaction, however few rows one turn of it changes. */
function repeats(loop: Loop | undefined): boolean {
  return loop !== undefined && !loop.commits && loop.form !== 'for-integer' && loop.form !== 'foreach';
}
