import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderWith, run } from './run.ts';

const FILES = {
  'migrations/V1__create_a.sql': 'CREATE TABLE a (id bigint PRIMARY KEY, x text);\n',
  'migrations/V2__create_b.sql': 'CREATE TABLE b (id bigint PRIMARY KEY);\n',
  'migrations/V3__rename_a.sql': 'ALTER TABLE a RENAME TO c;\n',
  'migrations/V4__drop_x.sql': 'ALTER TABLE c DROP COLUMN x;\n',
};
const THROUGH = ['--applied-through', '3'];

const git = (cwd: string, ...args: string[]): void =>
  void execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.com', ...args], { cwd });

/** A branch that added the last migration. */
function repository(more: Readonly<Record<string, string>> = {}): string {
  const { 'migrations/V4__drop_x.sql': last, ...applied } = FILES;
  const folder = folderWith(applied);
  git(folder, 'init', '--quiet', '--initial-branch=main');
  git(folder, 'add', '.');
  git(folder, 'commit', '--quiet', '--message=history');
  git(folder, 'checkout', '--quiet', '-b', 'topic');
  for (const [path, text] of Object.entries({ 'migrations/V4__drop_x.sql': last, ...more })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

describe('a selection makes no applied migration judged', () => {
  it.each([
    [['--ignore-pattern', 'V2*'], '1 left by --ignore-pattern of 4'],
    [['--ignore-pattern', 'V2*', 'migrations'], '1 left by --ignore-pattern of 4'],
    [['--after', '1'], '1 after 1 of 4'],
    [['--ignore-pattern', 'V4*'], 'nothing left by --ignore-pattern of 4'],
  ])('%j', async (args, words) => {
    const folder = folderWith(FILES);
    const { code, out } = await run(folder, [...THROUGH, ...args]);
    expect(out).toContain(`${words} (applied through 3)`);
    expect(out).not.toContain('no-rename-table');
    expect(code).toBe(0);
    const { out: files } = await run(folder, [...THROUGH, ...args, '--show-files']);
    expect(files).not.toContain('asked for, ');
    expect(files).toMatch(/applied {2}V3__rename_a {2}up to 3$/mu);
  });

  it('nor does one beside a base', async () => {
    const { code, out } = await run(repository(), ['--base', 'main', '--ignore-pattern', 'V2*']);
    expect(out).toContain('1 left by --ignore-pattern of 4 (base main)');
    expect(code).toBe(0);
  });

  it('a path does, and is counted as what it is', async () => {
    const named = await run(folderWith(FILES), [...THROUGH, 'migrations/V3__rename_a.sql']);
    expect(named.code).toBe(1);
    expect(named.out).toContain('1 named of 4 (applied through 3)');
    expect(named.out).toMatch(/^✖ 1 error in 1 of 1 migration/mu);
    const ignored = [...THROUGH, '--ignore-pattern', 'V3*', 'migrations/V3__rename_a.sql'];
    expect((await run(folderWith(FILES), ignored)).code).toBe(0);
  });

  it('a script that nobody runs is told of, unless a pattern means it', async () => {
    const stray = { 'migrations/fix_a.sql': 'SELECT 1;\n' };
    const args = ['--base', 'main', '--only', 'no-stray-file', '--ignore-pattern'];
    expect((await run(repository(stray), [...args, 'V2*'])).out).toContain('no-stray-file');
    expect((await run(repository(stray), [...args, 'fix_a'])).out).not.toContain('no-stray-file');
  });
});

describe('a severity that somebody sets is not lowered for want of a practice', () => {
  it.each([
    [[], 'warning'],
    [['--rule', 'require-rollback: ["error", { "when": "destructive" }]'], 'error'],
    [['--rule', 'require-rollback: error'], 'error'],
    [['--rule', 'require-rollback: info'], 'info'],
  ])('%j', async (args, severity) => {
    const { out } = await run(folderWith(FILES), [...THROUGH, '--only', 'require-rollback', ...args]);
    expect(out).toMatch(new RegExp(`^ *${severity} {2}V4__drop_x destroys data in c`, 'mu'));
  });

  it('nor by a preset', async () => {
    const folder = folderWith({ ...FILES, '.migrationlintrc.json': '{ "extends": ["policy-e"] }' });
    const { out } = await run(folder, [...THROUGH, '--only', 'require-rollback']);
    expect(out).toMatch(/^ *error {2}V4__drop_x destroys data in c/mu);
  });
});

describe('--quiet', () => {
  it('counts what it does not show', async () => {
    const { code, out } = await run(folderWith(FILES), [...THROUGH, '--quiet']);
    expect(out).toMatch(/· nothing that fails the run · 2 warnings not shown/u);
    expect(code).toBe(0);
  });

  it('shows the warnings that are too many', async () => {
    const { code, out } = await run(folderWith(FILES), [...THROUGH, '--quiet', '--max-warnings', '1']);
    expect(out).toContain('no-data-loss');
    expect(code).toBe(1);
  });
});

it.each([['--only'], ['--skip'], ['--rule']])('%s takes a name, not nothing', async (flag) => {
  const { code, err } = await run(folderWith(FILES), [flag, '']);
  expect(code).toBe(2);
  expect(err).toMatch(/It takes /u);
});

it('a folder with migrations of Prisma and of another tool is refused', async () => {
  const both = {
    'migrations/1_a.up.sql': 'SELECT 1;\n',
    'migrations/20240101000000_b/migration.sql': 'SELECT 1;\n',
  };
  for (const args of [[], ['migrations']]) {
    const { code, err } = await run(folderWith(both), args);
    expect(code).toBe(2);
    expect(err).toContain('migrations looks like the migrations of golang-migrate and prisma');
  }
  expect((await run(folderWith(both), ['--layout', 'prisma'])).code).toBe(0);
  const schema = { 'schema.prisma': 'datasource db { provider = "postgresql" }\n' };
  expect((await run(folderWith({ ...both, ...schema }))).err).toContain('looks like the migrations of');
});

describe('appliedThrough of the configuration', () => {
  const SAID = { '.migrationlintrc.json': '{ "appliedThrough": "1" }' };

  it('joins a base, and both are named', async () => {
    const folder = repository(SAID);
    git(folder, 'update-ref', 'refs/remotes/origin/main', 'main');
    const { out } = await run(folder);
    expect(out).toContain('1 pending of 4 (base origin/main, applied through 1)');
    expect(out.replaceAll(/\s+/gu, ' ')).toContain(
      'appliedThrough says 1, and origin/main has 2 later migrations, which count as applied, too',
    );
    expect((await run(folder, ['--applied-through', '1'])).out).toContain('3 pending of 4');
  });

  it('stands in for a base that is not in the clone, with a word', async () => {
    const { out } = await run(repository(SAID), [], { GITHUB_BASE_REF: 'main' });
    expect(out).toContain('(base main, applied through 1)');
    const missing = await run(repository(SAID), [], { GITHUB_BASE_REF: 'release' });
    expect(missing.out).toContain('3 pending of 4 (applied through 1)');
    expect(missing.out).toContain('note  origin/release is not in this clone');
  });
});

it('a baseline says what it accepts of pending migrations', async () => {
  const { out } = await run(repository(), ['baseline', 'write']);
  expect(out).toContain('3 known findings\n  2 of them in a pending migration: V4__drop_x. Mend');
});

describe('a revision that is not there', () => {
  it('is looked for among remote branches, too', async () => {
    const folder = repository();
    git(folder, 'update-ref', 'refs/remotes/origin/main', 'main');
    expect((await run(folder, ['--base', 'origin/mian'])).err).toContain('Did you mean origin/main?');
  });

  it('is fetched otherwise in a job of GitLab', async () => {
    const origin = repository();
    git(origin, 'commit', '--quiet', '--allow-empty', '--message=more');
    const folder = folderWith({});
    git(folder, 'clone', '--quiet', '--depth=1', '--branch=topic', `file://${origin}`, 'clone');
    const asked = ['--base', 'main'];
    const clone = join(folder, 'clone');
    expect((await run(clone, asked, { GITLAB_CI: 'true' })).err).toContain('`GIT_DEPTH: 0`');
    expect((await run(clone, asked)).err).toContain('`fetch-depth: 0`');
  });

  it('is called by its name, with the nearest one', async () => {
    expect((await run(repository(), ['--since', 'mian'])).err).toMatch(
      /^✖ The revision mian is not in this repository\. Did you mean main\?\n {2}Give a branch/u,
    );
  });
});
