import { stateOf } from './relations.ts';
import { FIRST_OID, nameIn, noMember, owner, privileges, type ObjectQuery } from './words.ts';

const OPERATORS: ObjectQuery = {
  kind: `'operator'`,
  name: `${nameIn('o.oprnamespace', 'o.oprname')} || format('(%s, %s)', nullif(o.oprleft, 0)::regtype, nullif(o.oprright, 0)::regtype)`,
  catalog: 'pg_operator',
  oid: 'o.oid',
  facts: {
    owner: owner('o.oprowner'),
    definition: `concat_ws(' ', o.oprcode, 'returns', o.oprresult::regtype, 'commutator ' || nullif(o.oprcom, 0)::regoperator,
      'negator ' || nullif(o.oprnegate, 0)::regoperator, 'restrict ' || nullif(o.oprrest, 0)::regproc,
      'join ' || nullif(o.oprjoin, 0)::regproc, CASE WHEN o.oprcanmerge THEN 'merges' END, CASE WHEN o.oprcanhash THEN 'hashes' END)`,
  },
  from: `FROM pg_operator o WHERE o.oid >= ${FIRST_OID} AND o.oprcode <> 0 AND ${noMember('pg_operator', 'o.oid')}`,
};

const accessMethod = (oid: string): string => `(SELECT amname FROM pg_am WHERE oid = ${oid})`;

const OPERATOR_FAMILIES: ObjectQuery = {
  kind: `'operator family'`,
  name: `${nameIn('f.opfnamespace', 'f.opfname')} || ' using ' || ${accessMethod('f.opfmethod')}`,
  catalog: 'pg_opfamily',
  oid: 'f.oid',
  facts: {
    owner: owner('f.opfowner'),
    member: `(SELECT json_agg(member ORDER BY member COLLATE "C") FROM (
      SELECT format('operator %s %s %s', amopstrategy, amopopr::regoperator, amoppurpose) AS member FROM pg_amop WHERE amopfamily = f.oid
      UNION ALL
      SELECT format('function %s (%s, %s) %s', amprocnum, amproclefttype::regtype, amprocrighttype::regtype, amproc::regprocedure)
      FROM pg_amproc WHERE amprocfamily = f.oid) AS members)`,
  },
  from: `FROM pg_opfamily f WHERE f.oid >= ${FIRST_OID} AND ${noMember('pg_opfamily', 'f.oid')}`,
};

const OPERATOR_CLASSES: ObjectQuery = {
  kind: `'operator class'`,
  name: `${nameIn('c.opcnamespace', 'c.opcname')} || ' using ' || ${accessMethod('c.opcmethod')}`,
  catalog: 'pg_opclass',
  oid: 'c.oid',
  facts: {
    owner: owner('c.opcowner'),
    definition: `concat_ws(' ', c.opcintype::regtype, nullif(c.opckeytype, 0)::regtype, CASE WHEN c.opcdefault THEN 'default' END,
      (SELECT ${nameIn('f.opfnamespace', 'f.opfname')} FROM pg_opfamily f WHERE f.oid = c.opcfamily))`,
  },
  from: `FROM pg_opclass c WHERE c.oid >= ${FIRST_OID} AND ${noMember('pg_opclass', 'c.oid')}`,
};

const CASTS: ObjectQuery = {
  kind: `'cast'`,
  name: `format('(%s as %s)', c.castsource::regtype, c.casttarget::regtype)`,
  catalog: 'pg_cast',
  oid: 'c.oid',
  facts: { definition: `concat_ws(' ', nullif(c.castfunc, 0)::regprocedure, c.castcontext, c.castmethod)` },
  from: `FROM pg_cast c WHERE c.oid >= ${FIRST_OID} AND ${noMember('pg_cast', 'c.oid')}
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_cast'::regclass AND d.objid = c.oid AND d.deptype = 'i')`,
};

/** SQL for what a row of a catalog says but for some columns: `publish=true`. Versions have different ones. */
function columnsOf(row: string, without: readonly string[]): string {
  const less = without.map((column) => ` - '${column}'`).join('');
  return `(SELECT json_agg(key || '=' || value ORDER BY key COLLATE "C") FROM jsonb_each_text(to_jsonb(${row})${less}) AS c(key, value))`;
}

const COLLATIONS: ObjectQuery = {
  kind: `'collation'`,
  name: nameIn('c.collnamespace', 'c.collname'),
  catalog: 'pg_collation',
  oid: 'c.oid',
  facts: {
    owner: owner('c.collowner'),
    option: columnsOf('c', ['oid', 'collname', 'collnamespace', 'collowner', 'collversion']),
  },
  from: `FROM pg_collation c WHERE c.oid >= ${FIRST_OID} AND ${noMember('pg_collation', 'c.oid')}`,
};

