import { constraintUses } from '../catalog/uses.ts';
import type { Catalog, Column, Table } from '../catalog/types.ts';
import { displayName, quoteIdentifier } from '../operations/display-name.ts';
import { isSameObject } from '../operations/same-object.ts';
import type { TypeName } from '../operations/types.ts';
import { columnDependants } from './column-dependants.ts';
import { pageKey } from './page-key.ts';

/**
 * Why a column cannot be replaced by another one in steps, with all that belongs to it: what is built on the column would stay with the
 * old one, or its rows cannot be gone through in batches.
 *
 * @param table the table just before.
 * @param catalog the schema just before.
 * @returns a sentence for people, with the names of what stands in the way; undefined if nothing does.
 */
export function whyNotReplaceable(table: Table, name: string, catalog: Catalog): string | undefined {
  const column = table.columns.find((one) => one.name === name);
  const path = `${displayName(table.name)}.${quoteIdentifier(name)}`;
  if (column === undefined) return `${displayName(table.name)} has no column ${quoteIdentifier(name)}.`;
  if (table.certainty !== 'certain' || column.certainty !== 'certain')
    return `The migrations do not say for sure what ${path} is like.`;
  return (
    whyNotTable(table, catalog) ??
    whyNotColumn(table, column, path, catalog) ??
    (pageKey(table) === undefined
      ? `${displayName(table.name)} has no primary key or other unique key to go through its rows by.`
      : undefined)
  );
}

/**
 * Why a new column cannot have a type without PostgreSQL writing every row anew: that of a domain with constraints, which it checks.
 *
 * @returns a sentence for people; undefined for every other type.
 */
export function whyNotNewType({ schema, name }: TypeName, catalog: Catalog): string | undefined {
  const type = catalog.type({ schema, name });
  const isChecked = type?.kind === 'domain' && (type.notNull || type.constraints.length > 0);
  return isChecked
    ? `The domain ${displayName(type.name)} has constraints: adding a column of it writes every row anew.`
    : undefined;
}

function whyNotTable(table: Table, catalog: Catalog): string | undefined {
  const name = displayName(table.name);
  if (table.persistence === 'temporary') return `${name} is a temporary table.`;
  if (table.foreignServer !== undefined) return `${name} is a foreign table.`;
  if (table.partitionBy !== undefined || table.partitionOf !== undefined)
    return `${name} is partitioned: its indexes want other steps.`;
  if (table.inherits.length > 0 || catalog.children(table.name).length > 0)
    return `${name} is part of an inheritance.`;
  return undefined;
}

function whyNotColumn(table: Table, column: Column, path: string, catalog: Catalog): string | undefined {
  if (column.generated !== undefined) return `${path} is a generated column.`;
  if (column.identity !== undefined) return `${path} is an identity column.`;
  for (const { ownedBy, name } of catalog.sequences()) {
    if (ownedBy?.column === column.name && isSameObject(ownedBy.table, table.name))
      return `The sequence ${displayName(name)} belongs to ${path}.`;
  }
  const [dependant, ...others] = columnDependants(table, column.name, catalog);
  if (dependant !== undefined) {
    const more =
      others.length === 0 ? '' : `, and so ${others.length === 1 ? 'is' : 'are'} ${others.join(', ')}`;
    return `${capital(dependant)} is built on ${path}${more}.`;
  }
  return whyNotConstraints(table, column, path, catalog);
}

function whyNotConstraints(
  table: Table,
  { name }: Column,
  path: string,
  catalog: Catalog,
): string | undefined {
  for (const { definition, name: constraint } of table.constraints) {
    if (!constraintUses(definition, name)) continue;
    if (definition.type === 'primary key') return `${path} is part of the primary key.`;
    if (definition.type === 'exclude')
      return `The exclusion constraint ${quoteIdentifier(constraint)} is built on ${path}.`;
  }
  for (const { table: other, constraint } of catalog.referencing(table.name)) {
    const { definition } = constraint;
    if (definition.type === 'foreign key' && definition.referencedColumns.includes(name))
      return `The foreign key ${quoteIdentifier(constraint.name)} of ${displayName(other.name)} points at ${path}.`;
  }
  if (table.rules.length > 0) return `${displayName(table.name)} has rules, which may name ${path}.`;
  const grant = table.privileges.find(({ privilege }) => privilege.includes('('));
  if (grant !== undefined) return `${displayName(table.name)} has privileges on single columns.`;
  return undefined;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
