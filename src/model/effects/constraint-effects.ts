import { saysOnly } from '../catalog/edit.ts';
import type { Catalog, Constraint } from '../catalog/types.ts';
import type { ConstraintDefinition, ObjectName } from '../operations/types.ts';
import { addRestingOn } from './dependants.ts';
import { addToPartitions, addWithChildren, type Add, type EffectTable, type Work } from './effect-table.ts';
import { isProvenNotNull } from './not-null.ts';
import { hasValidKey, leavesOf, type ForeignKey } from './partition-effects.ts';

/** ALTER TABLE's actions on constraints. */
export const constraintEffects: EffectTable<
  'AddConstraint' | 'AlterConstraint' | 'ValidateConstraint' | 'DropConstraint' | 'RenameConstraint'
> = {
  AddConstraint(operation, add, catalog, postgresVersion) {
    const { table, constraint } = operation;
    const isParent = catalog.table(table)?.partitionBy !== undefined;
    // Only a partitioned table itself, which holds no rows: an index that waits for its partitions' to be attached.
    if (isParent && hasIndex(constraint) && saysOnly(operation)) return add(table, 'ACCESS EXCLUSIVE');
    return addConstraint(table, constraint, add, catalog, postgresVersion);
  },
  AlterConstraint({ table, constraint, enforced }, add, catalog) {
    const work: Work = enforced === true ? 'scan' : 'metadata';
    const definition = constraintOf(table, constraint, catalog)?.definition;
    add(table, 'ACCESS EXCLUSIVE', work);
    if (enforced !== undefined && definition?.type === 'foreign key') {
      add(definition.references, enforced ? 'SHARE ROW EXCLUSIVE' : 'ACCESS EXCLUSIVE', work);
    }
  },
  ValidateConstraint({ table, constraint: name }, add, catalog) {
    const constraint = constraintOf(table, name, catalog);
    if (constraint?.validated === true) return add(table, 'SHARE UPDATE EXCLUSIVE');
    if (constraint?.definition.type === 'foreign key') {
      addToPartitions(add, catalog, table, 'SHARE UPDATE EXCLUSIVE', 'scan');
      return add(constraint.definition.references, 'ROW SHARE', 'scan');
    }
    return addWithChildren(add, catalog, table, 'SHARE UPDATE EXCLUSIVE', 'scan');
  },
  DropConstraint({ table, constraint: name, behavior }, add, catalog) {
    const constraint = constraintOf(table, name, catalog);
    if (isInherited(constraint)) addWithChildren(add, catalog, table, 'ACCESS EXCLUSIVE');
    else addToPartitions(add, catalog, table, 'ACCESS EXCLUSIVE');
    if (constraint?.definition.type === 'foreign key')
      add(constraint.definition.references, 'ACCESS EXCLUSIVE');
    if (behavior === 'cascade' && isKey(constraint)) addRestingOn(table, constraint?.index, add, catalog);
  },
  RenameConstraint({ table, constraint }, add, catalog) {
    const type = constraintOf(table, constraint, catalog)?.definition.type;
    // Partitions and inheriting tables have the CHECK and NOT NULL constraints of their parent by the same name.
    if (type === 'check' || type === 'not null') addWithChildren(add, catalog, table, 'ACCESS EXCLUSIVE');
    else add(table, 'ACCESS EXCLUSIVE');
  },
};

/** Whether inheriting tables have a constraint too; partitions have all of them. */
function isInherited(constraint: Constraint | undefined): boolean {
  const definition = constraint?.definition;
  if (definition === undefined || definition.type === 'not null') return true;
  return definition.type === 'check' && !definition.noInherit;
}

function hasIndex({ type }: ConstraintDefinition): boolean {
  return type === 'primary key' || type === 'unique' || type === 'exclude';
}

/** Whether foreign keys can rest on a constraint; one that the catalog does not know may be a key. */
function isKey(constraint: Constraint | undefined): boolean {
  const type = constraint?.definition.type;
  return type === undefined || type === 'primary key' || type === 'unique';
}

function constraintOf(table: ObjectName, constraint: string, catalog: Catalog): Constraint | undefined {
  return catalog.table(table)?.constraints.find(({ name }) => name === constraint);
}

/** Whether each partition has the key already, and validated: it becomes a part of the table's, and nothing is read. */
function adoptsKeys(table: ObjectName, key: ForeignKey, catalog: Catalog): boolean {
  if (catalog.table(table)?.partitionBy === undefined) return false;
  const leaves = leavesOf(table, catalog);
  return leaves.length > 0 && leaves.every((leaf) => hasValidKey(leaf, key));
}

function addConstraint(
  table: ObjectName,
  constraint: ConstraintDefinition,
  add: Add,
  catalog: Catalog,
  postgresVersion: number,
): void {
  switch (constraint.type) {
    case 'foreign key': {
      const work: Work = constraint.notValid || constraint.notEnforced ? 'metadata' : 'scan';
      // Since 18 tables that inherit are locked too, but only partitions get the key.
      if (postgresVersion >= 18) addWithChildren(add, catalog, table, 'SHARE ROW EXCLUSIVE');
      if (!adoptsKeys(table, constraint, catalog)) {
        addToPartitions(add, catalog, table, 'SHARE ROW EXCLUSIVE', work);
        return add(constraint.references, 'SHARE ROW EXCLUSIVE', work);
      }
      addToPartitions(add, catalog, table, 'SHARE ROW EXCLUSIVE');
      // The triggers of the partitions' own keys go.
      return add(constraint.references, 'ACCESS EXCLUSIVE');
    }
    case 'check': {
      const work: Work = constraint.notValid || constraint.notEnforced ? 'metadata' : 'scan';
      if (!constraint.noInherit) return addWithChildren(add, catalog, table, 'ACCESS EXCLUSIVE', work);
      if (postgresVersion >= 18) addWithChildren(add, catalog, table, 'ACCESS EXCLUSIVE');
      return add(table, 'ACCESS EXCLUSIVE', work);
    }
    case 'not null': {
      const proven = constraint.notValid || isProvenNotNull(catalog, table, constraint.column);
      return addWithChildren(add, catalog, table, 'ACCESS EXCLUSIVE', proven ? 'metadata' : 'scan');
    }
    case 'primary key':
    case 'unique': {
      const isProven = (column: string): boolean => isProvenNotNull(catalog, table, column);
      // Since 18 the family is locked before anything is done; inheriting tables get no index.
      if (postgresVersion >= 18) addWithChildren(add, catalog, table, 'ACCESS EXCLUSIVE');
      if (constraint.usingIndex === undefined) {
        const nullable = constraint.type === 'primary key' && !constraint.columns.every(isProven);
        if (nullable) addWithChildren(add, catalog, table, 'ACCESS EXCLUSIVE');
        addToPartitions(add, catalog, table, 'SHARE', 'index build');
        return add(table, 'ACCESS EXCLUSIVE', 'index build');
      }
      // A primary key makes its columns NOT NULL, which is checked.
      const proven = constraint.columns.every(isProven);
      return add(table, 'ACCESS EXCLUSIVE', constraint.type === 'unique' || proven ? 'metadata' : 'scan');
    }
    case 'exclude':
      return add(table, 'ACCESS EXCLUSIVE', 'index build');
    default:
      constraint satisfies never;
  }
}
