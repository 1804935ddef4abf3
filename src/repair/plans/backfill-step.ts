import type { Runner } from '../../input/runners/types.ts';
import { batchLoop, type BatchedWrite } from './batch-loop.ts';
import { runsAlone } from './runs-alone.ts';
import type { PlanStep } from './types.ts';

/**
 * The step that a batched write is. Where the runner would open a transaction whatever its file says, nothing of a migration can commit
 * batches: the step becomes a draft, which somebody runs by hand, and so does all that comes after it.
 *
 * @param name what its migration is called: `backfill_users_display_name`.
 */
export function backfillStep(write: BatchedWrite, name: string, runner: Runner): PlanStep {
  const byHand = !runsAlone(runner);
  return {
    sql: batchLoop(write),
    name,
    comment: byHand
      ? `It commits batch by batch, and ${runner.label} would run it inside a transaction, where that fails (2D000): run it by hand, with psql, before what comes after it.`
      : 'It commits batch by batch, and can be started again: what is done is left alone.',
    ...(byHand ? { needs: `No release: it is a draft because ${runner.label} cannot run it.` } : {}),
    after: byHand ? 'release' : 'commit',
    outsideTransaction: true,
    apart: name,
    // The values are of no use to nobody: whoever takes back the column takes them back with it.
    rollback: 'SELECT 1;',
  };
}
