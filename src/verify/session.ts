import { quoteIdentifier } from '../model/operations/display-name.ts';
import { isEngineDied, isPostgresError } from './engines/errors.ts';
import type { Database, Engine, Snapshot } from './engines/types.ts';
import { OWN_STATEMENTS } from './fingerprint/fingerprint.ts';

/** SQL that gives a new session what a script's SET, SET ROLE and set_config made of this one; empty for nothing. */
export async function sessionSettings(database: Database): Promise<string> {
  // Text in the form in which SET takes it, units included: `5s`, `"$user", public`.
  const settings = await database.rows<{ call: string }>(
    `SELECT format('set_config(%L, %L, false)', name, current_setting(name)) AS call
     FROM pg_settings WHERE source = 'session' ORDER BY name`,
  );
  const [user] = await database.rows<{ role: string }>(
    'SELECT current_user::text AS role WHERE current_user <> session_user',
  );
  return [
    ...(settings.length === 0 ? [] : [`SELECT ${settings.map(({ call }) => call).join(', ')}`]),
    ...(user === undefined ? [] : [`SET ROLE ${quoteIdentifier(user.role)}`]),
  ].join('; ');
}

/** What DISCARD ALL does (manual, DISCARD) but for prepared statements: our own take longer to plan than to run. */
const DISCARD =
  'CLOSE ALL; SET SESSION AUTHORIZATION DEFAULT; RESET ALL; UNLISTEN *; SELECT pg_catalog.pg_advisory_unlock_all(); ' +
  'DISCARD TEMP; DISCARD SEQUENCES';

/** SQL that ends the prepared statements of scripts. */
const PREPARED = `SELECT format('DEALLOCATE %I', name) AS command FROM pg_catalog.pg_prepared_statements
  WHERE NOT starts_with(name, '${OWN_STATEMENTS}')`;

/** Makes a session what it is after connecting: nothing that a script has left open or set. */
export async function beginSession(database: Database, settings: string): Promise<void> {
  // Outside a transaction this only warns.
  await database.execute('ROLLBACK');
  await database.execute(DISCARD);
  const prepared = await database.rows<{ command: string }>(PREPARED);
  if (prepared.length > 0) await database.execute(prepared.map(({ command }) => command).join('; '));
  if (settings !== '') await database.execute(settings);
}

/** An engine whose databases begin with settings. @param settingsOf those for a database of this snapshot. */
export function withSettings(engine: Engine, settingsOf: (from: Snapshot | undefined) => string): Engine {
  const { kind, version, major, label, abilities, extensions, notes } = engine;
  return {
    kind,
    version,
    major,
    label,
    abilities,
    extensions,
    notes,
    snapshotFrom: (bytes) => engine.snapshotFrom(bytes),
    close: () => engine.close(),
    open: async (from) => {
      const database = await engine.open(from);
      const settings = settingsOf(from);
      if (settings !== '') await database.execute(settings);
      return database;
    },
  };
}

/** Whether a database of an engine is lost, by what it answers. A transaction that has failed is ended. */
export async function isLost(database: Database): Promise<boolean> {
  try {
    await database.rows('SELECT 1 AS one');
    return false;
  } catch (error) {
    if (isEngineDied(error)) return true;
    if (!isPostgresError(error)) throw error;
    // A check has left a transaction that failed.
    await database.execute('ROLLBACK');
    return false;
  }
}
