import { isSameIndex } from '../catalog/add-index.ts';
import type { Catalog, Constraint, Table } from '../catalog/types.ts';
import type {
  AttachPartition,
  ConstraintDefinition,
  DetachPartition,
  ObjectName,
  PartitionBound,
} from '../operations/types.ts';
import { isSameObject } from '../operations/same-object.ts';
import { addWithChildren, familyOf, type Add, type Work } from './effect-table.ts';
import { fitsBound, rulesOut } from './partition-proof.ts';

/** The locks and the work of ALTER TABLE … ATTACH PARTITION. */
export function attachPartition(
  { table, partition, bound }: AttachPartition,
  add: Add,
  catalog: Catalog,
  postgresVersion: number,
): void {
  add(table, 'SHARE UPDATE EXCLUSIVE');
  const parent = catalog.table(table);
  for (const above of parentsOf(parent, catalog)) add(above.name, 'ACCESS SHARE');
  addChecked(partition, parent, bound, add, catalog);
  if (parent === undefined) return;
  addDefaultPartition(parent, bound, add, catalog);
  for (const member of leavesOf(partition, catalog)) {
    const isIndexed = parent.indexes.every((index) => hasIndexLike(member, index));
    if (!isIndexed) add(member.name, 'ACCESS EXCLUSIVE', 'index build');
  }
  const own = catalog.table(partition);
  const lacking = own === undefined ? foreignKeysOf(parent) : foreignKeysLackedBy(own, parent);
  for (const key of foreignKeysOf(parent)) {
    // The partition's own key becomes a part of the parent's: its triggers on the referenced table go.
    if (!lacking.includes(key)) add(key.references, 'ACCESS EXCLUSIVE');
    else {
      add(key.references, 'SHARE ROW EXCLUSIVE', 'scan');
      addWithChildren(add, catalog, partition, 'ACCESS EXCLUSIVE', 'scan');
    }
  }
  addReferencing(parent, postgresVersion < 15 ? 'ACCESS SHARE' : 'SHARE ROW EXCLUSIVE', add, catalog);
}

/** The locks and the work of a partition that is created as one: the parent's, and those of tables that keys connect it with. */
export function createPartition(
  parentName: ObjectName,
  bound: PartitionBound,
  add: Add,
  catalog: Catalog,
  postgresVersion: number,
): void {
  add(parentName, 'ACCESS EXCLUSIVE');
  const parent = catalog.table(parentName);
  if (parent === undefined) return;
  addDefaultPartition(parent, bound, add, catalog);
  for (const { references } of foreignKeysOf(parent)) add(references, 'SHARE ROW EXCLUSIVE');
  addReferencing(parent, postgresVersion < 15 ? 'ACCESS SHARE' : 'SHARE ROW EXCLUSIVE', add, catalog);
}

