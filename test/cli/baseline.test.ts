import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderWith, run } from './run.ts';

const FOLDER = 'prisma/migrations';
const RENAME = `${FOLDER}/20240201000000_rename_email/migration.sql`;
const SECOND = `${FOLDER}/20240301000000_rename_mail/migration.sql`;
const FILE = '.migrationlint-baseline.json';
const PROJECT = {
  'package.json': '{ "devDependencies": { "prisma": "6.19.0" } }',
  [`${FOLDER}/migration_lock.toml`]: 'provider = "postgresql"\n',
  [`${FOLDER}/20240101000000_init/migration.sql`]:
    'CREATE TABLE "users" ("id" INT PRIMARY KEY, "email" TEXT);\n',
  [RENAME]: 'ALTER TABLE "users" RENAME COLUMN "email" TO "mail";\n',
};
const NEW = { [SECOND]: 'ALTER TABLE "users" RENAME COLUMN "mail" TO "address";\n' };

function change(folder: string, path: string, edit: (text: string) => string): void {
  writeFileSync(join(folder, path), edit(readFileSync(join(folder, path), 'utf8')));
}

const entriesOf = (folder: string, file = FILE): readonly { path: string; rule: string }[] =>
  (
    JSON.parse(readFileSync(join(folder, file), 'utf8')) as {
      findings: readonly { path: string; rule: string }[];
    }
  ).findings;

describe('a baseline', () => {
  it('is written beside the configuration, and takes back what it knows', async () => {
    const folder = folderWith(PROJECT);
    expect((await run(folder)).code).toBe(1);
    const written = await run(folder, ['baseline', 'write']);
    expect(written).toEqual({ code: 0, out: `✔ ${FILE} · 1 known finding\n`, err: '' });
    expect(entriesOf(folder)).toMatchObject([{ path: RENAME, rule: 'no-rename-column' }]);
    const { code, out } = await run(folder);
    expect(code).toBe(0);
    expect(out).toMatch(/nothing found · 1 suppressed by the baseline/u);
    expect((await run(folder, ['--no-baseline'])).code).toBe(1);
  });

  it('lets what is new through', async () => {
    const folder = folderWith({ ...PROJECT, ...NEW });
    rmSync(join(folder, dirname(SECOND)), { recursive: true });
    await run(folder, ['baseline', 'write']);
    mkdirSync(join(folder, dirname(SECOND)));
    writeFileSync(join(folder, SECOND), NEW[SECOND] ?? '');
    const { code, out } = await run(folder);
    expect(code).toBe(1);
    expect(out).toContain('✖ 1 error in 1 of 3 migrations · 1 suppressed by the baseline');
    expect(out).not.toContain('20240201000000_rename_email');
  });

  it('recognises a finding whose line has moved', async () => {
    const folder = folderWith(PROJECT);
    await run(folder, ['baseline', 'write']);
    change(folder, RENAME, (text) => `-- a remark\n\n  SELECT 1;\n${text.replaceAll(' ', '  ')}`);
    expect((await run(folder)).code).toBe(0);
  });

  it('says what is stale, with the command that drops it', async () => {
    const folder = folderWith(PROJECT);
    await run(folder, ['baseline', 'write']);
    change(folder, RENAME, () => 'SELECT 1;\n');
    const { code, out } = await run(folder);
    expect(code).toBe(0);
    expect(out.replaceAll(/\s+/gu, ' ')).toContain(
      `1 finding of the baseline ${FILE} is not there any more: migration-lint baseline prune drops it.`,
    );
    expect((await run(folder, ['baseline', 'prune'])).out).toContain('0 known findings · 0 added, 1 dropped');
    expect(entriesOf(folder)).toEqual([]);
    expect((await run(folder)).out).not.toContain('baseline');
  });

  it('calls nothing stale that the run did not look at', async () => {
    const folder = folderWith(PROJECT);
    await run(folder, ['baseline', 'write']);
    for (const args of [
      ['--applied-through', '20240201000000'],
      ['--only', 'no-data-loss'],
      ['--rule', 'no-rename-column: off'],
      [`${FOLDER}/20240101000000_init`],
    ]) {
      expect((await run(folder, args)).out).not.toContain('not there any more');
    }
  });

  it('is told apart by update, which adds, and prune, which does not', async () => {
    const folder = folderWith({ ...PROJECT, ...NEW });
    rmSync(join(folder, dirname(SECOND)), { recursive: true });
    await run(folder, ['baseline', 'write']);
    mkdirSync(join(folder, dirname(SECOND)));
    writeFileSync(join(folder, SECOND), NEW[SECOND] ?? '');
    expect((await run(folder, ['baseline', 'prune'])).out).toContain('1 known finding · 0 added, 0 dropped');
    expect((await run(folder, ['baseline', 'update'])).out).toContain(
      '2 known findings · 1 added, 0 dropped',
    );
    expect((await run(folder)).code).toBe(0);
  });

  it('keeps the entries of other projects on update', async () => {
    const other = Object.fromEntries(Object.entries(PROJECT).map(([path, text]) => [`b/${path}`, text]));
    const own = Object.fromEntries(Object.entries(PROJECT).map(([path, text]) => [`a/${path}`, text]));
    const folder = folderWith({ ...own, ...other });
    await run(folder, ['baseline', 'write']);
    expect(entriesOf(folder)).toHaveLength(2);
    change(folder, `a/${RENAME}`, () => 'SELECT 1;\n');
    await run(folder, ['baseline', 'update', 'a']);
    expect(entriesOf(folder).map(({ path }) => path)).toEqual([`b/${RENAME}`]);
  });

  it('is where the configuration says, relative to it', async () => {
    const folder = folderWith({ ...PROJECT, 'prisma/.migrationlintrc.json': '{ "baseline": "known.json" }' });
    expect((await run(folder)).err).toMatch(
      /There is no baseline prisma\/known\.json\.\n.*`migration-lint baseline write`/u,
    );
    expect((await run(folder, ['baseline', 'write'])).code).toBe(0);
    expect(entriesOf(folder, 'prisma/known.json')).toHaveLength(1);
    expect((await run(folder)).code).toBe(0);
  });

  it('is shown as suppressed in JSON, and left out of SARIF unless it is asked for', async () => {
    const folder = folderWith(PROJECT);
    await run(folder, ['baseline', 'write', '--baseline', 'b.json']);
    const json = JSON.parse((await run(folder, ['--baseline', 'b.json', '-f', 'json'])).out) as {
      projects: { suppressed: { by: string; ruleId: string }[] }[];
    };
    expect(json.projects[0]?.suppressed).toMatchObject([{ by: 'baseline', ruleId: 'no-rename-column' }]);
    const sarif = async (...args: string[]) =>
      (
        JSON.parse((await run(folder, ['-f', 'sarif', ...args])).out) as {
          runs: { results: { suppressions?: object[] }[] }[];
        }
      ).runs[0]?.results;
    expect(await sarif('--baseline', 'b.json')).toEqual([]);
    expect(await sarif('--baseline', 'b.json', '--sarif-include-suppressed')).toMatchObject([
      { suppressions: [{ kind: 'external', status: 'accepted' }] },
    ]);
    expect(await sarif('--sarif-include-suppressed')).toMatchObject([{ suppressions: [] }]);
  });
});

