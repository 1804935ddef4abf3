import type { ObjectName } from '../operations/types.ts';
import type { Catalog } from './types.ts';

/** Extensions that bring types, functions and operators, but no table, view or sequence, and no trigger function. */
const EXTENSIONS_WITHOUT_RELATIONS: ReadonlySet<string> = new Set([
  'uuid-ossp',
  'pgcrypto',
  'citext',
  'pg_trgm',
  'btree_gin',
  'btree_gist',
  'hstore',
  'ltree',
  'unaccent',
  'intarray',
  'fuzzystrmatch',
  'cube',
  'earthdistance',
  'isn',
  'seg',
  'vector',
  'plpgsql',
  'pgrowlocks',
  'dict_int',
  'dict_xsyn',
]);

/** What tools and common extensions keep in a database without any migration that creates it. */
const OUTSIDE_TABLES: ReadonlySet<string> = new Set([
  '_prisma_migrations',
  'schema_migrations',
  'schema_migrations_lock',
  'ar_internal_metadata',
  '__diesel_schema_migrations',
  '_sqlx_migrations',
  '__drizzle_migrations',
  'goose_db_version',
  'flyway_schema_history',
  'atlas_schema_revisions',
  'knex_migrations',
  'typeorm_metadata',
  'spatial_ref_sys',
  'geometry_columns',
  'geography_columns',
  'raster_columns',
  'raster_overviews',
]);

/** Trigger functions of PostgreSQL itself and of its own extensions, which can be installed by hand. */
const OUTSIDE_TRIGGER_FUNCTIONS: ReadonlySet<string> = new Set([
  'suppress_redundant_updates_trigger',
  'tsvector_update_trigger',
  'tsvector_update_trigger_column',
  'unique_key_recheck',
  'moddatetime',
  'autoinc',
  'insert_username',
  'check_primary_key',
  'check_foreign_key',
  'lo_manage',
  'versioning',
  'diesel_manage_updated_at',
  'diesel_set_updated_at',
]);

/**
 * Whether something can be in the database that no migration creates: what is PostgreSQL's own, what a platform provides in
 * schemas of its own (Supabase's `auth`), what an extension brings, what a tool keeps.
 *
 * @param name a table, view, sequence, index, type or function that the catalog lacks.
 * @param kind which of them.
 */
export function mayComeFromOutside(
  name: ObjectName,
  kind: 'relation' | 'type' | 'function',
  catalog: Catalog,
): boolean {
  if (name.name.startsWith('pg_') || OUTSIDE_TABLES.has(name.name)) return true;
  if (kind === 'function' && OUTSIDE_TRIGGER_FUNCTIONS.has(name.name)) return true;
  if (!isHistorysSchema(name.schema, catalog)) return true;
  for (const extension of catalog.extensions())
    if (!EXTENSIONS_WITHOUT_RELATIONS.has(extension.name)) return true;
  return false;
}

/** The schemas of the search_path, and those that a migration creates. */
function isHistorysSchema(schema: string | undefined, catalog: Catalog): boolean {
  if (schema === undefined || catalog.searchPath.includes(schema)) return true;
  return schema === 'public' || catalog.schema(schema)?.origin !== undefined;
}
