import type { ReadMigration } from '../input/project/types.ts';
import type { Runner } from '../input/runners/types.ts';
import { applyScript } from './apply/apply-script.ts';
import { errorDetails } from './apply/applies-verdict.ts';
import { mayNeverEnd } from './apply/may-never-end.ts';
import { prepareScript } from './apply/prepare-script.ts';
import type { ApplyOutcome, PreparedScript } from './apply/types.ts';
import type { Database, Engine } from './engines/types.ts';
import type { Verdict } from './types.ts';
import { firstLine } from './words.ts';

/** Migrations that their runner deploys in one transaction. */
export interface DeployInput {
  /** Stands before them, outside a transaction. It is left as it is found. */
  readonly database: Database;
  readonly engine: Engine;
  readonly runner: Runner;
  readonly migrations: readonly ReadMigration[];
  readonly refused: (script: PreparedScript) => string | undefined;
}

/** The migration at which the transaction of a deploy ends, and what is to be said of it if it applies alone. */
export interface DeployFailure {
  readonly id: string;
  readonly verdict: Verdict;
}

/**
 * Runs migrations in one transaction, as their runner does, which is rolled back.
 *
 * @returns the first one that PostgreSQL refuses; undefined if it takes all of them, or nobody can tell.
 */
export async function tryDeploy(input: DeployInput): Promise<DeployFailure | undefined> {
  const scripts = input.migrations.map(({ forward }) => forward && prepareScript(input.runner, forward));
  if (!scripts.every(isSendable) || scripts.some((script) => input.refused(script) !== undefined))
    return undefined;
  // What ends the transaction by itself, or never ends at all, runs where nothing is lost.
  const isRisky = scripts.some((script) => !script.fitsTransaction || mayNeverEnd(script));
  if (!isRisky) return firstFailure(input, scripts, input.database);
  const snapshot = await input.database.save();
  const copy = await input.engine.open(snapshot);
  try {
    return await firstFailure(input, scripts, copy);
  } finally {
    await copy.close();
    await snapshot.discard();
  }
}

function isSendable(script: ReturnType<typeof prepareScript> | undefined): script is PreparedScript {
  return script !== undefined && !('unsendable' in script);
}

async function firstFailure(
  { migrations, runner }: DeployInput,
  scripts: readonly PreparedScript[],
  database: Database,
): Promise<DeployFailure | undefined> {
  let outcome: ApplyOutcome = { kind: 'ran' };
  await database.execute('BEGIN');
  try {
    for (const [index, script] of scripts.entries()) {
      outcome = await applyScript(database, script, { insideTransaction: true });
      const migration = migrations[index];
      if (outcome.kind === 'failed' && migration !== undefined)
        return { id: migration.id, verdict: verdictOf(migration, script, outcome, runner, scripts.length) };
      if (outcome.kind === 'died') return undefined;
    }
    return undefined;
  } finally {
    if (outcome.kind !== 'died') await database.execute('ROLLBACK');
  }
}

function verdictOf(
  { id }: ReadMigration,
  { source }: PreparedScript,
  { error, place }: Extract<ApplyOutcome, { readonly kind: 'failed' }>,
  { label }: Runner,
  count: number,
): Verdict {
  return {
    check: 'applies',
    outcome: 'refuted',
    reason: undefined,
    findings: [
      {
        id: 'migration-fails',
        severity: 'error',
        message:
          `${id} applies alone, but not in the one transaction that ${label} makes of all ${count} pending migrations: ` +
          `PostgreSQL says “${firstLine(error.message)}” (${error.code}). Nothing of the deploy stays.`,
        help: 'Deploy what comes before it first, in a release of its own.',
        path: source.path,
        place,
        details: errorDetails(error),
        code: error.code,
      },
    ],
  };
}
