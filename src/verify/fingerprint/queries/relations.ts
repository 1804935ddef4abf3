import { FIRST_OID, flag, nameIn, noMember, owner, privileges, type ObjectQuery } from './words.ts';

const KINDS = Object.entries({
  r: 'table',
  p: 'table',
  v: 'view',
  m: 'materialized view',
  f: 'foreign table',
  S: 'sequence',
  c: 'type',
  i: 'index',
  I: 'index',
})
  .map(([letter, kind]) => `WHEN '${letter}' THEN '${kind}'`)
  .join(' ');

/**
 * The relations of the user's schemas: `oid`, `kind` and `name` as people call them, and the row of pg_class. Queries that look at all
 * of them start from `all_relations`, which is made once; those that look for one take `relations`, which an index answers.
 */
export const RELATIONS = `
  relations AS NOT MATERIALIZED (
    SELECT c.*, CASE c.relkind ${KINDS} END AS kind,
           CASE n.nspname WHEN 'public' THEN '' ELSE quote_ident(n.nspname) || '.' END || quote_ident(c.relname) AS name
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'c', 'i', 'I')
      AND c.oid NOT IN (SELECT objid FROM members WHERE classid = 'pg_class'::regclass)),
  all_relations AS MATERIALIZED (SELECT * FROM relations)`;

/** The oid of the access method heap, the same in all versions (pg_am.dat). */
const HEAP = 2;

const parentOf = "r.kind || ' ' || r.name";

/** Tables, views, materialized views and foreign tables. The columns' names in order are a fact that is compared in its own way. */
const TABLES: ObjectQuery = {
  kind: 'r.kind',
  name: 'r.name',
  // A partition does not go with its table: DETACH leaves it.
  catalog: 'pg_class',
  oid: 'r.oid',
  facts: {
    owner: owner('r.relowner'),
    privileges: privileges('r.relacl', 'r', 'r.relowner'),
    columns: `(SELECT json_agg(attname ORDER BY attnum) FROM pg_attribute WHERE attrelid = r.oid AND attnum > 0 AND NOT attisdropped)`,
    UNLOGGED: flag(`r.relpersistence = 'u'`),
    'access method': `CASE WHEN r.relam NOT IN (0, ${HEAP}) THEN (SELECT amname FROM pg_am WHERE oid = r.relam) END`,
    'row level security': flag('r.relrowsecurity'),
    'FORCE ROW LEVEL SECURITY': flag('r.relforcerowsecurity'),
    'replica identity': `CASE r.relreplident WHEN 'f' THEN 'FULL' WHEN 'n' THEN CASE WHEN r.relkind IN ('r', 'p') THEN 'NOTHING' END END`,
    'storage parameter': 'array_to_json(r.reloptions)',
    'storage parameter of its TOAST table': `CASE WHEN r.reltoastrelid <> 0 THEN
      (SELECT array_to_json(t.reloptions) FROM pg_class t WHERE t.oid = r.reltoastrelid) END`,
    'row type': `CASE WHEN r.reloftype <> 0 THEN r.reloftype::regtype::text END`,
    'partition key': `CASE WHEN r.relkind = 'p' THEN pg_get_partkeydef(r.oid) END`,
    'partition bound': `CASE WHEN r.relispartition THEN pg_get_expr(r.relpartbound, r.oid) END`,
    parent: `(SELECT json_agg(p.name ORDER BY i.inhseqno) FROM pg_inherits i JOIN relations p ON p.oid = i.inhparent
      WHERE i.inhrelid = r.oid)`,
    definition: `CASE WHEN r.relkind IN ('v', 'm') THEN pg_get_viewdef(r.oid) END`,
    'WITH NO DATA': flag(`r.relkind = 'm' AND NOT r.relispopulated`),
    server: `CASE WHEN r.relkind = 'f' THEN
      (SELECT s.srvname FROM pg_foreign_table f JOIN pg_foreign_server s ON s.oid = f.ftserver WHERE f.ftrelid = r.oid) END`,
    option: `CASE WHEN r.relkind = 'f' THEN (SELECT array_to_json(f.ftoptions) FROM pg_foreign_table f WHERE f.ftrelid = r.oid) END`,
  },
  from: `FROM all_relations r WHERE r.relkind IN ('r', 'p', 'v', 'm', 'f')`,
};

/** What is to be said of a NOT NULL constraint that is not as usual. */
const NOT_NULL = `(CASE WHEN convalidated THEN '' ELSE 'NOT VALID ' END || CASE WHEN connoinherit THEN 'NO INHERIT ' ELSE '' END ||
        CASE WHEN conname LIKE '%\\_not\\_null%' THEN '' ELSE quote_ident(conname) END)`;

