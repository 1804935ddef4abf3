import { beforeAll, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { parseScript } from '../../../src/input/sql/parse-script.ts';
import type { Runner } from '../../../src/input/runners/types.ts';
import { DEFAULT_CONVENTIONS } from '../../../src/lint/conventions.ts';
import type { Migration, Project } from '../../../src/lint/project.ts';
import { lintProject } from '../../../src/lint/run.ts';
import type { Operation } from '../../../src/model/operations/types.ts';
import type { Plan, PlanStep } from '../../../src/repair/plans/types.ts';
import { withConcurrentDrops } from '../../../src/repair/split/concurrent-drops.ts';
import { splitMigration } from '../../../src/repair/split/split-migration.ts';
import type { Split } from '../../../src/repair/split/types.ts';
import type { ExampleRunner } from '../../../src/lint/examples.ts';
import { exampleProject } from '../../../src/testing/example-project.ts';

beforeAll(loadParser);

const HISTORY = [
  'CREATE TABLE users (id int PRIMARY KEY, name text); CREATE TABLE posts (id int PRIMARY KEY, author int, title text);',
];

interface Given {
  readonly sql: string;
  readonly runner?: ExampleRunner;
  readonly rollback?: string;
  readonly withoutTransaction?: true;
}

function migrationOf({ sql, ...rest }: Given): { readonly migration: Migration; readonly project: Project } {
  const { source, runner, now } = exampleProject({ title: '', history: HISTORY, sql, ...rest });
  const options = { rules: [], runner: runner satisfies Runner, postgresVersion: 15, now };
  const { judged, project } = lintProject(source, options);
  const [migration] = judged;
  if (migration === undefined) throw new Error('nothing is pending');
  return { migration, project };
}

const step = (sql: string, more: Partial<PlanStep> = {}): PlanStep => ({
  sql,
  name: 'a_step',
  after: 'nothing',
  outsideTransaction: false,
  ...more,
});

/** Splits a migration with plans for the operations of some kinds. */
function split(
  given: Given,
  planned: (operation: Operation, index: number) => Omit<Plan, 'operation'> | undefined,
): Split | string {
  const { migration, project } = migrationOf(given);
  const plans = migration.operations.flatMap((operation, index): readonly Plan[] => {
    const plan = planned(operation, index);
    return plan === undefined ? [] : [{ operation, ...plan }];
  });
  const outcome = splitMigration({ migration, project, conventions: DEFAULT_CONVENTIONS, plans });
  return outcome.kind === 'split' ? outcome.split : outcome.reason;
}

/** CREATE INDEX becomes one that is built concurrently. */
const concurrently = (operation: Operation): Omit<Plan, 'operation'> | undefined => {
  if (operation.kind !== 'CreateIndex') return undefined;
  const { source, span } = operation.statement;
  const sql = `${source.text.slice(span.start, span.end).replace('INDEX', 'INDEX CONCURRENTLY')};`;
  const name = `create_${operation.name ?? ''}`;
  return { origin: { kind: 'removed' }, steps: [step(sql, { name, outsideTransaction: true })] };
};

const scripts = (outcome: Split | string): readonly string[] | string =>
  typeof outcome === 'string' ? outcome : outcome.pieces.map(({ sql }) => sql.trimEnd());

const ADD_NOTE = 'ALTER TABLE users ADD COLUMN note text;';

it('gives what must stand alone a migration of its own, and leaves the rest', () => {
  const sql = `${ADD_NOTE}\nCREATE INDEX i ON users (name);\nALTER TABLE posts ADD COLUMN body text;\n`;
  expect(scripts(split({ sql }, concurrently))).toEqual([
    `${ADD_NOTE}\nALTER TABLE posts ADD COLUMN body text;`,
    'CREATE INDEX CONCURRENTLY i ON users (name);',
  ]);
});

it('moves what needs it along, in its order', () => {
  const sql = `${ADD_NOTE}
CREATE UNIQUE INDEX i ON users (name);
-- who wrote it
ALTER TABLE posts ADD COLUMN name text;
ALTER TABLE posts ADD FOREIGN KEY (name) REFERENCES users (name); -- by name
COMMENT ON INDEX i IS 'no two';
ALTER INDEX i RENAME TO j;
`;
  const outcome = split({ sql }, concurrently);
  expect(scripts(outcome)).toEqual([
    `${ADD_NOTE}\n-- who wrote it\nALTER TABLE posts ADD COLUMN name text;`,
    'CREATE UNIQUE INDEX CONCURRENTLY i ON users (name);',
    "ALTER TABLE posts ADD FOREIGN KEY (name) REFERENCES users (name); -- by name\n\nCOMMENT ON INDEX i IS 'no two';\nALTER INDEX i RENAME TO j;",
  ]);
});

it('keeps an ON CONFLICT behind the index that it needs', () => {
  const sql =
    "CREATE UNIQUE INDEX i ON users (name);\nINSERT INTO users VALUES (1, 'a') ON CONFLICT (name) DO NOTHING;";
  expect(scripts(split({ sql }, concurrently))).toEqual([
    'CREATE UNIQUE INDEX CONCURRENTLY i ON users (name);',
    "INSERT INTO users VALUES (1, 'a') ON CONFLICT (name) DO NOTHING;",
  ]);
});

it('puts the steps into the file where the runner commits each statement', () => {
  const sql = `-- the note\n${ADD_NOTE}\nCREATE INDEX i ON users (name);\n`;
  const outcome = split({ sql, runner: 'prisma-7.4' }, concurrently);
  expect(scripts(outcome)).toEqual([
    `-- the note\n${ADD_NOTE}\nCREATE INDEX CONCURRENTLY i ON users (name);`,
  ]);
});

it('shares a file where the tool sends one statement by statement that asks for it', () => {
  const sql = `${ADD_NOTE}\nCREATE INDEX i ON users (name);\nCREATE INDEX j ON posts (title);\n`;
  const outcome = split({ sql, runner: 'goose' }, concurrently);
  expect(outcome).toMatchObject({
    pieces: [
      { sql: `${ADD_NOTE}\n`, outsideTransaction: false },
      {
        sql: 'CREATE INDEX CONCURRENTLY i ON users (name);\n\nCREATE INDEX CONCURRENTLY j ON posts (title);\n',
        name: 'create_indexes',
        outsideTransaction: true,
      },
    ],
  });
});

it('says why it cannot where the runner opens a transaction in any case', () => {
  expect(split({ sql: 'CREATE INDEX i ON users (name);', runner: 'wrapping' }, concurrently)).toMatch(
    /opens a transaction around each script/,
  );
  expect(split({ sql: 'CREATE INDEX i ON users (name);', runner: 'drizzle' }, concurrently)).toMatch(
    /all pending migrations in one transaction/,
  );
});

it('takes actions out of an ALTER TABLE with their commas', () => {
  const sql = `ALTER TABLE users\n  ADD CONSTRAINT a CHECK (id > 0),\n  ADD COLUMN note text,\n  ADD CONSTRAINT b CHECK (id < 9);`;
  const outcome = split({ sql }, (operation) =>
    operation.kind === 'AddConstraint'
      ? {
          origin: { kind: 'removed' },
          steps: [
            step(`ALTER TABLE users ADD CONSTRAINT ${operation.constraint.name} CHECK (id <> 5) NOT VALID;`),
            step(`ALTER TABLE users VALIDATE CONSTRAINT ${operation.constraint.name};`, {
              name: `validate_${operation.constraint.name}`,
              after: 'commit',
            }),
          ],
        }
      : undefined,
  );
  expect(outcome).toMatchObject({
    pieces: [
      {
        sql: 'ALTER TABLE users\n  ADD COLUMN note text;\nALTER TABLE users ADD CONSTRAINT a CHECK (id <> 5) NOT VALID;\n\nALTER TABLE users ADD CONSTRAINT b CHECK (id <> 5) NOT VALID;',
      },
      { name: 'validate_constraints_of_users' },
    ],
  });
});

it('leaves a draft of what waits for a release, with what depends on it', () => {
  const sql = `${ADD_NOTE}\nALTER TABLE users DROP COLUMN name;\nALTER TABLE users ADD COLUMN name int;`;
  const outcome = split({ sql }, (operation) =>
    operation.kind === 'DropColumn'
      ? {
          origin: { kind: 'removed' },
          steps: [step('ALTER TABLE users DROP COLUMN name;', { name: 'drop_name', after: 'release' })],
        }
      : undefined,
  );
  expect(outcome).toMatchObject({
    pieces: [{ sql: `${ADD_NOTE}\n` }],
    drafts: [
      {
        sql: 'ALTER TABLE users DROP COLUMN name;\nALTER TABLE users ADD COLUMN name int;\n',
        name: 'drop_name',
      },
    ],
  });
});

it('says of each draft what its step needs, and which one it follows', () => {
  const sql = `${ADD_NOTE}\nALTER TABLE users DROP COLUMN name;`;
  const outcome = split({ sql }, (operation) =>
    operation.kind === 'DropColumn'
      ? {
          origin: { kind: 'removed' },
          steps: [
            step('ALTER TABLE users ADD CHECK (id > 0);', {
              name: 'add_one',
              after: 'release',
              needs: 'This.',
            }),
            step('CREATE INDEX CONCURRENTLY i ON users (id);', {
              name: 'create_two',
              after: 'commit',
              outsideTransaction: true,
            }),
            step('ALTER TABLE users DROP COLUMN name;', {
              name: 'remove_three',
              after: 'release',
              needs: 'That.',
            }),
          ],
        }
      : undefined,
  );
  if (typeof outcome === 'string') throw new Error(outcome);
  const [one, two, three] = outcome.drafts;
  expect(one).toMatchObject({ name: 'add_one', needs: 'This.', outsideTransaction: false });
  expect(two).toMatchObject({ name: 'create_two', behind: one, outsideTransaction: true, byHand: false });
  expect(two?.needs).toBeUndefined();
  expect(three).toMatchObject({ name: 'remove_three', needs: 'That.', behind: two });
});

it('takes the settings along that statements run with, but no timeouts out of a transaction', () => {
  const sql = `SET lock_timeout = '5s';\nCREATE UNIQUE INDEX i ON users (name);\nALTER TABLE posts ADD FOREIGN KEY (title) REFERENCES users (name);`;
  expect(scripts(split({ sql }, concurrently))).toEqual([
    'CREATE UNIQUE INDEX CONCURRENTLY i ON users (name);',
    "SET lock_timeout = '5s';\nALTER TABLE posts ADD FOREIGN KEY (title) REFERENCES users (name);",
  ]);
  const other = `SET search_path = public;\nCREATE INDEX i ON users (name);`;
  expect(split({ sql: other }, concurrently)).toMatch(/sets search_path/);
});

it('goes on in transactions where the script opens one around all of it', () => {
  const sql = `BEGIN;\n${ADD_NOTE}\nCREATE UNIQUE INDEX i ON users (name);\nALTER TABLE posts ADD FOREIGN KEY (title) REFERENCES users (name);\nCOMMIT;\n`;
  expect(scripts(split({ sql, runner: 'prisma-7.4' }, concurrently))).toEqual([
    `BEGIN;\n${ADD_NOTE}\nCOMMIT;`,
    'CREATE UNIQUE INDEX CONCURRENTLY i ON users (name);',
    'BEGIN;\n\nALTER TABLE posts ADD FOREIGN KEY (title) REFERENCES users (name);\n\nCOMMIT;',
  ]);
  const two = `BEGIN;\n${ADD_NOTE}\nCOMMIT;\nBEGIN;\nCREATE INDEX i ON users (name);\nCOMMIT;`;
  expect(split({ sql: two }, concurrently)).toMatch(/transactions of its own/);
});

it('gives each piece the part of the rollback that undoes it, or makes one', () => {
  const sql = `${ADD_NOTE}\nCREATE INDEX i ON users (name);\nCREATE INDEX j ON users (id, name);`;
  const rollback = `-- the index\nDROP INDEX i;\n-- the column\nALTER TABLE users DROP COLUMN note;\n`;
  const outcome = split({ sql, rollback }, concurrently);
  if (typeof outcome === 'string') throw new Error(outcome);
  const [first, second, third] = outcome.pieces.map((piece) => piece.rollback ?? '');
  expect(first).toBe(`-- the column\nALTER TABLE users DROP COLUMN note;\n`);
  // Nobody is to wait for the drop of what nobody waited for.
  expect(second).toBe('-- the index\nDROP INDEX CONCURRENTLY i;\n');
  expect(third).toContain('DROP INDEX');
  for (const text of [first, second, third]) expect(problemsOf(text ?? '')).toBe(0);
});

it.each([
  ['goose', 'drop index if exists i;', 'drop index concurrently if exists i;'],
  ['sqlx', 'DROP INDEX i;', 'DROP INDEX CONCURRENTLY i;'],
  ['goose', 'DROP INDEX i CASCADE;', 'DROP INDEX i CASCADE;'],
] as const)('%s undoes a concurrent build concurrently where it can: %s', (runner, rollback, becomes) => {
  const outcome = split(
    { sql: `${ADD_NOTE}\nCREATE INDEX i ON users (name);`, rollback, runner },
    concurrently,
  );
  if (typeof outcome === 'string') throw new Error(outcome);
  expect(outcome.pieces[1]?.rollback?.trimEnd()).toBe(becomes);
});

it('leaves a drop alone that shares a transaction with other statements, or is of another index', () => {
  const { migration, project } = migrationOf({
    sql: 'CREATE INDEX CONCURRENTLY i ON users (name);',
    runner: 'golang-migrate',
  });
  const undone = (sql: string): string => withConcurrentDrops(sql, migration.operations, project);
  expect(undone('DROP INDEX i;')).toBe('DROP INDEX CONCURRENTLY i;');
  for (const sql of [
    'DROP INDEX i;\nSELECT 1;',
    'DROP INDEX j;',
    'DROP INDEX CONCURRENTLY i;',
    'DROP INDEX i, j;',
  ])
    expect(undone(sql)).toBe(sql);
});

it('keeps the line ends of the file', () => {
  const sql = `${ADD_NOTE}\r\n-- index\r\nCREATE INDEX i ON users (name);\r\n`;
  expect(split({ sql }, concurrently)).toMatchObject({
    pieces: [
      { sql: `${ADD_NOTE}\r\n` },
      { sql: '-- index\r\nCREATE INDEX CONCURRENTLY i ON users (name);\r\n' },
    ],
  });
});

it('leaves alone what cannot be read whole', () => {
  expect(split({ sql: 'CREATE INDEX i ON users (name);\nSELECT {{ x }} FROM;' }, concurrently)).toMatch(
    /cannot be read whole/,
  );
});

function problemsOf(text: string): number {
  return parseScript({ path: 'a.sql', text, encoding: 'utf-8', byteOrderMark: false }).problems.length;
}
