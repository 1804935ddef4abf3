import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { PlainSendMode } from '../../src/testing/send.ts';
import { splitStatements } from './statements.ts';

/** A layout that a fixture's expect.json names, as the harness reads and runs it, apart from the linter. */
export type HarnessLayout =
  | 'golang-migrate'
  | 'diesel'
  | 'sqlx'
  | 'dbmate'
  | 'goose'
  | 'flyway'
  | 'supabase'
  | 'drizzle'
  | 'numbered'
  | 'custom';

/** A migration's two scripts, as paths from the fixture's folder. */
export interface HarnessScripts {
  readonly forward: string | undefined;
  readonly rollback: string | undefined;
}

/** Where a layout's migrations lie, and their scripts by id, in the order in which they are applied. */
export interface HarnessProject {
  readonly folder: string;
  readonly scripts: ReadonlyMap<string, HarnessScripts>;
}

const FOLDERS: Readonly<Record<HarnessLayout, string>> = {
  'golang-migrate': 'db/migrations',
  diesel: 'migrations',
  sqlx: 'migrations',
  dbmate: 'db/migrations',
  goose: 'migrations',
  flyway: 'src/main/resources/db/migration',
  supabase: 'supabase/migrations',
  drizzle: 'drizzle',
  numbered: 'database',
  custom: 'db/changes',
};

/** Reads which migrations a fixture has. */
export function harnessProject(root: string, layout: HarnessLayout): HarnessProject {
  const folder = FOLDERS[layout];
  const names = readdirSync(join(root, folder));
  const scripts = new Map<string, HarnessScripts>();
  const add = (id: string, forward: string, rollback: string): void => {
    const there = (path: string): string | undefined =>
      existsSync(join(root, folder, path)) ? `${folder}/${path}` : undefined;
    scripts.set(id, { forward: there(forward), rollback: there(rollback) });
  };
  const stems = (ending: string): string[] =>
    names.filter((name) => name.endsWith(ending)).map((name) => basename(name, ending));
  switch (layout) {
    case 'golang-migrate':
    case 'sqlx':
      for (const id of stems('.up.sql')) add(id, `${id}.up.sql`, `${id}.down.sql`);
      break;
    case 'diesel':
      for (const id of names) add(id, `${id}/up.sql`, `${id}/down.sql`);
      break;
    case 'custom':
      for (const id of names) add(id, `${id}/apply.sql`, `${id}/revert.sql`);
      break;
    case 'dbmate':
      for (const id of stems('.sql')) add(id, `${id}.sql`, `${id}.sql`);
      break;
    case 'goose':
      for (const id of stems('.sql')) add(id, `${id}.sql`, `${id}.sql`);
      for (const id of stems('.go')) add(id, `${id}.sql`, `${id}.sql`);
      break;
    case 'flyway':
      for (const id of stems('.sql').filter((name) => /^[VR]/.test(name))) {
        add(id, `${id}.sql`, `U${id.slice(1)}.sql`);
      }
      break;
    case 'supabase':
    case 'drizzle':
      for (const id of stems('.sql')) add(id, `${id}.sql`, `rollback/${id}.sql`);
      break;
    case 'numbered':
      for (const id of readdirSync(join(root, folder, 'sql')).map((name) => basename(name, '.sql'))) {
        const own = `rollback/${id}.sql`;
        const numbered = `rollback/${id.slice(0, 4)}_rollback.sql`;
        add(id, `sql/${id}.sql`, existsSync(join(root, folder, own)) ? own : numbered);
      }
      break;
    default:
      return layout satisfies never;
  }
  const order = new Intl.Collator('en', { numeric: true });
  // Flyway's R__ come last; the versions of its ids sort with dots for underscores.
  const key = (id: string): string =>
    layout === 'flyway' ? `${id.startsWith('R') ? 2 : 1}${id.replaceAll(/(\d)_(?=\d)/g, '$1.')}` : id;
  return { folder, scripts: new Map([...scripts].sort(([a], [b]) => order.compare(key(a), key(b)))) };
}

