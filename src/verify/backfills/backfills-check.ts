import type { ReadMigration } from '../../input/project/types.ts';
import { mayNeverEnd } from '../apply/may-never-end.ts';
import type { ApplyOutcome } from '../apply/types.ts';
import { isPostgresError } from '../engines/errors.ts';
import type { Database } from '../engines/types.ts';
import { ReplayInOrder } from '../replay-in-order.ts';
import type { Verdict, VerifyFinding } from '../types.ts';
import type { MigrationScene, NamedCheck } from '../verify-migration.ts';
import { firstLine } from '../words.ts';
import { fillTable, type RowWishes } from './fill-table.ts';
import { endlessLoop, oversizedBatch, rowsLeft } from './findings.ts';
import { measure, rowsToDo, withoutPauses, type Measures } from './measure.ts';
import { backfillsOf, type BackfillSubject } from './subject.ts';

/** How backfills are run. */
export interface BackfillOptions {
  /** Wall time in seconds after which a loop counts as endless; 20. */
  readonly seconds?: number;
}

/** More rows than that take longer to make than anybody waits. */
const MOST_ROWS = 50_000;

/** Where nobody can say how many rows a pass changes. */
const ASSUMED_BATCH = 500;

/**
 * The check that runs batch loops on rows: whether they end, leave no row behind that they pick by their own condition, and change no
 * more rows in a transaction than a batch has.
 *
 * The script runs as it is, on copies with some five times as many rows as a batch, half of which need work: once with a value in every
 * column, then with NULL wherever it may be. Its pauses are left out. A script without a batch loop gives no verdict.
 *
 * @param migrations the project's, in replay order. The check must be asked about them in that order.
 */
export function runsBackfills(
  migrations: readonly ReadMigration[],
  { seconds = 20 }: BackfillOptions = {},
): NamedCheck {
  let history: ReplayInOrder | undefined;
  return {
    name: 'backfills',
    run: async (scene) => {
      const { runner, engine, forward, migration } = scene;
      if (!mayNeverEnd(forward)) return [];
      history ??= new ReplayInOrder(migrations, { runner, postgresVersion: engine.major });
      const replayed = history.of(migration);
      const verdicts: Verdict[] = [];
      for (const backfill of replayed === undefined ? [] : backfillsOf(replayed)) {
        const verdict = 'unfit' in backfill ? notRun(backfill.unfit) : await run(scene, backfill, seconds);
        verdicts.push(verdict);
        // The script of another loop is the same one.
        if (verdict.findings.some(({ id }) => id === 'endless-loop')) break;
      }
      return verdicts;
    },
  };
}

async function run(scene: MigrationScene, subject: BackfillSubject, seconds: number): Promise<Verdict> {
  const batch = subject.batch ?? ASSUMED_BATCH;
  const rows = Math.max(20, 5 * batch);
  if (rows > MOST_ROWS)
    return notRun(`Batches of ${batch} rows would want ${rows} sample rows: lint alone judges this loop.`);
  const wishes = { rows, gap: 2 * batch };
  const ordinary = await tryRows(scene, subject, { ...wishes, withNulls: false }, seconds);
  if (typeof ordinary === 'string') return notRun(ordinary);
  const findings = [...ordinary];
  if (findings.length === 0) {
    const withNulls = await tryRows(scene, subject, { ...wishes, withNulls: true }, seconds);
    // Rows with NULLs that cannot be had, or that the script refuses, are no matter of the loop.
    if (typeof withNulls !== 'string') findings.push(...withNulls);
  }
  return {
    check: 'backfills',
    outcome: findings.length === 0 ? 'proven' : 'refuted',
    reason: undefined,
    findings,
  };
}

/** Runs the script on a copy with such rows. @returns what is wrong with its loop; or why that cannot be told. */
async function tryRows(
  scene: MigrationScene,
  subject: BackfillSubject,
  wishes: RowWishes,
  seconds: number,
): Promise<readonly VerifyFinding[] | string> {
  const copy = await scene.engine.open(await scene.copy());
  try {
    const problem = await filled(copy, subject, wishes);
    if (problem !== undefined) return problem;
    const before = await rowsToDo(copy, subject);
    if (before === 0) return `No sample row of ${subject.tableText} is one that the loop has work with.`;
    await withoutPauses(copy);
    const outcome = await scene.apply(copy, scene.forward, { limits: { seconds } });
    if (outcome.kind === 'failed' && !isKept(outcome, subject))
      return `The script stops on sample rows: ${firstLine(outcome.error.message)}.`;
    if (outcome.kind === 'died')
      return outcome.error.reason === 'time'
        ? [endlessLoop(scene, subject, { ...wishes, seconds })]
        : `The script could not be run on sample rows: ${outcome.error.message}`;
    return judged(scene, subject, wishes, await measure(copy, subject, before));
  } finally {
    await copy.close();
  }
}

/** Whether the loop had ended, and its statement was committed, before PostgreSQL stopped at another. */
function isKept(
  { kept }: Extract<ApplyOutcome, { readonly kind: 'failed' }>,
  { place }: BackfillSubject,
): boolean {
  return kept.some(({ span }) => span.start <= place.span.start && place.span.start < span.end);
}

async function filled(
  copy: Database,
  subject: BackfillSubject,
  wishes: RowWishes,
): Promise<string | undefined> {
  try {
    return await fillTable(copy, subject, wishes);
  } catch (error) {
    if (!isPostgresError(error)) throw error;
    return `No sample rows could be put into ${subject.tableText}: ${firstLine(error.message)}.`;
  }
}

function judged(
  scene: MigrationScene,
  subject: BackfillSubject,
  wishes: RowWishes,
  { left, before, most, transactions }: Measures,
): readonly VerifyFinding[] {
  const findings: VerifyFinding[] = [];
  if (left !== undefined && left > 0)
    findings.push(rowsLeft(scene, subject, { left, of: before ?? wishes.rows, ...wishes }));
  if (subject.batch !== undefined && most > subject.batch)
    findings.push(oversizedBatch(scene, subject, { most, batch: subject.batch, transactions }));
  return findings;
}

function notRun(reason: string): Verdict {
  return { check: 'backfills', outcome: 'not run', reason, findings: [] };
}
