import type { Catalog } from '../catalog/types.ts';
import { displayName } from '../operations/display-name.ts';
import type { ObjectName, Operation } from '../operations/types.ts';
import type { Refusal } from './types.ts';

type OtherKind = Extract<Refusal, { readonly kind: 'other kind' }>;

/**
 * What an operation names as one kind of relation though it is certainly another: DROP TABLE of a view, CREATE INDEX on one. IF EXISTS
 * does not help. Executed on PostgreSQL 18.
 *
 * @param operation with resolved names.
 * @param catalog the schema just before it.
 */
export function objectOfOtherKind(operation: Operation, catalog: Catalog): OtherKind | undefined {
  switch (operation.kind) {
    case 'DropTable':
      return wants(operation.table, ['table'], catalog);
    case 'DropView':
      return wants(operation.view, ['view'], catalog);
    case 'DropMaterializedView':
    case 'RefreshMaterializedView':
      return wants(operation.view, ['materialized view'], catalog);
    case 'DropSequence':
      return wants(operation.sequence, ['sequence'], catalog);
    case 'DropIndex':
      return wants(operation.index, ['index'], catalog);
    case 'CreateIndex':
      return wants(operation.table, ['table', 'materialized view'], catalog);
    case 'CreateView':
      return operation.replace ? wants(operation.view, ['view'], catalog) : undefined;
    case 'AddColumn':
    case 'DropColumn':
    case 'AddConstraint':
    case 'DropConstraint':
    case 'AlterColumnType':
    case 'SetNotNull':
    case 'DropNotNull':
      return wants(operation.table, ['table'], catalog);
    case 'DropType':
      return operation.domain ? wantsDomain(operation.type, catalog) : undefined;
    default:
      return undefined;
  }
}

function wants(name: ObjectName, kinds: readonly string[], catalog: Catalog): OtherKind | undefined {
  if (name.schema === undefined) return undefined;
  const index = catalog.index(name);
  const found = catalog.table(name) ?? catalog.view(name) ?? catalog.sequence(name);
  const actual = found?.kind ?? (index === undefined ? undefined : 'index');
  const certainty = found?.certainty ?? index?.index.certainty;
  if (actual === undefined || certainty !== 'certain' || kinds.includes(actual)) return undefined;
  return { kind: 'other kind', code: '42809', name: displayName(name), actual };
}

function wantsDomain(name: ObjectName, catalog: Catalog): OtherKind | undefined {
  const type = catalog.type(name);
  if (type === undefined || type.certainty !== 'certain' || type.kind === 'domain') return undefined;
  return { kind: 'other kind', code: '42809', name: displayName(name), actual: `${type.kind} type` };
}
