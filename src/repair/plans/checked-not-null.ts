import type { PlanRequest } from '../../lint/plan-request.ts';
import { snakeCase } from '../../model/history/name-pattern.ts';
import { nameLike, sqlLike, tableLike } from './manner.ts';
import { notNullSteps } from './not-null-steps.ts';
import { refused, validateStep } from './steps.ts';
import type { PlanOutcome, PlanScene, PlanStep } from './types.ts';

/**
 * SET NOT NULL of a column with rows: a CHECK that is NOT VALID takes its place, is validated in the next transaction, and proves to SET
 * NOT NULL that there is no NULL; then it goes. From PostgreSQL 18 on the NOT NULL constraint itself is NOT VALID and validated;
 * where there is such a constraint already, it is validated.
 */
export function checkedNotNull(
  { operation }: Extract<PlanRequest, { readonly plan: 'checked not null' }>,
  scene: PlanScene,
): PlanOutcome {
  const { column, statement, table } = operation;
  const before = scene.catalogBefore(operation);
  const known = before.table(table)?.columns.find(({ name }) => name === column)?.notNullConstraint;
  if (known?.validated === false) {
    const steps = [validateStep(operation, known.name)];
    return { kind: 'plans', plans: [{ operation, origin: { kind: 'removed' }, steps }] };
  }
  const steps = notNullSteps(operation, column, scene, before, scene.catalogAfter(operation));
  if (steps === undefined) return refused(`Nothing is known of the column ${column}.`);
  const edit = { path: statement.source.path, span: operation.at().span, text: steps.action };
  const following: PlanStep[] = [steps.validate];
  if (steps.check !== undefined) {
    const sql = sqlLike(statement);
    const alter = sql`ALTER TABLE ${tableLike(statement, table)}`;
    following.push({
      sql: sql`${alter} ALTER COLUMN ${nameLike(statement, column)} SET NOT NULL;
${alter} DROP CONSTRAINT ${nameLike(statement, steps.check)};`,
      name: snakeCase(`set_${table.name}_${column}_not_null`),
      after: 'nothing',
      outsideTransaction: false,
    });
  }
  return {
    kind: 'plans',
    plans: [{ operation, origin: { kind: 'edited', edits: [edit] }, steps: following }],
  };
}
