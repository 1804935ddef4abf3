import type { ObjectName } from '../operations/types.ts';
import type { ObjectReference } from './object-references.ts';
import { mayComeFromOutside } from './outside-objects.ts';
import type { Catalog, Table } from './types.ts';

/** Columns that every table has (manual, 5.6 «System Columns»). */
const SYSTEM_COLUMNS: ReadonlySet<string> = new Set(['tableoid', 'xmin', 'cmin', 'xmax', 'cmax', 'ctid']);

/**
 * What the catalog has of a kind under a name, in whatever schema the search_path finds it. One namespace holds tables, views,
 * sequences and indexes, and each table is a type as well.
 */
export function isInCatalog({ kind, name, member }: ObjectReference, catalog: Catalog): boolean {
  switch (kind) {
    case 'table':
    case 'view':
    case 'sequence':
    case 'index':
      return isRelation(name, catalog);
    case 'type':
      return catalog.type(name) !== undefined || isRelation(name, catalog);
    case 'function':
      return catalog.routines(name).length > 0;
    case 'column':
    case 'constraint':
    case 'trigger':
    case 'policy': {
      const table = catalog.table(name);
      return table !== undefined && member !== undefined && hasMember(table, kind, member);
    }
    default:
      return kind satisfies never;
  }
}

function isRelation(name: ObjectName, catalog: Catalog): boolean {
  return (
    catalog.table(name) !== undefined ||
    catalog.view(name) !== undefined ||
    catalog.sequence(name) !== undefined ||
    catalog.index(name) !== undefined ||
    catalog.type(name) !== undefined
  );
}

function hasMember(
  table: Table,
  kind: 'column' | 'constraint' | 'trigger' | 'policy',
  member: string,
): boolean {
  switch (kind) {
    case 'column':
      return SYSTEM_COLUMNS.has(member) || table.columns.some(({ name }) => name === member);
    case 'constraint':
      return (
        table.constraints.some(({ name }) => name === member) ||
        table.columns.some(({ notNullConstraint }) => notNullConstraint?.name === member)
      );
    case 'trigger':
      return member.startsWith('RI_') || table.triggers.some(({ name }) => name === member);
    case 'policy':
      return table.policies.some(({ name }) => name === member);
    default:
      return kind satisfies never;
  }
}

/**
 * Whether all that a table has is known: it was made by a migration that could be read, nothing unseen has happened since, and
 * what it was made after is known as well.
 *
 * @param name the table.
 * @param catalog the schema at the point that is asked about.
 */
export function isWhollyKnown(name: ObjectName, catalog: Catalog): boolean {
  const table = catalog.table(name);
  if (table === undefined || table.certainty !== 'certain' || table.foreignServer !== undefined) return false;
  if (!isSeenSince(table.origin.migration, catalog)) return false;
  const parents = table.partitionOf === undefined ? table.inherits : [table.partitionOf.parent];
  return parents.every((parent) => isWhollyKnown(parent, catalog));
}

/** Whether nothing unseen can have happened in a migration of the history or after it. */
export function isSeenSince(migration: number, { lastUnseen }: Pick<Catalog, 'lastUnseen'>): boolean {
  return lastUnseen === undefined || migration > lastUnseen;
}

/**
 * Whether a relation, type or function that the catalog lacks is certainly not there, if the history begins with an empty
 * database: all of it could be read, and neither a platform nor an extension brings it.
 *
 * @param reference what is named.
 * @param catalog the schema at the point that is asked about.
 */
export function isSurelyAbsent({ kind, name }: ObjectReference, catalog: Catalog): boolean {
  if (!catalog.complete) return false;
  const of = kind === 'type' || kind === 'function' ? kind : 'relation';
  if (mayComeFromOutside(name, of, catalog)) return false;
  // One of this name in another schema: the connection may have a search_path of its own.
  if (kind === 'index') return everyTable(catalog, (table) => mayLackIndex(table, name.name));
  return everyTable(catalog, (table) => table.name.name !== name.name);
}

function mayLackIndex({ certainty, indexes }: Table, name: string): boolean {
  return certainty === 'certain' && indexes.every((index) => index.name !== name);
}

function everyTable(catalog: Catalog, test: (table: Table) => boolean): boolean {
  for (const table of catalog.tables()) if (!test(table)) return false;
  return true;
}
