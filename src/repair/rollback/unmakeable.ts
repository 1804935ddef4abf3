import type { Catalog, Table, View } from '../../model/catalog/types.ts';
import { displayName } from '../../model/operations/display-name.ts';
import { isSameObject } from '../../model/operations/same-object.ts';
import { outdatedView } from '../ddl/views.ts';
import type { ComparedCatalogs } from './compare.ts';

/**
 * Tables and views that the rollback is to make, and of which nobody knows enough to make them: each with the reason, for people.
 *
 * @param views those that it is to make, as they were.
 */
export function unmakeable(
  { tables }: ComparedCatalogs,
  views: readonly View[],
  catalog: Catalog,
): ReadonlyMap<Table | View, string> {
  const reasons = new Map<Table | View, string>();
  for (const table of tables.gone) {
    const reason = unknownColumns(table);
    if (reason !== undefined) reasons.set(table, reason);
  }
  for (let size = -1; size !== reasons.size;) {
    size = reasons.size;
    for (const view of views) {
      const reason = outdatedView(view, catalog) ?? unmadeRead(view, reasons, catalog);
      if (reason !== undefined) reasons.set(view, reason);
    }
  }
  return reasons;
}

function unknownColumns({ certainty, columns }: Table): string | undefined {
  if (columns.some(({ type }) => type.name === 'unknown'))
    return 'the types of its columns come from a query that cannot be followed';
  const isEmpty = certainty === 'uncertain' && columns.length === 0;
  return isEmpty ? 'no migration says what its columns were' : undefined;
}

function unmadeRead(
  { reads }: View,
  reasons: ReadonlyMap<Table | View, string>,
  catalog: Catalog,
): string | undefined {
  const isUnmade = (name: View['name']): boolean =>
    [...reasons.keys()].some((one) => isSameObject(one.name, name)) &&
    (catalog.table(name) ?? catalog.view(name)) !== undefined;
  const read = reads.find(isUnmade);
  return read === undefined ? undefined : `it reads ${displayName(read)}, which does not come back`;
}
