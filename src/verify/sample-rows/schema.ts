import type { Database } from '../engines/types.ts';

/** A table that rows are made for: what decides which rows fit it. */
export interface SampleTable {
  readonly oid: number;
  /** As SQL, with its schema. */
  readonly name: string;
  /** For people: public is not named. */
  readonly label: string;
  readonly columns: readonly SampleColumn[];
  /** The columns of each unique constraint or index and of the primary key. */
  readonly uniques: readonly (readonly string[])[];
  readonly checks: readonly SampleCheck[];
  readonly references: readonly SampleReference[];
  /** True if it is partitioned. */
  readonly partitioned: boolean;
  /** What rows must fit, one for each partition; none where it has a default partition or is not partitioned. */
  readonly partitions: readonly SampleCheck[];
  readonly partitionCount: number;
}

export interface SampleColumn {
  /** As in the catalog; not quoted. */
  readonly name: string;
  /** As format_type() says it, with its schema. */
  readonly type: number;
  readonly typeName: string;
  /** Length, precision and scale, as pg_attribute has them; -1 for none. */
  readonly modifier: number;
  readonly required: boolean;
  /** Its sequence, if its values come from one. */
  readonly sequence: string | null;
}

/** A condition on some columns. */
export interface SampleCheck {
  readonly expression: string;
  readonly columns: readonly string[];
}

/** A foreign key. */
export interface SampleReference {
  readonly columns: readonly string[];
  readonly table: number;
  readonly keys: readonly string[];
}

/** A type as far as its values depend on it. */
export interface SampleType {
  readonly oid: number;
  readonly name: string;
  readonly schema: string;
  /** `b` base, `c` composite, `d` domain, `e` enum, `r` range, `m` multirange, `p` pseudo. */
  readonly form: string;
  /** Of a domain its base type, of an array its elements', of a range its subtype; 0 for none. */
  readonly of: number;
  readonly modifier: number;
  readonly array: boolean;
  readonly labels: readonly string[] | null;
  /** Types of a composite type's attributes, in order. */
  readonly attributes: readonly { readonly type: number; readonly modifier: number }[] | null;
  /** Conditions of a domain, on VALUE. */
  readonly checks: readonly string[] | null;
  readonly required: boolean;
}

/** Tables that can hold rows and the types of their columns. */
export interface SampleSchema {
  readonly tables: readonly SampleTable[];
  readonly types: ReadonlyMap<number, SampleType>;
}

const NAMES = (relation: string, numbers: string): string => `
  (SELECT json_agg(x.attname ORDER BY n.at) FROM unnest(${numbers}) WITH ORDINALITY AS n(number, at)
   JOIN pg_attribute x ON x.attrelid = ${relation} AND x.attnum = n.number)`;

const TABLES = `
SELECT c.oid::int AS oid, format('%I.%I', n.nspname, c.relname) AS name,
  CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname AS label,
  c.relkind = 'p' AS partitioned,
  (SELECT json_agg(json_build_object('name', a.attname, 'type', a.atttypid::int, 'typeName', format_type(a.atttypid, a.atttypmod),
      'modifier', a.atttypmod, 'required', a.attnotnull,
      'sequence', (SELECT s.oid::regclass::text FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
        WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid AND d.refobjsubid = a.attnum
          AND d.deptype IN ('a', 'i') AND (a.attidentity <> '' OR a.atthasdef) LIMIT 1)) ORDER BY a.attnum)
   FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS columns,
  (SELECT json_agg(DISTINCT ${NAMES('c.oid', '(i.indkey::int2[])[0:i.indnkeyatts - 1]')}::text)
   FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique) AS uniques,
  (SELECT json_agg(json_build_object('expression', pg_get_expr(k.conbin, k.conrelid), 'columns', ${NAMES('c.oid', 'k.conkey')}))
   FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'c') AS checks,
  (SELECT json_agg(json_build_object('columns', ${NAMES('c.oid', 'k.conkey')}, 'table', k.confrelid::int,
      'keys', ${NAMES('k.confrelid', 'k.confkey')}))
   FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.conparentid = 0) AS references,
  (SELECT json_agg(json_build_object('expression', pg_get_partition_constraintdef(t.relid), 'bound', pg_get_expr(l.relpartbound, l.oid)))
   FROM pg_partition_tree(c.oid) t JOIN pg_class l ON l.oid = t.relid
   WHERE c.relkind = 'p' AND t.isleaf AND l.relkind IN ('r', 'f') AND t.relid <> c.oid) AS partitions,
  (SELECT json_agg(x.attname) FROM pg_partitioned_table p JOIN pg_attribute x ON x.attrelid = c.oid AND x.attnum = ANY (p.partattrs)
   WHERE p.partrelid = c.oid) AS "partitionColumns"
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY c.oid`;

