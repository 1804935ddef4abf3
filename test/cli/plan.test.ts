import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderWith, run } from './run.ts';

const PROJECT = {
  'package.json': '{ "devDependencies": { "prisma": "6.19.0" } }',
  'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
  'prisma/migrations/20240101000000_init/migration.sql': `CREATE TABLE "users" ("id" TEXT PRIMARY KEY, "username" TEXT NOT NULL DEFAULT 'x', "age" INTEGER, "fax" TEXT NOT NULL);
CREATE UNIQUE INDEX "users_username_key" ON "users"("username");
CREATE TABLE legacy (id int PRIMARY KEY);
CREATE VIEW ages AS SELECT age FROM users;\n`,
  'prisma/schema.prisma': `datasource db {
  provider = "postgresql"
}

model User {
  id       String  @id
  username String  @unique @default("x") // its name
  age      Int?
  fax      String

  @@index([username, age])
  @@map("users")
}
`,
};

interface Plan {
  readonly phases: readonly {
    readonly name: string;
    readonly before: readonly string[];
    readonly files: readonly {
      readonly path: string;
      readonly sql: string;
      readonly rollback: string;
      readonly draft: boolean;
    }[];
    readonly schema?: string;
  }[];
}

async function planned(...args: readonly string[]): Promise<Plan> {
  const { code, out, err } = await run(folderWith(PROJECT), ['plan', ...args, '--format', 'json']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out) as Plan;
}

describe('plan', () => {
  it('rename: expand, backfill, contract, with the schema of each', async () => {
    const { phases } = await planned('rename', 'users.username', 'display_name');
    expect(phases.map(({ name, files }) => [name, files.map(({ path }) => path)])).toEqual([
      ['expand', ['prisma/migrations/20260131120000_add_display_name_to_users/migration.sql']],
      [
        'backfill',
        [
          'prisma/migrations/20260131120001_backfill_users_display_name/migration.sql',
          'prisma/migrations/20260131120002_create_users_username_key_new/migration.sql',
          'prisma/migrations/20260131120003_set_users_display_name_not_null/migration.sql',
        ],
      ],
      ['contract', ['prisma/migration-drafts/remove_username_from_users.sql']],
    ]);
    const [expand, backfill, contract] = phases;
    expect(expand?.files[0]?.rollback).toContain('DROP COLUMN IF EXISTS display_name');
    expect(expand?.schema).toContain('+  display_name String?');
    expect(backfill?.schema).toContain('+  display_name String @unique(map: "users_username_key_new")');
    expect(contract?.schema).toContain(
      '+  display_name String @unique(map: "users_username_key") @default("x")',
    );
    expect(contract?.schema).toContain('+  @@index([display_name, age])');
    expect(contract?.files[0]?.draft).toBe(true);
  });

  it('drop: the column is relaxed first; a table is a draft alone', async () => {
    const column = await planned('drop', 'users.fax');
    expect(column.phases.map(({ name }) => name)).toEqual(['expand', 'contract']);
    expect(column.phases[0]?.files[0]?.sql).toBe('ALTER TABLE users ALTER COLUMN fax DROP NOT NULL;\n');
    expect(column.phases[1]?.schema).toContain('-  fax      String');
    const table = await planned('drop', 'LEGACY');
    expect(table.phases.flatMap(({ files }) => files.map(({ path }) => path))).toEqual([
      'prisma/migration-drafts/drop_legacy.sql',
    ]);
  });

  it.each([
    ['users.usrname', 'users has no column usrname after the last migration. Did you mean username?'],
    ['user.username', 'There is no table user after the last migration. Did you mean users?'],
    ['users', 'users is a table.'],
    ['a.b.c.d', 'a.b.c.d is no name of a table or column.'],
  ])('rename %s: exit 2', async (name, message) => {
    const { code, err } = await run(folderWith(PROJECT), ['plan', 'rename', name, 'x']);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });

  it('says what is in the way', async () => {
    const { code, err } = await run(folderWith(PROJECT), ['plan', 'type', 'users.age', 'bigint']);
    expect(code).toBe(2);
    expect(err).toContain('The view ages is built on users.age.');
  });

  it.each([
    [['drop', 'users.id'], 'users.id is part of the primary key.'],
    [['drop', 'users.age'], 'The view ages is built on users.age.'],
    [['drop', 'users'], 'The view ages is built on users.'],
    [['drop', 'teams'], 'The foreign key badges_team_fkey of badges points at teams.'],
    [['drop', 'teams.code'], 'The foreign key badges_team_fkey of badges points at teams.code.'],
    [['type', 'users.age', 'int4'], 'users.age is integer already.'],
    [['type', 'users.fax', 'text'], 'users.fax is text already.'],
  ])('refuses %j: exit 2', async (args, message) => {
    const more = 'prisma/migrations/20240102000000_teams/migration.sql';
    const sql =
      'CREATE TABLE teams (id int PRIMARY KEY, code text UNIQUE);\nCREATE TABLE badges (team text REFERENCES teams (code));\n';
    const folder = folderWith({ ...PROJECT, [more]: sql });
    const { code, out, err } = await run(folder, ['plan', ...args]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
  });

  it('a drop may take a foreign key along, and one of a table that points at itself', async () => {
    const more = 'prisma/migrations/20240102000000_teams/migration.sql';
    const sql = 'CREATE TABLE teams (id int PRIMARY KEY, above int REFERENCES teams);\n';
    const folder = folderWith({ ...PROJECT, [more]: sql });
    expect((await run(folder, ['plan', 'drop', 'teams'])).code).toBe(0);
    expect((await run(folder, ['plan', 'drop', 'teams.above'])).code).toBe(0);
  });

  it('a type that PostgreSQL cannot read: exit 2', async () => {
    const { code, err } = await run(folderWith(PROJECT), ['plan', 'type', 'users.fax', 'big int)']);
    expect(code).toBe(2);
    expect(err).toContain('PostgreSQL cannot read');
  });

  it('writes the files with --write only, and leaves what is there', async () => {
    const folder = folderWith(PROJECT);
    const expand = join(folder, 'prisma/migrations/20260131120000_relax_fax_in_users/migration.sql');
    const draft = join(folder, 'prisma/migration-drafts/remove_fax_from_users.sql');
    const shown = await run(folder, ['plan', 'drop', 'users.fax']);
    expect(shown.out).toContain('Nothing is written');
    expect(existsSync(expand)).toBe(false);
    const { code, out } = await run(folder, ['plan', 'drop', 'users.fax', '--write']);
    expect({ code, last: out.trimEnd().split('\n').at(-1) }).toEqual({ code: 0, last: 'Wrote 2 files.' });
    expect(readFileSync(expand, 'utf8')).toContain('DROP NOT NULL');
    expect(readFileSync(draft, 'utf8')).toContain('DROP COLUMN fax');
  });

  it('has no colour in a pipe, and all of it in text', async () => {
    const { out } = await run(folderWith(PROJECT), ['plan', 'rename', 'users.username', 'display_name']);
    expect(out).not.toContain('\u001b');
    expect(out).toContain('1 Expand');
    expect(out).toContain('[ ] Deploy the code that reads and writes display_name only');
  });
});
