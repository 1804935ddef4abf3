import type { Operation, OperationKind } from '../operations/types.ts';
import { columnImpacts } from './column-impacts.ts';
import { constraintImpacts } from './constraint-impacts.ts';
import type { Impact, ImpactOf, ImpactScene, ImpactTable } from './impact.ts';
import { objectImpacts, rowImpacts } from './object-impacts.ts';
import { tableImpacts } from './table-impacts.ts';

/** What every kind of operation means. A new kind does not compile until it stands in one of these tables. */
const IMPACTS: ImpactTable<OperationKind> = {
  ...tableImpacts,
  ...columnImpacts,
  ...constraintImpacts,
  ...objectImpacts,
  ...rowImpacts,
};

/**
 * What an operation means for code that runs beside it.
 *
 * @param operation with resolved names, not one that only runs when a function is called.
 * @returns undefined if it means nothing to anybody.
 */
export function impactOf(operation: Operation, scene: ImpactScene): Impact | undefined {
  return (IMPACTS[operation.kind] as ImpactOf<OperationKind>)(operation, scene);
}
