import type { ObjectName, Operation } from '../operations/types.ts';
import { operationsOfKind, runsBefore, type DeployOperations } from './deploy-operations.ts';

const WRITES = ['Update', 'Insert', 'Delete', 'Merge'] as const;

/**
 * Whether a deploy has written a system catalog before one of its operations, such as `UPDATE pg_index SET indisready = false`, which
 * keeps the indexes of a table from being maintained. What is committed in between is then up to the script: a statement that puts
 * right what the catalog says, such as REINDEX, must stay in the transaction that made it wrong.
 *
 * @param operation of the deploy, with resolved names.
 * @param deploy the deploy's migrations in replay order.
 */
export function hasWrittenSystemCatalogBefore(operation: Operation, deploy: DeployOperations): boolean {
  return WRITES.some((kind) =>
    operationsOfKind(kind, deploy).some(
      (write) =>
        write.run !== 'called' && isSystemCatalog(write.table) && runsBefore(write, operation, deploy),
    ),
  );
}

/** A resolved name keeps no other schema for what PostgreSQL itself has made. */
function isSystemCatalog({ schema, name }: ObjectName): boolean {
  return schema === 'pg_catalog' || (schema === undefined && name.startsWith('pg_'));
}