/** Columns, also of composite types and views. */
const COLUMNS: ObjectQuery = {
  kind: `CASE r.relkind WHEN 'c' THEN 'attribute' ELSE 'column' END`,
  name: `r.name || '.' || quote_ident(a.attname)`,
  parent: parentOf,
  catalog: 'pg_class',
  oid: 'r.oid',
  part: 'a.attnum',
  facts: {
    type: 'format_type(a.atttypid, a.atttypmod)',
    collation: `CASE WHEN a.attcollation <> t.typcollation THEN
      (SELECT CASE WHEN pg_collation_is_visible(oid) THEN '' ELSE collnamespace::regnamespace::text || '.' END || quote_ident(collname)
       FROM pg_collation WHERE oid = a.attcollation) END`,
    'NOT NULL': flag('a.attnotnull'),
    'NOT NULL constraint': `CASE WHEN a.attnotnull THEN n.text END`,
    default: `CASE WHEN a.atthasdef AND a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END`,
    'generation expression': `CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid)
      || CASE a.attgenerated WHEN 's' THEN ' STORED' ELSE ' VIRTUAL' END END`,
    identity: `CASE a.attidentity WHEN 'a' THEN 'ALWAYS' WHEN 'd' THEN 'BY DEFAULT' END`,
    storage: `CASE WHEN a.attstorage <> t.typstorage THEN
      CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END END`,
    compression: `CASE a.compression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END`,
    'statistics target': `CASE WHEN a.attstattarget >= 0 THEN a.attstattarget END`,
    option: 'array_to_json(a.attoptions)',
    'foreign option': 'array_to_json(a.attfdwoptions)',
    privileges: privileges('a.attacl', 'c', 'r.relowner'),
    'declaration of its own': flag('a.attislocal AND a.attinhcount > 0'),
  },
  // PostgreSQL 13 has no attcompression: there, the name means that of the outer query.
  from: `FROM all_relations r
    CROSS JOIN (SELECT ''::"char" AS attcompression) AS older
    CROSS JOIN LATERAL (SELECT attribute.*, attcompression AS compression FROM pg_attribute AS attribute
      WHERE attribute.attrelid = r.oid AND attribute.attnum > 0 AND NOT attribute.attisdropped) AS a
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    LEFT JOIN (SELECT conrelid, conkey[1] AS attnum, ${NOT_NULL} AS text FROM pg_constraint
      WHERE contype = 'n' AND ${NOT_NULL} <> '') AS n ON n.conrelid = a.attrelid AND n.attnum = a.attnum
    WHERE r.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')`,
};

/** Sequences. The value that comes next is no part of a schema. */
const SEQUENCES: ObjectQuery = {
  kind: `'sequence'`,
  name: 'r.name',
  parent: `(SELECT 'column ' || o.name || '.' || quote_ident(a.attname)
    FROM pg_depend d JOIN relations o ON o.oid = d.refobjid
    JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
    WHERE d.classid = 'pg_class'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i'))`,
  catalog: 'pg_class',
  oid: 'r.oid',
  facts: {
    owner: owner('r.relowner'),
    privileges: privileges('r.relacl', 's', 'r.relowner'),
    UNLOGGED: flag(`r.relpersistence = 'u'`),
    type: 'format_type(s.seqtypid, NULL)',
    'start value': 's.seqstart',
    increment: 's.seqincrement',
    maximum: 's.seqmax::text',
    minimum: 's.seqmin::text',
    cache: 's.seqcache',
    CYCLE: flag('s.seqcycle'),
  },
  from: `FROM all_relations r JOIN pg_sequence s ON s.seqrelid = r.oid`,
};

/** Constraints of tables and domains. Those that foreign keys of partitioned tables have on each partition go with their parent's. */
const CONSTRAINTS: ObjectQuery = {
  kind: `'constraint'`,
  name: `quote_ident(k.conname) || ' on ' || coalesce(r.name, t.name)`,
  parent: `coalesce(${parentOf}, 'domain ' || t.name)`,
  catalog: 'pg_constraint',
  oid: 'k.oid',
  facts: {
    definition: 'pg_get_constraintdef(k.oid)',
    'disabled trigger': `(SELECT json_agg(DISTINCT g.tgenabled) FROM pg_trigger g
      WHERE g.tgconstraint = k.oid AND k.contype = 'f' AND g.tgenabled <> 'O')`,
    'declaration of its own': flag('k.conislocal AND k.coninhcount > 0'),
  },
  from: `FROM pg_constraint k LEFT JOIN all_relations r ON r.oid = k.conrelid LEFT JOIN domains t ON t.oid = k.contypid
    WHERE k.contype IN ('c', 'f', 'p', 'u', 'x') AND (k.contype <> 'f' OR k.conparentid = 0) AND (r.oid IS NOT NULL OR t.oid IS NOT NULL)`,
};

