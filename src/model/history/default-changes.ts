import type { DropDefault, SetDefault } from '../operations/types.ts';
import { operationsOn, runsBefore, type DeployOperations } from './deploy-operations.ts';

/** Whether no later operation of the deploy sets or drops the default of the same column. */
export function isLastDefaultChange(change: DropDefault | SetDefault, deploy: DeployOperations): boolean {
  return !operationsOn(change.table, deploy).some(
    (other) =>
      (other.kind === 'SetDefault' || other.kind === 'DropDefault') &&
      other.column === change.column &&
      runsBefore(change, other, deploy),
  );
}
