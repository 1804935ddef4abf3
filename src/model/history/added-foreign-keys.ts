import type { Catalog, Constraint } from '../catalog/types.ts';
import { isSameObject } from '../operations/same-object.ts';
import type { AddColumn, AddConstraint, ConstraintDefinition, CreateTable } from '../operations/types.ts';

/** A foreign key of the catalog: with its name and the referenced columns filled in. */
export type ForeignKey = Constraint & {
  readonly definition: Extract<ConstraintDefinition, { type: 'foreign key' }>;
};

/**
 * The foreign keys that an operation gives its table: those of a new table or a new column, or the one of ADD CONSTRAINT. What a
 * partition has from its parent is not counted.
 *
 * @param before the schema just before.
 * @param after the schema just after.
 * @returns empty where IF NOT EXISTS finds the table or the column.
 */
export function addedForeignKeys(
  operation: CreateTable | AddColumn | AddConstraint,
  before: Catalog,
  after: Catalog,
): readonly ForeignKey[] {
  if (operation.run === 'called' || !mayAddKey(operation)) return [];
  const table = after.table(operation.table);
  if (table === undefined) return [];
  const known = new Set(before.table(operation.table)?.constraints.map(({ name }) => name));
  return table.constraints.filter(
    (constraint): constraint is ForeignKey =>
      constraint.definition.type === 'foreign key' && constraint.local && !known.has(constraint.name),
  );
}

/** Whether two foreign keys lead from the same columns to the same table. */
export function isSameForeignKey(one: ConstraintDefinition, other: ConstraintDefinition): boolean {
  return (
    one.type === 'foreign key' &&
    other.type === 'foreign key' &&
    one.columns.join('\0') === other.columns.join('\0') &&
    isSameObject(one.references, other.references)
  );
}

function mayAddKey(operation: CreateTable | AddColumn | AddConstraint): boolean {
  const isKey = ({ type }: ConstraintDefinition): boolean => type === 'foreign key';
  switch (operation.kind) {
    case 'AddConstraint':
      return isKey(operation.constraint);
    case 'AddColumn':
      return operation.column.constraints.some(isKey);
    case 'CreateTable':
      return (
        operation.constraints.some(isKey) ||
        operation.columns.some(({ constraints }) => constraints.some(isKey))
      );
    default:
      return operation satisfies never;
  }
}
