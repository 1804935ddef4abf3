import type { Database } from './pglite.ts';

/** A column as PostgreSQL describes it. */
export interface IntrospectedColumn {
  readonly name: string;
  readonly type: string;
  readonly notNull: boolean;
  readonly notNullConstraint: string | null;
  readonly default: string | null;
  readonly generated: string;
  readonly identity: string;
}

/** A constraint or index: its name and the whole of its definition. */
export interface Introspected {
  readonly name: string;
  readonly definition: string;
}

/** A table as PostgreSQL describes it. */
export interface IntrospectedTable {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly IntrospectedColumn[];
  readonly constraints: readonly Introspected[];
  readonly indexes: readonly Introspected[];
  readonly triggers: readonly string[];
  readonly policies: readonly string[];
}

/** What a database holds, everything sorted by name but for columns and the labels of enums. */
export interface Introspection {
  readonly tables: readonly IntrospectedTable[];
  readonly enums: readonly {
    readonly schema: string;
    readonly name: string;
    readonly values: readonly string[];
  }[];
  readonly views: readonly {
    readonly schema: string;
    readonly name: string;
    readonly columns: readonly string[];
    readonly indexes: readonly Introspected[];
  }[];
  readonly sequences: readonly {
    readonly schema: string;
    readonly name: string;
    readonly owner: string | null;
  }[];
}

// A foreign key to a partitioned table has helpers for its partitions, and NOT NULL is a property of the column here.
const constraints = `
  SELECT json_agg(json_build_object('name', conname,
           'definition', pg_get_constraintdef(c.oid) || CASE WHEN convalidated THEN '' ELSE ' (not validated)' END)
         ORDER BY conname)
  FROM pg_constraint c
  WHERE conrelid = t.oid AND contype IN ('p', 'u', 'f', 'c', 'x')
    AND NOT EXISTS (SELECT 1 FROM pg_constraint parent WHERE parent.oid = c.conparentid AND parent.conrelid = t.oid)`;

const indexes = `
  SELECT json_agg(json_build_object('name', i.relname,
           'definition', pg_get_indexdef(i.oid) || CASE WHEN indisvalid THEN '' ELSE ' (not valid)' END)
         ORDER BY i.relname)
  FROM pg_index JOIN pg_class i ON i.oid = indexrelid
  WHERE indrelid = t.oid`;

const columns = `
  SELECT json_agg(json_build_object('name', attname,
           'type', format_type(atttypid, atttypmod)
             || CASE WHEN attcollation <> 0 AND attcollation <> y.typcollation
                THEN ' COLLATE ' || attcollation::regcollation::text ELSE '' END,
           'notNull', attnotnull, 'notNullConstraint', n.conname,
           'default', pg_get_expr(adbin, adrelid), 'generated', attgenerated, 'identity', attidentity)
         ORDER BY attnum)
  FROM pg_attribute a JOIN pg_type y ON y.oid = atttypid
    LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    LEFT JOIN pg_constraint n ON n.conrelid = attrelid AND n.contype = 'n' AND n.conkey = ARRAY[attnum]
  WHERE attrelid = t.oid AND attnum > 0 AND NOT attisdropped`;

const query = `
  SELECT json_build_object(
    'tables', (
      SELECT json_agg(json_build_object('schema', nspname, 'name', relname,
        'columns', coalesce((${columns}), '[]'), 'constraints', coalesce((${constraints}), '[]'),
        'indexes', coalesce((${indexes}), '[]'),
        'triggers', coalesce((SELECT json_agg(tgname ORDER BY tgname) FROM pg_trigger
                     WHERE tgrelid = t.oid AND NOT tgisinternal), '[]'),
        'policies', coalesce((SELECT json_agg(polname ORDER BY polname) FROM pg_policy WHERE polrelid = t.oid), '[]'))
        ORDER BY nspname, relname)
      FROM pg_class t JOIN pg_namespace s ON s.oid = relnamespace
      WHERE relkind IN ('r', 'p', 'f') AND nspname = ANY ($1)),
    'enums', (
      SELECT json_agg(json_build_object('schema', nspname, 'name', typname,
        'values', (SELECT json_agg(enumlabel ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = y.oid))
        ORDER BY nspname, typname)
      FROM pg_type y JOIN pg_namespace s ON s.oid = typnamespace
      WHERE typtype = 'e' AND nspname = ANY ($1)),
    'views', (
      SELECT json_agg(json_build_object('schema', nspname, 'name', relname,
        'columns', coalesce((SELECT json_agg(attname ORDER BY attnum) FROM pg_attribute
                    WHERE attrelid = v.oid AND attnum > 0 AND NOT attisdropped), '[]'),
        'indexes', coalesce((${indexes.replaceAll('t.oid', 'v.oid')}), '[]'))
        ORDER BY nspname, relname)
      FROM pg_class v JOIN pg_namespace s ON s.oid = relnamespace
      WHERE relkind IN ('v', 'm') AND nspname = ANY ($1)),
    'sequences', (
      SELECT json_agg(json_build_object('schema', nspname, 'name', q.relname,
        'owner', (SELECT o.relname || '.' || attname FROM pg_depend d JOIN pg_class o ON o.oid = refobjid
                  JOIN pg_attribute a ON attrelid = o.oid AND attnum = refobjsubid
                  WHERE d.objid = q.oid AND d.classid = 'pg_class'::regclass AND deptype IN ('a', 'i')
                    AND refclassid = 'pg_class'::regclass))
        ORDER BY nspname, q.relname)
      FROM pg_class q JOIN pg_namespace s ON s.oid = relnamespace
      WHERE relkind = 'S' AND nspname = ANY ($1))
  ) AS found`;

/**
 * Describes what a database holds. Every name in a definition is written with its schema.
 *
 * @param database the database; its search_path is that of a new session afterwards.
 * @param schemas which schemas to describe.
 * @returns the description.
 */
export async function introspect(database: Database, schemas: readonly string[]): Promise<Introspection> {
  await database.exec(`SET search_path = pg_catalog`);
  const { rows } = await database.query<{ found: Record<keyof Introspection, unknown> }>(query, [schemas]);
  await database.exec('RESET search_path');
  const found = rows[0]?.found;
  return {
    tables: (found?.tables ?? []) as Introspection['tables'],
    enums: (found?.enums ?? []) as Introspection['enums'],
    views: (found?.views ?? []) as Introspection['views'],
    sequences: (found?.sequences ?? []) as Introspection['sequences'],
  };
}

/** The schemas that are not PostgreSQL's own. */
export async function userSchemas(database: Database): Promise<readonly string[]> {
  const { rows } = await database.query<{ name: string }>(
    `SELECT nspname AS name FROM pg_namespace
     WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema' ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}
