import { compareLocks } from '../operations/lock-modes.ts';
import type { Effect } from './types.ts';
import { objectKey } from '../operations/same-object.ts';

/** What is done under a lock, fastest first. */
const SPEED: readonly Effect['work'][] = ['metadata', 'rows', 'scan', 'index build', 'rewrite'];

/**
 * The effects of several operations together: for each relation the strongest lock and the slowest work.
 *
 * @returns one effect a relation, strongest lock first, then slowest work.
 */
export function strongestEffects(effects: readonly Effect[]): readonly Effect[] {
  const byRelation = new Map<string, Effect>();
  for (const effect of effects) {
    const key = objectKey(effect.relation);
    const known = byRelation.get(key);
    byRelation.set(key, known === undefined ? effect : together(known, effect));
  }
  return [...byRelation.values()].sort(
    (a, b) => compareLocks(b.lock, a.lock) || SPEED.indexOf(b.work) - SPEED.indexOf(a.work),
  );
}

function together(a: Effect, b: Effect): Effect {
  return {
    relation: a.relation,
    lock: compareLocks(a.lock, b.lock) >= 0 ? a.lock : b.lock,
    work: SPEED.indexOf(a.work) >= SPEED.indexOf(b.work) ? a.work : b.work,
    online: a.online && b.online,
  };
}
