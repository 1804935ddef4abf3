import { errorDetails } from '../apply/applies-verdict.ts';
import { insertSampleRows, type SampledTables } from '../sample-rows/insert-sample-rows.ts';
import type { Verdict, VerifyFinding } from '../types.ts';
import { firstLine } from '../words.ts';
import { aloneOf, beginningOf } from '../apply/prepare-script.ts';
import type { PreparedScript } from '../apply/types.ts';
import { changedRows, changesOfTables, matchRows, rowChanges, type RowChange } from './row-changes.ts';
import { shortList } from '../../model/operations/display-name.ts';
import { rowDifferences, tableRows, type RowDifferences } from './rows.ts';
import { saysNoWayBack } from './acknowledges.ts';
import { tryOut, type Trial } from './trial.ts';
import type { Failure, RollbackInput } from './types.ts';

/** What is learned with rows in the tables. */
interface SeenRows {
  readonly sampled: SampledTables;
  readonly differences: RowDifferences;
  /** Statements that change or delete rows, and came to none. */
  readonly untouched: readonly RowChange[];
}

/**
 * Puts sample rows into the tables, runs a migration and its rollback, and looks at what became of the rows. The database is left as it
 * is found.
 *
 * @returns one verdict: proven if each row and value is there again; refuted with what is gone, and what is left; or not run, where one
 *   of the scripts fails, which other checks tell of, or changes rows of which there are none.
 * @throws what the database throws outside the scripts.
 */
export async function proveRowsKept(input: RollbackInput): Promise<readonly Verdict[]> {
  const { id, rollback } = input;
  const outcome = await tryOut(input, (trial) => goThereAndBack(trial, input));
  if (outcome.failure !== undefined) {
    const { failure } = outcome;
    const isBack = outcome.script === rollback;
    const outside = isBack && failure.kind === 'failed' ? await input.outside?.(failure) : undefined;
    if (outside !== undefined)
      return [{ check: 'keeps rows', outcome: 'not run', reason: outside, findings: [] }];
    const what = outcome.script === rollback ? `The rollback of ${id}` : id;
    return [
      notRun(
        input,
        `${what} fails on tables with rows: ${messageOf(outcome.failure)}.`,
        outcome.failure,
        outcome.script === rollback,
      ),
    ];
  }
  const { sampled, differences, untouched } = outcome.result;
  const findings = findingsOf(input, differences);
  if (differences.lost.length === 0 && untouched.length > 0)
    return [{ check: 'keeps rows', outcome: 'not run', reason: untouchedReason(untouched), findings }];
  const reason = sampled.skipped.length === 0 ? undefined : skippedReason(sampled);
  return [
    { check: 'keeps rows', outcome: differences.lost.length > 0 ? 'refuted' : 'proven', reason, findings },
  ];
}

function untouchedReason(untouched: readonly RowChange[]): string {
  const words = shortList(
    untouched.map((change) => change.words),
    3,
  );
  return `Not shown: no sample row was touched by ${words.join(', nor by ')}.`;
}

async function goThereAndBack(trial: Trial, { forward, rollback }: RollbackInput): Promise<SeenRows> {
  const { database, begun } = trial;
  // Sample rows want a transaction, and the scripts of a copy none.
  if (!begun) await database.execute('BEGIN');
  const sampled = await insertSampleRows(database);
  const changes = await changesOfTables(database, [...rowChanges(forward), ...rowChanges(rollback)]);
  await matchRows(database, changes);
  if (!begun) await database.execute('COMMIT');
  const before = await tableRows(database);
  const untouched = [
    ...(await applyWatched(trial, forward, changes)),
    ...(await applyWatched(trial, rollback, changes)),
  ];
  return { sampled, untouched, differences: rowDifferences(before, await tableRows(database)) };
}

