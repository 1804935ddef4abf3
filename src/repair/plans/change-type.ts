import type { PlanRequest } from '../../lint/plan-request.ts';
import { whyNotNewType, whyNotReplaceable } from '../../model/history/replaceable-column.ts';
import { typeChangeOf } from '../../model/history/type-change.ts';
import { displayName, quoteIdentifier } from '../../model/operations/display-name.ts';
import { changedLater } from './changed-later.ts';
import { replaceColumn } from './replace-column.ts';
import { refused } from './steps.ts';
import type { PlanOutcome, PlanScene } from './types.ts';

/** ALTER COLUMN TYPE as a column of the new type, which takes over the old one's name once it holds all values. */
export function changeType(
  { operation }: Extract<PlanRequest, { readonly plan: 'change type' }>,
  scene: PlanScene,
): PlanOutcome {
  const catalog = scene.catalogBefore(operation);
  const before = catalog.table(operation.table);
  const after = scene.catalogAfter(operation).table(operation.table);
  const old = before?.columns.find(({ name }) => name === operation.column);
  const changed = after?.columns.find(({ name }) => name === operation.column);
  if (before === undefined || after === undefined || old === undefined || changed === undefined)
    return refused(`Nothing is known of the column ${operation.column}.`);
  const path = `${displayName(before.name)}.${quoteIdentifier(old.name)}`;
  const change = typeChangeOf(operation, before, old, catalog);
  if (change === undefined) return refused(`The migrations do not say what the types of ${path} are.`);
  const reason =
    whyNotReplaceable(before, old.name, catalog) ??
    whyNotNewType(changed.type, catalog) ??
    changedLater(before.name, [old.name], [operation], scene);
  if (reason !== undefined) return refused(reason);
  if (change.refusal !== undefined)
    return refused(
      `PostgreSQL refuses this change of ${path}: a USING that converts its values is wanted first.`,
    );
  if (change.isTimeZoneChange && operation.using === undefined)
    return refused(
      `What the values of ${path} become hangs on the time zone of each session: say it with USING … AT TIME ZONE.`,
    );
  const { runner, postgresVersion } = scene.project;
  const mayFail = operation.using !== undefined || change.loss !== undefined || change.misfit !== undefined;
  const steps = replaceColumn({
    before,
    catalog,
    old,
    after,
    new: changed,
    conversion: { using: operation.using?.text, mayFail },
    runner,
    postgresVersion,
    rows: scene.conventions.batchRows,
  });
  return { kind: 'plans', plans: [{ operation, origin: { kind: 'removed' }, steps }] };
}
