import type { TracedMigration } from '../lint/trace.ts';

/** What migrations do to a live database, for `migration-lint effects`. Paths are relative to the file tree's root with `/`. */
export interface EffectsReport {
  readonly version: string;
  readonly projects: readonly ProjectEffects[];
}

/** One project with its traced migrations. */
export interface ProjectEffects {
  readonly folder: string;
  /** `Prisma 6.19`, `plain SQL files`. */
  readonly runner: string;
  /** What the runner does with a file: `a file is one transaction`. */
  readonly transactions: string;
  readonly postgresVersion: number;
  /** True if nobody set the version. */
  readonly postgresAssumed: boolean;
  readonly migrations: readonly TracedMigration[];
}
