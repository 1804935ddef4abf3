import type { PlanRequest } from '../../lint/plan-request.ts';
import { freeIndexName } from '../../model/catalog/free-names.ts';
import { nameLike } from './manner.ts';
import { buildStep } from './steps.ts';
import type { PlanOutcome, PlanScene } from './types.ts';

/** The index that is missing, built after the operation, which stays as it is. */
export function addIndex(
  { operation, columns }: Extract<PlanRequest, { readonly plan: 'add index' }>,
  { migration, project }: PlanScene,
): PlanOutcome {
  const last = project.migrations.at(-1)?.catalogAfter ?? migration.catalogAfter;
  const index = freeIndexName(operation.table, columns, [migration.catalogAfter, last]);
  const keys = `(${columns.map((column) => nameLike(operation.statement, column)).join(', ')})`;
  const step = buildStep(operation, { index, keys, unique: false });
  return { kind: 'plans', plans: [{ operation, origin: { kind: 'edited', edits: [] }, steps: [step] }] };
}
