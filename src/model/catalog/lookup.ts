import type { ObjectName } from '../operations/types.ts';
import type { Routine, UserType } from './types.ts';
import type { Relation, Store } from './store.ts';
import type { VersionedMap } from './versioned-map.ts';

/**
 * PostgreSQL looks for relations and types in the session's temporary schema first, then in pg_catalog (which the catalog
 * does not hold), then along the search_path (manual, 19.11.1).
 */
const temporarySchema = 'pg_temp';

function find<Value>(
  map: VersionedMap<Value>,
  point: number,
  searchPath: readonly string[],
  name: ObjectName,
): Value | undefined {
  if (name.schema !== undefined) return map.in(plainSchema(name.schema), name.name, point);
  const temporary = map.in(temporarySchema, name.name, point);
  if (temporary !== undefined) return temporary;
  for (const schema of searchPath) {
    const value = map.in(schema, name.name, point);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** @returns the schema's name, with a session's own `pg_temp_3` as `pg_temp`. */
export function plainSchema(schema: string): string {
  return schema.startsWith('pg_temp') && /^pg_temp(_\d+)?$/.test(schema) ? temporarySchema : schema;
}

/**
 * Finds a table, view, sequence or index as PostgreSQL does.
 *
 * @param store the replay's objects.
 * @param point the sequence number to answer for.
 * @param searchPath the schemas to search for a name without one.
 * @param name the name as written or resolved.
 * @returns the relation, or undefined.
 */
export function findRelation(
  store: Store,
  point: number,
  searchPath: readonly string[],
  name: ObjectName,
): Relation | undefined {
  return find(store.relations, point, searchPath, name);
}

/** Finds an enum, domain or other type; parameters as {@link findRelation}. */
export function findType(
  store: Store,
  point: number,
  searchPath: readonly string[],
  name: ObjectName,
): UserType | undefined {
  return find(store.types, point, searchPath, name);
}

/** Finds the overloads of a routine in the first schema that has one; parameters as {@link findRelation}. */
export function findRoutines(
  store: Store,
  point: number,
  searchPath: readonly string[],
  name: ObjectName,
): readonly Routine[] {
  return find(store.routines, point, searchPath, name) ?? [];
}
