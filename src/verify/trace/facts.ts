import type { Effect } from '../../model/effects/types.ts';
import { compareLocks } from '../../model/operations/lock-modes.ts';
import type { LockMode } from '../../model/operations/types.ts';

/** What is compared of a statement's effects. A relation of another schema than public is `schema.name`. */
export interface EffectFacts {
  /** Relation → the strongest lock. */
  readonly locks: Readonly<Record<string, LockMode>>;
  /** Tables whose rows go to a new file. */
  readonly rewritten: readonly string[];
  /** Tables with an index that is built. */
  readonly indexed: readonly string[];
  /** Tables that are read whole. */
  readonly scanned: readonly string[];
}

/** Effects, one or more a relation, as the facts that can be seen of them; names in the order of the alphabet. */
export function factsOf(effects: readonly Effect[]): EffectFacts {
  const locks = new Map<string, LockMode>();
  for (const { relation, lock } of effects) {
    const key = relationKey(relation);
    const known = locks.get(key);
    if (known === undefined || compareLocks(lock, known) > 0) locks.set(key, lock);
  }
  const working = (...kinds: readonly Effect['work'][]): readonly string[] =>
    [
      ...new Set(
        effects.filter(({ work }) => kinds.includes(work)).map(({ relation }) => relationKey(relation)),
      ),
    ].sort();
  return {
    locks: Object.fromEntries([...locks].sort(([a], [b]) => (a < b ? -1 : 1))),
    rewritten: working('rewrite'),
    indexed: working('index build', 'rewrite'),
    scanned: working('scan', 'index build', 'rewrite'),
  };
}

/** How an observation names a relation. */
export function relationKey({ schema, name }: Effect['relation']): string {
  return schema === undefined || schema === 'public' ? name : `${schema}.${name}`;
}
