import {
  columnWithoutConstraintsFix,
  concurrentBuildAdvice,
  defineRule,
  laterTransaction,
  quoteIdentifier,
  slowWorkOnUsedTables,
} from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-inline-constraint',
    summary: 'Disallow `ADD COLUMN` with a UNIQUE, PRIMARY KEY or CHECK of its own on an existing table',
    rationale:
      'A new column without a volatile default is added in a moment. With UNIQUE or PRIMARY KEY behind it, PostgreSQL builds the ' +
      'index over all rows before it lets go of ACCESS EXCLUSIVE, even though every value is the same; with CHECK it reads all ' +
      'rows, even though it could know the answer. Nobody can read or write the table meanwhile. REFERENCES is another matter: ' +
      'a column that begins as NULL is not checked, so that the key costs a short lock on the other table, and with a default ' +
      '`require-not-valid-foreign-key` says what it costs.',
    instead:
      'First the column, then the constraint in steps that block nobody for long:\n\n' +
      '```sql\n-- migration 1\nALTER TABLE users ADD COLUMN handle text;\n```\n\n```sql\n-- migration 2, alone in its file\nCREATE UNIQUE INDEX CONCURRENTLY users_handle_key ON users (handle);\n```\n\n' +
      '```sql\n-- migration 3\nALTER TABLE users ADD CONSTRAINT users_handle_key UNIQUE USING INDEX users_handle_key;\n```\n\n' +
      'A CHECK can come with the column’s own migration if it says NOT VALID in an ADD CONSTRAINT of its own, and is validated in the next.',
    whenNotToUse: 'For tables so small that the work takes no time anybody notices.',
    policy: ['IX5'],
    presets: ['recommended'],
    severity: 'error',
    fix: { safety: 'safe', form: 'files' },
    sizeMatters: true,
    // The rewrite is what has to go first; a required column without a value is nothing for a table with rows.
    yieldsTo: [
      'no-identity-column',
      'no-required-column',
      'no-serial-column',
      'no-stored-generated-column',
      'no-volatile-default',
    ],
    messages: {
      buildsIndex: {
        what: 'Adding {{column}} with {{constraint}} builds an index over all of {{table}} under ACCESS EXCLUSIVE: nobody can read or write it until that is done.',
        help: 'Add the column without it, then CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT … {{constraint}} USING INDEX. {{advice}}',
      },
      readsRows: {
        what: 'Adding {{column}} with a CHECK reads all of {{table}} under ACCESS EXCLUSIVE: nobody can read or write it until that is done.',
        help: 'Add the column without it, then ALTER TABLE {{table}} ADD CONSTRAINT … CHECK (…) NOT VALID, and VALIDATE CONSTRAINT {{later}}.',
      },
    },
    examples: {
      bad: [
        {
          title: 'UNIQUE',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN handle text UNIQUE;',
          reports: ['buildsIndex'],
          fixed: {
            scripts: [
              'ALTER TABLE users ADD COLUMN handle text;',
              'CREATE UNIQUE INDEX CONCURRENTLY users_handle_key ON users (handle);',
              'ALTER TABLE users ADD CONSTRAINT users_handle_key UNIQUE USING INDEX users_handle_key;',
            ],
          },
          proof: {
            rows: 'INSERT INTO users VALUES (1);',
            lock: { users: 'ACCESS EXCLUSIVE' },
            scans: ['users'],
          },
        },
        {
          title: 'a PRIMARY KEY with a value for every row',
          history: ['CREATE TABLE "Setting" (name text);'],
          sql: 'ALTER TABLE "Setting" ADD COLUMN "id" int DEFAULT 1 PRIMARY KEY;',
          reports: ['buildsIndex'],
          proof: {
            rows: `INSERT INTO "Setting" VALUES ('a');`,
            lock: { Setting: 'ACCESS EXCLUSIVE' },
            scans: ['Setting'],
          },
        },
        {
          title: 'a CHECK, which no NULL breaks',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN age int CHECK (age > 0);',
          reports: ['readsRows'],
          fixed: {
            scripts: [
              'ALTER TABLE users ADD COLUMN age int, ADD CONSTRAINT users_age_check CHECK (age > 0) NOT VALID;',
              'ALTER TABLE users VALIDATE CONSTRAINT users_age_check;',
            ],
          },
          proof: {
            rows: 'INSERT INTO users VALUES (1);',
            lock: { users: 'ACCESS EXCLUSIVE' },
            scans: ['users'],
          },
        },
        {
          title: 'a CHECK of a constant',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN IF NOT EXISTS age int NOT NULL DEFAULT 1 CONSTRAINT users_age_check CHECK (age > 0);',
          reports: ['readsRows'],
          proof: {
            rows: 'INSERT INTO users VALUES (1);',
            lock: { users: 'ACCESS EXCLUSIVE' },
            scans: ['users'],
          },
        },
        {
          title: 'UNIQUE, CHECK and REFERENCES at once',
          history: ['CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE plans (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN plan_id int CHECK (plan_id > 0) REFERENCES plans UNIQUE;',
          reports: ['buildsIndex'],
          fixed: {
            scripts: [
              'ALTER TABLE users ADD COLUMN plan_id int REFERENCES plans, ADD CONSTRAINT users_plan_id_check CHECK (plan_id > 0) NOT VALID;',
              'ALTER TABLE users VALIDATE CONSTRAINT users_plan_id_check;',
              'CREATE UNIQUE INDEX CONCURRENTLY users_plan_id_key ON users (plan_id);',
              'ALTER TABLE users ADD CONSTRAINT users_plan_id_key UNIQUE USING INDEX users_plan_id_key;',
            ],
          },
          proof: { rows: 'INSERT INTO users VALUES (1);', scans: ['users'] },
        },
      ],
      good: [
        {
          title: 'REFERENCES of a column that begins as NULL: nothing is read',
          history: ['CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE plans (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN plan_id int REFERENCES plans (id);',
          proof: {
            rows: 'INSERT INTO users VALUES (1); INSERT INTO plans VALUES (1);',
            lock: { users: 'ACCESS EXCLUSIVE', plans: 'SHARE ROW EXCLUSIVE' },
            scans: [],
          },
        },
        {
          title: 'a column with a default and NOT NULL',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN age int NOT NULL DEFAULT 0;',
          proof: { rows: 'INSERT INTO users VALUES (1);', scans: [] },
        },
        {
          title: 'the column, and a CHECK that is not valid yet',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN age int, ADD CONSTRAINT users_age_check CHECK (age > 0) NOT VALID;',
          proof: { rows: 'INSERT INTO users VALUES (1);', scans: [] },
        },
        {
          title: 'a table created in the same deploy',
          sql: [
            'CREATE TABLE users (id int PRIMARY KEY);',
            'ALTER TABLE users ADD COLUMN handle text UNIQUE;',
          ],
        },
        {
          title: 'a table that has no rows, or the migration fails',
          history: ['CREATE TABLE users (name text);'],
          sql: 'ALTER TABLE users ADD COLUMN id int PRIMARY KEY;',
          proof: { lock: { users: 'ACCESS EXCLUSIVE' } },
        },
        {
          title: 'a column that is there already',
          history: ['CREATE TABLE users (id int PRIMARY KEY, handle text UNIQUE);'],
          sql: 'ALTER TABLE users ADD COLUMN IF NOT EXISTS handle text UNIQUE;',
          proof: { rows: "INSERT INTO users VALUES (1, 'h');", scans: [] },
        },
        {
          title: 'a table emptied just before',
          history: ['CREATE TABLE cache (id int PRIMARY KEY);'],
          sql: 'TRUNCATE cache;\nALTER TABLE cache ADD COLUMN key text UNIQUE;',
        },
        {
          title: 'a temporary table',
          sql: 'CREATE TEMPORARY TABLE chosen (id int);\nALTER TABLE chosen ADD COLUMN key text UNIQUE;',
        },
        {
          title: 'a CHECK that is NOT ENFORCED, PostgreSQL 18',
          postgres: 18,
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN age int CHECK (age > 0) NOT ENFORCED;',
          proof: { rows: 'INSERT INTO users VALUES (1);', scans: [] },
        },
      ],
    },
  },
  on: {
    AddColumn(operation, context) {
      const { column, table } = operation;
      if (column.constraints.length === 0 || slowWorkOnUsedTables(operation, context).length === 0) return;
      const { project, report, transactionOf } = context;
      const key = column.constraints.find(({ type }) => type === 'unique' || type === 'primary key');
      const isChecked = column.constraints.some((one) => one.type === 'check' && !one.notEnforced);
      const data = { column: quoteIdentifier(column.name), table };
      const transaction = transactionOf(operation);
      const fix = columnWithoutConstraintsFix(operation, context);
      if (key !== undefined) {
        const advice = concurrentBuildAdvice(project.runner, transaction);
        const constraint = key.type.toUpperCase();
        report({ messageId: 'buildsIndex', at: operation, data: { ...data, constraint, advice }, fix });
      } else if (isChecked) {
        const later = laterTransaction(project.runner, transaction);
        report({ messageId: 'readsRows', at: operation, data: { ...data, later }, fix });
      }
    },
  },
});
