import { beforeAll, describe, expect, it } from 'vitest';
import { rules } from '../../rules/index.ts';
import { loadParser } from '../../src/input/sql/parser.ts';
import type { Example } from '../../src/lint/examples.ts';
import type { Finding } from '../../src/lint/finding.ts';
import { lintProject } from '../../src/lint/run.ts';
import { findingLockLine } from '../../src/report/lock-line.ts';
import { exampleProject } from '../../src/testing/example-project.ts';

const HISTORY = [
  'CREATE TABLE users (id int PRIMARY KEY, email text); CREATE TABLE logs (id int); CREATE TABLE teams (id int);',
  'ALTER TABLE logs ADD CONSTRAINT positive CHECK (id > 0) NOT VALID; ALTER TABLE logs ADD CONSTRAINT small CHECK (id < 9) NOT VALID;',
];

function lint(sql: Example['sql'], names: readonly string[], runner?: Example['runner']): readonly Finding[] {
  const project = exampleProject({ title: '', history: HISTORY, sql, ...(runner && { runner }) });
  const enabled = rules
    .filter(({ meta }) => names.includes(meta.name))
    .map((rule) => ({
      rule,
      severity: rule.meta.severity,
      options: Object.fromEntries(
        Object.entries(rule.meta.options ?? {}).map(([name, option]) => [name, option.default]),
      ),
    }));
  return lintProject(project.source, {
    rules: enabled,
    runner: project.runner,
    postgresVersion: 15,
    now: project.now,
  }).findings;
}

const LOCKS = 'no-work-under-lock';

beforeAll(() => loadParser());

describe('work under a lock', () => {
  it('is said by the rule that reports the work, in its lock line', () => {
    const findings = lint(
      'ALTER TABLE users ADD COLUMN verified boolean DEFAULT false;\nCREATE INDEX idx_users_verified ON users (verified);',
      [LOCKS, 'require-concurrent-index'],
    );
    expect(findings.map(({ rule }) => rule)).toEqual(['require-concurrent-index']);
    expect(findings.map(findingLockLine)).toEqual([
      'SHARE on users while the index is built, under ACCESS EXCLUSIVE on users since line 1, which keeps reads and writes waiting until the transaction ends',
    ]);
  });

  it('is one finding for each lock, of what no other rule reports', () => {
    const sql = [
      'ALTER TABLE users ADD COLUMN verified boolean;',
      'UPDATE users SET email = lower(email);',
      'ALTER TABLE logs VALIDATE CONSTRAINT positive;',
      'ALTER TABLE logs VALIDATE CONSTRAINT small;',
    ].join('\n');
    const findings = lint(sql, [LOCKS, 'no-unbatched-write']);
    expect(findings.map(({ rule, message }) => `${rule}: ${message.split(',')[0]}`)).toEqual([
      'no-unbatched-write: This UPDATE changes any number of rows of users in one statement: it keeps every one of them locked until its transaction ends',
      `${LOCKS}: While logs is read from end to end`,
    ]);
  });

  it.each<[string, Example['sql'], Example['runner'], string]>([
    [
      'the last statement',
      'ALTER TABLE users ADD x int;\nDELETE FROM logs;',
      undefined,
      'Move this statement into a migration of its own, after this one: it then begins with no lock held.',
    ],
    [
      'what may depend on it, too',
      'BEGIN;\nALTER TABLE users ADD x int;\nUPDATE users SET x = 1;\nALTER TABLE users ALTER x SET NOT NULL;\nCOMMIT;',
      undefined,
      'Move this statement and what follows it into a migration of its own, after this one: it then begins with no lock held.',
    ],
    [
      'not COMMIT',
      'BEGIN;\nALTER TABLE users ADD x int;\nUPDATE users SET x = 1;\nCOMMIT;',
      undefined,
      'Move this statement into a migration of its own, after this one: it then begins with no lock held.',
    ],
    [
      'one transaction for all migrations',
      ['ALTER TABLE users ADD x int;', 'UPDATE users SET x = 1;', 'ALTER TABLE users ALTER x SET NOT NULL;'],
      'drizzle',
      'Move this statement and what follows it into a migration of a later deploy: Drizzle runs all pending migrations in one transaction.',
    ],
  ])('is told where to move: %s', (_, sql, runner, help) => {
    expect(lint(sql, [LOCKS], runner).map((finding) => finding.help)).toEqual([help]);
  });
});

describe('a required column', () => {
  it('reads nothing: it fails at the first row', () => {
    const findings = lint('ALTER TABLE users ADD x int NOT NULL;', ['no-required-column']);
    expect(findings.map(findingLockLine)).toEqual(['ACCESS EXCLUSIVE on users, metadata only']);
  });

  it('reads what a DELETE left', () => {
    const findings = lint('DELETE FROM users;\nALTER TABLE users ADD x int NOT NULL;', [
      'no-required-column',
    ]);
    expect(findings.map(findingLockLine)).toEqual(['ACCESS EXCLUSIVE on users while the table is scanned']);
  });
});

describe('locks on several tables', () => {
  it.each<[Example['runner'], string]>([
    ['prisma-6', 'Split the migration, one table each, so that'],
    [
      'drizzle',
      'Drizzle runs all pending migrations in one transaction: change one table in each deploy, so that',
    ],
  ])('are told how to take apart with %s', (runner, help) => {
    const sql = 'ALTER TABLE users ADD x int;\nALTER TABLE logs ADD x int;\nALTER TABLE teams ADD x int;';
    const [finding] = lint(sql, ['no-wide-lock-window'], runner);
    expect(finding?.help).toContain(help);
  });
});
