import type { Catalog, Constraint } from '../catalog/types.ts';
import type { ConstraintDefinition, ObjectName } from '../operations/types.ts';
import { addRestingOn } from './dependants.ts';
import { addToPartitions, addWithChildren, type Add, type EffectTable, type Work } from './effect-table.ts';
import { isProvenNotNull } from './not-null.ts';

/** ALTER TABLE's actions on constraints. */
export const constraintEffects: EffectTable<
  'AddConstraint' | 'AlterConstraint' | 'ValidateConstraint' | 'DropConstraint' | 'RenameConstraint'
> = {
  AddConstraint: ({ table, constraint }, add, catalog) => addConstraint(table, constraint, add, catalog),
  AlterConstraint({ table, constraint, enforced }, add, catalog) {
    const work: Work = enforced === true ? 'scan' : 'metadata';
    const definition = constraintOf(table, constraint, catalog)?.definition;
    add(table, 'ACCESS EXCLUSIVE', work);
    if (enforced === true && definition?.type === 'foreign key') {
      add(definition.references, 'SHARE ROW EXCLUSIVE', work);
    }
  },
  ValidateConstraint({ table, constraint: name }, add, catalog) {
    const constraint = constraintOf(table, name, catalog);
    add(table, 'SHARE UPDATE EXCLUSIVE', constraint?.validated === true ? 'metadata' : 'scan');
    if (constraint?.definition.type === 'foreign key' && !constraint.validated)
      add(constraint.definition.references, 'ROW SHARE', 'scan');
  },
  DropConstraint({ table, constraint: name, behavior }, add, catalog) {
    const constraint = constraintOf(table, name, catalog);
    addWithChildren(add, catalog, table, 'ACCESS EXCLUSIVE');
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

/** Whether foreign keys can rest on a constraint; one that the catalog does not know may be a key. */
function isKey(constraint: Constraint | undefined): boolean {
  const type = constraint?.definition.type;
  return type === undefined || type === 'primary key' || type === 'unique';
}

function constraintOf(table: ObjectName, constraint: string, catalog: Catalog): Constraint | undefined {
  return catalog.table(table)?.constraints.find(({ name }) => name === constraint);
}

function addConstraint(
  table: ObjectName,
  constraint: ConstraintDefinition,
  add: Add,
  catalog: Catalog,
): void {
  switch (constraint.type) {
    case 'foreign key': {
      const work: Work = constraint.notValid || constraint.notEnforced ? 'metadata' : 'scan';
      // Tables that inherit are locked too, but only partitions get the key.
      addWithChildren(add, catalog, table, 'SHARE ROW EXCLUSIVE');
      addToPartitions(add, catalog, table, 'SHARE ROW EXCLUSIVE', work);
      return add(constraint.references, 'SHARE ROW EXCLUSIVE', work);
    }
    case 'check': {
      const work: Work = constraint.notValid || constraint.notEnforced ? 'metadata' : 'scan';
      return addWithChildren(add, catalog, table, 'ACCESS EXCLUSIVE', work);
    }
    case 'not null': {
      const proven = constraint.notValid || isProvenNotNull(catalog, table, constraint.column);
      return addWithChildren(add, catalog, table, 'ACCESS EXCLUSIVE', proven ? 'metadata' : 'scan');
    }
    case 'primary key':
    case 'unique': {
      if (constraint.usingIndex === undefined) {
        return addWithChildren(add, catalog, table, 'ACCESS EXCLUSIVE', 'index build');
      }
      // A primary key makes its columns NOT NULL, which is checked.
      const proven = constraint.columns.every((column) => isProvenNotNull(catalog, table, column));
      return add(table, 'ACCESS EXCLUSIVE', constraint.type === 'unique' || proven ? 'metadata' : 'scan');
    }
    case 'exclude':
      return add(table, 'ACCESS EXCLUSIVE', 'index build');
    default:
      constraint satisfies never;
  }
}
