import type { Finding } from '../lint/finding.ts';
import type { SuppressedFinding } from '../lint/run.ts';
import type { MigrationClass } from '../model/history/migration-class.ts';
import type { MigrationProof } from '../lint/proofs.ts';
import type { Rule } from '../lint/rule.ts';

/** What lint has to say about one run, for every format. Data only; paths are relative to the file tree's root with `/`. */
export interface Report {
  readonly version: string;
  readonly projects: readonly ProjectReport[];
  /** All enabled rules of the run, by name. */
  readonly rules: readonly DescribedRule[];
  readonly summary: Summary;
  /** How many findings were taken out, since only what fails the run was asked for; left out where all are there. */
  readonly notShown?: { readonly warnings: number; readonly infos: number };
  /** Wall time in milliseconds; undefined where the output must not depend on it. */
  readonly duration: number | undefined;
}

/** A rule, or something else that finds and is described like one. */
export interface DescribedRule {
  readonly meta: Omit<Rule['meta'], 'examples'>;
}

export interface Summary {
  readonly errors: number;
  readonly warnings: number;
  readonly infos: number;
  /** Migrations that were judged, and those of them with at least one error. */
  readonly judged: number;
  readonly judgedWithErrors: number;
}

/** One project: its context, so that a wrong guess is seen at once, its judged migrations and its findings. */
export interface ProjectReport {
  /** Folder of the migrations: `prisma/migrations`. */
  readonly folder: string;
  readonly layout: string;
  /** `Prisma 6.19`, `plain SQL files`. */
  readonly runner: string;
  /** What the runner does with a file: `a file is one transaction`, `a file is one query: …`, `each statement commits by itself`. */
  readonly transactions: string;
  readonly postgresVersion: number;
  /** True if nobody set the version. */
  readonly postgresAssumed: boolean;
  /** What tells applied from pending: `base origin/main`, `applied through 2024…`, `whole history`. */
  readonly base: string;
  /** True if every migration of the history is judged, each as the next one to deploy. */
  readonly wholeHistory: boolean;
  /** How many migrations the history has. */
  readonly migrations: number;
  /** Which of them were asked for, for people: `staged`, `changed since v1.2`; left out if all that are pending were. */
  readonly selected?: string;
  readonly judged: readonly MigrationReport[];
  /** Findings about the project or about applied migrations, which belong to no judged migration. */
  readonly findings: readonly Finding[];
  /** What was found and is not shown, since a directive or the baseline takes it back. */
  readonly suppressed: readonly SuppressedFinding[];
  /** What could not be analysed, for people: one sentence each. */
  readonly notes: readonly string[];
}

export interface MigrationReport {
  readonly id: string;
  /** Path of the forward script, or of the migration's folder where it has none. */
  readonly path: string;
  /** By place; those without a place first. */
  readonly findings: readonly Finding[];
  /** What a checklist before a deployment asks of it; undefined where it could not be worked out. */
  readonly classification: MigrationClass | undefined;
  /** What `verify` has recorded of it; left out where nothing is. */
  readonly proof?: MigrationProof;
}

/** A format: a report as text. */
export type Reporter = (report: Report, options: ReporterOptions) => string;

export interface ReporterOptions {
  readonly color: boolean;
  /** Columns of the terminal; 100 where there is none. */
  readonly width: number;
  /**
   * The folder of the file tree's root below the repository's top level, with `/` and without one at its ends: `apps/web`.
   * Default `''`. Only formats whose paths are relative to the repository put it in front: SARIF.
   */
  readonly rootPrefix?: string;
  /** Only for SARIF, which leaves suppressed findings out by default: GitHub shows them as open alerts. */
  readonly includeSuppressed?: boolean;
}
