import {
  FIRST_OID,
  flag,
  noMember,
  owner,
  OWN_SCHEMA,
  privileges,
  qualified,
  type ObjectQuery,
} from './words.ts';

/** The user's domains by oid. */
export const DOMAINS = `
  domains AS NOT MATERIALIZED (
    SELECT t.oid, ${qualified('n.nspname', 't.typname')} AS name
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
    WHERE t.typtype = 'd' AND t.oid >= ${FIRST_OID} AND ${noMember('pg_type', 't.oid')})`;

const SCHEMAS: ObjectQuery = {
  kind: `'schema'`,
  name: 'quote_ident(n.nspname)',
  catalog: 'pg_namespace',
  oid: 'n.oid',
  facts: { owner: owner('n.nspowner'), privileges: privileges('n.nspacl', 'n', 'n.nspowner') },
  from: `FROM pg_namespace n WHERE ${OWN_SCHEMA} AND ${noMember('pg_namespace', 'n.oid')}`,
};

const EXTENSIONS: ObjectQuery = {
  kind: `'extension'`,
  name: 'quote_ident(e.extname)',
  catalog: 'pg_extension',
  oid: 'e.oid',
  facts: {
    version: 'e.extversion',
    schema: 'e.extnamespace::regnamespace::text',
    owner: owner('e.extowner'),
  },
  from: `FROM pg_extension e WHERE e.oid >= ${FIRST_OID}`,
};

// No array, no row type of a table, and no multirange, which goes with its range.
const TYPES: ObjectQuery = {
  kind: `CASE t.typtype WHEN 'd' THEN 'domain' ELSE 'type' END`,
  name: qualified('n.nspname', 't.typname'),
  catalog: 'pg_type',
  oid: 't.oid',
  facts: {
    owner: owner('t.typowner'),
    privileges: privileges('t.typacl', 'T', 't.typowner'),
    form: `CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'c' THEN 'composite' WHEN 'r' THEN 'range' WHEN 'b' THEN 'base'
      WHEN 'p' THEN 'shell' END`,
    labels: `CASE t.typtype WHEN 'e' THEN
      (SELECT json_agg(enumlabel ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid) END`,
    attributes: `CASE t.typtype WHEN 'c' THEN
      (SELECT json_agg(attname ORDER BY attnum) FROM pg_attribute WHERE attrelid = t.typrelid AND attnum > 0 AND NOT attisdropped) END`,
    type: `CASE t.typtype WHEN 'd' THEN format_type(t.typbasetype, t.typtypmod) END`,
    'NOT NULL': flag('t.typnotnull'),
    default: 't.typdefault',
    collation: `CASE WHEN t.typtype = 'd' AND t.typcollation <>
        (SELECT b.typcollation FROM pg_type b WHERE b.oid = t.typbasetype) THEN t.typcollation::regcollation::text END`,
    subtype: `CASE t.typtype WHEN 'r' THEN (
      SELECT concat_ws(' ', format_type(r.rngsubtype, NULL), nullif(r.rngcollation, 0)::regcollation,
        (SELECT opcname FROM pg_opclass WHERE oid = r.rngsubopc), nullif(r.rngcanonical, 0)::regproc, nullif(r.rngsubdiff, 0)::regproc,
        (to_jsonb(r)->>'rngmultitypid')::oid::regtype)
      FROM pg_range r WHERE r.rngtypid = t.oid) END`,
    definition: `CASE t.typtype WHEN 'b' THEN concat_ws(' ', t.typlen, t.typbyval, t.typcategory, t.typispreferred, t.typdelim, t.typinput,
      t.typoutput, t.typreceive, t.typsend, t.typmodin, t.typmodout, t.typanalyze, to_jsonb(t)->>'typsubscript', t.typalign, t.typstorage,
      t.typcollation, nullif(t.typelem, 0)::regtype) END`,
  },
  from: `FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
    WHERE t.oid >= ${FIRST_OID} AND ${OWN_SCHEMA} AND t.typtype <> 'm' AND ${noMember('pg_type', 't.oid')}
      AND (t.typtype <> 'c' OR t.typrelid IN (SELECT oid FROM all_relations WHERE relkind = 'c'))
      AND (t.typtype <> 'b' OR t.typelem = 0 OR NOT EXISTS (SELECT FROM pg_type e WHERE e.oid = t.typelem AND e.typarray = t.oid))`,
};

const ROUTINES: ObjectQuery = {
  kind: `CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END`,
  name: `${qualified('n.nspname', 'p.proname')} || '(' || coalesce(
    (SELECT string_agg(format_type(type, NULL), ', ' ORDER BY at) FROM unnest(p.proargtypes) WITH ORDINALITY AS a(type, at)), '') || ')'`,
  catalog: 'pg_proc',
  oid: 'p.oid',
  facts: {
    owner: owner('p.proowner'),
    privileges: privileges('p.proacl', 'f', 'p.proowner'),
    definition: `CASE p.prokind WHEN 'a' THEN (
      SELECT concat_ws(' ', pg_get_function_arguments(p.oid), pg_get_function_result(p.oid), p.proparallel, a.aggkind, a.aggnumdirectargs,
        a.aggtransfn, a.aggfinalfn, a.aggcombinefn, a.aggserialfn, a.aggdeserialfn, a.aggmtransfn, a.aggminvtransfn, a.aggmfinalfn,
        a.aggfinalextra, a.aggmfinalextra, a.aggfinalmodify, a.aggmfinalmodify, nullif(a.aggsortop, 0)::regoperator, a.aggtranstype::regtype,
        a.aggtransspace, nullif(a.aggmtranstype, 0)::regtype, a.aggmtransspace, coalesce(a.agginitval, '–'), coalesce(a.aggminitval, '–'))
      FROM pg_aggregate a WHERE a.aggfnoid = p.oid) ELSE pg_get_functiondef(p.oid) END`,
  },
  from: `FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE p.oid >= ${FIRST_OID} AND ${OWN_SCHEMA} AND ${noMember('pg_proc', 'p.oid')}
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'i')`,
};

/** Schemas, extensions, types and routines. */
export const NAMED_QUERIES: readonly ObjectQuery[] = [SCHEMAS, EXTENSIONS, TYPES, ROUTINES];
