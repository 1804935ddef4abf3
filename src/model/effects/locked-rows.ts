import type { Catalog } from '../catalog/types.ts';
import type { ObjectName, Operation } from '../operations/types.ts';
import { slowWork } from './slow-work.ts';
import type { Effect } from './types.ts';

/**
 * The relations of which an operation locks any number of rows until its transaction ends, by changing or deleting them: who
 * wants to change one of these rows waits (PostgreSQL manual, 13.3.2). Reads go on, and so do writes to other rows.
 *
 * @param operation with resolved names.
 * @param effects what it does, see `effectsOf`.
 * @param catalog the schema just before.
 * @returns none for a write that is bounded to a number of rows, unless a loop that never commits repeats it.
 */
export function rowsLockedBy(
  operation: Operation,
  effects: readonly Effect[],
  catalog: Catalog,
): readonly ObjectName[] {
  switch (operation.kind) {
    case 'Update':
    case 'Delete':
    case 'Merge':
      return operation.run === 'called'
        ? []
        : slowWork(operation, effects, catalog).map(({ relation }) => relation);
    default:
      return [];
  }
}
