import type { ReadMigration } from '../input/project/types.ts';
import type { Runner } from '../input/runners/types.ts';
import { Replay, type ReplayedMigration } from '../lint/replay.ts';

/** How lint reads a history. */
export interface ReplayOptions {
  readonly runner: Runner;
  /** The major version of the server that is asked, which need not be that of production. */
  readonly postgresVersion: number;
}

/** What lint knows of the migrations of a project. The history is replayed as far as it is asked for, and nothing of it is kept. */
export class ReplayInOrder {
  readonly #migrations: readonly ReadMigration[];
  readonly #replay: Replay;
  #next = 0;

  /** @param migrations in replay order. */
  constructor(migrations: readonly ReadMigration[], options: ReplayOptions) {
    this.#migrations = migrations;
    this.#replay = new Replay(options);
  }

  /**
   * The parser must have been loaded.
   *
   * @param migration one of the project's, which comes after all that were asked for before.
   * @returns it without its rollback; undefined for one that is none of the project's, or was passed already.
   */
  of(migration: ReadMigration): ReplayedMigration | undefined {
    const index = this.#migrations.findIndex(
      ({ id, path }) => id === migration.id && path === migration.path,
    );
    if (index < this.#next) return undefined;
    for (const earlier of this.#migrations.slice(this.#next, index)) this.#replay.fold(earlier);
    this.#next = index + 1;
    this.#replay.forget();
    return this.#replay.judge({ ...migration, rollback: undefined });
  }
}