const CONVERSIONS: ObjectQuery = {
  kind: `'conversion'`,
  name: nameIn('c.connamespace', 'c.conname'),
  catalog: 'pg_conversion',
  oid: 'c.oid',
  facts: {
    owner: owner('c.conowner'),
    definition: `concat_ws(' ', pg_encoding_to_char(c.conforencoding), pg_encoding_to_char(c.contoencoding), c.conproc,
      CASE WHEN c.condefault THEN 'default' END)`,
  },
  from: `FROM pg_conversion c WHERE c.oid >= ${FIRST_OID} AND ${noMember('pg_conversion', 'c.oid')}`,
};

const SEARCH_CONFIGURATIONS: ObjectQuery = {
  kind: `'text search configuration'`,
  name: nameIn('c.cfgnamespace', 'c.cfgname'),
  catalog: 'pg_ts_config',
  oid: 'c.oid',
  facts: {
    owner: owner('c.cfgowner'),
    parser: `(SELECT prsname FROM pg_ts_parser WHERE oid = c.cfgparser)`,
    mapping: `(SELECT json_agg(format('%s %s: %s', m.maptokentype, m.mapseqno, m.mapdict::regdictionary)
        ORDER BY m.maptokentype, m.mapseqno) FROM pg_ts_config_map m WHERE m.mapcfg = c.oid)`,
  },
  from: `FROM pg_ts_config c WHERE c.oid >= ${FIRST_OID} AND ${noMember('pg_ts_config', 'c.oid')}`,
};

const SEARCH_DICTIONARIES: ObjectQuery = {
  kind: `'text search dictionary'`,
  name: nameIn('d.dictnamespace', 'd.dictname'),
  catalog: 'pg_ts_dict',
  oid: 'd.oid',
  facts: {
    owner: owner('d.dictowner'),
    template: `(SELECT tmplname FROM pg_ts_template WHERE oid = d.dicttemplate)`,
    option: 'd.dictinitoption',
  },
  from: `FROM pg_ts_dict d WHERE d.oid >= ${FIRST_OID} AND ${noMember('pg_ts_dict', 'd.oid')}`,
};

const SEARCH_PARSERS: ObjectQuery = {
  kind: `'text search parser'`,
  name: nameIn('p.prsnamespace', 'p.prsname'),
  catalog: 'pg_ts_parser',
  oid: 'p.oid',
  facts: { definition: `concat_ws(' ', p.prsstart, p.prstoken, p.prsend, p.prsheadline, p.prslextype)` },
  from: `FROM pg_ts_parser p WHERE p.oid >= ${FIRST_OID} AND ${noMember('pg_ts_parser', 'p.oid')}`,
};

const SEARCH_TEMPLATES: ObjectQuery = {
  kind: `'text search template'`,
  name: nameIn('t.tmplnamespace', 't.tmplname'),
  catalog: 'pg_ts_template',
  oid: 't.oid',
  facts: { definition: `concat_ws(' ', t.tmplinit, t.tmpllexize)` },
  from: `FROM pg_ts_template t WHERE t.oid >= ${FIRST_OID} AND ${noMember('pg_ts_template', 't.oid')}`,
};

const EVENT_TRIGGERS: ObjectQuery = {
  kind: `'event trigger'`,
  name: 'quote_ident(e.evtname)',
  catalog: 'pg_event_trigger',
  oid: 'e.oid',
  facts: {
    owner: owner('e.evtowner'),
    definition: `concat_ws(' ', e.evtevent, e.evtfoid::regprocedure, e.evttags::text)`,
    state: stateOf('e.evtenabled'),
  },
  from: `FROM pg_event_trigger e WHERE ${noMember('pg_event_trigger', 'e.oid')}`,
};

// PostgreSQL 13 and 14 have no row filters, column lists and schemas: there, the names mean those of the outer query.
const PUBLICATIONS: ObjectQuery = {
  kind: `'publication'`,
  name: 'quote_ident(p.pubname)',
  catalog: 'pg_publication',
  oid: 'p.oid',
  facts: {
    owner: owner('p.pubowner'),
    option: columnsOf('p', ['oid', 'pubname', 'pubowner']),
    table: `(SELECT json_agg(format('%s%s%s', c.name,
          (SELECT ' (' || string_agg(a.attname, ', ' ORDER BY a.attnum) || ')' FROM pg_attribute a
           WHERE a.attrelid = m.prrelid AND a.attnum = ANY (m.attributes)),
          ' where ' || pg_get_expr(m.condition, m.prrelid)) ORDER BY c.name)
        FROM (SELECT NULL::pg_node_tree AS prqual, NULL::int2[] AS prattrs) AS older
        CROSS JOIN LATERAL (SELECT prrelid, prqual AS condition, prattrs::int2[] AS attributes FROM pg_publication_rel
          WHERE prpubid = p.oid) AS m
        JOIN relations c ON c.oid = m.prrelid)`,
    schema: `(SELECT json_agg(s.refobjid::regnamespace::text ORDER BY s.refobjid::regnamespace::text COLLATE "C")
        FROM pg_depend d JOIN pg_depend s ON s.classid = d.classid AND s.objid = d.objid
        WHERE d.refclassid = 'pg_publication'::regclass AND d.refobjid = p.oid AND s.refclassid = 'pg_namespace'::regclass)`,
  },
  from: `FROM pg_publication p`,
};

