import type { IncompleteMigration } from './apply/incomplete.ts';
import type { ReadMigration } from '../input/project/types.ts';
import type { Database, Engine, Snapshot } from './engines/types.ts';

/** A database after some migrations, with what else a run must know of it. */
export interface KeptPrefix extends PrefixState {
  readonly snapshot: Snapshot;
  /** How many of the migrations it has. */
  readonly count: number;
}

/** What is kept beside a database. */
export interface PrefixState {
  /** SQL that each session begins with. */
  readonly session: string;
  /** The migrations that did not run whole. */
  readonly incomplete: readonly IncompleteMigration[];
  /** Schemas that stand in for those of a platform. */
  readonly standIns: readonly string[];
  readonly notes: readonly string[];
  /** True if each of the migrations was asked whether it applies, and it was proven. */
  readonly proven: boolean;
}

/** Databases of earlier runs, by the content of all that was run on them. */
export interface PrefixCache {
  /**
   * The one that holds the most of the migrations, from the first one on; undefined for none. Never throws: a broken one is no one.
   *
   * @param environment what the database has besides, see `environmentKey`.
   */
  find(
    engine: Engine,
    history: readonly ReadMigration[],
    environment: string,
  ): Promise<KeptPrefix | undefined>;
  /**
   * Keeps a database that is outside a transaction, if that is worth it. It is written in the background. Never throws: what cannot
   * be kept is not kept.
   *
   * @param state.cached how many of the migrations came from this cache.
   */
  keep(
    engine: Engine,
    database: Database,
    history: readonly ReadMigration[],
    state: PrefixState & { readonly environment: string; readonly cached: number },
  ): Promise<void>;
  /** Waits until everything is written. Never throws. */
  finish(): Promise<void>;
}
