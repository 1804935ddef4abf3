/** What one operation means for code that runs beside it: the entry of a table that has one for every kind of operation. */
import type { Catalog, Table } from '../catalog/types.ts';
import { provesNotNull } from '../effects/not-null.ts';
import { displayName, quoteIdentifier } from '../operations/display-name.ts';
import type { ObjectName, OperationKind, OperationOf } from '../operations/types.ts';

/** How much an operation changes for code: nothing, something new beside the old, something that needs care, something that breaks. */
export type Change = 'none' | 'additive' | 'low risk' | 'breaking';

/**
 * Whose queries fail if code and schema do not change in the right order.
 * - `old code`: the code before the release fails on the schema after the migration.
 * - `new code`: the code of the release fails on the schema before it.
 */
export type Failing = 'nobody' | 'old code' | 'new code' | 'both';

/** The step of expand and contract that an operation is by its kind. What running code is sure to run into (a drop, NOT NULL) is a contract. */
export type OperationPhase = 'expand' | 'backfill' | 'contract' | 'none';

export interface Impact {
  readonly change: Change;
  readonly failing: Failing;
  readonly phase: OperationPhase;
  /** What the operation does, as a predicate: `drops users.fax, which running code may use`. */
  readonly text: string;
  /** Why no statement takes it back, if none does. */
  readonly final?: string;
}

/** Where an operation stands. */
export interface ImpactScene {
  /** The schema before the deploy. */
  readonly start: Catalog;
  /** The schema just before the operation. */
  readonly before: Catalog;
  /** The schema after its migration. */
  readonly after: Catalog;
  /** The table as it was before the deploy; undefined if the deploy created it. */
  readonly existed: (table: ObjectName) => Table | undefined;
}

/** Says what an operation of one kind means; undefined for one that means nothing to anybody. */
export type ImpactOf<Kind extends OperationKind> = (
  operation: OperationOf<Kind>,
  scene: ImpactScene,
) => Impact | undefined;

/** The impacts of some kinds of operation. */
export type ImpactTable<Kinds extends OperationKind> = { readonly [Kind in Kinds]: ImpactOf<Kind> };

/** Something new that only new code uses. */
export const adds = (text: string): Impact => ({
  change: 'additive',
  failing: 'new code',
  phase: 'expand',
  text,
});

/** Something that changes no query's meaning: indexes, storage, comments on how the table is kept. */
export const tunes = (text: string): Impact => ({
  change: 'low risk',
  failing: 'nobody',
  phase: 'none',
  text,
});

/** Something that allows more than before; code that needs it comes after it. */
export const relaxes = (text: string): Impact => ({
  change: 'low risk',
  failing: 'new code',
  phase: 'expand',
  text,
});

/** Something that refuses what running code should not do, but may. */
export const tightens = (text: string): Impact => ({
  change: 'low risk',
  failing: 'old code',
  phase: 'none',
  text,
});

/** Something that goes, or that running code is sure to run into. */
export const removes = (text: string): Impact => ({
  change: 'breaking',
  failing: 'old code',
  phase: 'contract',
  text,
});

/** Something that changes under the hands of running code, and that new code cannot do without. */
export const swaps = (text: string): Impact => ({ change: 'breaking', failing: 'both', phase: 'none', text });

/** Rows that are filled in or changed. */
export const fills = (text: string): Impact => ({
  change: 'low risk',
  failing: 'nobody',
  phase: 'backfill',
  text,
});

/** `users.fax`, quoted where needed. */
export const columnName = (table: ObjectName, column: string): string =>
  `${displayName(table)}.${quoteIdentifier(column)}`;

/** SET NOT NULL, and NOT NULL constraints. */
export function setNotNull(table: ObjectName, column: string, scene: ImpactScene): Impact | undefined {
  if (scene.existed(table) === undefined) return undefined;
  const now = scene.before.table(table);
  const name = columnName(table, column);
  // Already NOT NULL; a CHECK that proves it refuses the same writes.
  if (now !== undefined && provesNotNull(now, column))
    return tunes(`sets ${name} NOT NULL, which it was already`);
  return removes(`sets ${name} NOT NULL: writes of running code that leave it empty fail`);
}
