/** Finds an object of one point of the history at another one, whatever it is called there. */
import type { Catalog, Constraint, Index, Table } from './types.ts';

/**
 * A table as it is at another point of the history, also under another name; undefined where it is gone or was not there yet.
 *
 * @param table the table at one point.
 * @param catalog the schema at the other.
 */
export function sameTableIn(table: Table, catalog: Catalog): Table | undefined {
  const named = catalog.table(table.name);
  if (named?.origin === table.origin) return named;
  for (const other of catalog.tables()) if (other.origin === table.origin) return other;
  return undefined;
}

/** An index of a table as it is in the table of another point of the history, by its name or, if that has changed, by its keys. */
export function sameIndexIn(index: Index, table: Table): Index | undefined {
  const mine = table.indexes.filter(({ origin }) => origin === index.origin);
  return (
    mine.find(({ name }) => name === index.name) ??
    mine.find(({ columnNames }) => columnNames.join('\0') === index.columnNames.join('\0'))
  );
}

/** A constraint of a table as it is in the table of another point of the history; parameters as of {@link sameIndexIn}. */
export function sameConstraintIn(constraint: Constraint, table: Table): Constraint | undefined {
  const mine = table.constraints.filter(
    ({ origin, definition }) =>
      origin === constraint.origin && definition.type === constraint.definition.type,
  );
  return mine.find(({ name }) => name === constraint.name) ?? (mine.length === 1 ? mine[0] : undefined);
}
