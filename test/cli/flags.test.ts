import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';
import { HELP } from '../../src/cli/help.ts';
import { folderWith, run } from './run.ts';
import { refuseReading } from '../support/refuse-reading.ts';

const at = (id: string): string => `prisma/migrations/${id}/migration.sql`;
const INIT = at('20240101000000_init');
const RENAME = at('20240201000000_rename_email');
const DROP = at('20240301000000_drop_email_from_users');
const PROJECT = {
  'package.json': '{ "devDependencies": { "prisma": "6.19.0" } }',
  'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
  [INIT]: 'CREATE TABLE "users" ("id" INT PRIMARY KEY, "email" TEXT);\n',
};
const BAD = 'ALTER TABLE "users" RENAME COLUMN "email" TO "mail";\n';
const LOSS = 'ALTER TABLE "users" DROP COLUMN "email";\n';

const git = (cwd: string, ...args: string[]): void =>
  void execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.com', ...args], { cwd });

function write(folder: string, path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** A repository on a branch that left main with one migration. */
function repository(): string {
  const folder = folderWith(PROJECT);
  git(folder, 'init', '--quiet', '--initial-branch=main');
  git(folder, 'add', '.');
  git(folder, 'commit', '--quiet', '--message=history');
  git(folder, 'checkout', '--quiet', '-b', 'topic');
  return folder;
}

const ruleIds = (out: string): readonly string[] => {
  const { projects } = JSON.parse(out) as {
    projects: { migrations: { findings: { ruleId: string }[] }[]; findings: { ruleId: string }[] }[];
  };
  return projects
    .flatMap((project) => [project.findings, ...project.migrations.map(({ findings }) => findings)])
    .flat()
    .map(({ ruleId }) => ruleId)
    .sort();
};

describe('which migrations are judged', () => {
  it('--staged judges what is staged, as it is staged', async () => {
    const folder = repository();
    write(folder, RENAME, BAD);
    expect((await run(folder, ['--staged'])).out).toMatch(/✔ .* · nothing staged of 1 \(base main\)/u);
    git(folder, 'add', RENAME);
    write(folder, RENAME, 'SELECT 1;\n');
    const { code, out } = await run(folder, ['--staged']);
    expect(code).toBe(1);
    expect(out).toContain('1 staged of 2 (base main)');
    expect(out).toContain('no-rename-column');
    expect((await run(folder)).code).toBe(0);
  });

  it('--staged knows what the branch made before, and judges it no more', async () => {
    const folder = repository();
    write(folder, RENAME, BAD);
    git(folder, 'add', '.');
    git(folder, 'commit', '--quiet', '--message=rename');
    write(folder, at('20240301000000_add_orders'), 'CREATE TABLE "orders" ("id" INT PRIMARY KEY);\n');
    git(folder, 'add', '.');
    expect((await run(folder, ['--staged'])).code).toBe(0);
    expect((await run(folder)).code).toBe(1);
  });

  it('--changed judges what differs from the last commit, added or not', async () => {
    const folder = repository();
    write(folder, RENAME, BAD);
    git(folder, 'add', '.');
    git(folder, 'commit', '--quiet', '--message=rename');
    expect((await run(folder, ['--changed'])).out).toContain('nothing changed of 2');
    write(folder, DROP, LOSS);
    const { out } = await run(folder, ['--changed']);
    expect(out).toContain('1 changed of 3');
    expect(out).not.toContain('no-rename-column');
  });

  it('--since judges what the branch changed since it left there', async () => {
    const folder = repository();
    write(folder, RENAME, BAD);
    git(folder, 'add', '.');
    git(folder, 'commit', '--quiet', '--message=rename');
    git(folder, 'tag', 'v1');
    write(folder, at('20240301000000_add_orders'), 'CREATE TABLE "orders" ("id" INT PRIMARY KEY);\n');
    git(folder, 'add', '.');
    git(folder, 'commit', '--quiet', '--message=orders');
    expect((await run(folder, ['--since', 'v1'])).out).toContain('1 changed since v1 of 3');
    expect((await run(folder, ['--since', 'main'])).code).toBe(1);
    expect((await run(folder, ['--since', 'v2'])).err).toMatch(/The revision v2 is not in this repository/u);
  });

  it('--after judges later ones, the whole history of them with --all', async () => {
    const folder = folderWith({ ...PROJECT, [RENAME]: BAD, [DROP]: 'SELECT 1;\n' });
    const { code, out } = await run(folder, ['--all', '--after', '20240201000000']);
    expect({ code, out }).toMatchObject({ code: 0 });
    expect(out).toContain('1 after 20240201000000 of 3');
    expect((await run(folder, ['--after', '2023'])).err).toMatch(
      /There is no migration 2023 in prisma\/migrations, which is said to be the one before those to judge \(--after\)\./u,
    );
  });

  it('--ignore-pattern leaves migrations out, also those that are named', async () => {
    const folder = folderWith({ ...PROJECT, [RENAME]: BAD });
    expect((await run(folder, ['--ignore-pattern', '2024020*'])).code).toBe(0);
    expect((await run(folder, ['--ignore-pattern', 'prisma/**/*_rename_*/migration.sql'])).code).toBe(0);
    expect((await run(folder, ['--ignore-pattern', '*_email', RENAME])).code).toBe(0);
    expect((await run(folder, ['--ignore-pattern', '2023*'])).code).toBe(1);
    // A run that judged nothing says so.
    expect((await run(folder, ['--all', '--ignore-pattern', '2*'])).out).toMatch(
      /nothing left by --ignore-pattern of \d+ \(whole history\)/u,
    );
    expect((await run(folder, ['--ignore-pattern', '/x'])).err).toMatch(
      /The pattern \/x .* is an absolute path/u,
    );
  });
});

describe('standard input', () => {
  it('is a script by itself', async () => {
    const { code, out } = await run(folderWith({}), ['--stdin'], {}, 'CREATE TABEL x ();');
    expect(code).toBe(1);
    expect(out).toContain('stdin.sql');
    expect((await run(folderWith({}), ['-'], {}, 'SELECT 1;')).code).toBe(0);
  });

  it('is judged where it would lie, with the history, in place of what lies there', async () => {
    const folder = folderWith({ ...PROJECT, [DROP]: 'SELECT 1;\n' });
    const { code, out } = await run(folder, ['--stdin', '--stdin-filename', RENAME], {}, BAD);
    expect(code).toBe(1);
    expect(out).toContain('no-rename-column');
    expect((await run(folder, ['--stdin', '--stdin-filename', DROP], {}, BAD)).code).toBe(1);
    expect(existsSync(join(folder, RENAME))).toBe(false);
  });
});

describe('rules', () => {
  const TWO = { ...PROJECT, [RENAME]: BAD, [DROP]: 'ALTER TABLE "users" DROP COLUMN "mail";\n' };

  it('--rule sets a severity or options over the configuration', async () => {
    const folder = folderWith({
      ...TWO,
      '.migrationlintrc.json': '{ "rules": { "no-rename-column": "info" } }',
    });
    const severities = async (...args: string[]): Promise<string> => (await run(folder, args)).out;
    expect(await severities('--rule', 'no-rename-column: error')).toMatch(/error {2}Renaming/u);
    expect(await severities('--rule', 'no-rename-column: off')).not.toContain('no-rename-column');
    expect((await run(folder, ['--rule', 'require-rollback: ["error", { "when": "always" }]'])).code).toBe(1);
  });

  it('--only and --skip choose among them', async () => {
    const folder = folderWith({ ...TWO, '.migrationlintrc.json': '{ "rules": { "no-data-loss": "off" } }' });
    const found = async (...args: string[]) => ruleIds((await run(folder, ['-f', 'json', ...args])).out);
    expect(await found('--only', 'no-data-loss')).toEqual(['no-data-loss']);
    expect(await found('--only', 'no-data-loss,no-rename-column')).toEqual([
      'no-data-loss',
      'no-rename-column',
    ]);
    expect(await found('--skip', 'no-rename-column')).not.toContain('no-rename-column');
    const broken = folderWith({ ...PROJECT, [RENAME]: 'CREATE TABEL x ();' });
    expect(ruleIds((await run(broken, ['-f', 'json', '--only', 'no-data-loss'])).out)).toEqual([
      'no-syntax-error',
    ]);
  });

  it('--list-rules shows how each is set, as text and as JSON', async () => {
    const folder = folderWith({ '.migrationlintrc.json': '{ "rules": { "no-data-loss": "off" } }' });
    const { code, out } = await run(folder, ['--list-rules', '--rule', 'no-rename-column: info']);
    expect(code).toBe(0);
    expect(out).toMatch(/^off {6}no-data-loss +Disallow/mu);
    expect(out).toMatch(/^info {5}no-rename-column +Disallow/mu);
    const { rules } = JSON.parse((await run(folder, ['--list-rules', '-f', 'json'])).out) as {
      rules: { name: string; setting: string }[];
    };
    expect(rules.find(({ name }) => name === 'no-data-loss')).toMatchObject({
      setting: 'off',
      family: 'backfills',
    });
  });
});

describe('what fails a run', () => {
  const folder = () => folderWith({ ...PROJECT, [DROP]: LOSS });

  it('is the severity of --fail-on, or more warnings than --max-warnings', async () => {
    const path = folder();
    expect((await run(path, ['--rule', 'no-data-loss: warning'])).code).toBe(0);
    const warn = ['--rule', 'no-data-loss: warning'];
    expect((await run(path, [...warn, '--fail-on', 'warning'])).code).toBe(1);
    expect((await run(path, ['--only', 'no-data-loss', ...warn, '--max-warnings', '1'])).code).toBe(0);
    const over = await run(path, ['--only', 'no-data-loss', ...warn, '--max-warnings', '0']);
    expect(over).toMatchObject({ code: 1, err: '1 warning, and --max-warnings allows 0.\n' });
    expect((await run(path, ['--rule', 'no-data-loss: error', '--exit-zero'])).code).toBe(0);
  });

  it('is all that --quiet shows', async () => {
    const { code, out } = await run(folder(), ['--quiet', '--rule', 'no-data-loss: error']);
    expect(code).toBe(1);
    expect(out).toContain('no-data-loss');
    expect(out).toMatch(/^✖ 1 error in .* · 1 warning not shown/mu);
    expect(out).not.toContain('require-rollback');
    const warnings = await run(folder(), ['--quiet', '--rule', 'no-data-loss: warning']);
    expect(warnings.out).not.toContain('no-data-loss');
    const asked = await run(folder(), ['--quiet', '--fail-on', 'warning', '--rule', 'no-data-loss: warning']);
    expect(asked.out).toContain('no-data-loss');
  });
});

describe('what a run says of itself', () => {
  it('--show-files says what is applied or pending, and why', async () => {
    const folder = folderWith({ ...PROJECT, [RENAME]: BAD, 'prisma/migrations/notes.txt': '' });
    const args = ['--show-files', '--applied-through', '20240101000000'];
    const { code, out } = await run(folder, args);
    expect(code).toBe(0);
    expect(out).toContain('applied  20240101000000_init          up to 20240101000000');
    expect(out).toContain('pending  20240201000000_rename_email  after 20240101000000');
    const json = JSON.parse((await run(folder, [...args, '-f', 'json'])).out) as {
      projects: { migrations: object[] }[];
    };
    expect(json.projects[0]?.migrations[1]).toMatchObject({ state: 'pending', judged: true });
  });

  it('--timing goes to standard error, never into the report', async () => {
    const folder = folderWith({ ...PROJECT, [RENAME]: BAD });
    const plain = await run(folder, ['-f', 'json']);
    const timed = await run(folder, ['-f', 'json', '--timing']);
    expect(timed.out).toBe(plain.out);
    expect(timed.err).toMatch(
      /ms {2}find\n.* ms {2}read\n.* ms {2}lint\n[^]* ms {4}no-rename-column, 1 calls/u,
    );
  });

  it('--report writes further formats beside the first', async () => {
    const folder = folderWith({ ...PROJECT, [RENAME]: BAD });
    const { out } = await run(folder, ['--report', 'json=a.json', '--report', 'sarif=b.sarif']);
    expect(out).toContain('no-rename-column');
    expect(JSON.parse(readFileSync(join(folder, 'a.json'), 'utf8'))).toHaveProperty('projects');
    expect(JSON.parse(readFileSync(join(folder, 'b.sarif'), 'utf8'))).toHaveProperty('runs');
  });

  it('--now is the day that a directive ends on', async () => {
    const directive =
      '-- migration-lint-disable-next-statement no-rename-column -- agreed until 2026-03-01\n';
    const folder = folderWith({ ...PROJECT, [RENAME]: directive + BAD });
    expect((await run(folder, ['--now', '2026-03-01'])).code).toBe(0);
    expect((await run(folder, ['--now', '2026-03-02'])).code).toBe(1);
  });
});

describe('--help', () => {
  it('fits a screen and names every option and command', () => {
    const program = createProgram(
      { cwd: '', environment: {}, now: new Date(0), stdout: { write: () => 0 }, stderr: { write: () => 0 } },
      () => undefined,
    );
    const lines = HELP.trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(40);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    const names = [
      ...program.options.map(({ long }) => long ?? ''),
      ...program.commands.map((command) => `  ${command.name()}`),
    ];
    expect(names.filter((name) => !new RegExp(`${name}(?![\\w-])`, 'u').test(HELP))).toEqual([]);
  });
});

describe('trouble is exit 2, said with what to do', () => {
  it.each<[string, string[], RegExp]>([
    ['a misspelt command', ['expalin', 'no-data-loss'], /no command expalin.*Did you mean explain\?/u],
    ['a misspelt rule', ['--only', 'no-data-los'], /--only names no-data-los.*Did you mean no-data-loss\?/u],
    ['another', ['--rule', 'no-data-los: off'], /no rule no-data-los\. Did you mean no-data-loss\?/u],
    ['a misspelt severity', ['--rule', 'no-data-loss: wraning'], /Did you mean warning\?/u],
    ['no setting', ['--rule', 'no-data-loss'], /takes a rule and its setting: 'no-data-loss: warning'/u],
    ['broken options', ['--rule', 'no-data-loss: ["error",'], /The setting is no JSON: /u],
    ['a misspelt format', ['-f', 'sraif'], /Allowed choices are .*Did you mean sarif\?/u],
    ['a misspelt layout', ['--layout', 'drizle'], /Did you mean drizzle\?/u],
    ['a misspelt severity to fail on', ['--fail-on', 'warn'], /Did you mean warning\?/u],
    ['a report without a file', ['--report', 'sarif'], /takes a format and a file: sarif=out\.sarif/u],
    ['a day that is none', ['--now', '2026-02-30'], /takes a day such as 2026-12-31/u],
    ['no number', ['--max-warnings', '-1'], /takes a whole number from 0/u],
    ['staged without git', ['--staged'], /--staged needs a git repository/u],
    ['since without git', ['--since', 'main'], /--since main needs a git repository/u],
    ['a list in SARIF', ['--list-rules', '-f', 'sarif'], /--list-rules and --format sarif contradict/u],
    [
      'a report that cannot be written',
      ['--report', 'json=no/x.json', '--exit-zero'],
      /no\/x\.json cannot be written: ENOENT/u,
    ],
    ['a script outside', ['--stdin', '--stdin-filename', '../x.sql'], /\.\.\/x\.sql is no file below/u],
    ['a name without a script', ['--stdin-filename', 'x.sql'], /--stdin-filename needs --stdin/u],
  ])('%s', async (_, args, message) => {
    const { code, err } = await run(folderWith(PROJECT), args, {}, 'SELECT 1;');
    expect(code).toBe(2);
    expect(err).toMatch(message);
    expect(err).not.toContain('    at ');
  });

  it.each<[string[], string]>([
    [['--all', '--applied-through', 'x'], '--all and --applied-through'],
    [['--base', 'x', '--applied-through', 'x'], '--base and --applied-through'],
    [['--staged', '--changed'], '--staged and --changed'],
    [['--since', 'x', '--stdin'], '--since and --stdin'],
    [['--stdin', 'prisma'], '--stdin and prisma'],
    [['--list-rules', '--show-files'], '--list-rules and --show-files'],
    [['--exit-zero', '--fail-on', 'info'], '--exit-zero and --fail-on'],
    [['--exit-zero', '--max-warnings', '1'], '--exit-zero and --max-warnings'],
    [['--only', 'no-data-loss', '--skip', 'no-data-loss'], '--only and --skip'],
    [['--no-baseline', '--baseline', 'x'], '--baseline and --no-baseline'],
    [['-o', 'x', '--report', 'json=x'], '--output-file x and --report json=x'],
    [['--report', 'json=x', '--report', 'sarif=x'], '--report json=x and --report sarif=x'],
  ])('%j contradict each other, and both are named', async (args, names) => {
    const { code, out, err } = await run(folderWith(PROJECT), args, {}, '');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(`${names} contradict each other`);
  });

  it('a shallow clone without the base says how to fetch it', async () => {
    const origin = repository();
    git(origin, 'commit', '--quiet', '--allow-empty', '--message=more');
    const folder = folderWith({});
    execFileSync('git', ['clone', '--quiet', '--depth=1', '--branch=topic', `file://${origin}`, 'clone'], {
      cwd: folder,
    });
    const { code, err } = await run(join(folder, 'clone'), [], { GITHUB_BASE_REF: 'main' });
    expect(code).toBe(2);
    expect(err).toMatch(/shallow clone without the base origin\/main[^]*Run `git fetch --depth=1 origin /u);
    expect((await run(join(folder, 'clone'), ['--all'])).code).toBe(0);
  });

  it('a migration that may not be read is named', async () => {
    const folder = folderWith(PROJECT);
    refuseReading(join(folder, INIT));
    const { code, err } = await run(folder);
    expect(code).toBe(2);
    expect(err).toBe(`✖ ${INIT} cannot be read (EACCES).\n  Check its permissions: you may not read it.\n`);
  });
});
