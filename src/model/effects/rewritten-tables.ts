import type { Table } from '../catalog/types.ts';
import { isTruncatedBefore } from '../history/emptied-tables.ts';
import type { ObjectName, Operation } from '../operations/types.ts';
import { isEmptyOrFails, type EmptyScene } from './empty-or-fails.ts';
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
  return rewritten.map(({ relation }) => relation).filter((table) => hasUsers(table, operation, scene));
}

/** Whether somebody may wait for a table: it existed before the deploy, holds rows then, and the operation does not fail on them. */
export function hasUsers(table: ObjectName, operation: Operation, scene: WaitScene): boolean {
  return (
    scene.existedBeforeDeploy(table, operation) !== undefined &&
    !isTruncatedBefore(table, operation, scene.deploy) &&
    !isEmptyOrFails(table, operation, scene)
  );
}
