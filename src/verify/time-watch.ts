import type { ApplyOutcome, PreparedScript } from './apply/types.ts';
import type { EngineDied } from './engines/types.ts';
import type { CheckName } from './types.ts';
import type { MigrationScene } from './verify-migration.ts';

/** A migration that was stopped on tables as they are. */
export type Hanging = Pick<Extract<ApplyOutcome, { readonly kind: 'died' }>, 'error' | 'place'>;

/** Checks that run a migration on the tables as they are: where it hangs there, it hangs for everybody. */
const ON_PLAIN_TABLES: ReadonlySet<CheckName> = new Set(['rolls back', 'effects']);

/** Checks that run the rollback. */
const WITH_ROLLBACK: ReadonlySet<CheckName> = new Set(['rolls back', 'keeps rows']);

/**
 * Sees which script of a migration had to be stopped at the time limit: whatever else is asked of it would want as long, and say the
 * same.
 */
export class TimeWatch {
  readonly #scene: Pick<MigrationScene, 'apply' | 'forward' | 'rollback'>;
  #stopped: { readonly check: CheckName; readonly inRollback: boolean } | undefined;
  #hangs: Hanging | undefined;

  constructor(scene: Pick<MigrationScene, 'apply' | 'forward' | 'rollback'>) {
    this.#scene = scene;
  }

  /** Where the migration itself was stopped, on the tables as they are. */
  get hangs(): Hanging | undefined {
    return this.#hangs;
  }

  /** Why a check is not made: a sentence; undefined if it is. */
  reasonAgainst(check: CheckName): string | undefined {
    const stopped = this.#stopped;
    if (stopped === undefined || (stopped.inRollback && !WITH_ROLLBACK.has(check))) return undefined;
    return `Not asked: “${stopped.check}” had to be stopped at the time limit.`;
  }

  /** How a check sends scripts. */
  applyFor(check: CheckName): MigrationScene['apply'] {
    let isFirst = true;
    return async (database, script, options) => {
      const outcome = await this.#scene.apply(database, script, options);
      if (outcome.kind === 'died') this.#note(check, script, outcome, isFirst);
      isFirst = false;
      return outcome;
    };
  }

  /** The engine ended under a check that sends the migration's statements by itself. */
  died(check: CheckName, error: EngineDied): void {
    this.#note(check, this.#scene.forward, { error, place: undefined }, true);
  }

  #note(check: CheckName, script: PreparedScript, { error, place }: Hanging, isFirst: boolean): void {
    if (error.reason !== 'time' || this.#stopped !== undefined) return;
    const inRollback = script.source === this.#scene.rollback?.source && !isFirst;
    this.#stopped = { check, inRollback };
    if (isFirst && ON_PLAIN_TABLES.has(check)) this.#hangs = { error, place };
  }
}
