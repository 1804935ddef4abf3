import type { ReadMigration } from '../input/project/types.ts';

/** Whether a project writes rollbacks, by what it has done so far. */
export interface RollbackPractice {
  readonly practised: boolean;
  /** What shows it, for people: `9 of the last 10 applied migrations have one`. */
  readonly shown: string;
}

/** So many of the applied migrations show what a team does now: it may have begun late, or given up. */
const LATEST = 10;

/**
 * Whether a project practises rollbacks: most of its last ten applied migrations have one; where nothing is applied, most of
 * all. So the first rollback that somebody adds to a pending migration demands none of the others.
 */
export function rollbackPractice(migrations: readonly ReadMigration[]): RollbackPractice {
  const able = migrations.filter(({ repeats, unreadable }) => repeats !== true && unreadable === undefined);
  const applied = able.filter(({ state, change }) => state === 'applied' && change !== 'deleted');
  const judged = applied.length === 0 ? able : applied.slice(-LATEST);
  const having = judged.filter(({ rollback }) => rollback !== undefined).length;
  const last = judged.length < applied.length ? 'last ' : '';
  const what = applied.length === 0 ? 'migrations' : 'applied migrations';
  return {
    practised: having * 2 > judged.length,
    shown: `${having} of the ${last}${judged.length} ${what} ${having === 1 ? 'has' : 'have'} one`,
  };
}
