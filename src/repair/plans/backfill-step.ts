import type { Runner } from '../../input/runners/types.ts';
import { batchLoop, type BatchedWrite } from './batch-loop.ts';
import type { RowsDone } from './rows-done.ts';
import { runsAlone } from './runs-alone.ts';
import type { PlanStep } from './types.ts';

/**
 * The step that a batched write is. Where the runner would open a transaction whatever its file says, nothing of a migration can commit
 * batches: the step becomes a draft, which somebody runs by hand, and so does all that comes after it.
 *
 * @param done what becomes of rows that are done if it is started again.
 * @param name what its migration is called: `backfill_users_display_name`.
 */
export function backfillStep(
  write: BatchedWrite,
  name: string,
  runner: Runner,
  done: RowsDone = 'left alone',
): PlanStep {
  const byHand = !runsAlone(runner);
  return {
    sql: batchLoop(write),
    name,
    comment: byHand
      ? `It commits batch by batch, and ${runner.label} would run it inside a transaction, where that fails (2D000): run it by hand, with psql, before what comes after it.`
      : `It commits batch by batch${AGAIN[done]}`,
    ...(byHand ? { needs: `No release: it is a draft because ${runner.label} cannot run it.` } : {}),
    after: byHand ? 'release' : 'commit',
    outsideTransaction: true,
    apart: name,
    // The values are of no use to nobody: whoever takes back the column takes them back with it.
    rollback: 'SELECT 1;',
  };
}

/** What somebody has to know who starts it again. */
const AGAIN: Readonly<Record<RowsDone, string>> = {
  'left alone': ', and can be started again: what is done is left alone.',
  'set again':
    '. Started again after an error, it leaves rows alone that have the value, and overwrites what others were changed to since.',
  'written again':
    '. Started again after an error, it begins anew, and overwrites what was changed since in rows that it had done.',
};
