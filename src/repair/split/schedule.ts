import { dependsOn, type Footprint } from '../../model/dependencies/footprint.ts';
import type { Unit } from './units.ts';

/** Units that run together, in order: as one transaction, or each by itself. */
export interface Slot {
  /** How many releases of code have to be out: 0 for a migration of this deploy, more for a draft. */
  readonly release: number;
  /** True if they run outside a transaction. */
  readonly outside: boolean;
  /** What keeps others away, see `PlanStep.apart`. */
  readonly apart: string | undefined;
  readonly units: Unit[];
}

/** A unit and what it touches. */
export interface Placed {
  readonly unit: Unit;
  readonly footprint: Footprint;
}

/** What units may share. */
export interface ScheduleOptions {
  /** True if several units may run outside a transaction in one file. */
  readonly sharesOutside: boolean;
}

/**
 * Finds for each unit the first place where all holds that it needs: it comes after those before it that it depends on, and after
 * the steps of its plan as they ask; all else stays in the first place.
 *
 * @param placed in the order in which they would run in one script.
 * @returns in order; drafts last. The first place may be empty, no other one is.
 */
export function schedule(placed: readonly Placed[], options: ScheduleOptions): readonly Slot[] {
  const slots: Slot[] = [{ release: 0, outside: false, apart: undefined, units: [] }];
  const slotOf = new Map<Unit, Slot>();
  for (const [index, one] of placed.entries()) {
    const slot = slotFor(one, placed.slice(0, index), slots, slotOf, options);
    const { units } = slot;
    units.splice(reads(one.unit) ? units.filter(reads).length : units.length, 0, one.unit);
    slotOf.set(one.unit, slot);
  }
  return slots;
}

function slotFor(
  { unit, footprint }: Placed,
  earlier: readonly Placed[],
  slots: Slot[],
  slotOf: ReadonlyMap<Unit, Slot>,
  { sharesOutside }: ScheduleOptions,
): Slot {
  const { step, follows } = unit;
  const from = follows === undefined ? undefined : slotOf.get(follows);
  let release = from?.release ?? 0;
  let first = from === undefined ? 0 : slots.indexOf(from);
  if (step?.after === 'release') release += 1;
  if (step?.after === 'commit' && from !== undefined) first += 1;
  for (const other of earlier) {
    const slot = slotOf.get(other.unit);
    if (slot === undefined) continue;
    const at = slots.indexOf(slot);
    // The steps of a plan were not made for what another plan leaves for later.
    const strength = slot.release > 0 && step !== undefined ? 'objects' : 'all';
    if (at <= first || !dependsOn(footprint, other.footprint, strength)) continue;
    first = at;
    release = Math.max(release, slot.release);
  }
  const wanted = { release, outside: step?.outsideTransaction === true, apart: step?.apart };
  const waitsFor = (other: Unit): boolean =>
    earlier.some((one) => one.unit === other && dependsOn(footprint, one.footprint));
  const fits = (slot: Slot, index: number): boolean =>
    index >= first &&
    isLike(slot, wanted) &&
    mayJoin(slot, unit, slotOf, sharesOutside) &&
    (!reads(unit) || mayReadFirst(slot, index === 0, waitsFor));
  return slots.find(fits) ?? newSlot(slots, wanted, first);
}

/** Whether a unit reads for long, and stands before all in its slot that does not: that may hold a lock which others wait for. */
function reads({ step }: Unit): boolean {
  return step?.reads === true;
}

/** Whether something can be put before what a slot has. In the first one everything stands where it stood in the script. */
function mayReadFirst({ units }: Slot, isFirst: boolean, waitsFor: (other: Unit) => boolean): boolean {
  return units.every((one) => reads(one) || (!isFirst && !waitsFor(one)));
}

type Kind = Pick<Slot, 'release' | 'outside' | 'apart'>;

function isLike(slot: Slot, { release, outside, apart }: Kind): boolean {
  return slot.release === release && slot.outside === outside && slot.apart === apart;
}

/** Drafts are one for each plan, with what depends on it. */
function mayJoin(
  slot: Slot,
  { step, follows }: Unit,
  slotOf: ReadonlyMap<Unit, Slot>,
  sharesOutside: boolean,
): boolean {
  if (slot.outside && slot.units.length > 0) return sharesOutside;
  if (slot.release === 0 || step === undefined) return true;
  return step.after !== 'release' && follows !== undefined && slotOf.get(follows) === slot;
}

/** A place of its own: behind those that it must follow and those that run outside a transaction, or last of its release. */
function newSlot(slots: Slot[], kind: Kind, first: number): Slot {
  const slot: Slot = { ...kind, units: [] };
  const isBefore = (other: Slot | undefined): boolean => other !== undefined && other.release <= kind.release;
  let at = Math.min(first + 1, slots.length);
  if (kind.outside) while (slots[at]?.outside === true && isBefore(slots[at])) at++;
  else while (isBefore(slots[at])) at++;
  while (slots[at] !== undefined && (slots[at]?.release ?? 0) < kind.release) at++;
  slots.splice(at, 0, slot);
  return slot;
}
