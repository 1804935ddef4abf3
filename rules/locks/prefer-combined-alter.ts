import {
  combinableWith,
  combinedAlterFix,
  defineRule,
  operationsOfStatement,
  type Operation,
  type Statement,
} from 'migration-lint';

export default defineRule({
  meta: {
    name: 'prefer-combined-alter',
    summary: 'Prefer one `ALTER TABLE` to several of the same table in a row',
    rationale:
      'Each ALTER TABLE waits for its lock by itself where each statement commits, and reads or writes the table by itself where it has to: ' +
      'one with several actions waits once and goes through the rows once. Only statements that directly follow each other are ' +
      'reported, whose actions touch different columns and take the same lock, so that nothing else changes. VALIDATE CONSTRAINT ' +
      'belongs apart from what takes a stronger lock, and so do keys to different tables.',
    instead: '```sql\nALTER TABLE users\n  ADD COLUMN name text,\n  ADD COLUMN note text;\n```',
    whenNotToUse: 'Where one action a line is easier to read, and the table is small.',
    policy: ['IX6'],
    presets: ['strict'],
    severity: 'info',
    fix: { safety: 'safe', form: 'edits' },
    messages: {
      combine: {
        what: 'This ALTER TABLE of {{table}} could be one with the statement before it: it waits for the same lock again.',
        help: 'Write the actions behind each other, with commas: ALTER TABLE {{table}} …, ….',
      },
      combineScans: {
        what: 'This ALTER TABLE of {{table}} could be one with the statement before it: the rows would be gone through once instead of twice.',
        help: 'Write the actions behind each other, with commas: ALTER TABLE {{table}} …, ….',
      },
    },
    examples: {
      bad: [
        {
          title: 'two columns, where each statement commits',
          runner: 'prisma-7.4',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN name text;\nALTER TABLE users ADD COLUMN note text;\nALTER TABLE public.users ALTER COLUMN id SET DEFAULT 1;',
          reports: ['combine', 'combine'],
          fixed:
            'ALTER TABLE users ADD COLUMN name text,\n  ADD COLUMN note text,\n  ALTER COLUMN id SET DEFAULT 1;',
        },
        {
          title: 'two checks: the table is read twice',
          history: ['CREATE TABLE users (id int PRIMARY KEY, age int, size int);'],
          sql: 'ALTER TABLE users ADD CONSTRAINT a CHECK (age > 0);\nALTER TABLE users ADD CONSTRAINT s CHECK (size > 0);',
          reports: ['combineScans'],
          fixed: 'ALTER TABLE users ADD CONSTRAINT a CHECK (age > 0),\n  ADD CONSTRAINT s CHECK (size > 0);',
          proof: { rows: 'INSERT INTO users VALUES (1, 1, 1);', scans: ['users'] },
        },
      ],
      good: [
        {
          title: 'one statement',
          runner: 'prisma-7.4',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN name text, ADD COLUMN note text;',
        },
        {
          title: 'in one transaction, without work: the lock is held already',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN name text;\nALTER TABLE users ADD COLUMN note text;',
        },
        {
          title: 'the same column: the order matters',
          runner: 'prisma-7.4',
          history: ['CREATE TABLE users (id int PRIMARY KEY, name text);'],
          sql: "ALTER TABLE users ADD COLUMN kind text;\nALTER TABLE users ALTER COLUMN kind SET DEFAULT 'x';\nALTER TABLE users RENAME COLUMN name TO nick;\nALTER TABLE users ADD COLUMN name text;",
        },
        {
          title: 'a table that was emptied before: there are no rows to go through',
          history: ['CREATE TABLE scores (id int PRIMARY KEY, kind text);'],
          sql: 'DELETE FROM scores;\nALTER TABLE scores ADD COLUMN value int NOT NULL;\nALTER TABLE scores ADD CONSTRAINT kinds CHECK (kind IS NOT NULL);',
          proof: { rows: "INSERT INTO scores VALUES (1, 'a');", lock: { scores: 'ACCESS EXCLUSIVE' } },
        },
        {
          title: 'VALIDATE stays apart',
          runner: 'prisma-7.4',
          history: ['CREATE TABLE users (id int PRIMARY KEY, age int);'],
          sql: 'ALTER TABLE users ADD CONSTRAINT a CHECK (age > 0) NOT VALID;\nALTER TABLE users VALIDATE CONSTRAINT a;',
        },
        {
          title: 'keys to different tables',
          runner: 'prisma-7.4',
          history: [
            'CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY); CREATE TABLE users (a int, b int);',
          ],
          sql: 'ALTER TABLE users ADD CONSTRAINT x FOREIGN KEY (a) REFERENCES a (id) NOT VALID;\nALTER TABLE users ADD CONSTRAINT y FOREIGN KEY (b) REFERENCES b (id) NOT VALID;',
        },
        {
          title: 'other tables, new ones, and statements in between',
          runner: 'prisma-7.4',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE SCHEMA app; CREATE TABLE app.users (id int);',
          ],
          sql: 'ALTER TABLE users ADD COLUMN name text;\nALTER TABLE app.users ADD COLUMN name text;\nUPDATE app.users SET name = id WHERE id = 1;\nALTER TABLE app.users ADD COLUMN note text;\nCREATE TABLE posts (id int);\nALTER TABLE posts ADD COLUMN a int;\nALTER TABLE posts ADD COLUMN b int;',
        },
      ],
    },
  },
  on: {
    Migration(migration, context) {
      let before: readonly Operation[] = [];
      for (const statement of migration.script?.statements ?? []) {
        const operations = isAlterTable(statement) ? operationsOfStatement(statement, context.deploy) : [];
        const [first] = operations;
        const gain = combinableWith(before, operations, context);
        const previous = before[0]?.statement;
        if (first !== undefined && 'table' in first && first.table !== undefined && gain !== undefined) {
          context.report({
            messageId: gain === 'lock' ? 'combine' : 'combineScans',
            at: first,
            data: { table: first.table },
            fix: previous && combinedAlterFix(previous, statement),
          });
        }
        before = operations;
      }
    },
  },
});

function isAlterTable({ tree }: Statement): boolean {
  return 'AlterTableStmt' in tree;
}
