import type { ObjectName } from '../operations/types.ts';
import { isSameName } from './catalog-view.ts';
import type { Store } from './store.ts';
import type { Table } from './types.ts';

/**
 * Whether a table would become its own ancestor: PostgreSQL refuses that as circular inheritance (42P07).
 *
 * @param store the replay's objects; their newest state is looked at.
 * @param child the resolved name of the table that gets a parent.
 * @param parent the resolved name of the parent, which need not be there.
 * @returns true if `parent` is `child`, or inherits from it or is a partition of it through whatever tables.
 */
export function closesCycle(store: Store, child: ObjectName, parent: ObjectName): boolean {
  if (isSameName(child, parent)) return true;
  // What nothing ever inherited from is nobody's ancestor: most tables that get a parent are new.
  if (store.children.of(child)[Symbol.iterator]().next().done === true) return false;
  const seen = new Set<Table>();
  const open = [parent];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (isSameName(name, child)) return true;
    const table = store.relations.at(name, store.next);
    if (table?.kind !== 'table' || seen.has(table)) continue;
    seen.add(table);
    open.push(...parentsOf(table));
  }
  return false;
}

/**
 * A table as it can be written. Names of parents that the history never created may turn out to be the table's own, or a
 * descendant's, once one of these is created or renamed: everything that goes from parents to children relies on an end.
 *
 * @param store the replay's objects.
 * @param table the table about to be written.
 * @param previous its state so far, whose parents are no longer in question.
 * @returns the table without the parents that would close a cycle; mostly the table itself.
 */
export function withoutCycles(store: Store, table: Table, previous: Table | undefined): Table {
  if (table.inherits === previous?.inherits && table.partitionOf === previous.partitionOf) return table;
  const circular = parentsOf(table).filter((parent) => closesCycle(store, table.name, parent));
  if (circular.length === 0) return table;
  const inherits = table.inherits.filter((parent) => !circular.includes(parent));
  const isPartitionOfItself = table.partitionOf !== undefined && circular.includes(table.partitionOf.parent);
  return { ...table, inherits, partitionOf: isPartitionOfItself ? undefined : table.partitionOf };
}

function parentsOf(table: Table): readonly ObjectName[] {
  return table.partitionOf === undefined ? table.inherits : [...table.inherits, table.partitionOf.parent];
}
