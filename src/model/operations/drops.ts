/** DROP of any kind of object. */
import type { DropStmt, Node } from '@pgsql/types';
import type { Context } from './context.ts';
import { nameFromNode, objectName, partFromList } from './names.ts';
import { fieldsOf } from './nodes.ts';
import { objectTypeOf } from './object-types.ts';
import { argumentTypesOf } from './routines.ts';
import { behaviorOf } from './tables.ts';
import type { DropBehavior, ObjectName, Operation, RoutineKind } from './types.ts';

/** DROP: one operation for each object that it names. */
export function drop(node: DropStmt, context: Context): readonly Operation[] {
  return (node.objects ?? []).map((object) => dropOne(node, object, context));
}

function dropOne(node: DropStmt, object: Node, context: Context): Operation {
  const name = nameFromNode(object);
  const fields = {
    ifExists: node.missing_ok === true,
    behavior: behaviorOf(node.behavior),
    ...context.base,
  };
  switch (node.removeType) {
    case 'OBJECT_TABLE':
    case 'OBJECT_FOREIGN_TABLE':
      return {
        kind: 'DropTable',
        table: name,
        foreign: node.removeType === 'OBJECT_FOREIGN_TABLE',
        ...fields,
      };
    case 'OBJECT_INDEX':
      return { kind: 'DropIndex', index: name, concurrently: node.concurrent === true, ...fields };
    case 'OBJECT_VIEW':
      return { kind: 'DropView', view: name, ...fields };
    case 'OBJECT_MATVIEW':
      return { kind: 'DropMaterializedView', view: name, ...fields };
    case 'OBJECT_SEQUENCE':
      return { kind: 'DropSequence', sequence: name, ...fields };
    case 'OBJECT_TYPE':
    case 'OBJECT_DOMAIN':
      return { kind: 'DropType', type: name, domain: node.removeType === 'OBJECT_DOMAIN', ...fields };
    case 'OBJECT_FUNCTION':
      return dropRoutine(object, 'function', fields);
    case 'OBJECT_PROCEDURE':
      return dropRoutine(object, 'procedure', fields);
    case 'OBJECT_AGGREGATE':
      return dropRoutine(object, 'aggregate', fields);
    case 'OBJECT_ROUTINE':
      return dropRoutine(object, 'routine', fields);
    case 'OBJECT_TRIGGER':
      return { kind: 'DropTrigger', ...tablePart(object), ...fields };
    case 'OBJECT_POLICY':
      return { kind: 'DropPolicy', ...tablePart(object), ...fields };
    case 'OBJECT_RULE':
      return { kind: 'DropRule', ...tablePart(object), ...fields };
    default:
      return {
        kind: 'DropObject',
        objectType: objectTypeOf(node.removeType),
        object: objectName(node.removeType, object),
        ...fields,
      };
  }
}

/** A DROP with a grammar of its own, of an object that has no operation of its own. */
export function dropNamed(
  objectType: string,
  name: string | undefined,
  ifExists: boolean,
  context: Context,
): Operation {
  const object = { schema: undefined, name: name ?? '' };
  return { kind: 'DropObject', objectType, object, ifExists, behavior: 'restrict', ...context.base };
}

type DropFields = Context['base'] & { readonly ifExists: boolean; readonly behavior: DropBehavior };

function dropRoutine(object: Node, routineKind: RoutineKind, fields: DropFields): Operation {
  const routine = { argumentTypes: argumentTypesOf(object), ...nameFromNode(object) };
  return { kind: 'DropFunction', routine, routineKind, ...fields };
}

function tablePart(object: Node): { table: ObjectName; name: string } {
  const { relation, part } = partFromList(fieldsOf(object, 'List')?.items);
  return { table: relation, name: part };
}
