import type { PlanRequest } from '../../lint/plan-request.ts';
import { whyNotReplaceable } from '../../model/history/replaceable-column.ts';
import { changedLater } from './changed-later.ts';
import { replaceColumn } from './replace-column.ts';
import { refused } from './steps.ts';
import type { PlanOutcome, PlanScene } from './types.ts';

/** RENAME COLUMN as a new column that takes the place of the old one step by step. */
export function renameColumn(
  { operation }: Extract<PlanRequest, { readonly plan: 'rename column' }>,
  scene: PlanScene,
): PlanOutcome {
  const catalog = scene.catalogBefore(operation);
  const before = catalog.table(operation.table);
  const after = scene.catalogAfter(operation).table(operation.table);
  const old = before?.columns.find(({ name }) => name === operation.column);
  const added = after?.columns.find(({ name }) => name === operation.newName);
  if (before === undefined || after === undefined || old === undefined || added === undefined)
    return refused(`Nothing is known of the column ${operation.column}.`);
  const reason =
    whyNotReplaceable(before, old.name, catalog) ??
    changedLater(before.name, [old.name, added.name], [operation], scene);
  if (reason !== undefined) return refused(reason);
  const { runner, postgresVersion } = scene.project;
  const steps = replaceColumn({
    before,
    catalog,
    old,
    after,
    new: added,
    conversion: undefined,
    runner,
    postgresVersion,
    rows: scene.conventions.batchRows,
  });
  return { kind: 'plans', plans: [{ operation, origin: { kind: 'removed' }, steps }] };
}
