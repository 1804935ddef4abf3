import type { Table } from '../catalog/types.ts';
import { isTruncatedBefore } from '../history/emptied-tables.ts';
import type { ObjectName, Operation } from '../operations/types.ts';
import { isEmptyOrFails, type EmptyScene } from './empty-or-fails.ts';
import { slowWork } from './slow-work.ts';
import type { Effect } from './types.ts';

/** What is asked about an operation and its deploy; the context of a rule is one. */
export interface WorkScene extends EmptyScene {
  readonly effectsOf: (operation: Operation) => readonly Effect[];
  readonly existedBeforeDeploy: (table: ObjectName, at?: Operation) => Table | undefined;
}

/**
 * The slow work of an operation that is felt: on tables that existed before the deploy, that the deploy has not truncated, and
 * that a required column without a value does not prove to be empty. See `slowWork`, `isTruncatedBefore`, `isEmptyOrFails`.
 *
 * @param operation of the deploy, with resolved names. What is only done when a function is called has no effects.
 * @returns strongest lock first.
 */
export function slowWorkOnRows(operation: Operation, scene: WorkScene): readonly Effect[] {
  const effects = scene.effectsOf(operation);
  if (effects.every(({ work }) => work === 'metadata')) return [];
  return slowWork(operation, effects, scene.catalogBefore(operation)).filter(
    ({ relation }) =>
      scene.existedBeforeDeploy(relation, operation) !== undefined &&
      !isTruncatedBefore(relation, operation, scene.deploy) &&
      !isEmptyOrFails(relation, operation, scene),
  );
}
