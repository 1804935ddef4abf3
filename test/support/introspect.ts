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
  readonly comment: string | null;
  /** Of ours alone: we are not certain of it. So everywhere below. */
  readonly uncertain?: boolean;
}

/** A constraint, an index, a trigger or a policy: its name and its definition. */
export interface Introspected {
  readonly name: string;
  readonly definition: string;
  readonly comment: string | null;
  readonly uncertain?: boolean;
}

/** A table as PostgreSQL describes it. */
export interface IntrospectedTable {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly IntrospectedColumn[];
  readonly constraints: readonly Introspected[];
  readonly indexes: readonly Introspected[];
  /** Definition: timing, events, level, function, state. */
  readonly triggers: readonly Introspected[];
  /** Definition: permissive or restrictive, command, roles. */
  readonly policies: readonly Introspected[];
  /** The partitioned table it belongs to, or the tables it inherits from, in their order. */
  readonly parents: readonly string[];
  /** Row security: `enabled`, `forced`; the strategy of a partitioned table; how long it lasts. */
  readonly properties: string;
  readonly comment: string | null;
  readonly uncertain?: boolean;
}

/** A view or materialized view. */
export interface IntrospectedView {
  readonly schema: string;
  readonly name: string;
  readonly kind: string;
  readonly columns: readonly string[];
  readonly indexes: readonly Introspected[];
  readonly comment: string | null;
  readonly uncertain?: boolean;
}

/** What a type is made of. */
export interface IntrospectedType {
  readonly schema: string;
  readonly name: string;
  /** An enum's labels, a composite type's attributes, a domain's base type, NOT NULL and CHECKs. */
  readonly values: readonly string[];
  readonly comment: string | null;
  readonly uncertain?: boolean;
}

/** What a database holds, everything sorted by name but for columns and the labels of enums. */
export interface Introspection {
  readonly tables: readonly IntrospectedTable[];
  readonly enums: readonly IntrospectedType[];
  readonly domains: readonly IntrospectedType[];
  readonly composites: readonly IntrospectedType[];
  readonly views: readonly IntrospectedView[];
  readonly sequences: readonly {
    readonly schema: string;
    readonly name: string;
    readonly owner: string | null;
    readonly uncertain?: boolean;
  }[];
  /** With the number of arguments; each overload once. */
  readonly routines: readonly {
    readonly schema: string;
    readonly name: string;
    readonly comment: string | null;
    readonly uncertain?: boolean;
  }[];
  readonly schemas: readonly { readonly name: string; readonly comment: string | null }[];
  /** False if ours says that there may be more than it knows. */
  readonly complete: boolean;
}

// A foreign key to a partitioned table has helpers for its partitions, and NOT NULL is a property of the column here.
const constraints = `
  SELECT json_agg(json_build_object('name', conname,
           'definition', pg_get_constraintdef(c.oid) || CASE WHEN convalidated THEN '' ELSE ' (not validated)' END,
           'comment', obj_description(c.oid, 'pg_constraint'))
         ORDER BY conname)
  FROM pg_constraint c
  WHERE conrelid = t.oid AND contype IN ('p', 'u', 'f', 'c', 'x')
    AND NOT EXISTS (SELECT 1 FROM pg_constraint parent WHERE parent.oid = c.conparentid AND parent.conrelid = t.oid)`;

const indexes = `
  SELECT json_agg(json_build_object('name', i.relname,
           'definition', pg_get_indexdef(i.oid) || CASE WHEN indisvalid THEN '' ELSE ' (not valid)' END,
           'comment', obj_description(i.oid, 'pg_class'))
         ORDER BY i.relname)
  FROM pg_index JOIN pg_class i ON i.oid = indexrelid
  WHERE indrelid = t.oid`;

const columns = `
  SELECT json_agg(json_build_object('name', attname,
           'type', format_type(atttypid, atttypmod)
             || CASE WHEN attcollation <> 0 AND attcollation <> y.typcollation
                THEN ' COLLATE ' || attcollation::regcollation::text ELSE '' END,
           'notNull', attnotnull, 'notNullConstraint', n.conname,
           'default', pg_get_expr(adbin, adrelid), 'generated', attgenerated, 'identity', attidentity,
           'comment', col_description(attrelid, attnum))
         ORDER BY attnum)
  FROM pg_attribute a JOIN pg_type y ON y.oid = atttypid
    LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    LEFT JOIN pg_constraint n ON n.conrelid = attrelid AND n.contype = 'n' AND n.conkey = ARRAY[attnum]
  WHERE attrelid = t.oid AND attnum > 0 AND NOT attisdropped`;

