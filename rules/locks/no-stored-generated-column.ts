import { defineRule, quoteIdentifier, rewrittenTables } from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-stored-generated-column',
    summary: 'Disallow adding a stored generated column to an existing table',
    rationale:
      'PostgreSQL works the expression out for each row that is there: the whole table and all its indexes are written anew under ' +
      'ACCESS EXCLUSIVE. A virtual one, which PostgreSQL has since 18, is worked out when it is read.',
    instead:
      'An index on the expression, or a view, often does. Else a plain column that a trigger keeps, filled in batches that commit ' +
      'each:\n\n```sql\nALTER TABLE users ADD COLUMN email_lower text;\nCREATE TRIGGER users_email_lower BEFORE INSERT OR UPDATE OF email ON users\n' +
      '  FOR EACH ROW EXECUTE FUNCTION set_email_lower();\n```\n\nFrom PostgreSQL 18 on:\n\n```sql\nALTER TABLE users ADD COLUMN email_lower text GENERATED ALWAYS AS (lower(email)) VIRTUAL;\n```',
    whenNotToUse: 'For tables so small that writing them anew takes no time anybody notices.',
    policy: ['EC3'],
    presets: ['recommended'],
    severity: 'error',
    sizeMatters: true,
    messages: {
      rewrites: {
        what: 'Adding the stored column {{column}} writes every row of {{table}} anew to work it out, and nobody can read or write the table until that is done.',
        help: 'Add {{column}} as a plain column, let a trigger keep it, and fill the rows that are there in batches; or index the expression instead.',
      },
      rewritesFrom18: {
        what: 'Adding the stored column {{column}} writes every row of {{table}} anew to work it out, and nobody can read or write the table until that is done.',
        help: 'Make it VIRTUAL if nothing indexes it. Else add {{column}} as a plain column, let a trigger keep it, and fill the rows that are there in batches.',
      },
    },
    examples: {
      bad: [
        {
          title: 'a column worked out of another',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'ALTER TABLE users ADD COLUMN email_lower text GENERATED ALWAYS AS (lower(email)) STORED;',
          reports: ['rewrites'],
          proof: {
            rows: "INSERT INTO users VALUES (1, 'A');",
            lock: { users: 'ACCESS EXCLUSIVE' },
            rewrites: ['users'],
          },
        },
        {
          title: 'PostgreSQL 18 has virtual ones',
          postgres: 18,
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'ALTER TABLE users ADD COLUMN email_lower text GENERATED ALWAYS AS (lower(email)) STORED;',
          reports: ['rewritesFrom18'],
          proof: { rows: "INSERT INTO users VALUES (1, 'A');", rewrites: ['users'] },
        },
      ],
      good: [
        {
          title: 'a virtual one',
          postgres: 18,
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'ALTER TABLE users ADD COLUMN email_lower text GENERATED ALWAYS AS (lower(email)) VIRTUAL;',
          proof: { rows: "INSERT INTO users VALUES (1, 'A');", rewrites: [] },
        },
        {
          title: 'a table of the same deploy',
          sql: 'CREATE TABLE users (email text);\nALTER TABLE users ADD COLUMN email_lower text GENERATED ALWAYS AS (lower(email)) STORED;',
        },
        {
          title: 'the expression is dropped: the values stay',
          history: ['CREATE TABLE users (a int, b int GENERATED ALWAYS AS (a * 2) STORED);'],
          sql: 'ALTER TABLE users ALTER COLUMN b DROP EXPRESSION;',
          proof: { rows: 'INSERT INTO users VALUES (1);', rewrites: [] },
        },
      ],
    },
  },
  on: {
    AddColumn(operation, context) {
      const { column, table } = operation;
      if (column.generated?.storage !== 'stored' || rewrittenTables(operation, context).length === 0) return;
      context.report({
        messageId: context.project.postgresVersion >= 18 ? 'rewritesFrom18' : 'rewrites',
        at: operation,
        data: { column: quoteIdentifier(column.name), table },
      });
    },
  },
});
