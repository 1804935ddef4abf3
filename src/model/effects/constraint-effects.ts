import type { Catalog, Constraint } from '../catalog/types.ts';
import type { ConstraintDefinition, ObjectName } from '../operations/types.ts';
import { addWithChildren, type Add, type EffectTable, type Work } from './effect-table.ts';
import { provesNotNull } from './not-null.ts';

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
    if (constraint?.definition.type === 'foreign key')
      add(constraint.definition.references, 'ROW SHARE', 'scan');
  },
  DropConstraint({ table, constraint: name, behavior }, add, catalog) {
    const definition = constraintOf(table, name, catalog)?.definition;
    addWithChildren(add, catalog, table, 'ACCESS EXCLUSIVE');
    if (definition?.type === 'foreign key') add(definition.references, 'ACCESS EXCLUSIVE');
    if (behavior !== 'cascade') return;
    for (const { table: other } of catalog.referencing(table)) add(other.name, 'ACCESS EXCLUSIVE');
  },
  RenameConstraint: ({ table }, add) => add(table, 'ACCESS EXCLUSIVE'),
};

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
      add(table, 'SHARE ROW EXCLUSIVE', work);
      return add(constraint.references, 'SHARE ROW EXCLUSIVE', work);
    }
    case 'check': {
      const work: Work = constraint.notValid || constraint.notEnforced ? 'metadata' : 'scan';
      return addWithChildren(add, catalog, table, 'ACCESS EXCLUSIVE', work);
    }
    case 'not null': {
      const proven = constraint.notValid || isProvenNotNull(table, constraint.column, catalog);
      return addWithChildren(add, catalog, table, 'ACCESS EXCLUSIVE', proven ? 'metadata' : 'scan');
    }
    case 'primary key':
    case 'unique': {
      if (constraint.usingIndex === undefined) {
        return addWithChildren(add, catalog, table, 'ACCESS EXCLUSIVE', 'index build');
      }
      // A primary key makes its columns NOT NULL, which is checked.
      const proven = constraint.columns.every((column) => isProvenNotNull(table, column, catalog));
      return add(table, 'ACCESS EXCLUSIVE', constraint.type === 'unique' || proven ? 'metadata' : 'scan');
    }
    case 'exclude':
      return add(table, 'ACCESS EXCLUSIVE', 'index build');
    default:
      constraint satisfies never;
  }
}

function isProvenNotNull(name: ObjectName, column: string, catalog: Catalog): boolean {
  const table = catalog.table(name);
  return table !== undefined && provesNotNull(table, column);
}