describe('trouble with a baseline is exit 2', () => {
  it.each<[string, Record<string, string>, string[], RegExp]>([
    [
      'not there',
      {},
      ['--baseline', 'b.json'],
      /no baseline b\.json\.\n.*baseline write --baseline b\.json/u,
    ],
    ['nothing to prune', {}, ['baseline', 'prune'], /no baseline .*\.json\.\n.*baseline write/u],
    [
      'no JSON, with the place',
      { [FILE]: '{\n  "version": 1,\n<<<<<<< HEAD\n' },
      [],
      /The baseline \.migrationlint-baseline\.json cannot be read: line 3, column 1: /u,
    ],
    ['no baseline', { [FILE]: '[]' }, [], /cannot be read: it is no baseline/u],
    [
      'a broken entry',
      { [FILE]: '{ "version": 1, "findings": [{ "rule": "x" }] }' },
      [],
      /findings\[0\] lacks/u,
    ],
    [
      'outside the repository',
      { '.migrationlintrc.json': '{ "baseline": "../../b.json" }' },
      [],
      /names the baseline \.\.\/\.\.\/b\.json, which lies outside/u,
    ],
    ['not writable', {}, ['baseline', 'write', '--baseline', 'no/b.json'], /no\/b\.json cannot be written/u],
    [
      'a misspelt action',
      {},
      ['baseline', 'wriet'],
      /Allowed choices are write, update, prune\. Did you mean write\?/u,
    ],
  ])('%s', async (_, files, args, message) => {
    const { code, err } = await run(folderWith({ ...PROJECT, ...files }), args);
    expect(code).toBe(2);
    expect(err).toMatch(message);
    expect(err).not.toContain('    at ');
  });
});
