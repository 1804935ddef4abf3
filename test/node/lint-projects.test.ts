import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatReport, lintProjects, updateBaseline } from '../../src/node.ts';
import { folderWith, run } from '../cli/run.ts';

const RENAME = 'prisma/migrations/20240201000000_rename_email/migration.sql';
const PROJECT = {
  'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
  'prisma/migrations/20240101000000_init/migration.sql':
    'CREATE TABLE "users" ("id" INT PRIMARY KEY, "email" TEXT);\n',
  [RENAME]: 'ALTER TABLE "users" RENAME COLUMN "email" TO "mail";\n',
};

describe('lintProjects', () => {
  it('gives the report that the command line shows', async () => {
    const cwd = folderWith(PROJECT);
    const now = new Date('2026-01-31T12:00:00Z');
    const { report, failed, messages, timing } = await lintProjects({ cwd, now, environment: {} });
    expect({ failed, messages, timing }).toEqual({ failed: false, messages: [], timing: undefined });
    expect(formatReport(report, 'json')).toBe((await run(cwd, ['-f', 'json'])).out);
    expect(formatReport({ ...report, duration: undefined }, 'stylish')).toBe(
      (await run(cwd)).out.replace(/ · [\d.]+ s\n$/u, '\n'),
    );
  });

  it('takes what the command line takes', async () => {
    const cwd = folderWith(PROJECT);
    const rulesOf = async (request: Parameters<typeof lintProjects>[0]): Promise<readonly string[]> => {
      const { report } = await lintProjects({ cwd, environment: {}, ...request });
      return report.projects
        .flatMap(({ judged }) => judged.flatMap(({ findings }) => findings))
        .map(({ rule }) => rule);
    };
    expect(await rulesOf({})).toEqual(['no-rename-column']);
    expect(await rulesOf({ rules: { 'no-rename-column': 'off' } })).toEqual([]);
    expect(await rulesOf({ skip: ['no-rename-column'] })).toEqual([]);
    expect(await rulesOf({ appliedThrough: '20240201000000' })).toEqual([]);
    expect(await rulesOf({ stdin: { path: RENAME, text: 'SELECT 1;' } })).toEqual([]);
    expect(await rulesOf({ ignorePatterns: ['*_rename_*'] })).toEqual([]);
  });

  it('says why each migration is applied or pending', async () => {
    const { sources } = await lintProjects({
      cwd: folderWith(PROJECT),
      environment: {},
      appliedThrough: '20240101000000',
    });
    expect(sources[0]?.migrations).toMatchObject([
      { state: 'applied', why: 'up to 20240101000000' },
      { state: 'pending', why: 'after 20240101000000' },
    ]);
  });

  it('writes nothing, and says what it passes over', async () => {
    const cwd = folderWith({ ...PROJECT, 'prisma/migrations/migration_lock.toml': 'provider = "mysql"\n' });
    const { report, messages } = await lintProjects({ cwd, environment: {} });
    expect(report.projects).toEqual([]);
    expect(messages).toEqual([expect.stringContaining('prisma/migrations is for mysql')]);
  });

  it('throws with what to do', async () => {
    const failed = lintProjects({ cwd: folderWith({}), environment: {} });
    await expect(failed).rejects.toMatchObject({
      message: 'No migrations found.',
      help: expect.stringContaining('migration-lint path/to/folder') as string,
    });
  });

  it('measures what is asked for', async () => {
    const { timing } = await lintProjects({ cwd: folderWith(PROJECT), environment: {}, timing: true });
    expect(timing?.stages.map(({ name }) => name)).toEqual(['find', 'read', 'lint', 'report']);
    expect(timing?.rules.find(({ name }) => name === 'no-rename-column')?.calls).toBe(1);
  });
});

describe('updateBaseline', () => {
  it('writes what is found', async () => {
    const cwd = folderWith(PROJECT);
    expect(await updateBaseline({ cwd, environment: {} }, 'write')).toEqual([
      {
        file: '.migrationlint-baseline.json',
        entries: 1,
        added: 1,
        dropped: 0,
        pending: { findings: 0, migrations: [] },
      },
    ]);
    const { report } = await lintProjects({ cwd, environment: {} });
    expect(report.summary.errors).toBe(0);
    expect(report.projects[0]?.suppressed).toHaveLength(1);
    expect(existsSync(join(cwd, '.migrationlint-baseline.json'))).toBe(true);
  });

  it('knows two equal findings of one file apart', async () => {
    const twice =
      'ALTER TABLE "users" RENAME COLUMN "email" TO "mail";\nALTER TABLE "users" RENAME COLUMN "mail" TO "email";\n';
    const cwd = folderWith({ ...PROJECT, [RENAME]: twice });
    await updateBaseline({ cwd, environment: {} }, 'write');
    writeFileSync(join(cwd, RENAME), twice + twice);
    const { report } = await lintProjects({ cwd, environment: {} });
    expect(report.projects[0]?.suppressed).toHaveLength(2);
    expect(report.summary.errors).toBe(2);
  });
});
