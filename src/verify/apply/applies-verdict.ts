import { firstLine, wholeLine } from '../words.ts';
import { differenceSentence } from '../fingerprint/difference-words.ts';
import { fingerprintDifferences } from '../fingerprint/differences.ts';
import { fingerprintOf } from '../fingerprint/fingerprint.ts';
import type { PostgresError } from '../engines/types.ts';
import type { MigrationScene } from '../verify-migration.ts';
import type { Verdict, VerifyFinding } from '../types.ts';
import { mayNeverEnd } from './may-never-end.ts';
import { outsideFault } from './outside-fault.ts';
import type { ApplyOutcome } from './types.ts';

/** Whether a migration applies, and what became of the database. */
export interface AppliesOutcome {
  readonly verdict: Verdict;
  /** True if the engine ended with it: the database is gone. */
  readonly lost: boolean;
  /** Where the statements begin that stay done though the script failed, in UTF-16 units. */
  readonly kept?: readonly number[];
}

/** Runs a migration for good, the way its runner does. */
export async function appliesVerdict(scene: MigrationScene): Promise<AppliesOutcome> {
  const { database, forward, fidelity, apply, onlyApplies } = scene;
  // A procedure or DO block with COMMIT, or CONCURRENTLY, leaves something behind by itself.
  const canStop = (forward.transactions.length > 1 || !forward.fitsTransaction) && !onlyApplies;
  const before = canStop ? await scene.schema() : undefined;
  const outcome = await apply(database, forward);
  switch (outcome.kind) {
    case 'ran': {
      const findings = await afterRun(scene);
      const isProven = findings.length === 0;
      return {
        verdict: {
          check: 'applies',
          outcome: isProven ? 'proven' : 'refuted',
          reason: undefined,
          findings,
        },
        lost: false,
      };
    }
    case 'died':
      return { verdict: diedVerdict(scene, outcome), lost: true };
    case 'failed': {
      const outside = await outsideFault(database, outcome, fidelity);
      if (outside !== undefined)
        return {
          verdict: { check: 'applies', outcome: 'not run', reason: outside, findings: [] },
          lost: false,
          kept: outcome.kept.map(({ span }) => span.start),
        };
      const left =
        before === undefined
          ? []
          : fingerprintDifferences(before, await fingerprintOf(database, scene.scope)).map(
              differenceSentence,
            );
      const finding = failedFinding(scene, outcome, left);
      return {
        verdict: { check: 'applies', outcome: 'refuted', reason: undefined, findings: [finding] },
        lost: false,
        kept: outcome.kept.map(({ span }) => span.start),
      };
    }
    default:
      return outcome satisfies never;
  }
}

/** What is wrong with a migration that PostgreSQL did not refuse. */
async function afterRun({
  database,
  forward,
  migration,
  apply,
}: MigrationScene): Promise<readonly VerifyFinding[]> {
  const { id, repeats } = migration;
  const about = { severity: 'error', path: forward.source.path } as const;
  const open = forward.transactions.at(-1);
  if (open?.end === 'open' && open.kind === 'explicit') {
    await database.execute('ROLLBACK');
    const begin = open.statements.at(-1);
    return [
      {
        ...about,
        id: 'migration-fails',
        message: `${id} begins a transaction and does not end it: PostgreSQL takes all of it back when its runner disconnects.`,
        help: 'End it with COMMIT.',
        place: begin && { source: forward.source, span: begin.span },
        details: [],
      },
    ];
  }
  // Its tool runs it again whenever its text has changed.
  if (repeats !== true || !forward.fitsTransaction || mayNeverEnd(forward)) return [];
  await database.execute('BEGIN');
  const again = await apply(database, forward, { insideTransaction: true });
  if (again.kind !== 'died') await database.execute('ROLLBACK');
  if (again.kind !== 'failed') return [];
  const { error, place } = again;
  return [
    {
      ...about,
      id: 'reapply-fails',
      message: `${id} cannot run a second time, and its tool runs it again whenever it changes: PostgreSQL says “${firstLine(error.message)}” (${error.code}).`,
      help: 'Write CREATE OR REPLACE or IF NOT EXISTS, or drop first what it makes.',
      place,
      details: errorDetails(error),
      code: error.code,
    },
  ];
}

function failedFinding(
  { forward, migration }: MigrationScene,
  { error, place, kept }: Extract<ApplyOutcome, { readonly kind: 'failed' }>,
  left: readonly string[],
): VerifyFinding {
  const stays =
    kept.length === 0
      ? left.length === 0
        ? 'Nothing of it stays.'
        : 'What it had done by then stays, as is said below.'
      : `What stands before it stays done: ${kept.length === 1 ? 'one statement' : `${kept.length} statements`}.`;
  return {
    id: 'migration-fails',
    severity: 'error',
    message: `${migration.id} does not apply: PostgreSQL says “${firstLine(error.message)}” (${error.code}). ${stays}`,
    help:
      kept.length === 0 && left.length === 0
        ? 'Correct the statement. Each migration before it was run as it is in the repository.'
        : 'Correct the statement, and take back by hand what stays behind before the migration is run again.',
    path: forward.source.path,
    place,
    details: [...errorDetails(error), ...left.map((one) => `stays behind: ${one}`)],
    code: error.code,
  };
}

/** What PostgreSQL says besides its message. */
export function errorDetails({ detail, hint, where }: PostgresError): readonly string[] {
  return [
    ...(detail === undefined ? [] : [`detail: ${wholeLine(detail)}`]),
    ...(hint === undefined ? [] : [`hint: ${wholeLine(hint)}`]),
    ...(where === undefined ? [] : [`where: ${wholeLine(where)}`]),
  ];
}

/** What is said of a migration that takes the engine along on the tables as they are. */
export function diedVerdict(
  { forward, migration }: Pick<MigrationScene, 'forward' | 'migration'>,
  { error, place }: Pick<Extract<ApplyOutcome, { readonly kind: 'died' }>, 'error' | 'place'>,
): Verdict {
  const finding: VerifyFinding = {
    id: 'engine-died',
    severity: error.reason === 'time' ? 'error' : 'warning',
    message: `${migration.id} did not end: ${error.message}`,
    help:
      error.reason === 'time'
        ? 'On tables without rows a migration takes moments: look for a loop that never ends. --time-limit gives it longer.'
        : 'The embedded PostgreSQL gave up. Ask a real one: --engine 15, or --url.',
    path: forward.source.path,
    place,
    details: [],
  };
  return {
    check: 'applies',
    outcome: error.reason === 'time' ? 'refuted' : 'not run',
    reason: error.message,
    findings: [finding],
  };
}