const FOREIGN_DATA_WRAPPERS: ObjectQuery = {
  kind: `'foreign-data wrapper'`,
  name: 'quote_ident(w.fdwname)',
  catalog: 'pg_foreign_data_wrapper',
  oid: 'w.oid',
  facts: {
    owner: owner('w.fdwowner'),
    privileges: privileges('w.fdwacl', 'F', 'w.fdwowner'),
    definition: `concat_ws(' ', nullif(w.fdwhandler, 0)::regproc, nullif(w.fdwvalidator, 0)::regproc)`,
    option: 'array_to_json(w.fdwoptions)',
  },
  from: `FROM pg_foreign_data_wrapper w WHERE ${noMember('pg_foreign_data_wrapper', 'w.oid')}`,
};

const SERVERS: ObjectQuery = {
  kind: `'server'`,
  name: 'quote_ident(s.srvname)',
  parent: `(SELECT 'foreign-data wrapper ' || quote_ident(fdwname) FROM pg_foreign_data_wrapper WHERE oid = s.srvfdw)`,
  catalog: 'pg_foreign_server',
  oid: 's.oid',
  facts: {
    owner: owner('s.srvowner'),
    privileges: privileges('s.srvacl', 'S', 's.srvowner'),
    type: 's.srvtype',
    version: 's.srvversion',
    option: 'array_to_json(s.srvoptions)',
  },
  from: `FROM pg_foreign_server s WHERE ${noMember('pg_foreign_server', 's.oid')}`,
};

const USER_MAPPINGS: ObjectQuery = {
  kind: `'user mapping'`,
  name: `CASE u.umuser WHEN 0 THEN 'public' ELSE quote_ident(u.usename) END || ' on ' || quote_ident(u.srvname)`,
  parent: `'server ' || quote_ident(u.srvname)`,
  catalog: 'pg_user_mapping',
  oid: 'u.umid',
  facts: { option: 'array_to_json(u.umoptions)' },
  from: `FROM pg_user_mappings u`,
};

const LANGUAGES: ObjectQuery = {
  kind: `'language'`,
  name: 'quote_ident(l.lanname)',
  catalog: 'pg_language',
  oid: 'l.oid',
  facts: {
    owner: owner('l.lanowner'),
    privileges: privileges('l.lanacl', 'l', 'l.lanowner'),
    definition: `concat_ws(' ', l.lanpltrusted, nullif(l.lanplcallfoid, 0)::regproc, nullif(l.laninline, 0)::regproc,
      nullif(l.lanvalidator, 0)::regproc)`,
  },
  from: `FROM pg_language l WHERE l.oid >= ${FIRST_OID} AND ${noMember('pg_language', 'l.oid')} OR l.lanacl IS NOT NULL`,
};

const ACCESS_METHODS: ObjectQuery = {
  kind: `'access method'`,
  name: 'quote_ident(a.amname)',
  catalog: 'pg_am',
  oid: 'a.oid',
  facts: { definition: `concat_ws(' ', a.amtype, a.amhandler)` },
  from: `FROM pg_am a WHERE a.oid >= ${FIRST_OID} AND ${noMember('pg_am', 'a.oid')}`,
};

const TRANSFORMS: ObjectQuery = {
  kind: `'transform'`,
  name: `format('for %s language %s', t.trftype::regtype, (SELECT lanname FROM pg_language WHERE oid = t.trflang))`,
  catalog: 'pg_transform',
  oid: 't.oid',
  facts: { definition: `concat_ws(' ', nullif(t.trffromsql, 0)::regproc, nullif(t.trftosql, 0)::regproc)` },
  from: `FROM pg_transform t WHERE t.oid >= ${FIRST_OID} AND ${noMember('pg_transform', 't.oid')}`,
};

const DEFAULT_PRIVILEGES: ObjectQuery = {
  kind: `'default privileges'`,
  name: `format('of %s on %s%s', pg_get_userbyid(d.defaclrole),
    CASE d.defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types'
      WHEN 'n' THEN 'schemas' ELSE 'large objects' END,
    (SELECT ' in ' || quote_ident(nspname) FROM pg_namespace WHERE oid = d.defaclnamespace))`,
  catalog: 'pg_default_acl',
  oid: 'd.oid',
  facts: { privileges: privileges('d.defaclacl', 'c', 'd.defaclrole') },
  from: `FROM pg_default_acl d`,
};

