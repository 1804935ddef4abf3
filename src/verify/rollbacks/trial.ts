import { mayComeOfSharing } from '../apply/shared-transaction.ts';
import type { ApplyOutcome, PreparedScript } from '../apply/types.ts';
import type { Database } from '../engines/types.ts';
import type { Failure, RollbackInput } from './types.ts';

/** A place where scripts may run: a transaction that is rolled back, or a copy. */
export interface Trial {
  readonly database: Database;
  /** True if a transaction is open, which ends with the trial. */
  readonly begun: boolean;
  /** @throws a {@link TrialEnd} if it does not run. */
  apply(script: PreparedScript): Promise<void>;
}

/** What a script failed with. */
class TrialEnd extends Error {
  readonly failure: Failure;
  readonly script: PreparedScript;

  constructor(failure: Failure, script: PreparedScript) {
    super(failure.error.message);
    this.failure = failure;
    this.script = script;
  }
}

/** What a trial gave, or what ended it. */
export type TrialOutcome<Result> =
  | { readonly result: Result; readonly failure?: undefined }
  | { readonly failure: Failure; readonly script: PreparedScript };

/**
 * Runs scripts where nothing of it stays: in a transaction that is rolled back, if they fit; otherwise, or if something fails that may
 * come of the transaction they share, on a copy.
 *
 * @param run is called again for the copy.
 */
export async function tryOut<Result>(
  input: RollbackInput,
  run: (trial: Trial) => Promise<Result>,
): Promise<TrialOutcome<Result>> {
  if (input.forward.fitsTransaction && input.rollback.fitsTransaction) {
    const outcome = await inTransaction(input, run);
    if (outcome.failure === undefined || outcome.failure.kind === 'died') return outcome;
    if (!mayComeOfSharing(outcome.failure.error)) return outcome;
  }
  return onCopy(input, run);
}

async function inTransaction<Result>(
  { database, apply }: RollbackInput,
  run: (trial: Trial) => Promise<Result>,
): Promise<TrialOutcome<Result>> {
  let lost = false;
  await database.execute('BEGIN');
  try {
    const outcome = await caught(() =>
      run(trialOf(database, true, (script) => apply(database, script, { insideTransaction: true }))),
    );
    lost = outcome.failure?.kind === 'died';
    return outcome;
  } finally {
    // Settings that a script makes with SET go with the transaction, too.
    if (!lost) await database.execute('ROLLBACK');
  }
}

async function onCopy<Result>(
  { engine, copy, apply }: RollbackInput,
  run: (trial: Trial) => Promise<Result>,
): Promise<TrialOutcome<Result>> {
  const database = await engine.open(await copy());
  try {
    return await caught(() => run(trialOf(database, false, (script) => apply(database, script))));
  } finally {
    await database.close();
  }
}

function trialOf(
  database: Database,
  begun: boolean,
  apply: (script: PreparedScript) => Promise<ApplyOutcome>,
): Trial {
  return {
    database,
    begun,
    apply: async (script) => {
      const outcome = await apply(script);
      if (outcome.kind !== 'ran') throw new TrialEnd(outcome, script);
    },
  };
}

async function caught<Result>(run: () => Promise<Result>): Promise<TrialOutcome<Result>> {
  try {
    return { result: await run() };
  } catch (error) {
    if (error instanceof TrialEnd) return { failure: error.failure, script: error.script };
    throw error;
  }
}
