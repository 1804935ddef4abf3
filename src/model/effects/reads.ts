import type { Catalog } from '../catalog/types.ts';
import type { ObjectName } from '../operations/types.ts';
import { addWithChildren, type Add, type Work } from './effect-table.ts';

/**
 * Adds the locks of a relation that a query reads: of a table with its partitions or inheriting tables, of a view with what it
 * reads. The planner leaves out partitions that the query's constants exclude.
 *
 * @param lock ROW SHARE under FOR UPDATE and its kin.
 */
export function addRead(
  add: Add,
  catalog: Catalog,
  name: ObjectName,
  work: Work,
  lock: 'ACCESS SHARE' | 'ROW SHARE' = 'ACCESS SHARE',
): void {
  addWithChildren(add, catalog, name, lock, work);
  const view = catalog.table(name) === undefined ? catalog.view(name) : undefined;
  if (view?.kind === 'view') view.reads.forEach((read) => addRead(add, catalog, read, work, lock));
}

/**
 * Adds the locks of a relation whose rows a statement changes: of a table with its partitions or inheriting tables, of a
 * view on one table with that table.
 */
export function addChanged(add: Add, catalog: Catalog, name: ObjectName): void {
  addWithChildren(add, catalog, name, 'ROW EXCLUSIVE', 'rows');
  const view = catalog.table(name) === undefined ? catalog.view(name) : undefined;
  const [read] = view?.reads ?? [];
  const isPlain = view?.reads.length === 1 && view.triggers.length === 0 && view.rules.length === 0;
  if (read !== undefined && isPlain) addChanged(add, catalog, read);
}
