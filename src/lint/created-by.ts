import type { Catalog } from '../model/catalog/types.ts';
import type { ObjectName, Operation } from '../model/operations/types.ts';

/** An object that a statement creates. */
export interface CreatedObject {
  /** `table`, `view`, `type` … */
  readonly kind: string;
  readonly name: ObjectName;
}

/**
 * The object that an operation creates, unless it is there already.
 *
 * @param before the schema just before.
 * @returns one object or none. Indexes, columns and constraints belong to their table and are not named.
 */
export function createdBy(operation: Operation, before: Catalog): readonly CreatedObject[] {
  switch (operation.kind) {
    case 'CreateTable':
    case 'CreateTableAs':
      return unlessThere(before.table(operation.table), 'table', operation.table);
    case 'CreateView':
      return unlessThere(before.view(operation.view), 'view', operation.view);
    case 'CreateMaterializedView':
      return unlessThere(before.view(operation.view), 'materialized view', operation.view);
    case 'CreateSequence':
      return unlessThere(before.sequence(operation.sequence), 'sequence', operation.sequence);
    case 'CreateEnum':
    case 'CreateDomain':
    case 'CreateType':
      return unlessThere(before.type(operation.type), 'type', operation.type);
    case 'CreateSchema':
      return unlessThere(before.schema(operation.name), 'schema', bare(operation.name));
    case 'CreateExtension':
      return unlessThere(before.extension(operation.name), 'extension', bare(operation.name));
    default:
      return [];
  }
}

const bare = (name: string): ObjectName => ({ schema: undefined, name });

function unlessThere(known: unknown, kind: string, name: ObjectName): readonly CreatedObject[] {
  return known === undefined ? [{ kind, name }] : [];
}