const TYPES = `
WITH RECURSIVE used(oid) AS (
  SELECT DISTINCT a.atttypid FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  UNION
  SELECT part.oid FROM used JOIN pg_type t ON t.oid = used.oid CROSS JOIN LATERAL (
    SELECT t.typbasetype AS oid UNION ALL SELECT t.typelem
    UNION ALL SELECT r.rngsubtype FROM pg_range r WHERE r.rngtypid = t.oid
    UNION ALL SELECT r.rngsubtype FROM pg_range r WHERE (to_jsonb(r)->>'rngmultitypid')::oid = t.oid
    UNION ALL SELECT a.atttypid FROM pg_attribute a WHERE t.typrelid <> 0 AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
  ) AS part WHERE part.oid <> 0)
SELECT t.oid::int AS oid, t.typname AS name, (SELECT nspname FROM pg_namespace WHERE oid = t.typnamespace) AS schema, t.typtype AS form,
  CASE t.typtype WHEN 'd' THEN t.typbasetype WHEN 'r' THEN (SELECT r.rngsubtype FROM pg_range r WHERE r.rngtypid = t.oid)
    WHEN 'm' THEN (SELECT r.rngsubtype FROM pg_range r WHERE (to_jsonb(r)->>'rngmultitypid')::oid = t.oid)
    ELSE t.typelem END::int AS of,
  CASE t.typtype WHEN 'd' THEN t.typtypmod ELSE -1 END AS modifier,
  t.typelem <> 0 AND t.typlen = -1 AND t.typcategory = 'A' AS array,
  (SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid) AS labels,
  (SELECT json_agg(json_build_object('type', a.atttypid::int, 'modifier', a.atttypmod) ORDER BY a.attnum) FROM pg_attribute a
   WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped) AS attributes,
  (SELECT json_agg(pg_get_expr(k.conbin, 0)) FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c') AS checks,
  t.typnotnull AS required
FROM used JOIN pg_type t ON t.oid = used.oid`;

type TableRow = Omit<SampleTable, 'uniques' | 'checks' | 'references' | 'partitions' | 'partitionCount'> & {
  readonly uniques: readonly string[] | null;
  readonly checks: readonly SampleCheck[] | null;
  readonly references: readonly SampleReference[] | null;
  readonly partitions: readonly { readonly expression: string | null; readonly bound: string }[] | null;
  readonly partitionColumns: readonly string[] | null;
};

/** Reads what is to be known of tables before rows are made for them. Partitions are left out: their tables hand rows on to them. */
export async function sampleSchemaOf(database: Database): Promise<SampleSchema> {
  const tables = await database.rows<TableRow>(TABLES);
  const types = await database.rows<SampleType>(TYPES);
  return { tables: tables.map(toTable), types: new Map(types.map((type) => [type.oid, type])) };
}

function toTable(row: TableRow): SampleTable {
  const partitions = row.partitions ?? [];
  const anything = partitions.some(({ bound }) => bound === 'DEFAULT');
  return {
    ...row,
    columns: row.columns ?? [],
    uniques: (row.uniques ?? []).flatMap((text) => {
      const columns = JSON.parse(text) as readonly string[] | null;
      return columns === null ? [] : [columns];
    }),
    checks: row.checks ?? [],
    references: row.references ?? [],
    partitions: anything
      ? []
      : partitions.flatMap(({ expression }) =>
          expression === null ? [] : [{ expression, columns: row.partitionColumns ?? [] }],
        ),
    partitionCount: partitions.length,
  };
}
