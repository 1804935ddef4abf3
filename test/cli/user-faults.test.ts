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