/** Runs a script. @returns those of its statements that change or delete rows, and came to none. */
async function applyWatched(
  trial: Trial,
  script: PreparedScript,
  changes: readonly RowChange[],
): Promise<readonly RowChange[]> {
  const own = changes.filter(({ statement }) => script.statements.includes(statement));
  if (own.length === 0) {
    await trial.apply(script);
    return [];
  }
  return trial.begun && script.isWhole
    ? applyCounting(trial, script, own)
    : applyComparing(trial, script, own);
}

/** In a transaction, PostgreSQL counts what each statement changes. */
async function applyCounting(
  trial: Trial,
  script: PreparedScript,
  changes: readonly RowChange[],
): Promise<readonly RowChange[]> {
  const untouched: RowChange[] = [];
  for (const statement of script.statements) {
    const own = changes.filter((change) => change.statement === statement);
    const before = own.length === 0 ? 0 : await changedRows(trial.database);
    await trial.apply(aloneOf(script, statement));
    if (own.length > 0 && (await changedRows(trial.database)) === before) untouched.push(...own);
  }
  return untouched;
}

/** Where a script has transactions of its own, what is in the tables before and after it tells. */
async function applyComparing(
  trial: Trial,
  script: PreparedScript,
  changes: readonly RowChange[],
): Promise<readonly RowChange[]> {
  const before = await tableRows(trial.database);
  await trial.apply(script);
  const after = await tableRows(trial.database);
  const find = (rows: typeof before, name: string): string =>
    JSON.stringify(rows.find(({ table }) => table === name)) ?? '';
  return changes.filter(({ label }) => find(before, label) === find(after, label));
}

function findingsOf(
  { id, rollback }: RollbackInput,
  { lost, left }: RowDifferences,
): readonly VerifyFinding[] {
  const common = { path: rollback.source.path, place: undefined, begins: beginningOf(rollback) };
  if (lost.length > 0) {
    return [
      {
        ...common,
        id: 'rollback-loses-rows',
        severity: 'warning',
        message: `With rows in the tables, the migration and its rollback lose data: ${lost.length === 1 ? lost[0] : `${lost.length} losses`}.`,
        help: 'Have the migration keep what it takes away, in a table or column of its own, until nobody goes back any more; the rollback then copies it back.',
        details: [...(lost.length === 1 ? [] : lost), ...left],
      },
    ];
  }
  if (left.length === 0) return [];
  return [
    {
      ...common,
      id: 'rollback-leaves-rows',
      severity: 'info',
      message: `After the rollback of ${id}, rows are not those of before: ${left.length === 1 ? left[0] : `${left.length} things differ`}.`,
      help: 'Delete what the migration wrote if nobody may need it.',
      details: left.length === 1 ? [] : left,
    },
  ];
}

function notRun(
  { id, rollback }: RollbackInput,
  reason: string,
  failure: Failure,
  inRollback: boolean,
): Verdict {
  if (!inRollback || failure.kind === 'died' || saysNoWayBack(rollback, failure)) {
    return { check: 'keeps rows', outcome: 'not run', reason, findings: [] };
  }
  const { error, place } = failure;
  const finding: VerifyFinding = {
    id: 'rollback-fails',
    severity: 'error',
    message: `The rollback of ${id} fails as soon as there are rows: PostgreSQL says “${messageOf(failure)}” (${error.code}).`,
    help: 'Make the rollback handle the rows that the migration made possible. If there is no way back, let all that it does be a RAISE EXCEPTION that says why.',
    path: rollback.source.path,
    place,
    details: errorDetails(error),
    code: error.code,
  };
  return { check: 'keeps rows', outcome: 'refuted', reason: undefined, findings: [finding] };
}

function messageOf({ error }: Failure): string {
  return firstLine(error.message);
}

function skippedReason({ filled, skipped }: SampledTables): string {
  const [first] = skipped;
  const all = filled.length + skipped.length;
  return `${skipped.length} of ${all} tables had no sample rows, ${first?.table ?? ''} among them: ${first?.reason ?? ''}.`;
}
