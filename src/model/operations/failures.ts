import type { Operation } from './types.ts';

/** Whether an operation is there to stop the script: RAISE EXCEPTION, which is also what RAISE alone means, or ASSERT. */
export function isFailure(operation: Operation): boolean {
  return operation.kind === 'Raise' && ['ASSERT', 'EXCEPTION'].includes(operation.level.toUpperCase());
}
