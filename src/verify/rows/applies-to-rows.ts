import { keepsSession } from '../../input/runners/session.ts';
import { errorDetails } from '../apply/applies-verdict.ts';
import { loopPlaces, mayNeverEnd } from '../apply/may-never-end.ts';
import { outsideFault } from '../apply/outside-fault.ts';
import type { ApplyOutcome } from '../apply/types.ts';
import type { Database } from '../engines/types.ts';
import { tryOut } from '../rollbacks/trial.ts';
import { fillTables } from '../sample-rows/fill-tables.ts';
import { insertSampleRows, type SampledTables } from '../sample-rows/insert-sample-rows.ts';
import { beginSession, sessionSettings } from '../session.ts';
import type { Verdict, VerifyFinding } from '../types.ts';
import type { Check, MigrationScene } from '../verify-migration.ts';
import { firstLine } from '../words.ts';
import { failsOnAnyRow } from './fails-on-any-row.ts';

/** What the migrations that are asked about have to do with each other. */
export interface RowsOptions {
  /** True if each is verified as if it were deployed alone. */
  readonly isAlone: boolean;
  /** How many that go out together are asked about. */
  readonly deploySize: number;
  /** All of the project, in replay order. */
  readonly migrations: readonly { readonly id: string }[];
}

/**
 * The check that runs a migration on tables with rows. The rows are there when the deploy begins: what an earlier migration of it
 * backfills is backfilled when a later one asks for it.
 *
 * Whether an error comes of any row or only of some, such as those with NULL, makes the difference: nobody knows production's rows.
 */
export function appliesToRows({ isAlone, deploySize, migrations }: RowsOptions): Check {
  if (isAlone || deploySize < 2) return (scene) => askInTransaction(scene, isAlone);
  const world = new DeployedRows(migrations, deploySize);
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
  return await verdictsOf(scene, sampled, outcome.failure ?? { kind: 'ran' }, isAlone);
}

/** A database whose tables have rows since before the deploy, and which each migration of the deploy changes. */
class DeployedRows {
  readonly #order: ReadonlyMap<string, number>;
  readonly #deploySize: number;
  #database: Database | undefined;
  #sampled: SampledTables = { filled: [], skipped: [] };
  /** The place in replay order of the one that was asked last. */
  #last: number | undefined;
  #asked = 0;
  /** True once a migration of the deploy was left out: what it does to rows is not done to these. */
  #hasGap = false;

  constructor(migrations: RowsOptions['migrations'], deploySize: number) {
    this.#order = new Map(migrations.map(({ id }, at) => [id, at]));
    this.#deploySize = deploySize;
  }

  async ask(scene: MigrationScene): Promise<readonly Verdict[]> {
    this.#asked++;
    await this.#notice(scene);
    let stays = false;
    try {
      const database = await this.#ready(scene);
      const outcome = await scene.apply(database, scene.forward);
      // The next migration begins on new rows: nobody knows what these would be by then.
      stays = outcome.kind === 'ran' && this.#asked !== this.#deploySize;
      return await verdictsOf(scene, this.#sampled, outcome, this.#hasGap);
    } finally {
      if (!stays) await this.#discard();
    }
  }

  /** Whether the migration comes right after the last one; if not, the rows lack what those between them do. */
  async #notice({ migration }: MigrationScene): Promise<void> {
    const at = this.#order.get(migration.id);
    if (this.#last !== undefined && at !== undefined && at !== this.#last + 1) {
      this.#hasGap = true;
      await this.#discard();
    }
    this.#last = at;
  }

  /** The database with its rows, its session as a runner has it that begins this migration. */
  async #ready({ database: current, engine, copy, runner }: MigrationScene): Promise<Database> {
    const known = this.#database;
    if (known !== undefined) {
      if (!keepsSession(runner)) await beginSession(known, await sessionSettings(current));
      return known;
    }
    const database = await engine.open(await copy());
    this.#database = database;
    this.#sampled = await fillTables(database);
    return database;
  }

  async #discard(): Promise<void> {
    const database = this.#database;
    this.#database = undefined;
    await database?.close();
  }
}

async function verdictsOf(
  scene: MigrationScene,
  { filled, skipped }: SampledTables,
  outcome: ApplyOutcome,
  isAlone: boolean,
): Promise<readonly Verdict[]> {
  if (filled.length === 0 && outcome.kind === 'ran') return [];
  const left =
    skipped.length === 0
      ? undefined
      : `${skipped.length} of ${filled.length + skipped.length} tables were empty`;
  switch (outcome.kind) {
    case 'ran':
      return [{ check: 'applies to rows', outcome: 'proven', reason: left, findings: [] }];
    case 'died':
      if (outcome.error.reason === 'time' && loopPlaces(scene.forward).length > 0)
        return [endlessVerdict(scene, outcome)];
      return [notRun(`It did not end on sample rows: ${firstLine(outcome.error.message)}.`)];
    case 'failed': {
      const outside = await outsideFault(scene.database, outcome, scene.fidelity);
      return [outside === undefined ? failedVerdict(scene, outcome, isAlone) : notRun(outside)];
    }
    default:
      return outcome satisfies never;
  }
}

/** A loop that goes on for ever as soon as there are rows. */
function endlessVerdict(
  { migration, forward }: MigrationScene,
  { error, place: at }: Extract<ApplyOutcome, { readonly kind: 'died' }>,
): Verdict {
  const loops = loopPlaces(forward);
  const inside = loops.find(
    ({ span }) => at === undefined || (at.span.start <= span.start && span.end <= at.span.end),
  );
  const finding: VerifyFinding = {
    id: 'endless-loop',
    severity: 'error',
    message: `${migration.id} does not end on tables with a few rows: ${firstLine(error.message)}.`,
    help: 'Leave the loop when a batch changed no row (GET DIAGNOSTICS … ROW_COUNT, then EXIT WHEN), and pick rows by a condition that the write makes false.',
    path: forward.source.path,
    place: inside ?? loops[0],
    details: [],
  };
  return { check: 'applies to rows', outcome: 'refuted', reason: undefined, findings: [finding] };
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
