import type { ColumnDefinition, ConstraintDefinition, ObjectName, TypeName } from '../operations/types.ts';
import { relationOf, routinesOf, typeOf } from './draft.ts';
import type { Draft } from './draft.ts';
import { plainSchema } from './lookup.ts';
import type { QualifiedName } from './store.ts';

/** @returns the schema that an object without one is created in: the first of the search_path that is there. */
export function creationSchema(draft: Draft): string {
  const [first, ...others] = draft.searchPath;
  if (first === undefined) return 'public';
  const { schemas, next } = draft.store;
  return [first, ...others].find((schema) => schemas.in(undefined, schema, next) !== undefined) ?? first;
}

/** @returns the name of an object about to be created. */
export function newName(draft: Draft, name: ObjectName, isTemporary = false): QualifiedName {
  if (isTemporary) return { schema: 'pg_temp', name: name.name };
  return { schema: plainSchema(name.schema ?? creationSchema(draft)), name: name.name };
}

/**
 * The full name of a table, view, sequence or index.
 *
 * @param draft the catalog.
 * @param name as written.
 * @returns the found relation's name; where there is none, the name that it would have if it was created here.
 */
export function resolveRelation(draft: Draft, name: ObjectName): ObjectName {
  if (name.schema !== undefined) return name;
  const found = relationOf(draft, name);
  if (found !== undefined) return found.name;
  const schema = name.name.startsWith('pg_') ? 'pg_catalog' : creationSchema(draft);
  return { schema, name: name.name };
}

/** The full name of an enum, domain or other type of the user; as {@link resolveRelation}. */
export function resolveTypeName(draft: Draft, name: ObjectName): ObjectName {
  if (name.schema !== undefined) return name;
  return typeOf(draft, name)?.name ?? { schema: creationSchema(draft), name: name.name };
}

/** The full name of a function or procedure; names that the catalog lacks (PostgreSQL's own, extensions') stay as they are. */
export function resolveRoutine<Name extends ObjectName>(draft: Draft, name: Name): Name {
  if (name.schema !== undefined) return name;
  const found = routinesOf(draft, name)[0];
  return found === undefined ? name : { ...name, schema: found.name.schema };
}

/** PostgreSQL's own types come before the user's of the same name, which are rare: the common ones are enough. */
const ownTypes = new Set(
  (
    'bigint,bit,bit varying,boolean,box,bytea,character,character varying,cidr,circle,date,double precision,inet,integer,' +
    'interval,json,jsonb,line,lseg,macaddr,macaddr8,money,name,numeric,oid,path,pg_lsn,point,polygon,real,regclass,smallint,' +
    'text,time with time zone,time without time zone,timestamp with time zone,timestamp without time zone,tsquery,tsvector,' +
    'uuid,xml,void,trigger,record'
  ).split(','),
);

/**
 * A type with the schema of the user's type that it names.
 *
 * @param draft the catalog.
 * @param type as written.
 * @returns the same object for PostgreSQL's own types and for those that the catalog lacks (an extension's).
 */
export function resolveType(draft: Draft, type: TypeName): TypeName {
  if (type.schema !== undefined || ownTypes.has(type.name)) return type;
  const found = typeOf(draft, type) ?? rowTypeOf(draft, type);
  return found === undefined ? type : { ...type, schema: found.name.schema };
}

function rowTypeOf(draft: Draft, name: ObjectName): { readonly name: ObjectName } | undefined {
  const relation = relationOf(draft, name);
  return relation?.kind === 'index' || relation?.kind === 'sequence' ? undefined : relation;
}

/** @returns the definition with its type's and its constraints' names resolved. */
export function resolveColumn(draft: Draft, definition: ColumnDefinition): ColumnDefinition {
  const type = resolveType(draft, definition.type);
  const constraints =
    definition.constraints.length === 0
      ? definition.constraints
      : definition.constraints.map((constraint) => resolveConstraint(draft, constraint));
  return type === definition.type && constraints === definition.constraints
    ? definition
    : { ...definition, type, constraints };
}

/** @returns the constraint with the table that it refers to resolved; its own name and columns are as written. */
export function resolveConstraint(draft: Draft, definition: ConstraintDefinition): ConstraintDefinition {
  if (definition.type !== 'foreign key' || definition.references.schema !== undefined) return definition;
  return { ...definition, references: resolveRelation(draft, definition.references) };
}