/** The database itself, under one name in every copy: its own says which copy it is. */
export const DATABASE: ObjectQuery = {
  kind: `'database'`,
  name: `'itself'`,
  catalog: 'pg_database',
  oid: 'd.oid',
  facts: {
    owner: owner('d.datdba'),
    privileges: privileges('d.datacl', 'd', 'd.datdba'),
    'default setting': `(SELECT json_agg(setting ORDER BY setting COLLATE "C") FROM (
      SELECT concat(nullif(s.setrole, 0)::regrole || ': ', unnest(s.setconfig)) AS setting FROM pg_db_role_setting s
      WHERE s.setdatabase = d.oid) AS settings)`,
  },
  from: `FROM pg_database d WHERE d.datname = current_database()`,
};

/** Kinds of object that few schemas have. They are asked for only where there is one. */
export const RARE_QUERIES: readonly ObjectQuery[] = [
  OPERATORS,
  OPERATOR_FAMILIES,
  OPERATOR_CLASSES,
  CASTS,
  COLLATIONS,
  CONVERSIONS,
  SEARCH_CONFIGURATIONS,
  SEARCH_DICTIONARIES,
  SEARCH_PARSERS,
  SEARCH_TEMPLATES,
  EVENT_TRIGGERS,
  PUBLICATIONS,
  FOREIGN_DATA_WRAPPERS,
  SERVERS,
  USER_MAPPINGS,
  LANGUAGES,
  ACCESS_METHODS,
  TRANSFORMS,
  DEFAULT_PRIVILEGES,
];

const ROLES: ObjectQuery = {
  kind: `'role'`,
  name: 'quote_ident(r.rolname)',
  catalog: 'pg_authid',
  oid: 'r.oid',
  facts: {
    attribute: `array_to_json(array_remove(ARRAY[CASE WHEN r.rolsuper THEN 'SUPERUSER' END, CASE WHEN r.rolinherit THEN 'INHERIT' END,
      CASE WHEN r.rolcreaterole THEN 'CREATEROLE' END, CASE WHEN r.rolcreatedb THEN 'CREATEDB' END, CASE WHEN r.rolcanlogin THEN 'LOGIN' END,
      CASE WHEN r.rolreplication THEN 'REPLICATION' END, CASE WHEN r.rolbypassrls THEN 'BYPASSRLS' END], NULL))`,
    'connection limit': 'CASE WHEN r.rolconnlimit >= 0 THEN r.rolconnlimit END',
    'valid until': 'r.rolvaliduntil',
    'default setting': `(SELECT array_to_json(s.setconfig) FROM pg_db_role_setting s WHERE s.setrole = r.oid AND s.setdatabase = 0)`,
    membership: `(SELECT json_agg(m.roleid::regrole::text || CASE WHEN m.admin_option THEN ' with admin option' ELSE '' END
        || CASE to_jsonb(m)->>'inherit_option' WHEN 'false' THEN ' without inherit' ELSE '' END
        || CASE to_jsonb(m)->>'set_option' WHEN 'false' THEN ' without set' ELSE '' END
        ORDER BY m.roleid::regrole::text COLLATE "C") FROM pg_auth_members m WHERE m.member = r.oid)`,
  },
  from: `FROM pg_roles r WHERE r.rolname !~ '^pg_'`,
};

/** Roles belong to the whole server. */
export const ROLE_QUERIES: readonly ObjectQuery[] = [ROLES];

/** The catalogs of rare kinds whose objects always depend on another one. */
const DEPENDENT =
  'pg_operator pg_opfamily pg_opclass pg_cast pg_collation pg_conversion pg_ts_config pg_ts_dict pg_ts_parser pg_ts_template ' +
  'pg_event_trigger pg_transform pg_foreign_server';

/**
 * SQL that is true if one of the rare kinds is there. Most depend on something, so that one look at pg_depend's index finds them; the
 * others have catalogs of their own that are all but empty.
 */
export const ANY_RARE = `(
  EXISTS (SELECT FROM pg_depend d WHERE d.objid >= ${FIRST_OID} AND d.classid = ANY (string_to_array('${DEPENDENT}', ' ')::regclass[])
    AND (d.classid, d.objid) NOT IN (SELECT classid, objid FROM members))
  OR EXISTS (SELECT FROM pg_publication)
  OR EXISTS (SELECT FROM pg_default_acl)
  OR EXISTS (SELECT FROM pg_foreign_data_wrapper)
  OR EXISTS (SELECT FROM pg_am WHERE oid >= ${FIRST_OID})
  OR EXISTS (SELECT FROM pg_language WHERE oid >= ${FIRST_OID} OR lanacl IS NOT NULL))`;
