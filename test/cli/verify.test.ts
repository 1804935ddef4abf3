import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Log } from 'sarif';
import { afterAll, describe, expect, it } from 'vitest';
import { schemaErrors } from '../support/json-schema.ts';
import { sarifMultitool, validateSarif } from '../support/sarif-multitool.ts';
import { folderWith, run, type Outcome } from './run.ts';

const TIMEOUT = 120_000;
const cache = mkdtempSync(join(tmpdir(), 'migration-lint-cache-'));
afterAll(() => rmSync(cache, { recursive: true, force: true }));

const FOLDER = 'prisma/migrations';
const PROJECT = {
  'package.json': '{ "devDependencies": { "prisma": "6.19.0" } }',
  '.migrationlintrc.json': '{ "appliedThrough": "20240101000000_init" }',
  [`${FOLDER}/migration_lock.toml`]: 'provider = "postgresql"\n',
  [`${FOLDER}/20240101000000_init/migration.sql`]: 'CREATE TABLE users (id int PRIMARY KEY);\n',
  [`${FOLDER}/20240201000000_add_x/migration.sql`]: 'ALTER TABLE users ADD COLUMN x int;\n',
  [`${FOLDER}/20240201000000_add_x/rollback.sql`]: 'ALTER TABLE users DROP COLUMN x;\n',
};
const BROKEN = {
  ...PROJECT,
  [`${FOLDER}/20240301000000_gone/migration.sql`]: '-- drops\nALTER TABLE users DROP COLUMN y;\n',
};

const verify = (cwd: string, ...args: readonly string[]): Promise<Outcome> =>
  run(cwd, ['verify', ...args], { XDG_CACHE_HOME: cache, HOME: cache });

const schema = JSON.parse(
  readFileSync(new URL('../../docs/verify-format.schema.json', import.meta.url), 'utf8'),
) as Record<string, unknown>;

