/** Loops that go along a key by ranges of fixed width and stop at the first range without a row. */
import type { Catalog } from '../catalog/types.ts';
import type { Delete, Loop, Update } from '../operations/types.ts';
import { rangeOf } from './batch-size.ts';
import { driversOf } from './drivers.ts';
import { endsOnNoRow } from './ending.ts';
import { growth } from './key-progress.ts';

/** A write that leaves out all rows behind a gap in the keys. */
export interface KeyGap {
  readonly write: Update | Delete;
  readonly column: string;
  readonly variable: string;
  /** How many keys a range has. */
  readonly width: number;
}

/**
 * The writes of a loop that a gap in the keys ends: `WHERE id > last AND id <= last + 1000`, `EXIT WHEN NOT FOUND`, and
 * `last := last + 1000`.
 *
 * @param loop a loop of a DO block, function or procedure.
 * @param catalog the schema just before the loop.
 */
export function keyGapsOf(loop: Loop, catalog: Catalog): readonly KeyGap[] {
  return driversOf(loop, catalog).flatMap((driver): readonly KeyGap[] => {
    const range = driver.picked.by === 'condition' ? rangeOf(driver.picked.conditions, loop) : undefined;
    const step = range && growth(loop, range.variable);
    if (range === undefined || step === undefined || step <= 0) return [];
    return endsOnNoRow(driver, loop, catalog) ? [{ write: driver.write, ...range }] : [];
  });
}
