import { failsOnRows } from '../model/effects/empty-or-fails.ts';
import type { HeldLock } from '../model/effects/held-locks.ts';
import { locksOnUsedTables, widening } from '../model/effects/lock-windows.ts';
import { slowWork } from '../model/effects/slow-work.ts';
import type { Effect } from '../model/effects/types.ts';
import type { Operation } from '../model/operations/types.ts';
import type { Deploy } from './deploy.ts';
import type { HeldPlace } from './finding.ts';

/** How many locks a finding names: a transaction can hold thousands, and have as many findings. */
const NAMED = 5;

/**
 * The locks of earlier statements that make others wait for an operation's slow work, for its finding.
 *
 * @returns `{}` if the operation is quick, or holds up nobody but those that wait for its own locks.
 */
export function heldUnder(operation: Operation, deploy: Deploy): { readonly held?: readonly HeldPlace[] } {
  const step = deploy.stepOf(operation);
  if (step === undefined || operation.run === 'called') return {};
  const effects = deploy.effectsOfStep(step);
  const slow = slowWork(operation, effects, step.before);
  if (slow.every(({ relation }) => deploy.isEmptyOrFails(relation, operation))) return {};
  const isWidened = widening(effects);
  const shown: HeldLock[] = [];
  for (const held of locksOnUsedTables(deploy.locks.before(operation))) {
    if (held.since.statement !== operation.statement && isWidened(held)) shown.push(held);
    if (shown.length === NAMED) break;
  }
  if (shown.length === 0) return {};
  return {
    held: shown.map(({ relation, lock, since }) => ({ relation, lock, since: since.at() })),
  };
}

/**
 * What an operation does to a live database, for its finding. A required column without a value ends at the first row, and a
 * table that has none is not read: of such a table it changes the catalogs only.
 */
export function effectsForFinding(
  operation: Operation,
  effects: readonly Effect[],
  deploy: Deploy,
): readonly Effect[] {
  const step = deploy.stepOf(operation);
  if (operation.kind !== 'AddColumn' || step === undefined || !failsOnRows(operation, step.before))
    return effects;
  return effects.map((effect) =>
    effect.work === 'scan' && deploy.isEmptyOrFails(effect.relation, operation)
      ? { ...effect, work: 'metadata' }
      : effect,
  );
}
