import { areAlike, areMarked, isSavedName, saysDeprecated, saysReplacement } from './replacement-signs.ts';
import type { HistoryStep, Replacement, ReplacementSign, Tie } from './replacement.ts';
import type { RowPlace } from './row-copies.ts';
import type { FoundTie } from './ties.ts';
import type { ColumnLife, Moment, TableLife } from './timeline.ts';
import { objectKey } from '../operations/same-object.ts';

/** Two columns, or two tables, of which the newer one gets the older one's values. Whether it replaces it, its signs say. */
export interface Candidate {
  readonly old: TableLife | ColumnLife;
  readonly new: TableLife | ColumnLife;
  readonly ties: Tie[];
  readonly backfills: HistoryStep[];
  /** Order of the first tie. */
  readonly since: number;
  /** Those that ties gave; the others are worked out when somebody asks. */
  readonly signs: Set<ReplacementSign>;
  values: Replacement['values'];
  /** True while nothing but look-ups tie the two. */
  lookup: boolean;
  /** True if the new one came later than the old one. Two of one age are a replacement only once the old one is dropped. */
  readonly later: boolean;
  /** Of tables: how many columns of the new one the old one fed. */
  columns: number;
}

/** A tie at its place in the history. */
export interface TieAt {
  readonly tie: FoundTie;
  readonly moment: Moment;
  readonly old: TableLife | ColumnLife;
  readonly new: TableLife | ColumnLife;
}

/**
 * Adds a tie to what is known of two columns or tables.
 *
 * The new one must have come in a later migration than the old one, or take over the values of a column of its own table, and
 * must not be a saved copy. A trigger that only works a
 * value out (a search vector, a slug) and one that writes into another table (an audit trail) tie what something else has
 * tied already, or what its name marks.
 *
 * @returns the candidate, a new one if nothing was known; undefined for a tie that makes none.
 */
export function addTie(
  known: Candidate | undefined,
  { tie, moment, old, new: new_ }: TieAt,
): Candidate | undefined {
  const candidate = known ?? newCandidate(tie, moment, old, new_);
  if (candidate === undefined) return undefined;
  const { operation, migration, id } = moment;
  candidate.ties.push({ kind: tie.kind, operation, migration, id });
  if (tie.kind === 'backfill') candidate.backfills.push({ operation, migration, id });
  if (tie.kind === 'trigger') candidate.signs.add('dual write');
  if (tie.values === 'kept') candidate.values = 'kept';
  if (!tie.lookup) candidate.lookup = false;
  candidate.columns = Math.max(candidate.columns, tie.columns);
  return candidate;
}

function newCandidate(
  tie: FoundTie,
  moment: Moment,
  old: TableLife | ColumnLife,
  new_: TableLife | ColumnLife,
): Candidate | undefined {
  if (new_.added === undefined) return undefined;
  const later = new_.added.migration > (old.added?.migration ?? -1);
  if (!later && !isTakenOver(tie, old, new_)) return undefined;
  if (isTemporary(old) || isTemporary(new_) || isSaved(old, new_)) return undefined;
  const isWeakTrigger = tie.kind === 'trigger' && (tie.values === 'computed' || old.kind === 'table');
  if (isWeakTrigger && !areMarked(lastName(old), lastName(new_))) return undefined;
  return {
    old,
    new: new_,
    ties: [],
    backfills: [],
    since: moment.order,
    signs: new Set(),
    values: 'computed',
    lookup: true,
    later,
    columns: 0,
  };
}

/** Whether a column gets the values of another column of its table, as they are. */
function isTakenOver(tie: FoundTie, old: TableLife | ColumnLife, new_: TableLife | ColumnLife): boolean {
  const isOneTable = old.kind === 'column' && new_.kind === 'column' && old.table === new_.table;
  return isOneTable && tie.kind === 'backfill' && tie.values === 'kept' && !tie.lookup;
}

const isTemporary = (life: TableLife | ColumnLife): boolean => tableOf(life).temporary;

function isSaved(old: TableLife | ColumnLife, new_: TableLife | ColumnLife): boolean {
  if (tableOf(old) !== tableOf(new_)) return isSavedName(tableOf(new_).names[0]?.name ?? '');
  return isSavedName(lastName(new_)) && !isSavedName(lastName(old));
}

/**
 * What is known of two columns or tables as a replacement.
 *
 * @returns undefined where the new one was given up before the old one, and where nothing says that it is more than a copy.
 */
