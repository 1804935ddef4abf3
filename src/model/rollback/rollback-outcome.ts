import type { Statement } from '../../input/sql/types.ts';
import type { CatalogBuilder } from '../catalog/builder.ts';
import { catalogDifferences, type CatalogDifference } from '../catalog/differences.ts';
import type { Catalog } from '../catalog/types.ts';
import { operationsOf } from '../operations/operations-of.ts';
import { beginsOf, bodiesIn, runRollback, type RollbackScene } from './rollback-run.ts';
import type { RollbackOutcome } from './types.ts';

/**
 * Runs a rollback on the schema right after its migration, sees what becomes of it, and takes it back.
 *
 * @param builder just after the migration; it is as it was in the end.
 */
export function rollbackOutcome(builder: CatalogBuilder, scene: RollbackScene): RollbackOutcome {
  const start = builder.catalog();
  const { steps, put, raises } = builder.trial(() => runRollback(builder, scene));
  const refused = steps.find(({ refusal }) => refusal !== undefined);
  const catalog =
    raises === undefined && refused === undefined
      ? put
      : builder.trial(() => runUntil(builder, scene, refused?.statement ?? steps.at(-1)?.statement));
  let differences: readonly CatalogDifference[] | undefined;
  let shortcomings: readonly CatalogDifference[] | undefined;
  return {
    steps,
    catalog,
    get differences() {
      return (differences ??= catalogDifferences(scene.before, catalog));
    },
    get shortcomings() {
      return (shortcomings ??= catalogDifferences(scene.before, put, 'all'));
    },
    complete: put.lastUnseen === scene.before.lastUnseen,
    seen: put.lastUnseen === start.lastUnseen,
    raises,
  };
}

/** The schema if PostgreSQL stops at a statement: what its transaction has done is taken back, what comes after it never runs. */
function runUntil(
  builder: CatalogBuilder,
  { script, transactions, migration, id }: RollbackScene,
  stopped: Statement | undefined,
): Catalog {
  const last = transactions.find(({ statements }) => stopped !== undefined && statements.includes(stopped));
  const [end] = last?.statements ?? [stopped];
  const begins = beginsOf(transactions);
  const bodies = bodiesIn(script);
  builder.endSession();
  builder.startScript({ inTransaction: false });
  for (const statement of script.statements) {
    if (statement === end) break;
    const inTransaction = begins.get(statement);
    if (inTransaction !== undefined) builder.startScript({ inTransaction });
    for (const operation of operationsOf(statement, { bodies }))
      builder.apply(operation, { migration, id, statement });
  }
  builder.endScript();
  return builder.catalog();
}
