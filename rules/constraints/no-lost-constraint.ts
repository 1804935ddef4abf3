import {
  columnExistedBefore,
  defineRule,
  missedWithColumn,
  quoteIdentifier,
  sameTableIn,
} from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-lost-constraint',
    summary: 'Disallow `DROP COLUMN` that takes keys, checks or indexes over other columns along',
    rationale:
      'DROP COLUMN drops every key, CHECK and index that names the column, also those over several columns, and those that only ' +
      'name it in a WHERE or INCLUDE. PostgreSQL says nothing, CASCADE is not needed, and the migration does not show it: ' +
      'afterwards the other columns take duplicates, or are read without an index. A unique index WHERE deleted_at IS NULL ' +
      'goes with deleted_at. An index over the dropped column alone is no loss.',
    instead:
      'Make what is still wanted over the columns that stay, before the column goes:\n\n' +
      '```sql\n-- migration 1, alone in its file\nCREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (email);\n```\n\n' +
      '```sql\n-- migration 2\nALTER TABLE users DROP COLUMN deleted_at;\n```\n\n' +
      'Or drop it by name before the column, so that everybody sees that it is meant.',
    policy: ['IX4'],
    presets: ['recommended'],
    severity: 'warning',
    // A replacement is asked for all that the old column guaranteed; CASCADE is said to be too much in any case.
    yieldsTo: ['no-cascade-drop', 'no-weaker-replacement'],
    messages: {
      goesAlong: {
        what: 'Dropping {{column}} of {{table}} also drops {{lost}}, which PostgreSQL does not mention.',
        help: 'Create what is still wanted over the columns that stay, before this. What is not wanted: drop it by name first.',
      },
    },
    examples: {
      bad: [
        {
          title: 'a unique index that leaves out deleted rows',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email text, deleted_at timestamptz); CREATE UNIQUE INDEX users_email_key ON users (email) WHERE deleted_at IS NULL;',
          ],
          sql: 'ALTER TABLE users DROP COLUMN deleted_at;',
          reports: ['goesAlong'],
          proof: {
            query: {
              sql: "SELECT count(*) FROM pg_indexes WHERE indexname = 'users_email_key'",
              rows: [['0']],
            },
          },
        },
        {
          title: 'a UNIQUE over two columns',
          history: [
            'CREATE TABLE "Member" (id int PRIMARY KEY, "teamId" int, email text, CONSTRAINT "Member_key" UNIQUE ("teamId", email));',
          ],
          sql: 'ALTER TABLE "Member" DROP COLUMN "teamId";',
          reports: ['goesAlong'],
          proof: {
            query: { sql: "SELECT count(*) FROM pg_constraint WHERE conname = 'Member_key'", rows: [['0']] },
          },
        },
        {
          title: 'the primary key',
          history: ['CREATE TABLE logs (id int PRIMARY KEY, line text);'],
          sql: 'ALTER TABLE logs DROP COLUMN id;',
          reports: ['goesAlong'],
          proof: {
            query: {
              sql: "SELECT count(*) FROM pg_constraint WHERE contype = 'p' AND conrelid = 'logs'::regclass",
              rows: [['0']],
            },
          },
        },
        {
          title: 'a foreign key, a CHECK and an index, each over two columns',
          history: [
            'CREATE TABLE seats (room int, seat int, UNIQUE (room, seat)); CREATE TABLE bookings (room int, seat int, at date, until date, CONSTRAINT k FOREIGN KEY (room, seat) REFERENCES seats (room, seat), CONSTRAINT c CHECK (seat > 0 OR until > at)); CREATE INDEX i ON bookings (at) INCLUDE (seat);',
          ],
          sql: 'ALTER TABLE bookings DROP COLUMN seat;',
          reports: ['goesAlong'],
          proof: {
            query: {
              sql: "SELECT count(*) FROM pg_constraint WHERE conname IN ('k', 'c') UNION ALL SELECT count(*) FROM pg_indexes WHERE indexname = 'i'",
              rows: [['0'], ['0']],
            },
          },
        },
        {
          title: 'an index over an expression',
          history: [
            "CREATE TABLE users (id int PRIMARY KEY, name text, nick text); CREATE INDEX users_search ON users (lower(name || ' ' || nick));",
          ],
          sql: 'ALTER TABLE users DROP COLUMN nick;',
          reports: ['goesAlong'],
          proof: {
            query: { sql: "SELECT count(*) FROM pg_indexes WHERE indexname = 'users_search'", rows: [['0']] },
          },
        },
        {
          title: 'of a table that is renamed',
          history: ['CREATE TABLE "User" (id int PRIMARY KEY, a int, b int, UNIQUE (a, b));'],
          sql: 'ALTER TABLE "User" RENAME TO users;\nALTER TABLE users DROP COLUMN b;',
          reports: ['goesAlong'],
          proof: {
            query: {
              sql: "SELECT count(*) FROM pg_constraint WHERE contype = 'u' AND conrelid = 'users'::regclass",
              rows: [['0']],
            },
          },
        },
      ],
      good: [
        {
          title: 'an index and a UNIQUE over the column alone',
          history: [
            "CREATE TABLE users (id int PRIMARY KEY, email text, fax text UNIQUE CHECK (fax <> '')); CREATE INDEX users_fax_idx ON users (fax);",
          ],
          sql: 'ALTER TABLE users DROP COLUMN fax;',
        },
        {
          title: 'dropped by name first',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, a int, b int); CREATE UNIQUE INDEX users_a_b_key ON users (a, b);',
          ],
          sql: 'DROP INDEX users_a_b_key;\nALTER TABLE users DROP COLUMN b;',
        },
        {
          title: 'made anew over the columns that stay',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, a int, b int); CREATE UNIQUE INDEX users_a_b_key ON users (a, b);',
          ],
          sql: 'ALTER TABLE users DROP COLUMN b;\nCREATE UNIQUE INDEX users_a_key ON users (a);',
        },
        {
          title: 'another index begins with the column that stays',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, a int, b int, c int); CREATE INDEX users_a_b ON users (a, b); CREATE INDEX users_a_c ON users (a, c);',
          ],
          sql: 'ALTER TABLE users DROP COLUMN b;',
        },
        {
          title: 'an index that begins with the dropped column',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, a int, b int); CREATE INDEX users_a_b ON users (a, b);',
          ],
          sql: 'ALTER TABLE users DROP COLUMN a;',
        },
        {
          title: 'all of its columns go',
          history: [
            'CREATE TABLE fields (id int PRIMARY KEY, doc int, template int, CHECK (doc > 0 OR template > 0));',
          ],
          sql: 'ALTER TABLE fields DROP COLUMN doc,\nDROP COLUMN template;',
        },
        {
          title: 'one key for another',
          history: ['CREATE TABLE users (id int PRIMARY KEY, uid uuid NOT NULL);'],
          sql: 'ALTER TABLE users DROP COLUMN id;\nALTER TABLE users ADD PRIMARY KEY (uid);',
        },
        {
          title: 'a table created, or dropped, in the same deploy',
          history: ['CREATE TABLE old (a int, b int, UNIQUE (a, b));'],
          sql: 'CREATE TABLE users (a int, b int, UNIQUE (a, b));\nALTER TABLE users DROP COLUMN b;\nALTER TABLE old DROP COLUMN b;\nDROP TABLE old;',
        },
        {
          title: 'a unique index that perhaps is there',
          history: [
            'CREATE TABLE users (a int, b int);',
            "DO $$ BEGIN IF now() > '2024-01-01' THEN CREATE UNIQUE INDEX u ON users (a, b); END IF; END $$;",
          ],
          sql: 'ALTER TABLE users DROP COLUMN b;',
        },
      ],
    },
  },
  on: {
    DropColumn(operation, { catalog, catalogAfterDeploy, existedBeforeDeploy, isMadeByDeploy, report }) {
      const { column, table } = operation;
      const now = catalog.table(table);
      if (now === undefined || operation.run === 'called') return;
      const existed = existedBeforeDeploy(table);
      if (existed === undefined || !columnExistedBefore(existed, now, column)) return;
      const end = sameTableIn(now, catalogAfterDeploy);
      const lost = end === undefined ? [] : missedWithColumn(now, column, end, isMadeByDeploy);
      if (lost.length === 0) return;
      const data = { column: quoteIdentifier(column), table, lost: lost.map(({ text }) => text) };
      report({ messageId: 'goesAlong', at: operation, data });
    },
  },
});
