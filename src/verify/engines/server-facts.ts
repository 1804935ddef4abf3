/** What has to be known of a server before anything is made on it. */
export interface ServerFacts {
  /** `15.18`. */
  readonly version: string;
  /** `server_version_num`: 150018. */
  readonly number: number;
  readonly recovering: boolean;
  /** Standbys, and slots of whoever else follows its changes. */
  readonly followers: number;
  readonly superuser: boolean;
  readonly creates: boolean;
  /** Tables of users in the database that the URL names. */
  readonly tables: number;
  /** Other databases of users; `postgres`, which every server has, only where it has tables: whoever asks looks into it. */
  readonly databases: readonly string[];
  /** Sessions of others: what they call themselves. */
  readonly sessions: readonly string[];
}

/** Asks for all of them at once. Reads catalogs only; needs no rights. A session without a user is PostgreSQL's own. */
export const SERVER_FACTS = String.raw`
  SELECT split_part(current_setting('server_version'), ' ', 1) AS version,
         current_setting('server_version_num')::int AS number,
         pg_is_in_recovery() AS recovering,
         (SELECT count(*)::int FROM pg_stat_replication) + (SELECT count(*)::int FROM pg_replication_slots) AS followers,
         r.rolsuper AS superuser,
         r.rolsuper OR r.rolcreatedb AS creates,
         (SELECT count(*)::int FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE c.relkind IN ('r', 'p') AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema') AS tables,
         array(SELECT datname::text FROM pg_database
               WHERE NOT datistemplate AND datname NOT IN ('postgres', current_database())
                 AND datname NOT LIKE 'migration\_lint\_%' ORDER BY 1) AS databases,
         array(SELECT coalesce(nullif(application_name, ''), 'a client') || ' as ' || usename FROM pg_stat_activity
               WHERE usesysid IS NOT NULL AND coalesce(backend_type, 'client backend') = 'client backend'
                 AND pid <> pg_backend_pid() AND application_name <> 'migration-lint' ORDER BY 1) AS sessions
  FROM pg_roles r WHERE r.rolname = current_user`;

/**
 * Why nothing may be made on a server, whatever anybody says.
 *
 * @returns a sentence; undefined if it can be used.
 */
export function unusable(facts: ServerFacts): string | undefined {
  if (facts.recovering) return 'The server is a standby or recovers: nothing can be made on it.';
  if (!facts.creates) return 'The user may not create databases: it needs CREATEDB.';
  return undefined;
}

/**
 * Signs that somebody else needs the server: a scratch database keeps tables apart, but not the load, nor what belongs to the server.
 *
 * @param host as the URL has it; empty or a path for a socket.
 * @returns parts of a sentence; none if it looks disposable.
 */
export function signsOfUse(facts: ServerFacts, host: string): readonly string[] {
  const signs: string[] = [];
  if (!isLocal(host)) signs.push(`it is not on this machine (${host})`);
  if (facts.followers > 0) signs.push('others replicate from it');
  if (facts.tables > 0) signs.push(`the database that the URL names has ${counted(facts.tables, 'table')}`);
  if (facts.databases.length > 0)
    signs.push(`it has ${counted(facts.databases.length, 'other database')} (${some(facts.databases)})`);
  if (facts.sessions.length > 0)
    signs.push(`${counted(facts.sessions.length, 'other session')} (${some(facts.sessions)})`);
  return signs;
}

function isLocal(host: string): boolean {
  return host === '' || host.startsWith('/') || /^(?:localhost|127(?:\.\d+){3}|\[?::1\]?)$/u.test(host);
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function some(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${shown}, …` : shown;
}