describe('verify', { timeout: TIMEOUT }, () => {
  it('proves what is right, and records it for lint', async () => {
    const folder = folderWith(PROJECT);
    const { code, out, err } = await verify(folder, '--record');
    expect({ code, err }).toEqual({ code: 0, err: '.migrationlint-proofs.json: 1 proof recorded\n' });
    expect(out).toContain('1 pending of 2 (applied through 20240101000000_init)');
    expect(out).toMatch(/^PostgreSQL 18\.\d+ \(PGlite\) · target 15: another version, --engine 15/mu);
    expect(out).toContain('applies ✔ · rolls back ✔ · effects ✔ · applies to rows ✔ · keeps rows ✔');
    expect(out).toMatch(/^✔ 1 migration proven · [\d.]+ s$/mu);

    const strict = ['--only', 'require-proven-rollback', '-f', 'json'];
    const proven = JSON.parse((await run(folder, strict)).out) as Linted;
    expect(proven.projects[0]?.migrations[0]).toMatchObject({
      findings: [],
      proof: { state: 'current', date: '2026-01-31' },
    });
    writeFileSync(
      join(folder, FOLDER, '20240101000000_init/migration.sql'),
      'CREATE TABLE users (id bigint);',
    );
    const stale = JSON.parse((await run(folder, strict)).out) as Linted;
    expect(stale.projects[0]?.migrations[0]).toMatchObject({
      findings: [{ ruleId: 'require-proven-rollback', messageId: 'stale' }],
    });
  });

  it('refutes what PostgreSQL refuses, at its place, in every format', async (test) => {
    const folder = folderWith(BROKEN);
    const shown = await verify(folder, '--no-rows');
    expect({ code: shown.code, err: shown.err }).toEqual({ code: 1, err: '' });
    expect(shown.out.replaceAll(/\s+/gu, ' ')).toContain(
      'relation "users" does not exist” (42703). Nothing of it',
    );
    expect(shown.out).toMatch(/^ +2 │ ALTER TABLE users DROP COLUMN y;\n +│ \^+$/mu);
    expect(shown.out).toMatch(/^✖ 1 of 2 migrations refuted · 1 error · 1 proven · /mu);

    const json = JSON.parse((await verify(folder, '--no-rows', '-f', 'json')).out) as object;
    expect(schemaErrors(json, schema)).toEqual([]);
    expect(json).toMatchObject({
      summary: { verified: 2, proven: 1, refuted: 1, errors: 1 },
      projects: [
        {
          engine: { major: 18, isTarget: false },
          migrations: [
            { outcome: 'proven' },
            { outcome: 'refuted', verdicts: [{ findings: [{ line: 2 }] }] },
          ],
        },
      ],
    });

    const log = (await verify(folder, '--no-rows', '-f', 'sarif', '--quiet')).out;
    const [sarifRun] = (JSON.parse(log) as Log).runs;
    expect(sarifRun?.results?.map(({ ruleId }) => ruleId)).toEqual(['migration-fails']);
    const program = sarifMultitool();
    if (program === undefined) return test.skip(`there is no sarif-multitool for ${process.platform}`);
    const complaints = await validateSarif(program, log);
    expect(complaints.filter(({ level }) => level !== 'note')).toEqual([]);
  });

  it('counts what is proven in part by itself', async () => {
    const folder = folderWith({
      ...PROJECT,
      [`${FOLDER}/20240301000000_drop/migration.sql`]: 'ALTER TABLE users DROP COLUMN x;\n',
      [`${FOLDER}/20240301000000_drop/rollback.sql`]: "DO $$ BEGIN RAISE EXCEPTION 'no way back'; END $$;\n",
    });
    const shown = await verify(folder, '--no-rows');
    expect(shown.code).toBe(0);
    expect(shown.out).toMatch(/^✔ 1 migration proven · 1 in part · 1 check not run · /mu);
    const json = JSON.parse((await verify(folder, '--no-rows', '-f', 'json')).out) as object;
    expect(schemaErrors(json, schema)).toEqual([]);
    expect(json).toMatchObject({
      summary: { verified: 2, proven: 1, inPart: 1, refuted: 0, notRun: 0 },
      projects: [{ migrations: [{ outcome: 'proven' }, { outcome: 'in part' }] }],
    });
  });

  it('asks only what --checks names, and records it beside what was proven before', async () => {
    const folder = folderWith({
      ...PROJECT,
      '.migrationlintrc.json':
        '{ "appliedThrough": "20240101000000_init", "verify": { "prelude": ["prelude.sql"] } }',
      'prelude.sql': 'CREATE SCHEMA platform;',
      [`${FOLDER}/20240201000000_add_x/migration.sql`]:
        'ALTER TABLE users ADD COLUMN x int;\nINSERT INTO users VALUES (1000, 2);\n',
      [`${FOLDER}/20240201000000_add_x/rollback.sql`]:
        'DELETE FROM users;\nALTER TABLE users DROP COLUMN x;\n',
    });
    const rule = async (): Promise<readonly object[]> => {
      const only = ['--only', 'require-proven-rollback', '-f', 'json'];
      const linted = JSON.parse((await run(folder, only)).out) as Linted;
      const [migration] = linted.projects[0]?.migrations ?? [];
      return (migration as { findings: readonly object[] } | undefined)?.findings ?? [];
    };
    const first = await verify(folder, '--checks', 'applies', '--record');
    expect(first.out).toContain('applies ✔\n');
    expect(first.out).not.toContain('rolls back');
    expect(await rule()).toMatchObject([{ messageId: 'unproven' }]);

    // With all checks, the rollback is proven, and that it loses rows is refuted: one does not take back the other.
    const all = await verify(folder, '--checks', 'rollback,rows', '--record');
    expect(all.out).toContain('rolls back ✔');
    expect(all.out).toContain('keeps rows ✖');
    expect(await rule()).toEqual([]);
    const [proof] = (
      JSON.parse(readFileSync(join(folder, '.migrationlint-proofs.json'), 'utf8')) as {
        readonly proofs: readonly { readonly proven: readonly string[] }[];
      }
    ).proofs;
    expect(proof?.proven).toEqual(['applies', 'rolls back', 'applies to rows']);

    writeFileSync(join(folder, 'prelude.sql'), 'CREATE SCHEMA other;');
    expect(await rule()).toMatchObject([{ messageId: 'stale' }]);
    writeFileSync(join(folder, 'prelude.sql'), 'CREATE SCHEMA platform;');
    expect(await rule()).toEqual([]);
    writeFileSync(join(folder, 'package.json'), '{ "devDependencies": { "prisma": "7.5.0" } }');
    expect(await rule()).toMatchObject([{ messageId: 'stale' }]);
    rmSync(join(folder, 'prelude.sql'));
    expect(await rule()).toMatchObject([{ messageId: 'stale' }]);
  });

  it('runs no prelude that a link leads out of the repository for', async () => {
    const outside = folderWith({ 'secret.sql': 'SELECT 1;' });
    const folder = folderWith({
      ...PROJECT,
      '.migrationlintrc.json': '{ "verify": { "prelude": "link.sql" } }',
    });
    symlinkSync(join(outside, 'secret.sql'), join(folder, 'link.sql'));
    const { code, err } = await verify(folder);
    expect(code).toBe(2);
    expect(err).toContain('which leads out of');
  });

  it('takes the number of a migration for what is applied', async () => {
    const folder = folderWith({
      'go.mod': 'module x\nrequire github.com/pressly/goose/v3 v3.20.0\n',
      'migrations/00001_init.sql': '-- +goose Up\nCREATE TABLE a (id int);\n-- +goose Down\nDROP TABLE a;\n',
      'migrations/00002_x.sql':
        '-- +goose Up\nALTER TABLE a ADD x int;\n-- +goose Down\nALTER TABLE a DROP x;\n',
    });
    const { code, out } = await verify(folder, '--applied-through', '1', '--checks', 'rollback');
    expect(code).toBe(0);
    expect(out).toContain('00002_x.sql  applies ✔ · rolls back ✔');
    expect(out).toMatch(/^✔ 1 migration proven/mu);
  });

  it('says that nothing is pending as lint does, without starting PostgreSQL', async () => {
    const folder = folderWith({
      ...PROJECT,
      '.migrationlintrc.json': '{ "appliedThrough": "20240201000000_add_x" }',
    });
    const { code, out } = await verify(folder);
    expect(code).toBe(0);
    expect(out).toMatch(/^✔ .* nothing pending of 2 \(applied through 20240201000000_add_x\)/u);
    expect(out).not.toContain('PGlite');
  });

  it.each<[readonly string[], Readonly<Record<string, string>>, string]>([
    [['--engine', 'mysql'], {}, 'It takes pglite, or a major version from 13 to 18.'],
    [['--time-limit', '0'], {}, 'It takes seconds, a whole number from 1 to 86400.'],
    [['--url', 'env:NOT_SET'], {}, 'The variable NOT_SET, which --url names, is not set.'],
    [
      ['--url', 'postgresql://x@localhost/x', '--engine', '15'],
      {},
      '--engine and --url contradict each other.',
    ],
    [['--all', '--base', 'HEAD'], {}, '--all and --base contradict each other.'],
    [['--staged', '--since', 'HEAD'], {}, '--staged and --since contradict each other.'],
    [['--no-rows', '--checks', 'rows'], {}, '--no-rows and --checks contradict each other.'],
    [['--checks', 'locks'], {}, 'applies, rollback, effects, rows, backfills'],
    [[], { '.migrationlintrc.json': '{ "verify": { "prelude": "../out.sql" } }' }, 'which lies outside'],
    [
      [],
      {
        '.migrationlintrc.json': '{ "verify": { "prelude": "bad.sql" } }',
        'bad.sql': "SELECT 1;\nLOAD 'plugin';",
      },
      'The prelude is not run: bad.sql:2 has LOAD',
    ],
    [[], { '.migrationlintrc.json': '{ "verify": { "prelude": "none.sql" } }' }, 'there is no such file'],
    [[], { '.migrationlintrc.json': '{ "verify": { "preludes": [], "engine": 9 } }' }, 'has 2 mistakes'],
    [
      [],
      { '.migrationlintrc.json': '{ "verify": { "prelude": "bad.sql" } }', 'bad.sql': 'CREATE NOTHING;' },
      'PostgreSQL refused what the run begins with: syntax error',
    ],
  ])('ends with 2 and says what to do: %j %j', async (args, files, words) => {
    const { code, out, err } = await verify(folderWith({ ...PROJECT, ...files }), ...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(words);
  });
});

interface Linted {
  readonly projects: readonly { readonly migrations: readonly object[] }[];
}