const INDEXES: ObjectQuery = {
  kind: `'index'`,
  name: 'r.name',
  parent: `coalesce(
    'constraint ' || quote_ident(k.conname) || ' on ' || t.name,
    (SELECT 'index ' || p.name FROM pg_inherits h JOIN relations p ON p.oid = h.inhparent WHERE h.inhrelid = r.oid),
    t.kind || ' ' || t.name)`,
  catalog: 'pg_class',
  oid: 'r.oid',
  facts: {
    definition: 'pg_get_indexdef(r.oid)',
    'attachment to index': `(SELECT p.name FROM pg_inherits h JOIN relations p ON p.oid = h.inhparent WHERE h.inhrelid = r.oid)`,
    'INVALID mark': flag('NOT i.indisvalid'),
    'CLUSTER mark': flag('i.indisclustered'),
    'mark as replica identity': flag('i.indisreplident'),
    'statistics target': `(SELECT json_agg(a.attname || ': ' || a.attstattarget ORDER BY a.attnum) FROM pg_attribute a
      WHERE a.attrelid = r.oid AND a.attstattarget >= 0 AND r.relkind IN ('i', 'I'))`,
  },
  from: `FROM all_relations r JOIN pg_index i ON i.indexrelid = r.oid JOIN all_relations t ON t.oid = i.indrelid
    LEFT JOIN pg_constraint k ON k.conindid = r.oid AND k.conrelid = i.indrelid AND k.contype IN ('p', 'u', 'x')`,
};

const TRIGGERS: ObjectQuery = {
  kind: `'trigger'`,
  name: `quote_ident(g.tgname) || ' on ' || r.name`,
  parent: `coalesce(
    (SELECT 'trigger ' || quote_ident(g.tgname) || ' on ' || o.name FROM pg_trigger p JOIN relations o ON o.oid = p.tgrelid
     WHERE p.oid = g.tgparentid), ${parentOf})`,
  catalog: 'pg_trigger',
  oid: 'g.oid',
  facts: { definition: 'pg_get_triggerdef(g.oid)', state: stateOf('g.tgenabled') },
  from: `FROM pg_trigger g JOIN all_relations r ON r.oid = g.tgrelid WHERE NOT g.tgisinternal`,
};

const RULES: ObjectQuery = {
  kind: `'rule'`,
  name: `quote_ident(w.rulename) || ' on ' || r.name`,
  parent: parentOf,
  catalog: 'pg_rewrite',
  oid: 'w.oid',
  facts: { definition: 'pg_get_ruledef(w.oid)', state: stateOf('w.ev_enabled') },
  from: `FROM pg_rewrite w JOIN all_relations r ON r.oid = w.ev_class WHERE w.rulename <> '_RETURN'`,
};

const POLICIES: ObjectQuery = {
  kind: `'policy'`,
  name: `quote_ident(p.polname) || ' on ' || r.name`,
  parent: parentOf,
  catalog: 'pg_policy',
  oid: 'p.oid',
  facts: {
    command: `CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END`,
    RESTRICTIVE: flag('NOT p.polpermissive'),
    role: `(SELECT json_agg(CASE role WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(role)::text END) FROM unnest(p.polroles) AS role)`,
    USING: 'pg_get_expr(p.polqual, p.polrelid)',
    'WITH CHECK': 'pg_get_expr(p.polwithcheck, p.polrelid)',
  },
  from: `FROM pg_policy p JOIN all_relations r ON r.oid = p.polrelid`,
};

const STATISTICS: ObjectQuery = {
  kind: `'statistics object'`,
  name: nameIn('s.stxnamespace', 's.stxname'),
  parent: `(SELECT kind || ' ' || name FROM all_relations WHERE oid = s.stxrelid)`,
  catalog: 'pg_statistic_ext',
  oid: 's.oid',
  facts: {
    owner: owner('s.stxowner'),
    definition: 'pg_get_statisticsobjdef(s.oid)',
    'statistics target': 'CASE WHEN s.stxstattarget >= 0 THEN s.stxstattarget END',
  },
  from: `FROM pg_statistic_ext s WHERE s.oid >= ${FIRST_OID} AND ${noMember('pg_statistic_ext', 's.oid')}`,
};

/** SQL for what became of a trigger or rule: nothing where it is enabled as usual. */
export function stateOf(enabled: string): string {
  return `CASE ${enabled} WHEN 'D' THEN 'DISABLED' WHEN 'R' THEN 'REPLICA' WHEN 'A' THEN 'ALWAYS' END`;
}

/** Everything that is a relation or belongs to one. */
export const RELATION_QUERIES: readonly ObjectQuery[] = [
  TABLES,
  COLUMNS,
  SEQUENCES,
  CONSTRAINTS,
  INDEXES,
  TRIGGERS,
  RULES,
  POLICIES,
  STATISTICS,
];
