import type { Table } from '../catalog/types.ts';
import type { DropTable } from '../operations/types.ts';
import { operationsOn, runsBefore, type DeployOperations } from './deploy-operations.ts';

/**
 * Whether a dropped table was the result of a query (CREATE TABLE … AS), and the deploy makes it again in the same way: a cache,
 * whose rows come from somewhere else.
 *
 * @param drop with resolved names.
 * @param existed the table as it was before the deploy.
 * @param deploy the deploy's migrations in replay order.
 */
export function isFilledAgain(drop: DropTable, existed: Table, deploy: DeployOperations): boolean {
  if (!('CreateTableAsStmt' in existed.origin.statement.tree)) return false;
  return operationsOn(drop.table, deploy).some(
    (operation) =>
      operation.kind === 'CreateTableAs' &&
      operation.run === 'now' &&
      operation.withData &&
      runsBefore(drop, operation, deploy),
  );
}