/** The locks and the work of ALTER TABLE … DETACH PARTITION. */
export function detachPartition(
  { table, partition, concurrently }: DetachPartition,
  add: Add,
  catalog: Catalog,
  postgresVersion: number,
): void {
  if (concurrently) {
    add(table, 'SHARE UPDATE EXCLUSIVE', 'metadata', true);
    add(partition, 'ACCESS EXCLUSIVE', 'metadata', true);
    return;
  }
  add(table, 'ACCESS EXCLUSIVE');
  const [own, ...below] = familyOf(catalog, partition);
  const isReferenced = catalog.referencing(table).length > 0;
  const isLight = postgresVersion < 14 && !isReferenced;
  if (own !== undefined) add(own, isLight ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE');
  for (const name of below) add(name, 'ACCESS EXCLUSIVE');
  const parent = catalog.table(table);
  if (parent === undefined) return;
  const fallback = defaultPartitionOf(parent, catalog);
  if (fallback !== undefined) add(fallback.name, 'ACCESS EXCLUSIVE');
  for (const { references } of foreignKeysOf(parent)) add(references, 'SHARE ROW EXCLUSIVE');
  // Rows that refer to the partition would refer to nothing.
  for (const { table: other } of catalog.referencing(parent.name)) {
    if (!isSameObject(other.name, parent.name)) add(other.name, 'ACCESS EXCLUSIVE', 'scan');
  }
}

/** The partition that takes the rows that no other one takes. */
export function defaultPartitionOf(parent: Table, catalog: Catalog): Table | undefined {
  return catalog.children(parent.name).find(({ partitionOf }) => partitionOf?.bound.type === 'default');
}

/** The foreign keys of a partitioned table that a partition-to-be has not, or has NOT VALID: its rows are checked against them when it is attached. */
export function foreignKeysLackedBy(partition: Table, parent: Table): readonly ForeignKey[] {
  return foreignKeysOf(parent).filter((key) => !hasValidKey(partition, key));
}

/** Whether a table has a foreign key, and validated: that one a partitioned table's can take over. */
export function hasValidKey({ constraints }: Table, key: ForeignKey): boolean {
  const valid = constraints.filter(({ validated }) => validated);
  return foreignKeysOf({ constraints: valid }).some((one) => isSameKey(one, key));
}

/** Whether constraints of a partition-to-be prove that its rows fit, so that ATTACH PARTITION needs not read them for that. */
export function isProvenToFit(table: Table, parent: Table, bound: PartitionBound, catalog: Catalog): boolean {
  return (
    fitsBound(table, parent, bound, catalog.children(parent.name)) &&
    [parent, ...parentsOf(parent, catalog)].every((inner) => {
      const outer = inner.partitionOf;
      const above = outer === undefined ? undefined : catalog.table(outer.parent);
      if (outer === undefined) return true;
      return above !== undefined && fitsBound(table, above, outer.bound, catalog.children(above.name));
    })
  );
}

/** A new partition's rows are checked against its bound, and against those of the partitions that it lies in. */
function addChecked(
  partition: ObjectName,
  parent: Table | undefined,
  bound: PartitionBound,
  add: Add,
  catalog: Catalog,
): void {
  const fits = (table: Table): boolean =>
    parent !== undefined && isProvenToFit(table, parent, bound, catalog);
  addUnlessProven(partition, fits, add, catalog);
}

/** What another partition takes from now on must not be in the default partition: that one is locked, and read. */
function addDefaultPartition(parent: Table, bound: PartitionBound, add: Add, catalog: Catalog): void {
  const fallback = defaultPartitionOf(parent, catalog);
  if (fallback !== undefined)
    addUnlessProven(fallback.name, (table) => rulesOut(table, parent, bound), add, catalog);
}

/** Locks a table and its partitions, and reads those of them that no constraint of theirs speaks for. */
function addUnlessProven(
  name: ObjectName,
  isProven: (table: Table) => boolean,
  add: Add,
  catalog: Catalog,
): void {
  const table = catalog.table(name);
  addWithChildren(add, catalog, name, 'ACCESS EXCLUSIVE');
  if (table === undefined) return add(name, 'ACCESS EXCLUSIVE', 'scan');
  if (isProven(table)) return;
  for (const leaf of leavesOf(name, catalog)) {
    const work: Work = isProven(leaf) ? 'metadata' : 'scan';
    add(leaf.name, 'ACCESS EXCLUSIVE', work);
  }
}

/** The tables of a family that hold rows. */
export function leavesOf(name: ObjectName, catalog: Catalog): readonly Table[] {
  return familyOf(catalog, name).flatMap((member) => {
    const table = catalog.table(member);
    return table === undefined || table.partitionBy !== undefined ? [] : [table];
  });
}

function parentsOf(table: Table | undefined, catalog: Catalog): readonly Table[] {
  const found: Table[] = [];
  for (let name = table?.partitionOf?.parent; name !== undefined;) {
    const above = catalog.table(name);
    if (above === undefined || found.includes(above)) break;
    found.push(above);
    name = above.partitionOf?.parent;
  }
  return found;
}

function hasIndexLike(table: Table, index: Table['indexes'][number]): boolean {
  return table.indexes.some(
    (one) => isSameIndex(one, index) && (index.constraint === undefined || one.constraint !== undefined),
  );
}

/** A foreign key as it is written. */
export type ForeignKey = Extract<ConstraintDefinition, { type: 'foreign key' }>;

function foreignKeysOf({ constraints }: { readonly constraints: readonly Constraint[] }): ForeignKey[] {
  return constraints.flatMap(({ definition }) => (definition.type === 'foreign key' ? [definition] : []));
}

/** What PostgreSQL compares before it takes a partition's key over. Columns that nobody wrote are those of the primary key. */
function isSameKey(one: ForeignKey, other: ForeignKey): boolean {
  const [ours, theirs] = [one.referencedColumns, other.referencedColumns];
  return (
    one.columns.join('\0') === other.columns.join('\0') &&
    (theirs.length === 0 || ours.join('\0') === theirs.join('\0')) &&
    isSameObject(one.references, other.references) &&
    one.onDelete === other.onDelete &&
    one.onUpdate === other.onUpdate &&
    one.match === other.match &&
    one.deferrable === other.deferrable &&
    one.initiallyDeferred === other.initiallyDeferred &&
    one.notEnforced === other.notEnforced
  );
}

function addReferencing(
  parent: Table,
  lock: 'ACCESS SHARE' | 'SHARE ROW EXCLUSIVE',
  add: Add,
  catalog: Catalog,
): void {
  for (const { table } of catalog.referencing(parent.name)) {
    if (!isSameObject(table.name, parent.name)) add(table.name, lock);
  }
}
