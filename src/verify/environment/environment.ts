import type { LayoutName } from '../../input/layouts/types.ts';
import { quoteIdentifier, shortList } from '../../model/operations/display-name.ts';
import { parseScript } from '../../input/sql/parse-script.ts';
import type { Refusal } from '../cluster-guard.ts';
import { engineUnavailable } from '../engines/errors.ts';
import type { Database, Engine } from '../engines/types.ts';
import type { OutsideNames } from './outside-names.ts';
import { makeToolTables, wantedToolTables } from './tool-tables.ts';
import { supabaseExtensions, supabasePrelude, supabaseSearchPath } from './supabase.ts';

/** What a project's database has before its first migration, or beside it. */
export interface EnvironmentWishes {
  readonly layout: LayoutName;
  readonly names: OutsideNames;
  /** The SQL that the configuration asks for, file by file. */
  readonly prelude: readonly { readonly path: string; readonly sql: string }[];
}

/** The database as the first migration finds it. */
export interface PreparedEnvironment {
  /** Sent at the beginning of each session. */
  readonly session: string;
  /** What was put there and is not the user's, one sentence each. */
  readonly notes: readonly string[];
  /** Schemas that stand in for those of the platform. */
  readonly standIns: readonly string[];
}

/**
 * What tells a prepared environment from others: text that is the same for equal ones. Extensions do not count: those that scripts
 * make are in the scripts.
 */
export function environmentKey({ layout, names, prelude }: EnvironmentWishes): string {
  const stubs = [...names.roles].filter((role) => !names.createdRoles.has(role)).sort();
  const schemas = SUPABASE_SCHEMAS.filter((name) => isMissing(names, name));
  return JSON.stringify([layout, stubs, schemas, wantedToolTables(names), prelude.map(({ sql }) => sql)]);
}

/** The extensions that what is put into the database wants of the engine, besides those of the scripts. */
export function environmentExtensions(
  wishes: Pick<EnvironmentWishes, 'layout' | 'names'>,
): readonly string[] {
  return wantsSupabase(wishes) ? supabaseExtensions : [];
}

function wantsSupabase({ layout, names }: Pick<EnvironmentWishes, 'layout' | 'names'>): boolean {
  return layout === 'supabase' || isMissing(names, 'auth') || isMissing(names, 'storage');
}

function isMissing(names: OutsideNames, schema: string): boolean {
  return names.schemas.has(schema) && !names.createdSchemas.has(schema);
}

/** Schemas that Supabase brings. */
const SUPABASE_SCHEMAS = ['auth', 'storage', 'extensions'];

/**
 * Puts into a new database what migrations count on and none of them makes: the configured prelude, stand-ins for what Supabase
 * brings, the tables that migration tools keep for themselves, and roles. On a server that others use roles would outlive the run: there none are made.
 *
 * @param refused says which statements are not run on the engine, those of the prelude among them.
 * @throws {PostgresError} if the prelude fails, {EngineUnavailable} if it is not to be run on this engine.
 */
export async function prepareEnvironment(
  engine: Pick<Engine, 'abilities'>,
  database: Database,
  { layout, names, prelude }: EnvironmentWishes,
  refused: Refusal,
): Promise<PreparedEnvironment> {
  const notes: string[] = [];
  await runPrelude(database, prelude, refused);
  const wants = wantsSupabase({ layout, names });
  const isSupabase =
    wants && engine.abilities.ownCluster && !(await hasAnySchema(database, SUPABASE_SCHEMAS));
  if (isSupabase) {
    await database.execute(supabasePrelude);
    notes.push(
      'The schemas auth, storage and extensions are stand-ins for those of Supabase; verify.prelude replaces them.',
    );
  }
  const roles = await missingRoles(database, names);
  if (engine.abilities.ownCluster) {
    for (const role of roles) await database.execute(`CREATE ROLE ${quoteIdentifier(role)}`);
    if (roles.length > 0)
      notes.push(`No migration creates ${rolesWords(roles)}: made for the run, without any rights.`);
  } else if (roles.length > 0) {
    notes.push(
      `The server does not have ${rolesWords(roles)}, and none is made on a server that others use.`,
    );
  }
  const tools = await makeToolTables(database, wantedToolTables(names), layout);
  if (tools !== undefined) notes.push(tools);
  const path = layout === 'supabase' || isSupabase ? supabaseSearchPath : undefined;
  return {
    session: path === undefined ? '' : `SET search_path = ${path.map(quoteIdentifier).join(', ')}`,
    notes,
    standIns: isSupabase ? SUPABASE_SCHEMAS : [],
  };
}

async function runPrelude(
  database: Database,
  prelude: EnvironmentWishes['prelude'],
  refused: Refusal,
): Promise<void> {
  for (const { path, sql } of prelude) {
    const script = parseScript({ path, text: sql, encoding: 'utf-8', byteOrderMark: false }, []);
    const reason = refused(script);
    script.forget();
    if (reason !== undefined)
      throw engineUnavailable(`The prelude is not run: ${reason}`, 'Correct verify.prelude.');
  }
  for (const { sql } of prelude) await database.execute(sql);
}

async function hasAnySchema(database: Database, schemas: readonly string[]): Promise<boolean> {
  const list = schemas.map((schema) => `'${schema}'`).join(', ');
  return (await database.rows(`SELECT 1 AS one FROM pg_namespace WHERE nspname IN (${list})`)).length > 0;
}

/** Roles that are named, that no script makes, and that the server does not have. */
async function missingRoles(
  database: Database,
  { roles, createdRoles }: OutsideNames,
): Promise<readonly string[]> {
  const wanted = [...roles].filter(
    (role) => !createdRoles.has(role) && !/^pg_|^(?:public|none)$/u.test(role),
  );
  if (wanted.length === 0) return [];
  const known = await database.rows<{ name: string }>('SELECT rolname AS name FROM pg_roles');
  const names = new Set(known.map(({ name }) => name));
  return wanted.filter((role) => !names.has(role)).sort();
}

function rolesWords(roles: readonly string[]): string {
  return `the role${roles.length === 1 ? '' : 's'} ${shortList(roles, 5).join(', ')}`;
}
