import type { PlanRequest } from '../../lint/plan-request.ts';
import type { OperationOf } from '../../model/operations/types.ts';
import { sqlLike } from './manner.ts';
import { refused, validateStep } from './steps.ts';
import type { PlanOutcome } from './types.ts';

/** NOT VALID behind a foreign key, CHECK or NOT NULL that is added, which then reads no row; VALIDATE in a later transaction. */
export function validateLater({
  operation,
}: Extract<PlanRequest, { readonly plan: 'validate later' }>): PlanOutcome {
  const { constraint, statement } = operation;
  if (constraint.name === undefined) return refused('A constraint without a name cannot be validated later.');
  const { end } = operation.at().span;
  const edit = {
    path: statement.source.path,
    span: { start: end, end },
    text: sqlLike(statement)` NOT VALID`,
  };
  return {
    kind: 'plans',
    plans: [
      {
        operation,
        origin: { kind: 'edited', edits: [edit] },
        steps: [validateStep(operation, constraint.name)],
      },
    ],
  };
}

/** VALIDATE leaves the transaction that holds the lock of NOT VALID. */
export function validateAfterCommit(operation: OperationOf<'ValidateConstraint'>): PlanOutcome {
  return {
    kind: 'plans',
    plans: [
      {
        operation,
        origin: { kind: 'removed' },
        steps: [validateStep(operation, operation.constraint)],
      },
    ],
  };
}
