import { errorDetails } from '../apply/applies-verdict.ts';
import { mayNeverEnd } from '../apply/may-never-end.ts';
import type { ApplyOutcome } from '../apply/types.ts';
import type { Database } from '../engines/types.ts';
import { tryOut } from '../rollbacks/trial.ts';
import { insertSampleRows, type SampledTables } from '../sample-rows/insert-sample-rows.ts';
import type { Verdict, VerifyFinding } from '../types.ts';
import type { Check, MigrationScene } from '../verify-migration.ts';
import { firstLine } from '../words.ts';
import { failsOnAnyRow } from './fails-on-any-row.ts';

/** What the migrations that are asked about have to do with each other. */
export interface RowsOptions {
  /** True if each is verified as if it were deployed alone. */
  readonly isAlone: boolean;
  /** How many go out together. */
  readonly deploySize: number;
}

/**
 * The check that runs a migration on tables with rows. The rows are there when the deploy begins: what an earlier migration of it
 * backfills is backfilled when a later one asks for it.
 *
 * Whether an error comes of any row or only of some, such as those with NULL, makes the difference: nobody knows production's rows.
 */
export function appliesToRows({ isAlone, deploySize }: RowsOptions): Check {
  if (isAlone || deploySize < 2) return (scene) => askInTransaction(scene, isAlone);
  const world = new DeployedRows();
  return (scene) => world.ask(scene);
}

async function askInTransaction(scene: MigrationScene, isAlone: boolean): Promise<readonly Verdict[]> {
  const { forward, migration } = scene;
  // What loops over rows is for another check to look at: it has limits of its own.
  if (forward.statements.length === 0 || mayNeverEnd(forward)) return [];
  const input = { ...scene, id: migration.id, rollback: forward };
  let sampled: SampledTables = { filled: [], skipped: [] };
  const outcome = await tryOut(input, async (trial) => {
    if (!trial.begun) await trial.database.execute('BEGIN');
    sampled = await insertSampleRows(trial.database);
    if (!trial.begun) await trial.database.execute('COMMIT');
    await trial.apply(forward);
  });
  return verdictsOf(scene, sampled, outcome.failure ?? { kind: 'ran' }, isAlone);
}

/** A database whose tables have rows since before the deploy, and which each migration of the deploy changes. */
class DeployedRows {
  #database: Database | undefined;
  #sampled: SampledTables = { filled: [], skipped: [] };

  async ask(scene: MigrationScene): Promise<readonly Verdict[]> {
    const { forward, apply, engine, copy } = scene;
    if (this.#database === undefined) {
      this.#database = await engine.open(await copy());
      await this.#database.execute('BEGIN');
      this.#sampled = await insertSampleRows(this.#database);
      await this.#database.execute('COMMIT');
    }
    const database = this.#database;
    const outcome = await apply(database, forward);
    if (outcome.kind !== 'ran') {
      // The next migration begins on new rows: nobody knows what these would be by then.
      await database.close();
      this.#database = undefined;
    }
    return verdictsOf(scene, this.#sampled, outcome, false);
  }
}

function verdictsOf(
  scene: MigrationScene,
  { filled, skipped }: SampledTables,
  outcome: ApplyOutcome,
  isAlone: boolean,
): readonly Verdict[] {
  if (filled.length === 0 && outcome.kind === 'ran') return [];
  const left =
    skipped.length === 0
      ? undefined
      : `${skipped.length} of ${filled.length + skipped.length} tables were empty`;
  switch (outcome.kind) {
    case 'ran':
      return [{ check: 'applies to rows', outcome: 'proven', reason: left, findings: [] }];
    case 'died':
      return [notRun(`It did not end on sample rows: ${firstLine(outcome.error.message)}.`)];
    case 'failed':
      return [failedVerdict(scene, outcome, isAlone)];
    default:
      return outcome satisfies never;
  }
}

function failedVerdict(
  { migration, forward }: MigrationScene,
  failure: Extract<ApplyOutcome, { readonly kind: 'failed' }>,
  isAlone: boolean,
): Verdict {
  const { error, place } = failure;
  const said = `PostgreSQL says “${firstLine(error.message)}” (${error.code})`;
  const isCertain = failsOnAnyRow(failure);
  if (!isCertain && (isAlone || error.code === '23503'))
    return notRun(`On sample rows, ${said}; whether any of yours is like that, nobody can tell here.`);
  const finding: VerifyFinding = {
    id: 'migration-fails-on-rows',
    severity: isCertain ? 'error' : 'warning',
    message: isCertain
      ? `${migration.id} fails as soon as the table has a row: ${said}.`
      : `${migration.id} fails on sample rows: ${said}. It applies only if no row of yours is like that.`,
    help: isCertain
      ? error.code === '2D000'
        ? 'COMMIT in a DO block or procedure wants a script that its runner sends outside a transaction, and alone.'
        : 'Give the column a default, or add it as nullable, backfill it, and require it in a later step.'
      : 'Change or delete such rows in an earlier step, and make sure that no new ones come.',
    path: forward.source.path,
    place,
    details: errorDetails(error),
    code: error.code,
  };
  return { check: 'applies to rows', outcome: 'refuted', reason: undefined, findings: [finding] };
}

function notRun(reason: string): Verdict {
  return { check: 'applies to rows', outcome: 'not run', reason, findings: [] };
}
