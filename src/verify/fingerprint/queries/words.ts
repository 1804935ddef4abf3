/** Schemas of PostgreSQL's own and those of temporary objects; `oid` of a schema. */
export const OWN_SCHEMA = `nspname !~ '^pg_' AND nspname <> 'information_schema'`;

/**
 * The first oid of an object that somebody made: those below are PostgreSQL's own (FirstNormalObjectId in access/transam.h, the same
 * in all versions).
 */
export const FIRST_OID = 16_384;

/** The oid of the schema public as initdb makes it. */
export const PUBLIC_OID = 2200;

/** SQL for a name in a schema, as people write it: public is not named. */
export function qualified(schema: string, name: string): string {
  return `CASE ${schema} WHEN 'public' THEN '' ELSE quote_ident(${schema}) || '.' END || quote_ident(${name})`;
}

/** SQL for the name of an object by the oid of its schema and its name. */
export function nameIn(schemaOid: string, name: string): string {
  return `(SELECT ${qualified('nspname::text', name)} FROM pg_namespace WHERE oid = ${schemaOid})`;
}

/** SQL that is true for an object that belongs to no extension. */
export function noMember(catalog: string, oid: string): string {
  return `${oid} NOT IN (SELECT objid FROM members WHERE classid = '${catalog}'::regclass)`;
}

/**
 * SQL for how privileges differ from those that a new object has: `SELECT for app`, `no EXECUTE for PUBLIC`. GRANT and REVOKE leave a
 * list where there was none, which says the same.
 *
 * @param kind of object as acldefault() has it; a column's, `c`, has none by default.
 */
export function privileges(list: string, kind: string, owner: string): string {
  const items = (what: string, prefix: string): string => `
    SELECT '${prefix}' || privilege_type || ' for ' || CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee)::text END
      || CASE WHEN is_grantable THEN ' with grant option' ELSE '' END
      || CASE WHEN grantor <> ${owner} THEN ' granted by ' || pg_get_userbyid(grantor) ELSE '' END AS item
    FROM aclexplode(${what})`;
  const given = `acldefault('${kind}', ${owner})`;
  return `CASE WHEN ${list} IS NOT NULL THEN (
    SELECT json_agg(item ORDER BY item COLLATE "C") FROM (
      (${items(list, '')} EXCEPT ${items(given, '')})
      UNION ALL
      (${items(given, 'no ')} EXCEPT ${items(list, 'no ')})) AS privileges) END`;
}

/** SQL for the role that owns. */
export function owner(oid: string): string {
  return `pg_get_userbyid(${oid})`;
}

/** SQL that is `true` where a condition holds, and otherwise nothing. */
export function flag(condition: string): string {
  return `CASE WHEN ${condition} THEN true END`;
}

/** What a query says of an object; all is SQL. */
export interface ObjectQuery {
  readonly kind: string;
  readonly name: string;
  /** Kind and name of what it belongs to. */
  readonly parent?: string;
  /** The catalog that it is in, not as SQL. */
  readonly catalog: string;
  readonly oid: string;
  /** Number of a column; 0 by default. */
  readonly part?: string;
  readonly facts: Readonly<Record<string, string>>;
  /** From FROM on. */
  readonly from: string;
}

/**
 * SQL of a query for objects: `object` is a JSON array of kind, name, parent and the facts in their order, and the oid is that by which
 * the comment on it is found.
 */
export function sqlOf({ kind, name, parent, catalog, oid, part, facts, from }: ObjectQuery): string {
  const values = [kind, name, parent ?? 'NULL', ...Object.values(facts)];
  return `
  SELECT json_build_array(${values.join(', ')}) AS object,
         '${catalog}'::regclass::oid AS classoid, ${oid} AS objoid, ${part ?? '0'} AS objsubid
  ${from}`;
}
