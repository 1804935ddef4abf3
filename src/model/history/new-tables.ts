import type { Catalog, Table } from '../catalog/types.ts';
import { isSameObject } from '../operations/same-object.ts';
import type { CreateTable, CreateTableAs, ObjectName } from '../operations/types.ts';
import type { OperationSequence } from './deploy-operations.ts';

/** A table that a deploy creates and leaves behind. */
export interface NewTable {
  /** The operation that creates it; of several, the last. */
  readonly operation: CreateTable | CreateTableAs;
  /** As it is at the end of the deploy. */
  readonly table: Table;
}

/** A migration's operations and its index in replay order. */
export type NumberedOperations = OperationSequence & { readonly index: number };

/**
 * The tables that a deploy creates and that are there at its end, found through the deploy's renames: what rules ask about
 * that judge a table as a whole. Temporary tables are left out, and those of which it is not sure that they are created, or
 * what became of them.
 *
 * @param deploy the migrations that go out together, in replay order.
 * @param after the schema after the last of them.
 */
export function newTables(deploy: readonly NumberedOperations[], after: Catalog): readonly NewTable[] {
  const found = new Map<Table, NewTable>();
  for (const [at, { operations, index }] of deploy.entries()) {
    for (const [position, operation] of operations.entries()) {
      if (operation.kind !== 'CreateTable' && operation.kind !== 'CreateTableAs') continue;
      if (operation.persistence === 'temporary' || operation.run === 'called') continue;
      const isMade = (table: Table | undefined): boolean =>
        table?.origin.migration === index && table.certainty === 'certain';
      const direct = after.table(operation.table);
      const table = isMade(direct) ? direct : after.table(laterName(operation.table, deploy, at, position));
      if (table !== undefined && isMade(table)) found.set(table, { operation, table });
    }
  }
  return [...found.values()];
}

/** The name that a table has at the end of a deploy in which it is created as the operation at a position of a migration. */
function laterName(
  name: ObjectName,
  deploy: readonly NumberedOperations[],
  migration: number,
  position: number,
): ObjectName {
  let current = name;
  for (const [at, { operations }] of deploy.entries()) {
    for (const operation of at < migration ? [] : operations.slice(at === migration ? position + 1 : 0)) {
      if (operation.kind === 'RenameTable' && isSameObject(operation.table, current))
        current = { schema: current.schema, name: operation.newName };
      else if (operation.kind === 'SetSchema' && isSameObject(operation.object, current))
        current = { schema: operation.newSchema, name: current.name };
    }
  }
  return current;
}
