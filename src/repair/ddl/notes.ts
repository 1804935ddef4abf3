import type {
  Constraint,
  Index,
  Privilege,
  Routine,
  SchemaObject,
  Sequence,
  Table,
  UserType,
  View,
} from '../../model/catalog/types.ts';
import { displayName, quoteIdentifier } from '../../model/operations/display-name.ts';
import type { ObjectName } from '../../model/operations/types.ts';
import { signatureText } from './routines.ts';
import { literal, roleText } from './words.ts';

/** An object of the catalog that has a name of its own: what can have a comment, an owner and privileges. */
export type NotedObject =
  | Table
  | View
  | Sequence
  | UserType
  | Routine
  | (SchemaObject & { readonly kind: 'schema' });

/** An object as COMMENT, GRANT, ALTER and DROP name it: `TABLE users`, `FUNCTION touch()`. */
export function subjectText(object: NotedObject): string {
  return `${kindWord(object)} ${nameText(object)}`;
}

/** An object as ALTER … RENAME names it: IF EXISTS where PostgreSQL knows that, so that it can be run a second time. */
export function alteredText(object: NotedObject): string {
  const isRelation = object.kind === 'sequence' || object.kind === 'table' || isView(object);
  return isRelation ? `${kindWord(object)} IF EXISTS ${nameText(object)}` : subjectText(object);
}

/** DROP of an object, IF EXISTS. */
export function dropObject(object: NotedObject): string {
  return `DROP ${kindWord(object)} IF EXISTS ${nameText(object)}`;
}

function nameText(object: NotedObject): string {
  switch (object.kind) {
    case 'schema':
      return quoteIdentifier(object.name);
    case 'function':
    case 'procedure':
    case 'aggregate':
      return signatureText(object.name);
    default:
      return displayName(object.name);
  }
}

function kindWord(object: NotedObject): string {
  switch (object.kind) {
    case 'table':
      return object.foreignServer === undefined ? 'TABLE' : 'FOREIGN TABLE';
    case 'enum':
    case 'composite':
    case 'range':
    case 'base':
    case 'shell':
      return 'TYPE';
    case 'view':
    case 'materialized view':
    case 'sequence':
    case 'domain':
    case 'schema':
    case 'function':
    case 'procedure':
    case 'aggregate':
      return object.kind.toUpperCase();
    default:
      return object satisfies never;
  }
}

/** COMMENT ON. */
export function commentOn(subject: string, comment: string | undefined): string {
  return `COMMENT ON ${subject} IS ${comment === undefined ? 'NULL' : literal(comment)}`;
}

/** Comment, owner and privileges of an object, as far as it has some. */
export function notesOf(object: NotedObject): readonly string[] {
  const subject = subjectText(object);
  return [
    ...(object.owner === undefined ? [] : [`ALTER ${subject} OWNER TO ${roleText(object.owner)}`]),
    ...(object.comment === undefined ? [] : [commentOn(subject, object.comment)]),
    ...('privileges' in object ? object.privileges.map((one) => grant(object, one)) : []),
  ];
}

/** GRANT … ON … TO. */
export function grant(object: NotedObject, privilege: Privilege): string {
  const option = privilege.withGrantOption ? ' WITH GRANT OPTION' : '';
  return `GRANT ${privilege.privilege} ON ${grantSubject(object)} TO ${roleText(privilege.grantee)}${option}`;
}

/** REVOKE … ON … FROM. */
export function revoke(object: NotedObject, { privilege, grantee }: Privilege): string {
  return `REVOKE ${privilege} ON ${grantSubject(object)} FROM ${roleText(grantee)}`;
}

/** GRANT knows tables of every kind as TABLE, views too. */
function grantSubject(object: NotedObject): string {
  return object.kind === 'table' || isView(object)
    ? `TABLE ${displayName(object.name)}`
    : subjectText(object);
}

function isView(object: NotedObject): object is View {
  return object.kind === 'view' || object.kind === 'materialized view';
}

/** COMMENT ON COLUMN, of a table's column. */
export function commentOnColumn(on: ObjectName, column: string, comment: string | undefined): string {
  return commentOn(`COLUMN ${displayName(on)}.${quoteIdentifier(column)}`, comment);
}

/** COMMENT ON CONSTRAINT, where the constraint has a comment. */
export function constraintComment(on: ObjectName, { name, comment }: Constraint): readonly string[] {
  if (comment === undefined) return [];
  return [commentOn(`CONSTRAINT ${quoteIdentifier(name)} ON ${displayName(on)}`, comment)];
}

/** COMMENT ON INDEX, where the index has a comment. */
export function indexComment({ schema }: ObjectName, { name, comment }: Index): readonly string[] {
  return comment === undefined ? [] : [commentOn(`INDEX ${displayName({ schema, name })}`, comment)];
}
