/** Whether a loop ends by itself. */
import type { Catalog } from '../catalog/types.ts';
import type { Loop, LoopStep, ObjectName, Update } from '../operations/types.ts';
import { assignments, driversOf, isAlone, limitOf, type Driver } from './drivers.ts';
import { isCounted, keyProgress, offsetGrows } from './key-progress.ts';
import {
  assignedIn,
  defaultOf,
  unknownState,
  walkPass,
  type Bounds,
  type Outcome,
  type Scenario,
  type State,
} from './pass.ts';
import { isSameObject } from '../operations/same-object.ts';
import { nullsOfEmptyTables } from './empty-tables.ts';
import { remainingRows } from './remaining-rows.ts';
import { rowProgress, type RowProgress } from './row-progress.ts';
import { anything, canBeTrue, either, isTrue, nothing, type Value } from './values.ts';

/**
 * Whether a loop ends by itself, no other session writing at the same time and no error stopping it.
 * - `ends`: always.
 * - `endless`: `no exit` if nothing leaves it, `unreachable exit` if the conditions of all exits are never true, and `same rows`
 *   if each pass writes the same rows once more: from the first row on that the condition finds.
 * - `endless with nulls`: the rows with NULL in one of `columns` (in all of them if `together`) keep fulfilling the condition
 *   by which `write` picks them. One such row is enough, or `atLeast` of them where the loop also ends on a batch that is not full.
 * - `endless without match`: the same of rows for which the subqueries over `tables` that `write` sets find no row.
 * - `endless when empty`: if `table` holds no row, since `variable`, which got `aggregate` of it, is NULL then.
 * - `unknown`: neither can be told.
 */
export type LoopEnding =
  | { readonly verdict: 'ends' }
  | { readonly verdict: 'unknown' }
  | { readonly verdict: 'endless'; readonly why: 'no exit' | 'unreachable exit' }
  | {
      readonly verdict: 'endless';
      readonly why: 'same rows';
      readonly write: Update;
      readonly atLeast: number;
    }
  | {
      readonly verdict: 'endless with nulls';
      readonly write: Update;
      readonly columns: readonly string[];
      readonly together: boolean;
      readonly atLeast: number;
    }
  | {
      readonly verdict: 'endless without match';
      readonly write: Update;
      readonly tables: readonly ObjectName[];
      readonly atLeast: number;
    }
  | {
      readonly verdict: 'endless when empty';
      readonly table: ObjectName;
      readonly variable: string;
      readonly aggregate: string;
    };

const ends: LoopEnding = { verdict: 'ends' };
const unknown: LoopEnding = { verdict: 'unknown' };

/**
 * Whether a loop ends.
 *
 * @param loop a loop of a DO block, function or procedure.
 * @param catalog the schema just before it.
 */
export function endingOf(loop: Loop, catalog: Catalog): LoopEnding {
  if (loop.form !== 'loop' && loop.form !== 'while')
    return innerLoops(loop.steps).every((inner) => endingOf(inner, catalog).verdict === 'ends')
      ? ends
      : unknown;
  const generic = steady(loop, catalog, suppose({}));
  if (!loop.guarded && generic.exits.every(({ taken }) => !canBeTrue(taken))) {
    if (generic.exits.length === 0) return { verdict: 'endless', why: 'no exit' };
    return generic.straight ? { verdict: 'endless', why: 'unreachable exit' } : unknown;
  }
  if (!generic.straight) return unknown;
  if (innerLoops(loop.steps).length === 0) {
    if (generic.exits.some((exit) => isCounted(exit, loop))) return ends;
    if (endsByCursor(loop, catalog)) return ends;
  }
  for (const driver of driversOf(loop, catalog)) {
    const ending = isAlone(driver, loop, catalog) ? endingBy(driver, loop, catalog) : unknown;
    if (ending.verdict !== 'unknown') return ending;
  }
  return endlessWhenEmpty(loop, catalog);
}