export function snapshotOf(candidate: Candidate): Replacement | undefined {
  const { old, new: new_, ties, backfills, values } = candidate;
  const expand = new_.added;
  if (expand === undefined || isGivenUp(candidate)) return undefined;
  const contract = contractOf(candidate);
  if (contract === undefined && (candidate.lookup || !candidate.later)) return undefined;
  const isMove = old.kind === 'column' && tableOf(old) !== tableOf(new_);
  // A column that is copied into another table is there twice for good reasons, until it is dropped.
  if (isMove && contract === undefined) return undefined;
  if (isMove && !areAlike(lastName(old), lastName(new_))) return undefined;
  if (old.kind === 'table' && new_.kind === 'table' && !holdsMostOf(old, new_, candidate.columns))
    return undefined;
  const signs = signsOf(candidate, contract);
  if (signs.length === 0) return undefined;
  return {
    kind: old.kind,
    old: placeOf(old),
    new: placeOf(new_),
    ties: [...ties],
    expand: stepOf(expand),
    backfills: [...backfills],
    contract: contract && stepOf(contract),
    values,
    signs,
    certainty: isCertain(candidate, signs) ? 'certain' : 'probable',
  };
}

/** Where a life is now, or was last. */
export function placeOf(life: TableLife | ColumnLife): RowPlace {
  const table = tableOf(life).names.at(-1) ?? { schema: undefined, name: '' };
  return { table, column: life.kind === 'column' ? life.names.at(-1) : undefined };
}

/** A moment without its order. */
export function stepOf({ operation, migration, id }: Moment): HistoryStep {
  return { operation, migration, id };
}

const tableOf = (life: TableLife | ColumnLife): TableLife => (life.kind === 'table' ? life : life.table);

function lastName(life: TableLife | ColumnLife): string {
  return (life.kind === 'table' ? life.names.at(-1)?.name : life.names.at(-1)) ?? '';
}

/** DROP of the old one after the first tie. A column does not outlive its table, but that is no contract. */
function contractOf({ old, since }: Candidate): Moment | undefined {
  return old.dropped !== undefined && old.dropped.order > since ? old.dropped : undefined;
}

function isGivenUp(candidate: Candidate): boolean {
  const { old, new: new_ } = candidate;
  const contract = contractOf(candidate);
  if (contract === undefined && (old.dropped !== undefined || tableOf(old).dropped !== undefined))
    return true;
  const end = new_.dropped ?? tableOf(new_).dropped;
  return end !== undefined && end.order < (contract?.order ?? Infinity);
}

/** Half of the columns of the smaller one of two tables. */
function holdsMostOf(old: TableLife, new_: TableLife, columns: number): boolean {
  const counts = [old.columnCount, new_.columnCount].filter((count) => count > 0);
  return columns * 2 >= Math.min(...counts, Infinity) || (counts.length === 0 && columns > 1);
}

function signsOf(candidate: Candidate, contract: Moment | undefined): readonly ReplacementSign[] {
  const { old, new: new_, ties } = candidate;
  const signs: ReplacementSign[] = contract === undefined ? [] : ['dropped'];
  if (hasTakenName(old, new_)) signs.push('swapped');
  signs.push(...candidate.signs);
  const names = firstNames(old, new_);
  if (areMarked(...names)) signs.push('names');
  if (saysDeprecated(old.comment)) signs.push('comment');
  const steps = [...(new_.added === undefined ? [] : [new_.added]), ...ties];
  const isSaid = candidate.values === 'kept' && !candidate.lookup && signs.length === 0;
  if (isSaid && steps.some(({ id, operation }) => saysReplacement(id, operation.statement.source.text)))
    signs.push('said');
  if (areAlike(...names)) signs.push('alike');
  return signs;
}

/** The names that the two had beside each other: their last ones may have been swapped. */
function firstNames(old: TableLife | ColumnLife, new_: TableLife | ColumnLife): readonly [string, string] {
  const first = (life: TableLife | ColumnLife): string =>
    (life.kind === 'table' ? life.names[0]?.name : life.names[0]) ?? '';
  return [first(old), first(new_)];
}

function hasTakenName(old: TableLife | ColumnLife, new_: TableLife | ColumnLife): boolean {
  if (old.kind === 'table' && new_.kind === 'table') {
    const keys = new Set(old.names.map(objectKey));
    return new_.names.slice(1).some((name) => keys.has(objectKey(name)));
  }
  if (old.kind === 'table' || new_.kind === 'table' || old.table !== new_.table) return false;
  return new_.names.slice(1).some((name) => old.names.includes(name));
}

/**
 * A value that is worked out may leave the old one behind for another reason: the names must agree as well, or the one be dropped
 * in the migration that fills the other. One that is looked up needs the names.
 */
function isCertain(candidate: Candidate, signs: readonly ReplacementSign[]): boolean {
  const { values, lookup, later, old, ties } = candidate;
  const strong = signs.filter((sign) => sign !== 'alike');
  if (strong.length === 0 || !later) return false;
  if (values === 'kept' && !lookup) return true;
  if (signs.some((sign) => sign !== 'dropped')) return true;
  return !lookup && ties.some(({ migration }) => migration === old.dropped?.migration);
}
