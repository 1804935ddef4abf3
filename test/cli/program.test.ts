import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderWith, run } from './run.ts';

const LOCK = 'provider = "postgresql"\n';
const BAD = 'ALTER TABLE "users" RENAME COLUMN "email" TO "mail";\n';
const PROJECT = {
  'package.json': '{ "devDependencies": { "prisma": "6.19.0" } }',
  'prisma/migrations/migration_lock.toml': LOCK,
  'prisma/migrations/20240101000000_init/migration.sql':
    'CREATE TABLE "users" ("id" INT PRIMARY KEY, "email" TEXT);\n',
  'prisma/migrations/20240201000000_rename_email/migration.sql': BAD,
};
const GOOD = { ...PROJECT, 'prisma/migrations/20240201000000_rename_email/migration.sql': 'SELECT 1;\n' };

const git = (cwd: string, ...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.com', ...args], {
    cwd,
    encoding: 'utf8',
  });

describe('exit codes', () => {
  it('0 when nothing is found, in one line', async () => {
    const { code, out, err } = await run(folderWith(GOOD));
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out.trimEnd().split('\n')).toHaveLength(1);
    expect(out).toContain('nothing found');
  });

  it('1 when there are errors', async () => {
    const { code, out, err } = await run(folderWith(PROJECT));
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(out).toContain('no-rename-column');
    expect(out).toContain('✖ 1 error in 1 of 2 migrations');
  });

  it('1 for SQL that does not parse, and the rest is still judged', async () => {
    const path = 'prisma/migrations/20240201000000_rename_email/migration.sql';
    const { code, out } = await run(folderWith({ ...PROJECT, [path]: `CREATE TABEL x ();\n${BAD}` }));
    expect(code).toBe(1);
    expect(out).toContain('no-syntax-error');
    expect(out).toContain('no-rename-column');
  });
});

