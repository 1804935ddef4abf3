/** Loops that change rows in batches: what each pass does, and whether it is done right. */
import type { Catalog } from '../catalog/types.ts';
import type {
  Delete,
  Insert,
  Loop,
  LoopStep,
  Merge,
  ObjectName,
  Operation,
  Update,
} from '../operations/types.ts';
import { batchSize } from './batch-size.ts';
import { endingOf, innerLoops, type LoopEnding } from './ending.ts';
import { keyGapsOf, type KeyGap } from './key-gaps.ts';
import { skippingPages, type SkippingPage } from './paging.ts';

/** A statement that changes rows. */
export type RowChange = Update | Delete | Insert | Merge;

/** A loop that changes rows. Worked out part by part, when it is asked for. */
export interface BatchLoop {
  readonly loop: Loop;
  /** The statements directly in the loop that change rows, VALUES lists left out, in order. */
  readonly changes: readonly RowChange[];
  /** How often it commits, the loops around it and in it counted: in each of its passes, in some, or never. */
  readonly commits: 'each pass' | 'some passes' | 'never';
  /** True if it calls pg_sleep somewhere, also in a loop around it or in it. */
  readonly pauses: boolean;
  /** How many rows a pass changes at most; undefined where that is not bounded, or not known. */
  readonly batchSize: number | undefined;
  readonly ending: LoopEnding;
  /** Pages that pass rows over. */
  readonly skipping: readonly SkippingPage[];
  /** Writes that a gap in the keys ends. */
  readonly gaps: readonly KeyGap[];
}

/**
 * What a loop does with rows.
 *
 * Limits: triggers of the table, row-level security and other sessions are not followed; where the table has a trigger or a
 * rule on UPDATE, nothing is said of how the loop ends.
 *
 * @param loop a loop of a DO block, function or procedure.
 * @param catalog the schema just before the loop.
 * @returns undefined for a loop that changes no rows itself.
 */
export function batchLoopOf(loop: Loop, catalog: Catalog): BatchLoop | undefined {
  const changes = loop.operations.filter(isRowChange);
  if (changes.length === 0) return undefined;
  let ending: LoopEnding | undefined;
  return {
    loop,
    changes,
    get commits() {
      return commitsOf(loop);
    },
    get pauses() {
      return isAnyOf(loop, ({ pauses }) => pauses);
    },
    get batchSize() {
      return batchSize(loop, catalog);
    },
    get ending() {
      return (ending ??= endingOf(loop, catalog));
    },
    get skipping() {
      return skippingPages(loop);
    },
    get gaps() {
      return keyGapsOf(loop, catalog);
    },
  };
}

/**
 * The tables that a loop without an exit changes in the loops inside of it, which all end; that it changes rows itself is for
 * {@link batchLoopOf} to say.
 *
 * @param loop a loop of a DO block, function or procedure.
 * @param catalog the schema just before the loop.
 * @returns why it never ends; undefined for any other loop.
 */
export function endlessAround(
  loop: Loop,
  catalog: Catalog,
): { readonly why: 'no exit' | 'unreachable exit'; readonly tables: readonly ObjectName[] } | undefined {
  if (loop.operations.some(isRowChange)) return undefined;
  const inner = loopsIn(loop.steps);
  const tables = inner.flatMap(({ operations }) => operations.filter(isRowChange).map(({ table }) => table));
  if (tables.length === 0) return undefined;
  const ending = endingOf(loop, catalog);
  if (ending.verdict !== 'endless' || ending.why === 'same rows') return undefined;
  if (inner.some((one) => endingOf(one, catalog).verdict.startsWith('endless'))) return undefined;
  return { why: ending.why, tables: unique(tables) };
}

function loopsIn(steps: readonly LoopStep[]): readonly Loop[] {
  return innerLoops(steps).flatMap((inner) => [inner, ...loopsIn(inner.steps)]);
}

/** Whether an operation changes rows that are there, or copies some: no INSERT … VALUES. */
export function isRowChange(operation: Operation): operation is RowChange {
  switch (operation.kind) {
    case 'Update':
    case 'Delete':
    case 'Merge':
      return true;
    case 'Insert':
      return operation.source === 'query';
    default:
      return false;
  }
}

/** The tables that a loop changes rows of, each once. */
export function changedTables({ changes }: BatchLoop): readonly ObjectName[] {
  return unique(changes.map(({ table }) => table));
}

function unique(tables: readonly ObjectName[]): readonly ObjectName[] {
  return [...new Map(tables.map((table) => [`${table.schema ?? ''}.${table.name}`, table])).values()];
}

function commitsOf(loop: Loop): BatchLoop['commits'] {
  if (loop.steps.some(({ kind }) => kind === 'commit')) return 'each pass';
  return isAnyOf(loop, ({ commits }) => commits) ? 'some passes' : 'never';
}

/** Whether something holds for a loop, one around it, or one in it. */
function isAnyOf(loop: Loop, holds: (loop: Loop) => boolean): boolean {
  for (let outer: Loop | undefined = loop; outer !== undefined; outer = outer.parent)
    if (holds(outer)) return true;
  return isInside(loop.steps, holds);
}

function isInside(steps: readonly LoopStep[], holds: (loop: Loop) => boolean): boolean {
  return steps.some((step) => {
    if (step.kind === 'loop') return holds(step.loop) || isInside(step.loop.steps, holds);
    if (step.kind === 'branch') return step.branches.some((branch) => isInside(branch.steps, holds));
    return step.kind === 'block' && [step.steps, ...step.handlers].some((list) => isInside(list, holds));
  });
}
