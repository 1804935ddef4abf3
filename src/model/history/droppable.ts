import { constraintUses } from '../catalog/uses.ts';
import type { Catalog, Column, Table } from '../catalog/types.ts';
import { displayName, quoteIdentifier } from '../operations/display-name.ts';
import { isSameObject } from '../operations/same-object.ts';
import { columnDependants } from './column-dependants.ts';

/**
 * Why a column or a table should not be dropped as it is: PostgreSQL refuses without CASCADE what others are built on (2BP01), and takes a
 * primary key away with any of its columns (executed on PostgreSQL 18).
 *
 * @param table the table just before.
 * @param column one of its columns; undefined for the table as a whole.
 * @param catalog the schema just before.
 * @returns a sentence for people, with the name of what stands in the way; undefined if nothing is known to.
 */
export function whyNotDroppable(
  table: Table,
  column: Column | undefined,
  catalog: Catalog,
): string | undefined {
  return column === undefined ? whyNotTable(table, catalog) : whyNotColumn(table, column, catalog);
}

function whyNotTable({ name }: Table, catalog: Catalog): string | undefined {
  const on = displayName(name);
  const key = catalog.referencing(name).find((one) => !isSameObject(one.table.name, name));
  if (key !== undefined) return keyPointsAt(key, on);
  const view = catalog.readers(name).find(({ certainty }) => certainty === 'certain');
  return view && `The ${view.kind} ${displayName(view.name)} is built on ${on}.`;
}

function whyNotColumn(table: Table, { name }: Column, catalog: Catalog): string | undefined {
  const path = `${displayName(table.name)}.${quoteIdentifier(name)}`;
  for (const { definition } of table.constraints) {
    if (definition.type === 'primary key' && constraintUses(definition, name))
      return `${path} is part of the primary key.`;
  }
  for (const key of catalog.referencing(table.name)) {
    const { definition } = key.constraint;
    if (definition.type === 'foreign key' && definition.referencedColumns.includes(name))
      return keyPointsAt(key, path);
  }
  const [dependant] = columnDependants(table, name, catalog);
  return dependant && `${dependant.charAt(0).toUpperCase()}${dependant.slice(1)} is built on ${path}.`;
}

function keyPointsAt(
  { table, constraint }: ReturnType<Catalog['referencing']>[number],
  what: string,
): string {
  return `The foreign key ${quoteIdentifier(constraint.name)} of ${displayName(table.name)} points at ${what}.`;
}
