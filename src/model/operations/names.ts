/** Names of objects and roles in the parse tree. */
import type { Node, ObjectType, RangeVar, RoleSpec } from '@pgsql/types';
import { fieldsOf, stringOf, valueText } from './nodes.ts';
import type { ObjectName } from './types.ts';

/** The name that a FROM item or a statement's target has. A database name in front is dropped: it can only be the current one. */
export function relationName(relation: RangeVar | undefined): ObjectName {
  return { schema: relation?.schemaname, name: relation?.relname ?? '' };
}

/** The name in a list of `String` nodes: `name`, `schema.name` or `database.schema.name`. */
export function nameFromList(nodes: readonly Node[] | undefined): ObjectName {
  if (nodes === undefined || nodes.length === 0) return { schema: undefined, name: '' };
  return {
    schema: nodes.length > 1 ? stringOf(nodes[nodes.length - 2]) : undefined,
    name: stringOf(nodes[nodes.length - 1]),
  };
}

/** The last part of a possibly qualified name, the schema kept in front of it if one is written. */
export function dottedName(nodes: readonly Node[] | undefined): string | undefined {
  return nodes === undefined || nodes.length === 0 ? undefined : nodes.map(stringOf).join('.');
}

/** The name that DROP, COMMENT, RENAME and their kin give as a node: a list, a string, a type name or a routine's signature. */
export function nameFromNode(node: Node | undefined): ObjectName {
  const list = fieldsOf(node, 'List');
  if (list) return nameFromList(list.items);
  const type = fieldsOf(node, 'TypeName');
  if (type) return nameFromList(type.names);
  const routine = fieldsOf(node, 'ObjectWithArgs');
  if (routine) return nameFromList(routine.objname);
  const relation = fieldsOf(node, 'RangeVar');
  if (relation) return relationName(relation);
  // A large object's name is a number.
  return { schema: undefined, name: valueText(node) ?? '' };
}

/** A name from a list whose last item is a part of a relation: `schema.table.part`. */
export function partFromList(nodes: readonly Node[] | undefined): { relation: ObjectName; part: string } {
  const items = nodes ?? [];
  return { relation: nameFromList(items.slice(0, -1)), part: stringOf(items[items.length - 1]) };
}

/** Operator classes and families are written `name USING method`, and casts as two types: their list is no dotted name. */
export function objectName(type: ObjectType | undefined, object: Node): ObjectName {
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

/** A role as people write it: its name, `PUBLIC`, `CURRENT_USER`, `CURRENT_ROLE` or `SESSION_USER`. */
export function roleName(role: RoleSpec | undefined): string {
  switch (role?.roletype) {
    case 'ROLESPEC_PUBLIC':
      return 'PUBLIC';
    case 'ROLESPEC_CURRENT_USER':
      return 'CURRENT_USER';
    case 'ROLESPEC_CURRENT_ROLE':
      return 'CURRENT_ROLE';
    case 'ROLESPEC_SESSION_USER':
      return 'SESSION_USER';
    default:
      return role?.rolename ?? '';
  }
}

/** The names of a list of roles. */
export function roleNames(nodes: readonly Node[] | undefined): string[] {
  return (nodes ?? []).map((node) => roleName(fieldsOf(node, 'RoleSpec')));
}
