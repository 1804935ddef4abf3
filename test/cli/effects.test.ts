import { describe, expect, it } from 'vitest';
import { folderWith, run } from './run.ts';

const FOLDER = 'prisma/migrations';
const SECOND = `${FOLDER}/20240201000000_add_x/migration.sql`;
const PROJECT = {
  'package.json': '{ "devDependencies": { "prisma": "6.19.0" } }',
  [`${FOLDER}/migration_lock.toml`]: 'provider = "postgresql"\n',
  [`${FOLDER}/20240101000000_init/migration.sql`]: 'CREATE TABLE "users" ("id" INT PRIMARY KEY);\n',
  [SECOND]: 'ALTER TABLE "users" ADD COLUMN "x" INT;\nCREATE INDEX "users_x" ON "users"("x");\n',
  [`${FOLDER}/20240301000000_drop_x/migration.sql`]: 'ALTER TABLE "users" DROP COLUMN "x";\n',
};

describe('effects', () => {
  it.each([SECOND, SECOND.replace('/migration.sql', '')])(
    'says what a migration does, after its history: %s',
    async (path) => {
      const { code, out, err } = await run(folderWith(PROJECT), ['effects', path]);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toContain('20240201000000_add_x/migration.sql');
      expect(out).toContain('held   ACCESS EXCLUSIVE on users since line 1');
      expect(out).not.toContain('20240301000000_drop_x');
    },
  );

  it('knows what the history created, whatever comes after', async () => {
    const first = await run(folderWith(PROJECT), ['effects', `${FOLDER}/20240101000000_init`]);
    expect(first.out).toContain('new  table users');
    expect(first.out).toContain('Nobody waits');
  });

  it('follows the runner: each statement by itself', async () => {
    const { out } = await run(folderWith(PROJECT), ['effects', '--prisma', '7.4', SECOND]);
    expect(out).toContain('Each statement commits by itself');
    expect(out).not.toContain('held');
  });

  it('reads a lone .sql file', async () => {
    const folder = folderWith({ 'change.sql': 'ALTER TABLE users ADD COLUMN x int;\n' });
    const { code, out } = await run(folder, ['effects', 'change.sql', '--postgres', '17']);
    expect(code).toBe(0);
    expect(out).toContain('PostgreSQL 17 ·'.slice(0, -2));
    expect(out).toContain('users  ACCESS EXCLUSIVE, blocks reads and writes · metadata only');
  });

  it('shows the pending migrations of a folder', async () => {
    const folder = folderWith({
      ...PROJECT,
      '.migrationlintrc.json': '{ "appliedThrough": "20240201000000" }',
    });
    const { out } = await run(folder, ['effects', FOLDER]);
    expect(out).toContain('20240301000000_drop_x');
    expect(out).not.toContain('20240201000000_add_x');
  });

  it('gives JSON', async () => {
    const { out } = await run(folderWith(PROJECT), ['effects', '-f', 'json', SECOND]);
    const report = JSON.parse(out) as { projects: { migrations: { id: string }[] }[] };
    expect(report.projects[0]?.migrations.map(({ id }) => id)).toEqual(['20240201000000_add_x']);
  });

  it.each<[string[], RegExp]>([
    [['effects'], /Missing required argument 'paths'/u],
    [['effects', 'nope.sql'], /There is no nope\.sql/u],
    [['effects', '-f', 'sarif', SECOND], /Allowed choices are text, json/u],
  ])('trouble is exit 2: %j', async (args, message) => {
    const { code, out, err } = await run(folderWith(PROJECT), args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(message);
  });
});
