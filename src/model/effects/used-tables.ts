import type { Table } from '../catalog/types.ts';
import { operationsOn, runsBefore } from '../history/deploy-operations.ts';
import { isEmptiedBefore, isTruncatedBefore } from '../history/emptied-tables.ts';
import { isSameObject } from '../operations/same-object.ts';
import type { ObjectName, Operation } from '../operations/types.ts';
import { isEmptyOrFails, keyFailsOnRows, type EmptyScene } from './empty-or-fails.ts';
import { slowWork } from './slow-work.ts';
import type { Effect } from './types.ts';

/** What is asked about a deploy; the context of a rule is one. */
export interface WaitScene extends EmptyScene {
  readonly effectsOf: (operation: Operation) => readonly Effect[];
  readonly existedBeforeDeploy: (table: ObjectName, at?: Operation) => Table | undefined;
}

/**
 * The tables that an operation writes anew, row by row, while somebody waits: those that existed before the deploy and that it
 * has not emptied. Of a partitioned table these are its partitions.
 *
 * @param operation with resolved names, of the deploy.
 */
export function rewrittenTables(operation: Operation, scene: WaitScene): readonly ObjectName[] {
  if (operation.run === 'called') return [];
  const rewritten = scene.effectsOf(operation).filter(({ work, online }) => work === 'rewrite' && !online);
  return rewritten
    .map(({ relation }) => relation)
    .filter((table) => hasUsers(table, operation, scene, 'rewrite'));
}

/**
 * Whether somebody may wait for a table: it existed before the deploy, holds rows then, and the operation does not fail on them.
 *
 * A DELETE of all rows leaves them to be read by a scan, and an index build even puts them into the index if the transaction
 * deleted them itself. A rewrite copies none of them, and what comes after it finds an empty table: executed on 18.
 *
 * @param work what the operation does to the table; a scan if it is not told.
 */
export function hasUsers(
  table: ObjectName,
  operation: Operation,
  scene: WaitScene,
  work: Effect['work'] = 'scan',
): boolean {
  return (
    scene.existedBeforeDeploy(table, operation) !== undefined &&
    !isTruncatedBefore(table, operation, scene.deploy) &&
    !isEmptyOrFails(table, operation, scene) &&
    !keyFailsOnRows(operation, scene) &&
    !isDeletedFrom(table, operation, scene, work)
  );
}

/** Whether a DELETE took all rows before, and the work does not meet them any more: a rewrite, or what a rewrite came before. */
function isDeletedFrom(
  table: ObjectName,
  operation: Operation,
  scene: WaitScene,
  work: Effect['work'],
): boolean {
  const { deploy } = scene;
  if (!isEmptiedBefore(table, operation, deploy)) return false;
  if (work === 'rewrite') return true;
  // The actions of one ALTER TABLE share one rewrite, and its indexes are built on the new rows.
  return operationsOn(table, deploy).some(
    (other) =>
      other.run !== 'called' &&
      (other.statement === operation.statement || runsBefore(other, operation, deploy)) &&
      isEmptiedBefore(table, other, deploy) &&
      scene
        .effectsOf(other)
        .some(({ relation, work: done }) => done === 'rewrite' && isSameObject(relation, table)),
  );
}

/**
 * The slow work of an operation that somebody waits for: see `slowWork` and {@link hasUsers}.
 *
 * @param operation of the deploy, with resolved names. What is only done when a function is called has no effects.
 * @returns strongest lock first.
 */
export function slowWorkOnUsedTables(operation: Operation, scene: WaitScene): readonly Effect[] {
  const effects = scene.effectsOf(operation);
  if (effects.every(({ work }) => work === 'metadata')) return [];
  return slowWork(operation, effects, scene.catalogBefore(operation)).filter(({ relation, work }) =>
    hasUsers(relation, operation, scene, work),
  );
}