// Bits of tgtype: 1 row, 2 before, 4 insert, 8 delete, 16 update, 32 truncate, 64 instead (src/include/catalog/pg_trigger.h).
const triggers = `
  SELECT json_agg(json_build_object('name', tgname, 'comment', obj_description(g.oid, 'pg_trigger'),
           'definition', concat_ws(' ',
             CASE WHEN tgtype & 2 > 0 THEN 'before' WHEN tgtype & 64 > 0 THEN 'instead of' ELSE 'after' END,
             CASE WHEN tgtype & 4 > 0 THEN 'insert' END, CASE WHEN tgtype & 8 > 0 THEN 'delete' END,
             CASE WHEN tgtype & 16 > 0 THEN 'update' END, CASE WHEN tgtype & 32 > 0 THEN 'truncate' END,
             CASE WHEN tgtype & 1 > 0 THEN 'row' ELSE 'statement' END,
             (SELECT string_agg(attname, ',' ORDER BY attname) FROM pg_attribute
              WHERE attrelid = tgrelid AND attnum = ANY (tgattr)),
             (SELECT proname FROM pg_proc WHERE oid = tgfoid),
             CASE tgenabled WHEN 'O' THEN 'enabled' WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' ELSE 'always' END))
         ORDER BY tgname)
  FROM pg_trigger g
  WHERE tgrelid = t.oid AND NOT tgisinternal`;

const policies = `
  SELECT json_agg(json_build_object('name', polname, 'comment', obj_description(o.oid, 'pg_policy'),
           'definition', concat_ws(' ', CASE WHEN polpermissive THEN 'permissive' ELSE 'restrictive' END,
             CASE polcmd WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w' THEN 'update' WHEN 'd' THEN 'delete'
               ELSE 'all' END,
             coalesce((SELECT string_agg(rolname, ',' ORDER BY rolname) FROM pg_roles WHERE oid = ANY (polroles)), 'public')))
         ORDER BY polname)
  FROM pg_policy o WHERE polrelid = t.oid`;

const parents = `
  SELECT json_agg(s.nspname || '.' || p.relname ORDER BY inhseqno)
  FROM pg_inherits JOIN pg_class p ON p.oid = inhparent JOIN pg_namespace s ON s.oid = p.relnamespace
  WHERE inhrelid = t.oid`;

const properties = `concat_ws(' ',
  CASE WHEN relrowsecurity THEN 'enabled' END, CASE WHEN relforcerowsecurity THEN 'forced' END,
  CASE relpersistence WHEN 'u' THEN 'unlogged' END,
  (SELECT CASE partstrat WHEN 'r' THEN 'by range' WHEN 'l' THEN 'by list' ELSE 'by hash' END
   FROM pg_partitioned_table WHERE partrelid = t.oid))`;

// What belongs to an extension, and a range type's constructors, are no objects of the history.
const own = (catalog: string, row: string): string =>
  `NOT EXISTS (SELECT 1 FROM pg_depend WHERE classid = '${catalog}'::regclass AND objid = ${row}.oid
     AND (deptype = 'e' OR deptype = 'i' AND classid = 'pg_proc'::regclass))`;

const types = (kind: string, values: string): string => `
  SELECT json_agg(json_build_object('schema', nspname, 'name', typname, 'values', coalesce((${values}), '[]'),
      'comment', obj_description(y.oid, 'pg_type'))
    ORDER BY nspname, typname)
  FROM pg_type y JOIN pg_namespace s ON s.oid = typnamespace
  WHERE typtype = '${kind}' AND nspname = ANY ($1) AND ${own('pg_type', 'y')}
    AND (typrelid = 0 OR (SELECT relkind FROM pg_class WHERE oid = typrelid) = 'c')`;

