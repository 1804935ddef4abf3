import { defineRule, quoteIdentifier, rewrittenTables } from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-serial-column',
    summary: 'Disallow adding a `serial` column to an existing table',
    rationale:
      'PostgreSQL gives each row that is there the next number of the sequence: the whole table and all its indexes are written anew ' +
      'under ACCESS EXCLUSIVE.',
    instead:
      'A plain column, filled in batches, that gets its sequence at the end:\n\n```sql\nALTER TABLE users ADD COLUMN number bigint;\nCREATE SEQUENCE users_number_seq OWNED BY users.number;\n' +
      "ALTER TABLE users ALTER COLUMN number SET DEFAULT nextval('users_number_seq');\n```\n\n" +
      'Then give the rows that are there their numbers in batches that commit each (`SET number = nextval(…)`), and set NOT NULL last, ' +
      'through a validated CHECK.',
    whenNotToUse: 'For tables so small that writing them anew takes no time anybody notices.',
    policy: ['EC3'],
    presets: ['recommended'],
    severity: 'error',
    sizeMatters: true,
    messages: {
      rewrites: {
        what: 'Adding the serial column {{column}} writes every row of {{table}} anew to number it, and nobody can read or write the table until that is done.',
        help: 'Add {{column}} as a plain {{type}}, set its default to nextval of a sequence in a second statement, and number the rows that are there in batches.',
      },
    },
    examples: {
      bad: [
        {
          title: 'a number for each row',
          history: ['CREATE TABLE users (id uuid PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN number bigserial;',
          reports: ['rewrites'],
          proof: {
            rows: "INSERT INTO users VALUES ('00000000-0000-0000-0000-000000000000');",
            lock: { users: 'ACCESS EXCLUSIVE' },
            rewrites: ['users'],
          },
        },
        {
          title: 'as Prisma writes it',
          history: ['CREATE TABLE "User" ("id" TEXT NOT NULL);'],
          sql: 'ALTER TABLE "User" ADD COLUMN     "orderNo" SERIAL NOT NULL;',
          reports: ['rewrites'],
          proof: { rows: 'INSERT INTO "User" VALUES (1);', rewrites: ['User'] },
        },
      ],
      good: [
        {
          title: 'a plain column that gets a sequence: new rows are numbered, nothing is written anew',
          history: ['CREATE TABLE users (id text PRIMARY KEY);'],
          sql: "ALTER TABLE users ADD COLUMN number bigint;\nCREATE SEQUENCE users_number_seq OWNED BY users.number;\nALTER TABLE users ALTER COLUMN number SET DEFAULT nextval('users_number_seq');",
          proof: { rows: "INSERT INTO users VALUES ('a');", rewrites: [] },
        },
        {
          title: 'a table of the same deploy',
          sql: ['CREATE TABLE users (name text);', 'ALTER TABLE users ADD COLUMN id serial PRIMARY KEY;'],
        },
        {
          title: 'a table that this transaction finds empty, or it fails',
          history: ['CREATE TABLE users (name text);'],
          sql: 'ALTER TABLE users ADD COLUMN email text NOT NULL;\nALTER TABLE users ADD COLUMN id serial;',
        },
      ],
    },
  },
  on: {
    AddColumn(operation, context) {
      const { column, table } = operation;
      if (!column.type.serial || rewrittenTables(operation, context).length === 0) return;
      context.report({
        messageId: 'rewrites',
        at: { operation, part: 'type' },
        data: { column: quoteIdentifier(column.name), type: column.type.name, table },
      });
    },
  },
});