const SECTIONS: Partial<Record<HarnessLayout, { readonly up: RegExp; readonly down: RegExp }>> = {
  goose: { up: /^-- \+goose Up$/, down: /^-- \+goose Down$/ },
  dbmate: { up: /^-- migrate:up/, down: /^-- migrate:down/ },
};

/** A file's text with every line blanked that is not of this script, so that lines keep their numbers. */
export function scriptOf(layout: HarnessLayout | undefined, text: string, role: 'up' | 'down'): string {
  const marks = layout === undefined ? undefined : SECTIONS[layout];
  if (marks === undefined) return text;
  let section: 'up' | 'down' | undefined;
  return text
    .split('\n')
    .map((line) => {
      if (marks.up.test(line)) section = 'up';
      else if (marks.down.test(line)) section = 'down';
      return section === role ? line : '';
    })
    .join('\n');
}

/** A script as the layout's tool sends it. */
export interface Sending {
  readonly mode: PlainSendMode | 'refused by Flyway';
  readonly queries: readonly string[];
}

/** How the tool sends a forward script: what it reads in and beside the file. */
export function sendingOf(layout: HarnessLayout, root: string, path: string, script: string): Sending {
  const whole = readFileSync(join(root, path), 'utf8');
  const statements = splitStatements(script);
  const wrapped = (asksForNone: boolean, mode: PlainSendMode = 'one transaction'): Sending => ({
    mode: asksForNone ? 'one query' : mode,
    queries: statements,
  });
  switch (layout) {
    case 'golang-migrate':
      return { mode: 'one query', queries: statements };
    case 'diesel':
      return wrapped(existsSync(join(root, dirname(path), 'metadata.toml')));
    case 'sqlx':
      return wrapped(whole.startsWith('-- no-transaction'));
    case 'dbmate':
      return wrapped(/^-- migrate:up transaction:false$/m.test(whole));
    case 'goose':
      return {
        mode: whole.includes('-- +goose NO TRANSACTION')
          ? 'statement by statement'
          : 'one transaction of statements',
        queries: gooseQueries(script),
      };
    case 'flyway':
      return { mode: flywayMode(statements, existsSync(join(root, `${path}.conf`))), queries: statements };
    case 'supabase':
      return { mode: 'pipeline', queries: statements };
    case 'drizzle':
      return { mode: 'statement by statement', queries: script.split('--> statement-breakpoint') };
    case 'numbered':
      return wrapped(false);
    case 'custom':
      return { mode: 'statement by statement', queries: statements };
    default:
      return layout satisfies never;
  }
}

/** Line by line: a query ends with a semicolon at a line's end, or with StatementEnd. */
function gooseQueries(script: string): string[] {
  const queries: string[] = [];
  let buffer = '';
  let inBlock = false;
  for (const line of script.split('\n')) {
    if (line === '-- +goose StatementBegin') inBlock = true;
    else if (line === '-- +goose StatementEnd') inBlock = false;
    else if (buffer !== '' || !/^\s*(?:--|$)/.test(line)) buffer += `${line}\n`;
    if (buffer === '' || inBlock || !/;\s*$/.test(buffer)) continue;
    queries.push(buffer);
    buffer = '';
  }
  return queries;
}

const FLYWAY_KNOWS = /^(?:CREATE (?:UNIQUE )?INDEX CONCURRENTLY|DROP INDEX CONCURRENTLY|VACUUM)\b/;

function flywayMode(statements: readonly string[], asksForNone: boolean): Sending['mode'] {
  const alone = statements.filter((statement) => FLYWAY_KNOWS.test(statement)).length;
  if (asksForNone || alone === statements.length) return 'statement by statement';
  return alone > 0 ? 'refused by Flyway' : 'one transaction of statements';
}
