/** What is done to objects of any kind: DROP, RENAME, SET SCHEMA, OWNER TO, COMMENT. */
import type {
  AlterObjectSchemaStmt,
  AlterOwnerStmt,
  CommentStmt,
  DropStmt,
  Node,
  RangeVar,
  RenameStmt,
} from '@pgsql/types';
import type { Context } from './context.ts';
import { nameFromNode, partFromList, relationName, roleName } from './names.ts';
import { fieldsOf, stringOf } from './nodes.ts';
import { objectTypeOf } from './object-types.ts';
import { argumentTypesOf } from './routines.ts';
import { behaviorOf } from './tables.ts';
import type { CommentOn, DropBehavior, ObjectName, Operation, RoutineKind, TypeName } from './types.ts';

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
        object: otherName(node.removeType, object),
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

/** Operator classes and families are written `name USING method`, and casts as two types: their list is no dotted name. */
function otherName(type: DropStmt['removeType'], object: Node): ObjectName {
  const items = fieldsOf(object, 'List')?.items;
  if (items === undefined) return nameFromNode(object);
  switch (type) {
    case 'OBJECT_OPCLASS':
    case 'OBJECT_OPFAMILY':
      return partlyQualified(items.slice(1));
    case 'OBJECT_CAST':
    case 'OBJECT_TRANSFORM': {
      const names = items.map((item) => nameFromNode(item).name);
      return { schema: undefined, name: names.join(type === 'OBJECT_CAST' ? ' AS ' : ' LANGUAGE ') };
    }
    default:
      return nameFromNode(object);
  }
}

function partlyQualified(items: readonly Node[]): ObjectName {
  const { relation, part } = partFromList(items);
  return { schema: relation.name === '' ? undefined : relation.name, name: part };
}

/** ALTER … RENAME. */
export function rename(node: RenameStmt, context: Context): readonly Operation[] {
  const newName = node.newname ?? '';
  const part = node.subname ?? '';
  const ifExists = node.missing_ok === true;
  const table = relationName(node.relation);
  switch (node.renameType) {
    case 'OBJECT_TABLE':
    case 'OBJECT_FOREIGN_TABLE':
      return [{ kind: 'RenameTable', table, newName, ifExists, ...context.base }];
    case 'OBJECT_INDEX':
      return [{ kind: 'RenameIndex', index: table, newName, ifExists, ...context.base }];
    case 'OBJECT_COLUMN':
      return [{ kind: 'RenameColumn', table, ifExists, column: part, newName, ...context.base }];
    case 'OBJECT_TABCONSTRAINT':
      return [{ kind: 'RenameConstraint', table, ifExists, constraint: part, newName, ...context.base }];
    case 'OBJECT_TYPE':
    case 'OBJECT_DOMAIN':
      return [{ kind: 'RenameType', type: nameFromNode(node.object), newName, ...context.base }];
    case 'OBJECT_ATTRIBUTE':
      return [
        {
          kind: 'AlterCompositeType',
          type: table,
          change: 'rename',
          attribute: part,
          definition: undefined,
          newName,
          ...context.base,
        },
      ];
    default:
      return [renameOther(node, context)];
  }
}

function renameOther(node: RenameStmt, context: Context): Operation {
  const rest = {
    kind: 'Rename' as const,
    objectType: objectTypeOf(node.renameType),
    newName: node.newname ?? '',
    ifExists: node.missing_ok === true,
    ...context.base,
  };
  if (node.subname === undefined) {
    const object = targetName(node.relation, node.object);
    return { object, table: undefined, argumentTypes: argumentTypesOf(node.object), ...rest };
  }
  // A trigger, rule, policy or domain constraint is a part of something; a schema, role or database is a name alone.
  const inRelation = node.relation !== undefined || node.object !== undefined;
  return {
    object: { schema: undefined, name: node.subname },
    table: inRelation ? targetName(node.relation, node.object) : undefined,
    argumentTypes: undefined,
    ...rest,
  };
}

function targetName(relation: RangeVar | undefined, object: Node | undefined): ObjectName {
  return relation === undefined ? nameFromNode(object) : relationName(relation);
}

/** ALTER … SET SCHEMA. */
export function setSchema(node: AlterObjectSchemaStmt, context: Context): readonly Operation[] {
  return [
    {
      kind: 'SetSchema',
      objectType: objectTypeOf(node.objectType),
      object: targetName(node.relation, node.object),
      argumentTypes: argumentTypesOf(node.object),
      newSchema: node.newschema ?? '',
      ifExists: node.missing_ok === true,
      ...context.base,
    },
  ];
}

/** ALTER … OWNER TO of everything but relations, which PostgreSQL reads as ALTER TABLE. */
export function changeOwner(node: AlterOwnerStmt, context: Context): readonly Operation[] {
  return [
    {
      kind: 'ChangeOwner',
      objectType: objectTypeOf(node.objectType),
      object: targetName(node.relation, node.object),
      argumentTypes: argumentTypesOf(node.object),
      owner: roleName(node.newowner),
      ...context.base,
    },
  ];
}

/** COMMENT ON. */
export function comment(node: CommentStmt, context: Context): readonly Operation[] {
  return [
    {
      kind: 'CommentOn',
      objectType: objectTypeOf(node.objtype),
      ...commented(node),
      comment: node.comment,
      ...context.base,
    },
  ];
}

function commented(
  node: CommentStmt,
): Pick<CommentOn, 'object' | 'column' | 'table'> & { argumentTypes: readonly TypeName[] | undefined } {
  const items = fieldsOf(node.object, 'List')?.items;
  switch (node.objtype) {
    case 'OBJECT_COLUMN': {
      const { relation, part } = partFromList(items);
      return { object: relation, column: part, table: undefined, argumentTypes: undefined };
    }
    case 'OBJECT_TABCONSTRAINT':
    case 'OBJECT_TRIGGER':
    case 'OBJECT_RULE':
    case 'OBJECT_POLICY': {
      const { relation, part } = partFromList(items);
      const object = { schema: undefined, name: part };
      return { object, column: undefined, table: relation, argumentTypes: undefined };
    }
    case 'OBJECT_DOMCONSTRAINT': {
      const object = { schema: undefined, name: stringOf(items?.[1]) };
      return { object, column: undefined, table: nameFromNode(items?.[0]), argumentTypes: undefined };
    }
    default: {
      const object =
        node.object === undefined ? { schema: undefined, name: '' } : otherName(node.objtype, node.object);
      return { object, column: undefined, table: undefined, argumentTypes: argumentTypesOf(node.object) };
    }
  }
}
