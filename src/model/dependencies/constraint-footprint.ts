import type { Catalog, Constraint, Table } from '../catalog/types.ts';
import type { ConstraintDefinition, ObjectName, OperationOf } from '../operations/types.ts';
import type { FootprintBuilder } from './footprint.ts';
import { addElements, addExpression } from './index-footprint.ts';

/** A constraint that is added. */
export function addConstraint(
  to: FootprintBuilder,
  { name: table }: ObjectName,
  one: ConstraintDefinition,
): void {
  to.add('writes', table, 'constraint', one.name ?? '*');
  to.add('provides', table, 'rules');
  to.add('provides', table, 'validity');
  to.add('needs', table, 'rows');
  switch (one.type) {
    case 'primary key':
    case 'unique':
      for (const name of [one.name, one.usingIndex]) {
        to.add('writes', name);
        if (name !== undefined) to.add('writes', table, 'index', name);
      }
      for (const column of [...one.columns, ...one.include]) to.add('reads', table, 'column', column);
      if (one.type === 'primary key')
        for (const column of one.columns) to.add('writes', table, 'null', column);
      to.add('provides', table, 'keys');
      return to.add('provides', table, 'indexes');
    case 'foreign key':
      for (const column of one.columns) to.add('reads', table, 'column', column);
      for (const column of one.referencedColumns) to.add('reads', one.references.name, 'column', column);
      for (const part of ['keys', 'rows'] as const) to.add('needs', one.references.name, part);
      to.add('reads', one.references.name, 'keys');
      return to.add('provides', one.references.name, 'rules');
    case 'check':
      return addExpression(to, table, one.expression);
    case 'not null':
      to.add('writes', table, 'null', one.column);
      return to.add('reads', table, 'column', one.column);
    case 'exclude':
      to.add('writes', one.name);
      addElements(to, table, one.elements);
      return addExpression(to, table, one.where);
    default:
      return one satisfies never;
  }
}

/** DROP CONSTRAINT. */
export function addDroppedConstraint(
  to: FootprintBuilder,
  { table, constraint: name, behavior }: OperationOf<'DropConstraint'>,
  before: Catalog,
): void {
  const found = before.table(table);
  const constraint = found?.constraints.find((one) => one.name === name);
  if (found === undefined || constraint === undefined || behavior === 'cascade')
    return to.add('writes', table.name);
  addGoneConstraint(to, found, constraint);
}

/** A constraint that goes, by itself or with a column. */
export function addGoneConstraint(
  to: FootprintBuilder,
  table: Table,
  { name, definition, index }: Constraint,
): void {
  const on = table.name.name;
  to.add('writes', on, 'constraint', name);
  to.add('writes', on, 'proofs');
  to.add('provides', on, 'rules');
  if (index !== undefined) {
    to.add('writes', index);
    to.add('writes', on, 'index', index);
    to.add('writes', on, 'keys');
  }
  if (definition.type === 'foreign key') to.add('provides', definition.references.name, 'rules');
}

/** VALIDATE CONSTRAINT: it reads the rows of both tables of a foreign key. */
export function addValidation(
  to: FootprintBuilder,
  { table, constraint: name }: OperationOf<'ValidateConstraint'>,
  before: Catalog,
): void {
  to.add('reads', table.name, 'constraint', name);
  to.add('provides', table.name, 'validity');
  to.add('needs', table.name, 'rows');
  const found = before.table(table)?.constraints.find((one) => one.name === name)?.definition;
  if (found?.type === 'foreign key') to.add('needs', found.references.name, 'rows');
}
