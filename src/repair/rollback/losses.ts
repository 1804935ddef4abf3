import type { ComparedCatalogs } from './compare.ts';
import { operationLosses } from './operation-losses.ts';
import type { RemadeViews } from './remade-views.ts';
import type { ReturnedValuesOf } from './returned-values.ts';
import { lostRows } from './row-losses.ts';
import { schemaLosses } from './schema-losses.ts';
import type { Loss, UndoneMigration } from './types.ts';

/** What no rollback brings back, no sentence twice. */
export function lossesOf(
  migration: UndoneMigration,
  compared: ComparedCatalogs,
  views: RemadeViews,
  valuesOf: ReturnedValuesOf,
): readonly Loss[] {
  const all = [
    ...lostRows(compared, valuesOf),
    ...schemaLosses(compared, views.create, migration),
    ...migration.operations.flatMap((operation) => operationLosses(operation, migration, compared)),
  ];
  return [...new Map(all.toReversed().map((loss) => [loss.sentence, loss])).values()].toReversed();
}