/** A loop whose exits ask for what an empty table leaves NULL. WHILE ends on NULL. */
function endlessWhenEmpty(loop: Loop, catalog: Catalog): LoopEnding {
  if (loop.form !== 'loop' || loop.guarded) return unknown;
  for (const { table, variables } of nullsOfEmptyTables(loop, catalog)) {
    const scenario = suppose({
      rowsOf: (operation) => {
        const isOfIt = operation.kind === 'Update' || operation.kind === 'Delete';
        return isOfIt && isSameObject(operation.table, table) ? { low: 0, high: 0 } : undefined;
      },
    });
    const isEndless = (names: Iterable<string>): boolean => {
      const nulls = new Map([...names].map((name) => [name, nothing] as const));
      return steady(loop, catalog, scenario, nulls).exits.every(({ taken }) => !canBeTrue(taken));
    };
    if (!isEndless(variables.keys())) continue;
    // The one that makes it so, where one is enough.
    const [first, ...others] = [...variables];
    const [variable, aggregate] = others.findLast(([name]) => isEndless([name])) ?? first ?? ['', ''];
    return { verdict: 'endless when empty', table, variable, aggregate };
  }
  return unknown;
}

/** The loops that steps hold, those inside of them left out. */
export function innerLoops(steps: readonly LoopStep[]): readonly Loop[] {
  return steps.flatMap((step): readonly Loop[] => {
    if (step.kind === 'loop') return [step.loop];
    if (step.kind === 'branch') return step.branches.flatMap((branch) => innerLoops(branch.steps));
    return step.kind === 'block' ? [step.steps, ...step.handlers].flatMap(innerLoops) : [];
  });
}

/** FETCH in every pass, from a cursor that the loop leaves alone, and an exit where there is no row. */
function endsByCursor(loop: Loop, catalog: Catalog): boolean {
  const cursors = loop.steps.filter((step) => step.kind === 'cursor');
  const [fetch] = cursors;
  if (cursors.length !== 1 || fetch?.action !== 'FETCH' || !fetch.takesNext) return false;
  return exitsWhen(suppose({ fetches: false }), loop, catalog);
}

function endingBy(driver: Driver, loop: Loop, catalog: Catalog): LoopEnding {
  const progress = progressOf(driver, loop, catalog);
  const key = keyProgress(driver, loop);
  const isDone = progress.kind === 'leaves' || key !== undefined || offsetGrows(driver, loop);
  if (isDone) {
    const none = { low: 0, high: 0 };
    const dry = key !== undefined ? about(driver, none, key.step) : about(driver, none);
    return exitsWhen(dry, loop, catalog) && (key !== undefined || isFollowed(driver)) ? ends : unknown;
  }
  return endlessBy(driver, progress, loop, catalog);
}

/** Whether a page that has rows makes the driver write some: nothing else decides, or the exits ask for what was written. */
function isFollowed(driver: Driver): boolean {
  return driver.picked.by !== 'variable' || driver.takesWholePage;
}

function progressOf(driver: Driver, loop: Loop, catalog: Catalog): RowProgress {
  const { write, table, conditions, aliases, isVariable } = driver;
  if (conditions === undefined) return { kind: 'unknown' };
  if (write.kind === 'Delete') {
    const isPlain =
      table.rules.length === 0 && !table.triggers.some(({ events }) => events.includes('delete'));
    return { kind: isPlain ? 'leaves' : 'unknown' };
  }
  const changes = (variable: string): boolean => assignments(loop, variable) > 0;
  const writes = (one: ObjectName): boolean =>
    loop.operations.some((operation) => {
      const isWrite =
        operation.kind === 'Insert' || operation.kind === 'Update' || operation.kind === 'Delete';
      return isWrite && isSameObject(operation.table, one);
    });
  return rowProgress({ update: write, conditions, aliases, isVariable, changes, writes }, catalog);
}

