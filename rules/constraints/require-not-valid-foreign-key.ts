import {
  defineRule,
  isSameObject,
  isTruncatedBefore,
  laterTransaction,
  operationsOn,
  quoteIdentifier,
  type AddColumn,
  type ObjectName,
  type Operation,
  type Table,
} from 'migration-lint';

export default defineRule({
  meta: {
    name: 'require-not-valid-foreign-key',
    summary: 'Require `NOT VALID` for a foreign key on an existing table',
    rationale:
      'ADD FOREIGN KEY takes SHARE ROW EXCLUSIVE on both tables and looks up every row of the one in the other before it lets go: ' +
      'writes to both wait for all that time. With NOT VALID the same locks last for a moment, since nothing is read; new rows are ' +
      'checked from then on. VALIDATE CONSTRAINT checks the old ones later under SHARE UPDATE EXCLUSIVE, which writes do not ' +
      'wait for, and ROW SHARE on the referenced table. A column that ADD COLUMN creates with REFERENCES and no default needs no ' +
      'check at all: PostgreSQL knows that its values are NULL. A separate ADD CONSTRAINT reads the table all the same.',
    instead:
      'Add it unchecked, and check it in the next migration:\n\n```sql\n-- migration 1\nALTER TABLE "Post" ADD CONSTRAINT "Post_authorId_fkey"\n' +
      '  FOREIGN KEY ("authorId") REFERENCES "User" ("id") NOT VALID;\n```\n\n```sql\n-- migration 2\nALTER TABLE "Post" VALIDATE CONSTRAINT "Post_authorId_fkey";\n```\n\n' +
      'Or, for a new column, write the key where the column is added:\n\n```sql\nALTER TABLE "Post" ADD COLUMN "authorId" TEXT\n' +
      '  CONSTRAINT "Post_authorId_fkey" REFERENCES "User" ("id");\n```',
    whenNotToUse:
      'For small tables. Prisma’s schema does not know NOT VALID, and does not mind it: there is no drift.',
    policy: ['IX5'],
    presets: ['recommended'],
    severity: 'error',
    sizeMatters: true,
    messages: {
      blocksWrites: {
        what: 'Adding the foreign key {{constraint}} blocks writes to {{tables}} while every row of {{table}} is checked.',
        help: 'Add it with NOT VALID, and run ALTER TABLE {{table}} VALIDATE CONSTRAINT {{constraint}} {{later}}.',
      },
      checksNewColumn: {
        what: 'Adding the foreign key {{constraint}} apart from its new column makes PostgreSQL read all of {{table}}, while writes to {{tables}} wait.',
        help: 'Write it where the column is added, and nothing is read: ADD COLUMN … CONSTRAINT {{constraint}} REFERENCES {{references}}. Or add it with NOT VALID and validate it {{later}}.',
      },
      checksDefault: {
        what: 'Adding {{column}} with a default and a foreign key blocks writes to {{tables}} while every row is checked.',
        help: 'Add the column without the key, then the key with NOT VALID, and validate it {{later}}.',
      },
      blocksPartitionedWrites: {
        what: 'Adding the foreign key {{constraint}} blocks writes to {{tables}} and all partitions while every row is checked.',
        help: 'A partitioned table takes no NOT VALID key before PostgreSQL 18: add it to each partition with NOT VALID, validate those, then add it to {{table}}, which finds the partitions’ keys and checks nothing again.',
      },
    },
    examples: {
      bad: [
        {
          title: 'a key over a column that holds values',
          history: [
            'CREATE TABLE "User" ("id" TEXT PRIMARY KEY); CREATE TABLE "Post" ("id" TEXT PRIMARY KEY, "authorId" TEXT);',
          ],
          sql: 'ALTER TABLE "Post" ADD CONSTRAINT "Post_authorId_fkey" FOREIGN KEY ("authorId") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;',
          reports: ['blocksWrites'],
          proof: {
            rows: `INSERT INTO "User" VALUES ('a'); INSERT INTO "Post" VALUES ('p', 'a');`,
            lock: { Post: 'SHARE ROW EXCLUSIVE', User: 'SHARE ROW EXCLUSIVE' },
            scans: ['Post', 'User'],
          },
        },
        {
          title: 'apart from the column that is added just before: all of it is NULL, and read nevertheless',
          history: ['CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE posts ADD COLUMN author_id int;\nALTER TABLE posts ADD CONSTRAINT posts_author_id_fkey FOREIGN KEY (author_id) REFERENCES users (id);',
          reports: ['checksNewColumn'],
          proof: {
            rows: 'INSERT INTO users VALUES (1); INSERT INTO posts VALUES (1), (2);',
            lock: { posts: 'ACCESS EXCLUSIVE', users: 'SHARE ROW EXCLUSIVE' },
            scans: ['posts'],
          },
        },
        {
          title: 'a key that points at its own table',
          history: ['CREATE TABLE comments (id int PRIMARY KEY, parent_id int);'],
          sql: 'ALTER TABLE comments ADD FOREIGN KEY (parent_id) REFERENCES comments (id);',
          reports: ['blocksWrites'],
          proof: {
            rows: 'INSERT INTO comments VALUES (1, NULL), (2, 1);',
            lock: { comments: 'SHARE ROW EXCLUSIVE' },
            scans: ['comments'],
          },
        },
        {
          title: 'a key to a table of the same deploy, that nobody writes to yet',
          history: ['CREATE TABLE posts (id int PRIMARY KEY, author_id int);'],
          sql: 'CREATE TABLE authors (id int PRIMARY KEY);\nALTER TABLE posts ADD CONSTRAINT posts_author_id_fkey FOREIGN KEY (author_id) REFERENCES authors (id);',
          reports: ['blocksWrites'],
          proof: { lock: { posts: 'SHARE ROW EXCLUSIVE' }, rows: 'INSERT INTO posts VALUES (1);' },
        },
        {
          title: 'a new column with a default: every row points somewhere',
          history: ['CREATE TABLE plans (id int PRIMARY KEY); CREATE TABLE teams (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE teams ADD COLUMN plan_id int NOT NULL DEFAULT 1 REFERENCES plans (id);',
          reports: ['checksDefault'],
          proof: {
            rows: 'INSERT INTO plans VALUES (1); INSERT INTO teams VALUES (1);',
            lock: { teams: 'ACCESS EXCLUSIVE', plans: 'SHARE ROW EXCLUSIVE' },
            scans: ['plans', 'teams'],
          },
        },
        {
          title: 'dropped and added again for another ON DELETE: the rows are checked again',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (id int PRIMARY KEY, author_id int CONSTRAINT posts_author_id_fkey REFERENCES users);',
          ],
          sql: 'ALTER TABLE posts DROP CONSTRAINT posts_author_id_fkey;\nALTER TABLE posts ADD CONSTRAINT posts_author_id_fkey FOREIGN KEY (author_id) REFERENCES users (id) ON DELETE CASCADE;',
          reports: ['blocksWrites'],
          proof: {
            rows: 'INSERT INTO users VALUES (1); INSERT INTO posts VALUES (1, 1);',
            scans: ['posts', 'users'],
          },
        },
        {
          title: 'a partitioned table',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE events (user_id int, at date) PARTITION BY RANGE (at);',
            "CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');",
          ],
          sql: 'ALTER TABLE events ADD CONSTRAINT events_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id);',
          reports: ['blocksPartitionedWrites'],
          proof: {
            rows: "INSERT INTO users VALUES (1); INSERT INTO events VALUES (1, '2024-05-05');",
            lock: {
              events: 'SHARE ROW EXCLUSIVE',
              events_2024: 'SHARE ROW EXCLUSIVE',
              users: 'SHARE ROW EXCLUSIVE',
            },
          },
        },
      ],
      good: [
        {
          title: 'NOT VALID',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (id int PRIMARY KEY, author_id int);',
          ],
          sql: 'ALTER TABLE posts ADD CONSTRAINT posts_author_id_fkey FOREIGN KEY (author_id) REFERENCES users (id) NOT VALID;',
          proof: {
            rows: 'INSERT INTO users VALUES (1); INSERT INTO posts VALUES (1, 1);',
            scans: [],
            lock: { posts: 'SHARE ROW EXCLUSIVE' },
          },
        },
        {
          title: 'validated in the next migration',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (id int PRIMARY KEY, author_id int);',
            'ALTER TABLE posts ADD CONSTRAINT posts_author_id_fkey FOREIGN KEY (author_id) REFERENCES users (id) NOT VALID;',
          ],
          sql: 'ALTER TABLE posts VALIDATE CONSTRAINT posts_author_id_fkey;',
          proof: { lock: { posts: 'SHARE UPDATE EXCLUSIVE', users: 'ROW SHARE' } },
        },
        {
          title: 'a new column that brings its key along: nothing is read',
          history: ['CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE posts ADD COLUMN author_id int CONSTRAINT posts_author_id_fkey REFERENCES users (id);',
          proof: { rows: 'INSERT INTO users VALUES (1); INSERT INTO posts VALUES (1);', scans: [] },
        },
        {
          title: 'the keys of a table created in the same migration, as Prisma writes them',
          history: ['CREATE TABLE "User" ("id" TEXT NOT NULL PRIMARY KEY);'],
          sql: 'CREATE TABLE "Post" ("id" TEXT NOT NULL PRIMARY KEY, "authorId" TEXT NOT NULL);\nALTER TABLE "Post" ADD CONSTRAINT "Post_authorId_fkey" FOREIGN KEY ("authorId") REFERENCES "User"("id") ON DELETE RESTRICT ON UPDATE CASCADE;',
          proof: { lock: { User: 'SHARE ROW EXCLUSIVE' } },
        },
        {
          title: 'a table emptied just before',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE sessions (id int PRIMARY KEY, user_id int);',
          ],
          sql: 'TRUNCATE sessions;\nALTER TABLE sessions ADD CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id);',
        },
        {
          title: 'NOT ENFORCED, PostgreSQL 18',
          postgres: 18,
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (id int PRIMARY KEY, author_id int);',
          ],
          sql: 'ALTER TABLE posts ADD CONSTRAINT posts_author_id_fkey FOREIGN KEY (author_id) REFERENCES users (id) NOT ENFORCED;',
          proof: { rows: 'INSERT INTO users VALUES (1); INSERT INTO posts VALUES (1, 1);', scans: [] },
        },
      ],
    },
  },
  on: {
    AddConstraint(op, { deploy, existedBeforeDeploy, project, report, transactionOf }) {
      const { constraint, table } = op;
      if (
        op.run === 'called' ||
        constraint.type !== 'foreign key' ||
        constraint.notValid ||
        constraint.notEnforced
      )
        return;
      const existed = existedBeforeDeploy(table);
      if (existed === undefined || isTruncatedBefore(table, op, deploy)) return;
      const data = {
        constraint: quoteIdentifier(constraint.name ?? `on ${constraint.columns.join(', ')}`),
        table,
        references: constraint.references,
        later: laterTransaction(project.runner, transactionOf(op)),
        tables: together(table, constraint.references, existedBeforeDeploy),
      };
      const isNew = operationsOn(table, deploy).some((other) => addsNulls(other, constraint.columns));
      if (existed.partitionBy !== undefined && project.postgresVersion < 18)
        report({ messageId: 'blocksPartitionedWrites', at: op, data });
      else if (isNew) report({ messageId: 'checksNewColumn', at: op, data, severity: 'warning' });
      else report({ messageId: 'blocksWrites', at: op, data });
    },
    AddColumn(op, { existedBeforeDeploy, deploy, project, report, transactionOf }) {
      const key = op.column.constraints.find(({ type }) => type === 'foreign key');
      if (op.run === 'called' || key?.type !== 'foreign key' || key.notEnforced || !hasValue(op)) return;
      if (existedBeforeDeploy(op.table) === undefined || isTruncatedBefore(op.table, op, deploy)) return;
      const data = {
        column: quoteIdentifier(op.column.name),
        later: laterTransaction(project.runner, transactionOf(op)),
        tables: together(op.table, key.references, existedBeforeDeploy),
      };
      report({ messageId: 'checksDefault', at: op, data });
    },
  },
});

/** Whether an operation adds one of a key's columns with no value for the rows that are there. */
function addsNulls(operation: Operation, columns: readonly string[]): boolean {
  return operation.kind === 'AddColumn' && columns.includes(operation.column.name) && !hasValue(operation);
}

/** Whether a new column has values in the rows that are there. */
function hasValue({ column }: AddColumn): boolean {
  return (
    column.default !== undefined ||
    column.generated !== undefined ||
    column.identity !== undefined ||
    column.type.serial
  );
}

/** Whose writes wait: both ends of a key. One, if it points at its own table or at one that nobody uses yet. */
function together(
  table: ObjectName,
  references: ObjectName,
  existedBeforeDeploy: (table: ObjectName) => Table | undefined,
): readonly ObjectName[] {
  const isAlone = isSameObject(table, references) || existedBeforeDeploy(references) === undefined;
  return isAlone ? [table] : [table, references];
}
