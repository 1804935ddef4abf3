import { operationsOf } from './operations-of.ts';
import type { AddColumn, AddConstraint, ConstraintDefinition, CreateTable, Operation } from './types.ts';

/**
 * The constraints that an operation creates without saying how they are called. Replay gives each the name that PostgreSQL
 * chooses, so this looks at the statement as it is written; NOT NULL is none of them.
 *
 * @param operation before or after replay.
 * @returns as written, in order.
 */
export function unnamedConstraints(
  operation: CreateTable | AddColumn | AddConstraint,
): readonly ConstraintDefinition[] {
  const written = operationsOf(operation.statement, { bodies: 'do-only' }).find(
    ({ kind, action }) => kind === operation.kind && action === operation.action,
  );
  return constraintsOf(written).filter(({ name, type }) => name === undefined && type !== 'not null');
}

function constraintsOf(operation: Operation | undefined): readonly ConstraintDefinition[] {
  switch (operation?.kind) {
    case 'CreateTable':
      return [...operation.columns.flatMap(({ constraints }) => constraints), ...operation.constraints];
    case 'AddColumn':
      return operation.column.constraints;
    case 'AddConstraint': {
      // USING INDEX takes the name of the index.
      const { constraint } = operation;
      return 'usingIndex' in constraint && constraint.usingIndex !== undefined ? [] : [constraint];
    }
    default:
      return [];
  }
}
