import type { PlanRequest } from '../../lint/plan-request.ts';
import { typeText } from '../../model/catalog/type-text.ts';
import { whyNotNewType, whyNotReplaceable } from '../../model/history/replaceable-column.ts';
import { quoteIdentifier } from '../../model/operations/display-name.ts';
import { changedLater } from './changed-later.ts';
import { replaceColumn } from './replace-column.ts';
import { refused } from './steps.ts';
import type { PlanOutcome, PlanScene } from './types.ts';

/** DROP COLUMN beside the ADD COLUMN of what it is renamed to: the values move over, step by step. */
export function replaceDroppedColumn(
  { operation, replacement }: Extract<PlanRequest, { readonly plan: 'replace dropped column' }>,
  scene: PlanScene,
): PlanOutcome {
  const { operations } = scene.migration;
  const [first, last] =
    operations.indexOf(operation) < operations.indexOf(replacement)
      ? [operation, replacement]
      : [replacement, operation];
  const catalog = scene.catalogBefore(first);
  const before = catalog.table(operation.table);
  const after = scene.catalogAfter(last).table(operation.table);
  const old = before?.columns.find(({ name }) => name === operation.column);
  const added = after?.columns.find(({ name }) => name === replacement.column.name);
  if (before === undefined || after === undefined || old === undefined || added === undefined)
    return refused(`Nothing is known of the column ${operation.column}.`);
  const reason =
    whyNotReplaceable(before, old.name, catalog) ??
    whyNotNewType(added.type, catalog) ??
    changedLater(before.name, [old.name, added.name], [operation, replacement], scene);
  if (reason !== undefined) return refused(reason);
  if (replacement.column.constraints.length > 0)
    return refused(`${quoteIdentifier(added.name)} has constraints, which want steps of their own first.`);
  const isSameType = typeText(old.type) === typeText(added.type);
  if (!isSameType && added.name !== old.name)
    return refused(`${quoteIdentifier(added.name)} has another type than ${quoteIdentifier(old.name)}.`);
  const { runner, postgresVersion } = scene.project;
  const steps = replaceColumn({
    before,
    catalog,
    old,
    after,
    new: added,
    conversion: isSameType
      ? undefined
      : { using: `${quoteIdentifier(old.name)}::${typeText(added.type)}`, mayFail: true },
    runner,
    postgresVersion,
    rows: scene.conventions.batchRows,
    isGuess: old.name !== added.name,
  });
  return {
    kind: 'plans',
    plans: [
      { operation, origin: { kind: 'removed' }, steps: [] },
      { operation: replacement, origin: { kind: 'removed' }, steps },
    ],
  };
}
