import type { Statement } from '../../input/sql/types.ts';
import type { AppliedOperation } from '../catalog/builder.ts';
import type { Catalog } from '../catalog/types.ts';
import type { Operation } from '../operations/types.ts';
import { transactionRefusal } from './in-transaction.ts';
import { refusalOf } from './refusal-of.ts';
import type { Refusal } from './types.ts';

/**
 * Why PostgreSQL refuses a migration whose steps were replayed: what its rollback would undo is not known then.
 *
 * @param steps of the migration, in execution order.
 * @param start the schema before the first of them.
 * @param inTransaction its statements that surely run in a transaction block.
 * @returns the first refusal; undefined if there is none that is certain.
 */
export function firstRefusal(
  steps: readonly (AppliedOperation & { readonly statement: Statement })[],
  start: Catalog,
  inTransaction: ReadonlySet<Statement> = new Set(),
): Refusal | undefined {
  const together = new Map<Statement, Operation[]>();
  for (const { statement, operation } of steps) {
    const list = together.get(statement);
    if (list === undefined) together.set(statement, [operation]);
    else list.push(operation);
  }
  for (const step of steps) {
    const scene = {
      together: together.get(step.statement) ?? [],
      inBody: step.operation.statement !== step.statement,
    };
    const refusal = refusalOf(step, { start, earlier: undefined }, scene);
    const refused = refusal ?? transactionRefusal(step.operation, step.statement, inTransaction);
    if (refused !== undefined) return refused;
  }
  return undefined;
}
