import {
  defineRule,
  failsOnRows,
  isEmptiedBefore,
  operationsOn,
  quoteIdentifier,
  requireLaterFix,
  runsBefore,
  type AddColumn,
  type Migration,
  type Table,
} from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-required-column',
    summary: 'Disallow adding a `NOT NULL` column without a default to an existing table',
    rationale:
      'ADD COLUMN … NOT NULL without a default fails with 23502 as soon as the table has one row. On an empty table it succeeds, and then ' +
      'the running code fails: its inserts do not know the column. Three steps avoid both.',
    instead:
      'Where one value fits every row that is there, say so: a constant default is stored in the catalog, and no row is written.\n\n' +
      "```sql\nALTER TABLE users ADD COLUMN phone_number text NOT NULL DEFAULT '';\n```\n\n" +
      'Else add it nullable, backfill in batches, and make it required in a later migration, with a validated CHECK before it:\n\n' +
      '```sql\nALTER TABLE users ADD COLUMN phone_number text;\n```',
    policy: ['EC5'],
    presets: ['recommended'],
    severity: 'error',
    fix: { safety: 'unsafe', form: 'files' },
    messages: {
      fails: {
        what: 'Adding the required column {{column}} without a default fails with 23502 if {{table}} has a single row, and breaks the running code’s inserts if it has none.',
        help: 'Add {{column}} nullable{{default}}; backfill in batches; make it NOT NULL in a later migration.',
      },
      breaksInserts: {
        what: 'Adding the required column {{column}} without a default makes the running code’s inserts into {{table}} fail with 23502 until the new code is everywhere.',
        help: 'Add {{column}} nullable{{default}}; make it NOT NULL in a later migration.',
      },
      failsAgain: {
        what: 'Adding {{column}} again, required and without a default, fails with 23502 if {{table}} has a single row: its values went with the column that this deploy drops.',
        help: 'Keep the old {{column}}: add the new one nullable under another name, backfill it in batches, make it NOT NULL, and drop the old one in a later release.',
      },
      isPrimaryKey: {
        what: 'Adding the primary key column {{column}} without a default fails with 23502 if {{table}} has a single row.',
        help: 'Add {{column}} nullable, fill it in batches, build a unique index concurrently, and attach it: ADD PRIMARY KEY USING INDEX.',
      },
    },
    examples: {
      bad: [
        {
          title: 'a required column on a table of an earlier migration',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN phone_number varchar(20) NOT NULL;',
          reports: ['fails'],
          fixed: {
            scripts: ['ALTER TABLE users ADD COLUMN phone_number varchar(20);'],
            drafts: [
              "-- CHOOSE A VALUE for the rows that have no phone_number: this script stops until somebody has written it in. All running code must set phone_number by then.\nDO $$\nDECLARE\n  last_id users.id%TYPE;\n  next_id users.id%TYPE;\nBEGIN\n  RAISE EXCEPTION 'CHOOSE A VALUE for users.phone_number below, and take this line out';\n  SELECT id INTO last_id FROM users ORDER BY id LIMIT 1;\n  LOOP\n    SELECT id INTO next_id\n    FROM (SELECT id FROM users WHERE id >= last_id ORDER BY id LIMIT 10000) AS batch\n    ORDER BY id DESC LIMIT 1;\n    EXIT WHEN NOT FOUND;\n    UPDATE users SET phone_number = NULL::character varying(20) /* CHOOSE A VALUE */\n    WHERE id >= last_id AND id <= next_id AND phone_number IS NULL;\n    COMMIT;\n    EXIT WHEN next_id = last_id;\n    last_id := next_id;\n    PERFORM pg_sleep(0.1);\n  END LOOP;\nEND\n$$;",
              'ALTER TABLE users ADD CONSTRAINT users_phone_number_not_null_check CHECK (phone_number IS NOT NULL) NOT VALID;',
              '-- If it stops at a row without phone_number, that row was written after the backfill and before the constraint: run the backfill again, then this.\nALTER TABLE users VALIDATE CONSTRAINT users_phone_number_not_null_check;\nALTER TABLE users ALTER COLUMN phone_number SET NOT NULL;\nALTER TABLE users DROP CONSTRAINT users_phone_number_not_null_check;',
            ],
          },
          proof: { rows: 'INSERT INTO users VALUES (1);', error: '23502' },
        },
        {
          title: 'one of several columns, as Prisma writes them',
          history: ['CREATE TABLE "Task" ("id" TEXT NOT NULL PRIMARY KEY);'],
          sql: 'ALTER TABLE "Task" ADD COLUMN "note" TEXT,\nADD COLUMN     "runId" TEXT NOT NULL;',
          reports: ['fails'],
          proof: { rows: `INSERT INTO "Task" VALUES ('t');`, error: '23502' },
        },
        {
          title: 'DEFAULT NULL is no default',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN age int NOT NULL DEFAULT NULL;',
          reports: ['fails'],
          proof: { rows: 'INSERT INTO users VALUES (1);', error: '23502' },
        },
        {
          title: 'neither is a NULL behind a cast',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN age int NOT NULL DEFAULT CAST(NULL AS int);',
          reports: ['fails'],
          proof: { rows: 'INSERT INTO users VALUES (1);', error: '23502' },
        },
        {
          title: 'the backfill comes too late',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: "ALTER TABLE users ADD COLUMN plan text NOT NULL;\nUPDATE users SET plan = 'free';",
          reports: ['fails'],
          proof: { rows: 'INSERT INTO users VALUES (1);', error: '23502' },
        },
        {
          title: 'a table emptied just before: the running code fails instead',
          history: ['CREATE TABLE cache (id int PRIMARY KEY); CREATE TABLE profiles (id int PRIMARY KEY);'],
          sql: 'TRUNCATE cache;\nALTER TABLE cache ADD COLUMN body text NOT NULL;\nDELETE FROM profiles;\nALTER TABLE profiles ADD COLUMN bio text NOT NULL;',
          reports: ['breaksInserts', 'breaksInserts'],
          proof: {
            rows: 'INSERT INTO cache VALUES (1); INSERT INTO profiles VALUES (1);',
            query: { sql: 'SELECT count(*) FROM cache, profiles', rows: [['0']] },
          },
        },
        {
          title: 'a column that is dropped and comes back: running code knows it',
          history: [
            `CREATE TYPE kind AS ENUM ('a'); CREATE TABLE notes (id int PRIMARY KEY, kind text NOT NULL);`,
          ],
          sql: 'ALTER TABLE notes DROP COLUMN kind,\nADD COLUMN kind kind NOT NULL;',
          reports: ['failsAgain'],
          proof: { rows: "INSERT INTO notes VALUES (1, 'a');", error: '23502' },
        },
        {
          title: 'a column that becomes unique, or a foreign key: no constant fits',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE plans (id int PRIMARY KEY); INSERT INTO plans VALUES (7);',
          ],
          sql: 'ALTER TABLE users ADD COLUMN token text NOT NULL, ADD COLUMN plan_id int NOT NULL;\nCREATE UNIQUE INDEX token ON users (token);\nALTER TABLE users ADD CONSTRAINT plan FOREIGN KEY (plan_id) REFERENCES plans;',
          reports: ['fails', 'fails'],
          proof: { rows: 'INSERT INTO users VALUES (1);', error: '23502' },
        },
        {
          title: 'a new primary key',
          history: ['CREATE TABLE settings (name text);'],
          sql: 'ALTER TABLE settings ADD COLUMN id uuid PRIMARY KEY;',
          reports: ['isPrimaryKey'],
          proof: { rows: "INSERT INTO settings VALUES ('a');", error: '23502' },
        },
      ],
      good: [
        {
          title: 'a constant default',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN verified boolean NOT NULL DEFAULT false, ADD COLUMN joined_at timestamptz NOT NULL DEFAULT now();',
          proof: {
            rows: 'INSERT INTO users VALUES (1);',
            rewrites: [],
            query: { sql: 'SELECT verified FROM users', rows: [['false']] },
          },
        },
        {
          title: 'nullable',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN phone_number varchar(20);',
          proof: {
            rows: 'INSERT INTO users VALUES (1);',
            query: { sql: 'SELECT phone_number FROM users', rows: [[null]] },
          },
        },
        {
          title: 'serial, identity and generated columns have values of their own',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN a bigserial NOT NULL, ADD COLUMN b int NOT NULL GENERATED ALWAYS AS IDENTITY, ADD COLUMN c int NOT NULL GENERATED ALWAYS AS (id * 2) STORED;',
          proof: {
            rows: 'INSERT INTO users VALUES (4);',
            query: { sql: 'SELECT a, b, c FROM users', rows: [['1', '1', '8']] },
          },
        },
        {
          title: 'a domain that has a default',
          history: ["CREATE DOMAIN plan AS text DEFAULT 'free'; CREATE TABLE users (id int PRIMARY KEY);"],
          sql: 'ALTER TABLE users ADD COLUMN plan plan NOT NULL;',
          proof: {
            rows: 'INSERT INTO users VALUES (1);',
            query: { sql: 'SELECT plan FROM users', rows: [['free']] },
          },
        },
        {
          title: 'a table created in the same deploy',
          sql: [
            'CREATE TABLE users (id int PRIMARY KEY);',
            'ALTER TABLE users ADD COLUMN email text NOT NULL;',
          ],
        },
        {
          title: 'IF NOT EXISTS on a column that is there',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL);'],
          sql: 'ALTER TABLE users ADD COLUMN IF NOT EXISTS email text NOT NULL;',
          proof: {
            rows: "INSERT INTO users VALUES (1, 'a@b.c');",
            query: { sql: 'SELECT email FROM users', rows: [['a@b.c']] },
          },
        },
      ],
    },
  },
  on: {
    AddColumn(op, context) {
      const { catalog, catalogAfter, catalogAfterDeploy, deploy, existedBeforeDeploy, report } = context;
      const { column, table } = op;
      if (op.run === 'called' || !failsOnRows(op, catalog)) return;
      const existed = existedBeforeDeploy(table);
      if (existed === undefined || existed.foreignServer !== undefined) return;
      const isKey = column.constraints.some(({ type }) => type === 'primary key');
      const at = { operation: op, part: 'column' } as const;
      const data = { table, column: quoteIdentifier(column.name) };
      const isEmptied = isEmptiedBefore(table, op, deploy);
      if (isDroppedBefore(op, existed, deploy)) {
        // Running code names the column already.
        if (!isEmptied) report({ messageId: 'failsAgain', at, data });
        return;
      }
      if (isKey && !isEmptied) return report({ messageId: 'isPrimaryKey', at, data });
      const final = catalogAfterDeploy.table(table) ?? catalogAfter.table(table);
      const fitsAll = final === undefined || !mustDiffer(final, column.name);
      const more = { ...data, default: fitsAll ? ', or with a constant default' : '' };
      if (isEmptied) report({ messageId: 'breaksInserts', at, data: more, severity: 'warning' });
      else report({ messageId: 'fails', at, data: more, fix: requireLaterFix(op, context) });
    },
  },
});

/** Whether the deploy has dropped a column of the same name before. */
function isDroppedBefore(op: AddColumn, existed: Table, deploy: readonly Migration[]): boolean {
  const { name } = op.column;
  return (
    existed.columns.some((column) => column.name === name) &&
    operationsOn(op.table, deploy).some(
      (other) => other.kind === 'DropColumn' && other.column === name && runsBefore(other, op, deploy),
    )
  );
}

/** Whether one value for all rows would not do: 23505 of a unique index, 23503 of a foreign key. */
function mustDiffer({ constraints, indexes }: Table, column: string): boolean {
  return (
    indexes.some(({ unique, elements }) => unique && elements.some((one) => one.column === column)) ||
    constraints.some(
      ({ definition }) =>
        (definition.type === 'foreign key' || definition.type === 'unique') &&
        definition.columns.includes(column),
    )
  );
}
