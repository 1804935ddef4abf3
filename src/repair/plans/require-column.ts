import type { PlanRequest } from '../../lint/plan-request.ts';
import { snakeCase } from '../../model/history/name-pattern.ts';
import { pageKey } from '../../model/history/page-key.ts';
import { displayName, quoteIdentifier } from '../../model/operations/display-name.ts';
import { backfillStep } from './backfill-step.ts';
import { requireSteps, setsColumn, unknownFill } from './fill-later.ts';
import { refused } from './steps.ts';
import type { PlanOutcome, PlanScene, PlanStep } from './types.ts';

/**
 * SET NOT NULL of a column that running code may leave out: only once the code sets it everywhere are the rows filled, then new rows
 * without a value are refused, then NOT NULL is proven.
 */
export function requireColumn(
  { operation, value }: Extract<PlanRequest, { readonly plan: 'require column' }>,
  scene: PlanScene,
): PlanOutcome {
  const table = scene.catalogBefore(operation).table(operation.table);
  const column = table?.columns.find(({ name }) => name === operation.column);
  if (table === undefined || column === undefined)
    return refused(`Nothing is known of the column ${operation.column}.`);
  const key = pageKey(table);
  const name = displayName(table.name);
  if (table.partitionBy !== undefined)
    return refused(`${name} is partitioned: each partition wants these steps.`);
  if (key === undefined)
    return refused(`${name} has no primary key or other unique key to go through its rows by.`);
  const quoted = quoteIdentifier(column.name);
  const given = value ?? column.default?.text;
  const write = {
    table,
    key,
    head: `UPDATE ${name} SET ${quoted} = ${given ?? ''}`,
    conditions: [`${quoted} IS NULL`],
    rows: scene.conventions.batchRows,
  };
  const filled: PlanStep = {
    ...backfillStep(write, snakeCase(`backfill_${table.name.name}_${column.name}`), scene.project.runner),
    needs: setsColumn(column.name),
    after: 'release',
  };
  const fill = given === undefined ? unknownFill(table, key, column, scene) : filled;
  const steps = [fill, ...requireSteps(table, column.name, scene, 'commit', 'at a row without a value')];
  return { kind: 'plans', plans: [{ operation, origin: { kind: 'removed' }, steps }] };
}
