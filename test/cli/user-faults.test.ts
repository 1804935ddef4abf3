import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { run } from './run.ts';

const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true });
});

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'migration-lint-'));
  made.push(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

const CREATE = 'CREATE TABLE users (id int PRIMARY KEY, a text);\n';

it.each([
  ['Cargo.toml', 'sqlx = "0.8"', 'm/1_a.up.sql', `-- no-transaction\n${CREATE}`, /which SQLx sends along/u],
  ['go.mod', '', 'm/1_a.up.sql', CREATE, /which golang-migrate sends along/u],
  ['go.mod', '', 'm/1_a.sql', `-- +goose Up\n${CREATE}`, /which goose reads as part of the/u],
])('a byte-order mark, beside %s %s: %s', async (file, text, path, sql, said) => {
  const { code, out } = await run(folderWith({ [file]: text, [path]: `\ufeff${sql}` }), ['m', '--all']);
  expect(out).toMatch(said);
  expect(code).toBe(1);
});

it('Flyway reads a file without its byte-order mark', async () => {
  expect((await run(folderWith({ 'm/V1__create_users.sql': `\ufeff${CREATE}` }), ['m', '--all'])).code).toBe(
    0,
  );
});

it('a rollback for one pending migration demands none of the others, and a destructive one names its file', async () => {
  const files = {
    'migrations/V1__create_users.sql': CREATE,
    'migrations/V2__add_b_to_users.sql': 'ALTER TABLE users ADD COLUMN b int;\n',
    'migrations/V3__drop_a_from_users.sql': 'ALTER TABLE users DROP COLUMN a;\n',
  };
  const args = ['migrations', '--applied-through', '1'];
  const before = await run(folderWith(files), args);
  const undo = { 'migrations/U2__add_b_to_users.sql': 'ALTER TABLE users DROP COLUMN b;\n' };
  const after = await run(folderWith({ ...files, ...undo }), args);
  const count = (text: string): number => text.split('require-rollback').length - 1;
  expect(before.out).toContain('migrations/U3__drop_a_from_users.sql');
  expect([count(before.out), count(after.out)]).toEqual([1, 1]);
});

it('says that programs are not read, and the way out', async () => {
  const { code, err } = await run(folderWith({ 'm/1_a.ts': 'export async function up() {}' }), ['m']);
  expect(code).toBe(2);
  expect(err).toMatch(/m holds TypeScript migrations, which are code and are not read[^]*into \.sql files/u);
});

it.each<[string, string[], RegExp]>([
  [
    'no rule',
    ['explain'],
    /Missing required argument 'rule'\.\n {2}Give the name of a rule: migration-lint explain/u,
  ],
  ['no path', ['effects'], /Missing required argument 'paths'\.\n {2}Give migrations, \.sql files/u],
  ['no action', ['baseline'], /Missing required argument 'action'\.\n {2}It is write, update or prune/u],
  ['no URL', ['stats', 'postgres://x'], /'--url <url>' not specified\.\n {2}Give the database as an option/u],
  ['a command of others', ['help'], /no command help, and no such path\.[^]*migration-lint --help/u],
  ['another', ['check'], /no command check, and no such path\.[^]*migration-lint --help/u],
  [
    'a folder that is not there',
    ['m', '-o', 'no/x.json'],
    /cannot be written: .*\n {2}Name a file in a folder that is there/u,
  ],
  [
    'a migration of no project',
    ['--applied-through', 'x'],
    /There is no migration x in m(?:igrations)?, which/u,
  ],
])('%s: what to do is said', async (_, args, message) => {
  const files = { 'm/V1__create_users.sql': CREATE, 'migrations/V1__create_users.sql': CREATE };
  const { code, err } = await run(folderWith(files), args);
  expect(err).toMatch(message);
  expect(code).toBe(2);
});

it.each([
  ['{ "preset": "supabase" }', 'Write "extends": ["supabase"].'],
  ['{ "rules": { "no-data-loss": "no" } }', 'Did you mean off?'],
  ['{ "rules": { "no-data-loss": ["on"] } }', 'A rule is on as soon as it has a severity'],
])('the configuration %s: %s', async (text, hint) => {
  const { code, err } = await run(folderWith({ 'm/1_a.sql': CREATE, '.migrationlintrc.json': text }), ['m']);
  expect(err).toContain(hint);
  expect(code).toBe(2);
});

it('a file that is refused says why once, and which option raises the limit', async () => {
  const nul = await run(folderWith({ 'm/1_a.sql': 'SELECT 1;\0\n' }), ['m']);
  expect(nul.out.split('stop reading')).toHaveLength(2);
  const config = { '.migrationlintrc.json': '{ "maxFileSize": 1024 }' };
  const large = await run(folderWith({ ...config, 'm/1_a.sql': `SELECT '${'x'.repeat(2000)}';` }), ['m']);
  expect(large.out.replaceAll(/\s+/gu, ' ')).toContain('raise maxFileSize in the configuration');
});

it('a script on standard input lies nowhere, so that nothing can lie beside it', async () => {
  const { out } = await run(folderWith({}), ['-'], {}, 'DROP TABLE users;');
  expect(out).toContain('Write its rollback script');
  expect(out).not.toContain('stdin.down.sql');
});