const query = `
  SELECT json_build_object(
    'tables', (
      SELECT json_agg(json_build_object('schema', nspname, 'name', relname,
        'columns', coalesce((${columns}), '[]'), 'constraints', coalesce((${constraints}), '[]'),
        'indexes', coalesce((${indexes}), '[]'), 'triggers', coalesce((${triggers}), '[]'),
        'policies', coalesce((${policies}), '[]'), 'parents', coalesce((${parents}), '[]'),
        'properties', ${properties}, 'comment', obj_description(t.oid, 'pg_class'))
        ORDER BY nspname, relname)
      FROM pg_class t JOIN pg_namespace s ON s.oid = relnamespace
      WHERE relkind IN ('r', 'p', 'f') AND nspname = ANY ($1) AND ${own('pg_class', 't')}),
    'enums', (${types('e', 'SELECT json_agg(enumlabel ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = y.oid')}),
    'composites', (${types(
      'c',
      `SELECT json_agg(attname || ' ' || format_type(atttypid, atttypmod) ORDER BY attnum)
       FROM pg_attribute WHERE attrelid = typrelid AND attnum > 0 AND NOT attisdropped`,
    )}),
    'domains', (${types(
      'd',
      `SELECT json_agg(line ORDER BY line) FROM (
         SELECT format_type(typbasetype, typtypmod) || CASE WHEN typnotnull THEN ' not null' ELSE '' END AS line
         UNION ALL SELECT conname || CASE WHEN convalidated THEN '' ELSE ' not valid' END
         FROM pg_constraint WHERE contypid = y.oid AND contype = 'c') AS lines`,
    )}),
    'views', (
      SELECT json_agg(json_build_object('schema', nspname, 'name', relname,
        'kind', CASE relkind WHEN 'v' THEN 'view' ELSE 'materialized view' END,
        'columns', coalesce((SELECT json_agg(attname ORDER BY attnum) FROM pg_attribute
                    WHERE attrelid = v.oid AND attnum > 0 AND NOT attisdropped), '[]'),
        'indexes', coalesce((${indexes.replaceAll('t.oid', 'v.oid')}), '[]'),
        'comment', obj_description(v.oid, 'pg_class'))
        ORDER BY nspname, relname)
      FROM pg_class v JOIN pg_namespace s ON s.oid = relnamespace
      WHERE relkind IN ('v', 'm') AND nspname = ANY ($1) AND ${own('pg_class', 'v')}),
    'sequences', (
      SELECT json_agg(json_build_object('schema', nspname, 'name', q.relname,
        'owner', (SELECT o.relname || '.' || attname FROM pg_depend d JOIN pg_class o ON o.oid = refobjid
                  JOIN pg_attribute a ON attrelid = o.oid AND attnum = refobjsubid
                  WHERE d.objid = q.oid AND d.classid = 'pg_class'::regclass AND deptype IN ('a', 'i')
                    AND refclassid = 'pg_class'::regclass))
        ORDER BY nspname, q.relname)
      FROM pg_class q JOIN pg_namespace s ON s.oid = relnamespace
      WHERE relkind = 'S' AND nspname = ANY ($1)),
    'routines', (
      SELECT json_agg(json_build_object('schema', nspname, 'name', proname || '/' || pronargs,
        'comment', obj_description(f.oid, 'pg_proc')) ORDER BY nspname, proname, pronargs, f.oid)
      FROM pg_proc f JOIN pg_namespace s ON s.oid = pronamespace
      WHERE nspname = ANY ($1) AND ${own('pg_proc', 'f')}),
    'schemas', (
      SELECT json_agg(json_build_object('name', nspname, 'comment', obj_description(s.oid, 'pg_namespace')) ORDER BY nspname)
      FROM pg_namespace s WHERE nspname = ANY ($1) AND ${own('pg_namespace', 's')})
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
  const listOf = <Kind extends Exclude<keyof Introspection, 'complete'>>(kind: Kind): Introspection[Kind] =>
    (found?.[kind] ?? []) as Introspection[Kind];
  return {
    tables: listOf('tables'),
    enums: listOf('enums'),
    domains: listOf('domains'),
    composites: listOf('composites'),
    views: listOf('views'),
    sequences: listOf('sequences'),
    routines: listOf('routines'),
    schemas: listOf('schemas'),
    complete: true,
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