function endlessBy(driver: Driver, progress: RowProgress, loop: Loop, catalog: Catalog): LoopEnding {
  const { write, page, picked } = driver;
  if (write.kind !== 'Update' || progress.kind === 'unknown' || progress.kind === 'leaves') return unknown;
  const isWhole =
    picked.by === 'condition' ? !picked.joins : driver.takesWholePage && page?.offset === undefined;
  const limit = limitOf(page, loop);
  if (!isWhole || loop.guarded || (page?.limit !== undefined && (limit === undefined || limit < 1)))
    return unknown;
  const atLeast = [1, limit].find((rows) => {
    if (rows === undefined) return false;
    const { exits } = steady(loop, catalog, about(driver, { low: rows, high: limit ?? Infinity }));
    return exits.every(({ taken }) => !canBeTrue(taken));
  });
  if (atLeast === undefined) return unknown;
  if (progress.kind === 'stays') return { verdict: 'endless', why: 'same rows', write, atLeast };
  if (progress.kind === 'stays without match')
    return { verdict: 'endless without match', write, tables: progress.tables, atLeast };
  const { columns, together } = progress;
  return { verdict: 'endless with nulls', write, columns, together, atLeast };
}

/** A pass in which the driver writes so many rows, and reads as many where its page is all that decides. */
function about(driver: Driver, rows: Bounds, nextKey?: LoopStep): Scenario {
  const { write, pageStep, takesWholePage, picked } = driver;
  return suppose({
    rowsOf: (operation) => (operation === write ? rows : undefined),
    rowsIn: (step) => {
      if (step === nextKey) return rows;
      return step === pageStep && (takesWholePage || picked.by === 'variable') ? rows : undefined;
    },
    subquery: (link) => remainingRows(link, driver, rows),
  });
}

function suppose(parts: Partial<Scenario>): Scenario {
  return {
    rowsOf: () => undefined,
    rowsIn: () => undefined,
    subquery: () => undefined,
    fetches: undefined,
    ...parts,
  };
}

/** Whether the loop is left in the pass, or in the next one that is the same. */
function exitsWhen(scenario: Scenario, loop: Loop, catalog: Catalog): boolean {
  const first = walkPass(loop, catalog, scenario, unknownState);
  const second = walkPass(loop, catalog, scenario, first.after);
  return (
    first.straight &&
    [...first.exits, ...second.exits].some(({ taken, everyPass }) => everyPass && isTrue(taken))
  );
}

/** Whether a loop is left as soon as a driver of it writes no row. */
export function endsOnNoRow(driver: Driver, loop: Loop, catalog: Catalog): boolean {
  return exitsWhen(about(driver, { low: 0, high: 0 }), loop, catalog);
}

/** What any pass comes to, the first and all later ones. */
function steady(
  loop: Loop,
  catalog: Catalog,
  scenario: Scenario,
  fixed: ReadonlyMap<string, Value> = new Map(),
): Outcome {
  const { variables, ...others } = initialState(loop);
  let state: State = { ...others, variables: new Map([...variables, ...fixed]) };
  for (let round = 0; round < 4; round++) {
    const outcome = walkPass(loop, catalog, scenario, state);
    const next = joined(state, outcome.after);
    if (isSame(state, next)) return outcome;
    state = next;
  }
  return walkPass(loop, catalog, scenario, { ...unknownState, variables: fixed });
}

/** What the variables hold before the first pass: their defaults, if nothing but the loop assigns them. */
function initialState(loop: Loop): State {
  const variables = new Map<string, Value>();
  for (const name of new Set(assignedIn(loop.steps))) {
    const isOnlyHere = loop.parent === undefined && loop.assigned.get(name) === assignments(loop, name);
    const isFollowed = name in loop.variables && !loop.parameters.has(name) && !loop.unfollowed.has(name);
    const isDeclared = isFollowed && loop.variables[name] === undefined;
    const start = isOnlyHere ? (defaultOf(loop, name) ?? (isDeclared ? nothing : anything)) : anything;
    variables.set(name, start);
  }
  return { variables, found: anything, rowCount: anything };
}

function joined(a: State, b: State): State {
  const names = new Set([...a.variables.keys(), ...b.variables.keys()]);
  const variables = [...names].map(
    (name) => [name, either([a.variables.get(name) ?? anything, b.variables.get(name) ?? anything])] as const,
  );
  return {
    variables: new Map(variables),
    found: either([a.found, b.found]),
    rowCount: either([a.rowCount, b.rowCount]),
  };
}

function isSame(a: State, b: State): boolean {
  const text = ({ variables, found, rowCount }: State): string =>
    JSON.stringify([[...variables].toSorted(([one], [two]) => (one < two ? -1 : 1)), found, rowCount]);
  return text(a) === text(b);
}
