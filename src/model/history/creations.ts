import type { ObjectReference } from '../catalog/object-references.ts';
import { isSameObject } from '../operations/same-object.ts';
import type { ObjectName, Operation } from '../operations/types.ts';
import type { DeployOperations } from './deploy-operations.ts';

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

/** By deploy, which does not change: what surely runs and makes something, by the plain name of what it makes. */
const creations = new WeakMap<DeployOperations, ReadonlyMap<string, readonly Operation[]>>();

/** The operations of a deploy that surely run and bring about what a statement names, in execution order. */
export function creationsOf(reference: ObjectReference, deploy: DeployOperations): readonly Operation[] {
  let byName = creations.get(deploy);
  if (byName === undefined) creations.set(deploy, (byName = creationsIn(deploy)));
  const candidates = byName.get(reference.member ?? reference.name.name) ?? [];
  return candidates.filter((operation) => bringsAbout(operation, reference));
}

function creationsIn(deploy: DeployOperations): ReadonlyMap<string, readonly Operation[]> {
  const byName = new Map<string, Operation[]>();
  for (const { operations } of deploy) {
    for (const operation of operations) {
      const name = operation.run === 'now' ? madeName(operation) : undefined;
      if (name === undefined) continue;
      const list = byName.get(name);
      if (list === undefined) byName.set(name, [operation]);
      else list.push(operation);
    }
  }
  return byName;
}

/** The name of what {@link bringsAbout} says that an operation brings about, without its schema or table. */
function madeName(operation: Operation): string | undefined {
  switch (operation.kind) {
    case 'CreateTable':
    case 'CreateTableAs':
      return operation.table.name;
    case 'RenameTable':
    case 'RenameType':
    case 'RenameColumn':
      return operation.newName;
    case 'CreateView':
    case 'CreateMaterializedView':
      return operation.view.name;
    case 'CreateSequence':
      return operation.sequence.name;
    case 'CreateEnum':
    case 'CreateDomain':
    case 'CreateType':
      return operation.type.name;
    case 'CreateFunction':
      return operation.routine.name;
    case 'AddColumn':
      return operation.column.name;
    case 'AddConstraint':
      return operation.constraint.name;
    case 'CreateIndex':
    case 'CreateTrigger':
    case 'CreatePolicy':
      return operation.name;
    default:
      return undefined;
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