describe('trouble is exit 2, said on standard error with what to do', () => {
  it.each<[string, Record<string, string>, string[], RegExp]>([
    [
      'nothing to lint',
      { 'readme.md': '' },
      [],
      /No migrations found\.\n {2}This folder, with all folders below it, was searched [^]*\n {4}goose and dbmate [^]*migration-lint path\/to\/folder/u,
    ],
    ['a path that is not there', PROJECT, ['prisma/migration'], /There is no prisma\/migration/u],
    ['a path outside', PROJECT, ['..'], /is outside/u],
    [
      'a configured folder that is not there',
      { '.migrationlintrc.json': '{ "migrations": "nope" }' },
      [],
      /names nope as the folder of the migrations, and there is no such folder/u,
    ],
    [
      'two answers to one question',
      PROJECT,
      ['--all', '--base', 'main'],
      /--all and --base contradict each other/u,
    ],
    ['a misspelt option', PROJECT, ['--al'], /^✖ Unknown option '--al'.*\n.*Did you mean --all\?/u],
    ['an unknown format', PROJECT, ['-f', 'sarf'], /sarf.*Allowed choices are stylish, json, sarif/u],
    ['a version that is none', PROJECT, ['--postgres', '9.6'], /from 13 to 18/u],
    [
      'an unknown rule',
      PROJECT,
      ['explain', 'no-rename-colum'],
      /There is no rule no-rename-colum\. Did you mean no-rename-column\?/u,
    ],
    ['an unknown migration', PROJECT, ['--applied-through', '2023'], /There is no migration 2023/u],
    ['a base without git', PROJECT, ['--base', 'main'], /needs a git repository/u],
    ['a configuration that is not there', PROJECT, ['--config', 'nope.json'], /nope\.json cannot be read/u],
    [
      'a file that cannot be written',
      PROJECT,
      ['-o', 'no/such/folder.json'],
      /no\/such\/folder\.json cannot be written/u,
    ],
    [
      'mistakes in the configuration, all of them',
      { ...PROJECT, '.migrationlintrc.json': '{ "postgers": 15, "rules": { "no-rename-colum": "off" } }' },
      [],
      /has 2 mistakes\.\n {2}postgers: .*Did you mean postgres\?\n {2}rules\.no-rename-colum: .*Did you mean no-rename-column\?/u,
    ],
  ])('%s', async (_, files, args, message) => {
    const { code, out, err } = await run(folderWith(files), args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(message);
    expect(err).not.toContain('    at ');
  });
});

describe('layouts', () => {
  const GOOSE = '-- +goose Up\nCREATE TABLE "users" ("email" TEXT);\n\n-- +goose Down\nDROP TABLE "users";\n';
  const RENAME = `-- +goose Up\n${BAD}\n-- +goose Down\nSELECT 1;\n`;
  const PAIR = { 'db/1_a.up.sql': '', 'db/meta/_journal.json': '{ "entries": [{ "tag": "1_a.up" }] }' };

  it('are recognised, and shown with what their runner does', async () => {
    const { code, out } = await run(folderWith({ 'm/1_a.sql': GOOSE, 'm/2_b.sql': RENAME }));
    expect(code).toBe(1);
    expect(out).toContain('m · goose (a file is one transaction) · PostgreSQL 15 (assumed) · 2 migrations');
    expect(out).toContain('     2 │ ALTER TABLE "users" RENAME COLUMN');
  });

  it.each([
    ['drizzle', 'Drizzle (all pending migrations are one transaction)'],
    ['supabase', 'Supabase (a file is one pipeline: a transaction, unless it is a single statement)'],
    ['numbered', 'numbered SQL files (a file is one transaction, assumed)'],
    ['flyway', 'Flyway (a file is one transaction, unless its statements refuse one)'],
  ])('--layout %s', async (layout, shown) => {
    const files = {
      'db/1_a.sql': 'SELECT 1;',
      'db/V1__a.sql': 'SELECT 1;',
      'db/sql/1_a.sql': 'SELECT 1;',
      'db/meta/_journal.json': '{ "entries": [{ "tag": "1_a" }] }',
    };
    expect((await run(folderWith(files), ['db', '--layout', layout])).out).toContain(shown);
  });

  it('can be said in the configuration, with a folder that no search finds', async () => {
    const layout = { up: '{version}/do.sql', down: '{version}/undo.sql', transaction: 'statement' };
    const folder = folderWith({
      '.migrationlintrc.json': JSON.stringify({ migrations: 'changes', layout }),
      'changes/1/do.sql': 'CREATE TABLE "users" ("email" TEXT);',
      'changes/1/undo.sql': 'DROP TABLE "users";',
      'changes/2/do.sql': BAD,
      'changes/2/undo.sql': 'SELECT 1;',
    });
    const all = await run(folder);
    expect(all.code).toBe(1);
    expect(all.out).toContain('changes · your runner (each statement commits by itself)');
    expect(all.out).toContain('2 migrations');
    expect((await run(folder, ['changes/1/do.sql'])).code).toBe(0);
    expect((await run(folder, ['changes/2/undo.sql'])).code).toBe(1);
  });

  it('are asked for where two fit', async () => {
    const { code, err } = await run(folderWith(PAIR), ['db']);
    expect(code).toBe(2);
    expect(err).toMatch(/db looks like the migrations of drizzle and golang-migrate/u);
    expect(err).toMatch(/"migrations": "db", "layout": "drizzle".*--layout golang-migrate/u);
    expect((await run(folderWith(PAIR), ['db', '--layout', 'golang-migrate'])).code).toBe(0);
    const said = { ...PAIR, 'db/.migrationlintrc.json': '{ "layout": "golang-migrate" }' };
    expect((await run(folderWith(said))).code).toBe(0);
  });

  it('that are code are named, with the way out', async () => {
    const { code, err } = await run(folderWith({ 'migrations/1_a.ts': "import type { Knex } from 'knex';" }));
    expect(code).toBe(2);
    expect(err).toMatch(
      /No SQL migrations found\.\n {2}migrations holds migrations of knex, which are code/u,
    );
    expect(err).toContain('Drizzle (meta/_journal.json)');
  });

  it('say what they could not read', async () => {
    const { code, out } = await run(folderWith({ 'm/1_a.sql': GOOSE, 'm/2_b.go': 'package m' }));
    expect(code).toBe(0);
    expect(out).toContain('1 migration is a Go program, which is not read (2_b)');
  });
});

describe('what is pending', () => {
  it('is what the base does not have, and the base is shown', async () => {
    const folder = folderWith(GOOD);
    git(folder, 'init', '--quiet', '--initial-branch=main');
    git(folder, 'add', '.');
    git(folder, 'commit', '--quiet', '--message=history');
    git(folder, 'checkout', '--quiet', '-b', 'topic');
    const nothing = await run(folder);
    expect(nothing).toMatchObject({ code: 0, err: '' });
    expect(nothing.out).toMatch(/nothing pending of 2 \(base main\).*--all/u);
    execFileSync(
      'cp',
      ['-r', 'prisma/migrations/20240101000000_init', 'prisma/migrations/20240301000000_more'],
      { cwd: folder },
    );
    const one = await run(folder);
    expect(one.out).toContain('1 pending of 3 (base main)');
  });

  it('is what comes after --applied-through', async () => {
    const { code, out } = await run(folderWith(PROJECT), ['--applied-through', '20240101000000']);
    expect(code).toBe(1);
    expect(out).toContain('1 pending of 2 (applied through 20240101000000');
  });

  it('a migration that is named is judged, applied or not', async () => {
    const path = 'prisma/migrations/20240201000000_rename_email/migration.sql';
    const folder = folderWith({
      ...PROJECT,
      '.migrationlintrc.json': '{ "appliedThrough": "20240201000000" }',
    });
    expect((await run(folder)).code).toBe(0);
    const named = await run(folder, [path]);
    expect(named.code).toBe(1);
    expect(named.out).toContain('no-rename-column');
  });
});

describe('output', () => {
  it('goes to a file, without colour', async () => {
    const folder = folderWith(PROJECT);
    const { code, out } = await run(folder, ['-f', 'json', '-o', 'out.json'], { FORCE_COLOR: '1' });
    expect({ code, out }).toEqual({ code: 1, out: '' });
    const report = JSON.parse(readFileSync(join(folder, 'out.json'), 'utf8')) as { version: number };
    expect(report.version).toBe(1);
  });

  it('is coloured only where that is wanted', async () => {
    const folder = folderWith(PROJECT);
    const escape = '\u001B[';
    expect((await run(folder)).out).not.toContain(escape);
    expect((await run(folder, ['--color'])).out).toContain(escape);
    expect((await run(folder, [], { FORCE_COLOR: '1' })).out).toContain(escape);
    expect((await run(folder, [], { FORCE_COLOR: '1', NO_COLOR: '1' })).out).not.toContain(escape);
    expect((await run(folder, ['--no-color'], { FORCE_COLOR: '1' })).out).not.toContain(escape);
    expect((await run(folder, ['-f', 'json'], { FORCE_COLOR: '1' })).out).not.toContain(escape);
  });

  it('help fits a screen, and the version is a bare number', async () => {
    const help = await run(folderWith({}), ['--help']);
    expect(help.code).toBe(0);
    expect(help.out.split('\n').length).toBeLessThan(45);
    const version = await run(folderWith({}), ['--version']);
    expect(version.out).toMatch(/^\d+\.\d+\.\d+\S*\n$/u);
  });

  it('explain shows a rule’s page', async () => {
    const { code, out } = await run(folderWith({}), ['explain', 'no-rename-column']);
    expect(code).toBe(0);
    expect(out).toContain('# no-rename-column');
    expect(out).toContain('Proven on PostgreSQL');
  });
});

describe('other databases', () => {
  it('are passed over with a word, and do no harm', async () => {
    const mysql = { ...PROJECT, 'prisma/migrations/migration_lock.toml': 'provider = "mysql"\n' };
    const { code, out, err } = await run(folderWith(mysql));
    expect({ code, out }).toEqual({ code: 0, out: '' });
    expect(err).toBe(
      'prisma/migrations is for mysql; migration-lint reads PostgreSQL only and passes it over.\n',
    );
  });
});
