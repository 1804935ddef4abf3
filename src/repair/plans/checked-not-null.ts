import type { PlanRequest } from '../../lint/plan-request.ts';
import { snakeCase } from '../../model/history/name-pattern.ts';
import { nameLike, sqlLike, tableLike } from './manner.ts';
import { notNullSteps } from './not-null-steps.ts';
import { isSameObject } from '../../model/operations/same-object.ts';
import type { Operation, SetNotNull } from '../../model/operations/types.ts';
import { fillAgain, refused, validateStep } from './steps.ts';
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
    const steps = [withAdvice(validateStep(operation, known.name), operation, scene)];
    return { kind: 'plans', plans: [{ operation, origin: { kind: 'removed' }, steps }] };
  }
  const steps = notNullSteps(operation, column, scene, before, scene.catalogAfter(operation));
  if (steps === undefined) return refused(`Nothing is known of the column ${column}.`);
  const edit = { path: statement.source.path, span: operation.at().span, text: steps.action };
  const following: PlanStep[] = [withAdvice(steps.validate, operation, scene)];
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

/**
 * Says what to do where VALIDATE stops although the rows have been filled by this deploy. The constraint cannot come before that: a row
 * without a value that anybody updates meanwhile would be refused (23514), whatever the update changes.
 */
function withAdvice(
  step: PlanStep,
  { table, column }: Pick<SetNotNull, 'table' | 'column'>,
  { migration, project }: PlanScene,
): PlanStep {
  const fills = (operation: Operation): boolean =>
    operation.kind === 'Update' &&
    isSameObject(operation.table, table) &&
    operation.assignments.some((assignment) => assignment.column === column);
  const isFilled = project.migrations.some(
    ({ index, state, operations }) =>
      index <= migration.index && state !== 'applied' && operations.some(fills),
  );
  return isFilled ? { ...step, comment: fillAgain(column) } : step;
}
