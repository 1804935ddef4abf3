import type { ObjectReference } from '../catalog/object-references.ts';
import { isSameObject } from '../operations/same-object.ts';
import type { ObjectName, Operation } from '../operations/types.ts';

/** Whether an operation brings about what a statement names: creates it, or gives it that name. */
export function bringsAbout(operation: Operation, reference: ObjectReference): boolean {
  const { name, member } = reference;
  switch (operation.kind) {
    case 'CreateTable':
    case 'CreateTableAs':
      return member === undefined && isSameObject(operation.table, name);
    case 'RenameTable':
      return member === undefined && isSameObject(renamed(operation.table, operation.newName), name);
    case 'CreateView':
    case 'CreateMaterializedView':
      return member === undefined && isSameObject(operation.view, name);
    case 'CreateSequence':
      return member === undefined && isSameObject(operation.sequence, name);
    case 'CreateIndex':
      return reference.kind === 'index' && operation.name === name.name;
    case 'CreateEnum':
    case 'CreateDomain':
    case 'CreateType':
      return reference.kind === 'type' && isSameObject(operation.type, name);
    case 'RenameType':
      return reference.kind === 'type' && isSameObject(renamed(operation.type, operation.newName), name);
    case 'CreateFunction':
      return reference.kind === 'function' && isSameObject(operation.routine, name);
    case 'AddColumn':
      return isMember(reference, 'column', operation.table, operation.column.name);
    case 'RenameColumn':
      return isMember(reference, 'column', operation.table, operation.newName);
    case 'AddConstraint':
      return isMember(reference, 'constraint', operation.table, operation.constraint.name);
    case 'CreateTrigger':
      return isMember(reference, 'trigger', operation.table, operation.name);
    case 'CreatePolicy':
      return isMember(reference, 'policy', operation.table, operation.name);
    default:
      return false;
  }
}

const renamed = (object: ObjectName, name: string): ObjectName => ({ schema: object.schema, name });

function isMember(
  { kind, name, member }: ObjectReference,
  wanted: ObjectReference['kind'],
  table: ObjectName,
  own: string | undefined,
): boolean {
  return kind === wanted && member === own && isSameObject(name, table);
}
