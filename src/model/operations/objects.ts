/** What is done to objects of any kind: DROP, RENAME, SET SCHEMA, OWNER TO, COMMENT. */
import type {
  AlterObjectSchemaStmt,
  AlterOwnerStmt,
  CommentStmt,
  Node,
  RangeVar,
  RenameStmt,
} from '@pgsql/types';
import type { Context } from './context.ts';
import { nameFromNode, objectName, partFromList, relationName, roleName } from './names.ts';
import { fieldsOf, stringOf } from './nodes.ts';
import { objectTypeOf } from './object-types.ts';
import { argumentTypesOf } from './routines.ts';
import type { CommentOn, ObjectName, Operation, TypeName } from './types.ts';

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
        node.object === undefined ? { schema: undefined, name: '' } : objectName(node.objtype, node.object);
      return { object, column: undefined, table: undefined, argumentTypes: argumentTypesOf(node.object) };
    }
  }
}
