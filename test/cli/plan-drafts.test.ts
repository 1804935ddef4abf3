import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { folderWith, run } from './run.ts';

const GOOSE = {
  'go.mod': 'module a\n\nrequire github.com/pressly/goose/v3 v3.20.0\n',
  'migrations/20240101000000_init.sql':
    "-- +goose Up\nCREATE TABLE users (id bigint PRIMARY KEY, name text, status text DEFAULT 'new');\n\n-- +goose Down\nDROP TABLE users;\n",
};

const textIn = (folder: string, path: string): string => readFileSync(join(folder, path), 'utf8');

it('says of each draft of a plan what comes first, and how goose runs it', async () => {
  const folder = folderWith(GOOSE);
  const { code } = await run(folder, ['plan', 'require', 'users.status', '--write']);
  expect(code).toBe(0);
  const [fill, demand, prove] = [
    'backfill_users_status',
    'require_users_status',
    'set_users_status_not_null',
  ].map((name) => textIn(folder, `migration-drafts/${name}.sql`));
  expect(fill).toContain(
    '-- A draft, not yet a migration. Draft 1 of 3.\n-- Release first: the application that sets status in every row that it writes, everywhere.\n',
  );
  expect(fill).toContain('`-- +goose NO TRANSACTION`');
  expect(fill).toContain('-- +goose StatementBegin\nDO $$');
  expect(demand).toContain('Draft 2 of 3.\n-- Only once backfill_users_status has run');
  expect(prove).toContain('Draft 3 of 3.\n-- Only once require_users_status has run');
  for (const text of [fill, demand, prove]) expect(text).not.toContain('what this removes');
});

it('writes the rollback of a draft beside it, where the project has rollbacks', async () => {
  const folder = folderWith(GOOSE);
  const { code, out } = await run(folder, ['plan', 'drop', 'users.name', '--write']);
  expect({ code, out }).toMatchObject({ code: 0 });
  const draft = 'migration-drafts/remove_name_from_users';
  expect(textIn(folder, `${draft}.sql`)).toContain(
    `take the place of its SQL, ${draft}.rollback.sql the one of its rollback; delete this file.`,
  );
  expect(textIn(folder, `${draft}.rollback.sql`)).toContain('ADD COLUMN IF NOT EXISTS name text');
  const without = folderWith({
    ...GOOSE,
    'migrations/20240101000000_init.sql':
      '-- +goose Up\nCREATE TABLE users (id int PRIMARY KEY, name text);\n',
  });
  await run(without, ['plan', 'drop', 'users.name', '--write']);
  expect(existsSync(join(without, `${draft}.sql`))).toBe(true);
  expect(existsSync(join(without, `${draft}.rollback.sql`))).toBe(false);
});
