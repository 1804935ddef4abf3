import { objectKey } from '../operations/same-object.ts';
import { putSequence, putTable, putType, putView, type Draft } from './draft.ts';
import type { Catalog, Routine } from './types.ts';

/**
 * Writes every object of a catalog into a draft, as it is there: with its origin and how certain it is. What routines' bodies do when
 * they are called is not in a catalog, and not followed.
 */
export function copyCatalog(draft: Draft, catalog: Catalog): void {
  const { store } = draft;
  for (const schema of catalog.schemas())
    store.write(store.schemas, { schema: undefined, name: schema.name }, schema);
  for (const extension of catalog.extensions())
    store.write(store.extensions, { schema: undefined, name: extension.name }, extension);
  for (const type of catalog.types()) putType(draft, type);
  for (const table of catalog.tables()) putTable(draft, table);
  for (const view of catalog.views()) putView(draft, view);
  for (const sequence of catalog.sequences()) putSequence(draft, sequence);
  const routines = new Map<string, Routine[]>();
  for (const routine of catalog.allRoutines()) {
    const overloads = routines.get(objectKey(routine.name));
    if (overloads === undefined) routines.set(objectKey(routine.name), [routine]);
    else overloads.push(routine);
  }
  for (const overloads of routines.values()) {
    const [first] = overloads;
    if (first !== undefined) store.write(store.routines, first.name, overloads);
  }
  draft.timeZone = catalog.timeZone;
  draft.timeouts = catalog.timeouts;
  draft.complete = catalog.complete;
  draft.lastUnseen = catalog.lastUnseen;
  draft.fromEmpty = catalog.fromEmpty;
  store.step();
}
