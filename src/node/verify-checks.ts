import type { CheckChoice } from '../config/verify-settings.ts';
import type { ReadProject } from '../input/project/types.ts';
import { appliesToRows, type RowsOptions } from '../verify/rows/applies-to-rows.ts';
import { runsBackfills } from '../verify/backfills/backfills-check.ts';
import { proveRollback } from '../verify/rollbacks/prove-rollback.ts';
import { proveRowsKept } from '../verify/rollbacks/prove-rows.ts';
import type { RollbackInput } from '../verify/rollbacks/types.ts';
import { outsideFault } from '../verify/apply/outside-fault.ts';
import { fillTables } from '../verify/sample-rows/fill-tables.ts';
import { tracesEffects } from '../verify/trace/effects-check.ts';
import type { Check, MigrationScene, VerifyChecks } from '../verify/verify-migration.ts';

/**
 * What PostgreSQL is asked about each migration besides whether it applies.
 *
 * @param options.wanted what of it.
 * @param options.chosen how many migrations are asked about.
 */
export function verifyChecks(
  source: ReadProject,
  { wanted, chosen }: { readonly wanted: ReadonlySet<CheckChoice>; readonly chosen: number },
): VerifyChecks {
  const isAlone = source.base.kind === 'none';
  return [
    ...(wanted.has('rollback') ? [{ name: 'rolls back', run: ofRollback(proveRollback) } as const] : []),
    // A copy for each of a whole history would take minutes; the effects on empty tables are the same in nearly all cases.
    ...(wanted.has('effects')
      ? [tracesEffects(source.migrations, { fill: wanted.has('rows') && !isAlone ? fillTables : undefined })]
      : []),
    ...(wanted.has('backfills') ? [runsBackfills(source.migrations)] : []),
    ...(wanted.has('rows')
      ? ofRows({ isAlone, deploySize: chosen, migrations: source.migrations }, wanted.has('rollback'))
      : []),
  ];
}

function ofRows(options: RowsOptions, withRollbacks: boolean): VerifyChecks {
  return [
    { name: 'applies to rows', run: appliesToRows(options) },
    ...(withRollbacks ? [{ name: 'keeps rows', run: ofRollback(proveRowsKept) } as const] : []),
  ];
}

/** A check that is asked of migrations with a rollback. */
export function ofRollback(prove: (input: RollbackInput) => ReturnType<Check>): Check {
  return async (scene: MigrationScene) => {
    const { rollback, migration, engine, database, forward, apply, copy } = scene;
    if (rollback === undefined) return [];
    const before = await scene.schema();
    const { fidelity } = scene;
    const outside: RollbackInput['outside'] = (failure) => outsideFault(database, failure, fidelity);
    return prove({ engine, database, id: migration.id, forward, rollback, apply, copy, before, outside });
  };
}
