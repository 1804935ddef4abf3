import type { Catalog } from '../catalog/types.ts';
import type { CreateIndex, ObjectName, Operation } from '../operations/types.ts';

/**
 * Tells whether IF EXISTS or IF NOT EXISTS makes PostgreSQL pass over an operation without a lock on any relation.
 *
 * @param operation with resolved names.
 * @param catalog the schema just before.
 * @returns false wherever the catalog is not certain.
 */
export function isSkipped(operation: Operation, catalog: Catalog): boolean {
  if (operation.kind === 'CreateTable') return operation.ifNotExists && isThere(operation.table, catalog);
  if (!('ifExists' in operation) || !operation.ifExists || !catalog.complete) return false;
  switch (operation.kind) {
    case 'DropTrigger':
    case 'DropPolicy':
    case 'DropRule':
      return lacksPart(operation, catalog);
    case 'DropView':
    case 'DropMaterializedView':
      return !isKnown(operation.view, catalog);
    case 'AlterSequence':
    case 'DropSequence':
      return !isKnown(operation.sequence, catalog);
    case 'Rename':
    case 'SetSchema':
      return RELATIONS.has(operation.objectType) && !isKnown(operation.object, catalog);
    case 'DropIndex':
    case 'RenameIndex':
    case 'DropType':
    case 'DropFunction':
    case 'DropObject':
      return false;
    default:
      return !isKnown(operation.table, catalog);
  }
}

/** The kinds of object that pg_class lists, as statements call them. */
export const RELATIONS: ReadonlySet<string> = new Set([
  'table',
  'view',
  'materialized view',
  'foreign table',
  'sequence',
]);

/** Whether a table or view of the name is there without doubt. */
export function isThere(name: ObjectName, catalog: Catalog): boolean {
  return (catalog.table(name) ?? catalog.view(name))?.certainty === 'certain';
}

/** Whether IF NOT EXISTS finds an index of that name: PostgreSQL then builds none. */
export function isIndexThere({ table, name, ifNotExists }: CreateIndex, catalog: Catalog): boolean {
  if (!ifNotExists || name === undefined) return false;
  return catalog.index({ schema: catalog.table(table)?.name.schema ?? table.schema, name }) !== undefined;
}

function isKnown(name: ObjectName, catalog: Catalog): boolean {
  return (catalog.table(name) ?? catalog.view(name) ?? catalog.sequence(name)) !== undefined;
}

/** DROP TRIGGER, POLICY or RULE IF EXISTS of one that the table, if it is there at all, does not have. */
function lacksPart(
  operation: Extract<Operation, { kind: 'DropTrigger' | 'DropPolicy' | 'DropRule' }>,
  catalog: Catalog,
): boolean {
  const relation = catalog.table(operation.table) ?? catalog.view(operation.table);
  if (relation === undefined) return true;
  if (relation.certainty !== 'certain') return false;
  const parts =
    operation.kind === 'DropTrigger'
      ? relation.triggers
      : operation.kind === 'DropRule'
        ? relation.rules
        : relation.kind === 'table'
          ? relation.policies
          : [];
  return parts.every(({ name }) => name !== operation.name);
}
