import type { ObjectName } from './types.ts';

/**
 * A name of an object as people write it: quoted where PostgreSQL needs it, the schema in front unless it is `public` or
 * unknown.
 */
export function displayName({ schema, name }: ObjectName): string {
  const quoted = quoteIdentifier(name);
  return schema === undefined || schema === 'public' ? quoted : `${quoteIdentifier(schema)}.${quoted}`;
}

/**
 * An identifier as it must be typed: what PostgreSQL's `quote_ident` gives. It quotes whatever is not made of lower-case
 * ASCII letters, digits and underscores, and every keyword but the unreserved ones.
 *
 * @param name the identifier as PostgreSQL stores it.
 */
export function quoteIdentifier(name: string): string {
  if (/^[a-z_][a-z0-9_]*$/.test(name) && !KEYWORDS.has(name)) return name;
  return `"${name.replaceAll('"', '""')}"`;
}

/** Keywords of PostgreSQL 18 that are reserved in some place: `pg_get_keywords()` with a catcode other than U. */
const KEYWORDS: ReadonlySet<string> = new Set(
  `
  all analyse analyze and any array as asc asymmetric authorization between bigint binary bit
  boolean both case cast char character check coalesce collate collation column concurrently
  constraint create cross current_catalog current_date current_role current_schema current_time
  current_timestamp current_user dec decimal default deferrable desc distinct do else end except
  exists extract false fetch float for foreign freeze from full grant greatest group grouping having
  ilike in initially inner inout int integer intersect interval into is isnull join json json_array
  json_arrayagg json_exists json_object json_objectagg json_query json_scalar json_serialize
  json_table json_value lateral leading least left like limit localtime localtimestamp merge_action
  national natural nchar none normalize not notnull null nullif numeric offset on only or order out
  outer overlaps overlay placing position precision primary real references returning right row
  select session_user setof similar smallint some substring symmetric system_user table tablesample
  then time timestamp to trailing treat trim true union unique user using values varchar variadic
  verbose when where window with xmlattributes xmlconcat xmlelement xmlexists xmlforest
  xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable
  `
    .trim()
    .split(/\s+/),
);
