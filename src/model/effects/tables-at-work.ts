import type { Catalog } from '../catalog/types.ts';
import { isSameObject } from '../operations/same-object.ts';
import type { ObjectName, Operation } from '../operations/types.ts';
import { workOnRows } from './slow-work.ts';
import type { Effect } from './types.ts';

/**
 * The relations whose sizes decide how long an operation takes: what it rewrites, scans, builds indexes on, changes rows of, and
 * what its queries read, however few rows they pick. If all of them are small, it is quick; more are named than `slowWork`
 * names, which finds what is sure to be slow on large ones.
 *
 * Not among them: a table that only gets new rows, since their number is up to what is read; one in which a foreign key is
 * only looked up, which its unique index answers. Tables whose foreign keys point at rows that are deleted or get another key
 * are: nothing says that an index finds their rows.
 *
 * @param operation with resolved names.
 * @param effects what it does, see `effectsOf`.
 * @param catalog the schema just before.
 */
export function tablesAtWork(
  operation: Operation,
  effects: readonly Effect[],
  catalog: Catalog,
): readonly ObjectName[] {
  return workOf(operation, effects, catalog).map(({ relation }) => relation);
}

function workOf(operation: Operation, effects: readonly Effect[], catalog: Catalog): readonly Effect[] {
  switch (operation.kind) {
    case 'Update':
    case 'Delete':
    case 'Merge': {
      const referencing = catalog.referencing(operation.table).map(({ table }) => table.name);
      const isOnlyLookedUp = ({ relation, lock }: Effect): boolean =>
        lock === 'ROW SHARE' && !referencing.some((name) => isSameObject(name, relation));
      return effects.filter((effect) => effect.work !== 'metadata' && !isOnlyLookedUp(effect));
    }
    case 'Insert':
    case 'CreateTableAs':
    case 'Copy':
      return effects.filter(({ work }) => work === 'scan');
    case 'Select':
      return effects.filter(({ work }) => work !== 'metadata');
    default:
      return workOnRows(operation, effects, catalog);
  }
}
