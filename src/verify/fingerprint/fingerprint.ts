import type { Database } from '../engines/types.ts';
import { ANY_RARE, DATABASE, RARE_QUERIES, ROLE_QUERIES } from './queries/rare.ts';
import { RELATION_QUERIES, RELATIONS } from './queries/relations.ts';
import { DOMAINS, NAMED_QUERIES } from './queries/routines-and-types.ts';
import { FIRST_OID, PUBLIC_OID, sqlOf, type ObjectQuery } from './queries/words.ts';
import type { CatalogObject, Fact, Fingerprint } from './types.ts';

const WITHOUT_ROLES: readonly ObjectQuery[] = [...RELATION_QUERIES, ...NAMED_QUERIES, DATABASE];
const WITH_ROLES: readonly ObjectQuery[] = [...WITHOUT_ROLES, ...ROLE_QUERIES];

/** What the names of prepared statements begin with that are to outlive the scripts of a session. */
export const OWN_STATEMENTS = 'migration_lint_';

/** What of a database is looked at. */
export interface FingerprintOptions {
  /** Roles and memberships as well: only where the server is the caller's own. */
  readonly roles: boolean;
}

/**
 * The schema of a database as it is now, also inside a transaction that has not failed. PostgreSQL 13 and newer; any role may ask.
 * Members of extensions, temporary objects, tablespaces and what counters stand at are left out; so are subscriptions, which only a
 * superuser may see.
 *
 * @throws what the database throws.
 */
export async function fingerprintOf(
  database: Pick<Database, 'rows'>,
  options: FingerprintOptions = { roles: false },
): Promise<Fingerprint> {
  const always = options.roles ? WITH_ROLES : WITHOUT_ROLES;
  const first = await ask(database, always, ANY_RARE);
  const rare = first.more ? await ask(database, RARE_QUERIES, 'false') : { objects: [] };
  return { objects: [...first.objects, ...rare.objects].sort(byKindAndName) };
}

/** Number of the query, [kind, name, parent, facts …], comment. */
type Row = readonly [
  number,
  readonly [string, string, string | null, ...(Exclude<Fact, true> | boolean | null)[]],
  string | null,
];

async function ask(
  database: Pick<Database, 'rows'>,
  queries: readonly ObjectQuery[],
  more: string,
): Promise<{ readonly objects: readonly CatalogObject[]; readonly more: boolean }> {
  const name = `${OWN_STATEMENTS}${nameOf(queries)}`;
  // Planning takes longer than asking. A migration may have sent DISCARD ALL, so it is looked for each time.
  const known = await database.rows(`SELECT FROM pg_catalog.pg_prepared_statements WHERE name = '${name}'`);
  if (known.length === 0) await database.rows(`PREPARE ${name} AS ${withPath(queries, more)}`);
  const [row] = await database.rows<{ objects: string | null; more: boolean }>(`EXECUTE ${name}`);
  const found = JSON.parse(row?.objects ?? '[]') as readonly Row[];
  const properties = queries.map(({ facts }) => Object.keys(facts));
  return {
    objects: found.map(([query, object, comment]) => toObject(properties[query] ?? [], object, comment)),
    more: row?.more ?? false,
  };
}

function nameOf(queries: readonly ObjectQuery[]): string {
  return queries === RARE_QUERIES ? 'rare' : queries === WITH_ROLES ? 'schema_and_roles' : 'schema';
}

/**
 * One query that sets the search path, so that names are told with their schema, asks, and sets it back. SET LOCAL in both cases, so
 * that in a transaction the setting ends as the migration meant it to. The inner query waits for the path, since it depends on it.
 */
function withPath(queries: readonly ObjectQuery[], more: string): string {
  const numbered = queries.map(
    (query, number) => `SELECT ${number} AS query, q.* FROM (${sqlOf(query)}) AS q`,
  );
  return `
WITH members AS MATERIALIZED (
  SELECT classid, objid FROM pg_depend WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'),
${RELATIONS},${DOMAINS}
SELECT found.objects, found.more, set_config('search_path', path.before, true)
FROM (SELECT current_setting('search_path') AS before, set_config('search_path', 'pg_catalog', true) AS now OFFSET 0) AS path
CROSS JOIN LATERAL (
  SELECT json_agg(json_build_array(o.query, o.object, c.description))::text AS objects, ${more} AS more
  FROM (${numbered.join('\n  UNION ALL ')}) AS o LEFT JOIN (
    SELECT * FROM pg_description WHERE objoid >= ${FIRST_OID} OR objoid = ${PUBLIC_OID}) AS c USING (classoid, objoid, objsubid)
  WHERE path.now IS NOT NULL) AS found`;
}

function toObject(properties: readonly string[], object: Row[1], comment: string | null): CatalogObject {
  const [kind, name, parent, ...values] = object;
  const facts: Record<string, Fact> = {};
  for (const [at, value] of values.entries()) {
    if (value === null || value === false) continue;
    facts[properties[at] ?? ''] = typeof value === 'string' ? withoutRunTime(value) : value;
  }
  if (comment !== null) facts['comment'] = comment;
  return { kind, name, parent: parent ?? undefined, facts };
}

/**
 * A view with `'now'::timestamp` holds the moment at which it was made, to the microsecond, and so differs each time it is made. Nobody
 * writes microseconds by hand.
 */
function withoutRunTime(definition: string): string {
  return definition.replaceAll(
    /'(?:\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d\.\d{1,6}(?:[+-][\d:]+)?'(?=::time)/gu,
    "'now'",
  );
}

function byKindAndName(a: CatalogObject, b: CatalogObject): number {
  if (a.kind !== b.kind) return a.kind < b.kind ? -1 : 1;
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
