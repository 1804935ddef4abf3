import {
  columnWithoutConstraintsFix,
  deferralText,
  defineRule,
  displayName,
  givesValues,
  hasUsers,
  laterTransaction,
  operationsOn,
  quoteIdentifier,
  slowWorkOnUsedTables,
  tablesLockedForKey,
  validateLaterFix,
  type AddColumn,
  type AddConstraint,
  type ConstraintDefinition,
  type RuleContext,
} from 'migration-lint';

type ForeignKey = Extract<ConstraintDefinition, { type: 'foreign key' }>;

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
    fix: { safety: 'safe', form: 'files' },
    sizeMatters: true,
    messages: {
      blocksWrites: {
        what: 'Adding the foreign key {{constraint}} blocks writes to {{tables}} while every row of {{table}} is checked.',
        help: 'Add it with NOT VALID, and run ALTER TABLE {{table}} VALIDATE CONSTRAINT {{constraint}} {{later}}.',
      },
      checksNewColumn: {
        what: 'Adding the foreign key {{constraint}} separately from its new column makes PostgreSQL read all of {{table}}, while writes to {{tables}} wait.',
        help: '{{place}}, and nothing is read: ADD COLUMN … CONSTRAINT {{constraint}} REFERENCES {{references}}{{clauses}}. Or add it with NOT VALID and validate it {{later}}.',
      },
      checksDefault: {
        what: 'Adding {{column}} with a default and a foreign key blocks writes to {{tables}} while every row is checked.',
        help: 'Add the column without the key, then the key with NOT VALID, and validate it {{later}}.',
      },
      refused: {
        what: 'PostgreSQL {{version}} refuses the foreign key {{constraint}} (42809): before 18 a partitioned table takes no key that is NOT VALID.',
        help: 'Add it to each partition of {{table}} with NOT VALID, validate those, then add it to {{table}} without NOT VALID: it finds the partitions’ keys and checks nothing again.',
      },
      enforces: {
        what: 'Making the foreign key {{constraint}} ENFORCED checks every row of {{table}} under ACCESS EXCLUSIVE: nobody can read or write it until that is done.',
        help: 'Drop the key and add it again with NOT VALID in one ALTER TABLE, and run ALTER TABLE {{table}} VALIDATE CONSTRAINT {{constraint}} {{later}}.',
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
          fixed: {
            scripts: [
              'ALTER TABLE "Post" ADD CONSTRAINT "Post_authorId_fkey" FOREIGN KEY ("authorId") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE NOT VALID;',
              'ALTER TABLE "Post" VALIDATE CONSTRAINT "Post_authorId_fkey";',
            ],
          },
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
          fixed: {
            scripts: [
              'ALTER TABLE posts ADD COLUMN author_id int;\nALTER TABLE posts ADD CONSTRAINT posts_author_id_fkey FOREIGN KEY (author_id) REFERENCES users (id) NOT VALID;',
              'ALTER TABLE posts VALIDATE CONSTRAINT posts_author_id_fkey;',
            ],
          },
          proof: {
            rows: 'INSERT INTO users VALUES (1); INSERT INTO posts VALUES (1), (2);',
            lock: { posts: 'ACCESS EXCLUSIVE', users: 'SHARE ROW EXCLUSIVE' },
            scans: ['posts'],
          },
        },
        {
          title: 'a new column, and the table that its key refers to is created after it',
          history: ['CREATE TABLE traces (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE traces ADD COLUMN session_id int;\nCREATE TABLE sessions (id int PRIMARY KEY);\nALTER TABLE traces ADD CONSTRAINT traces_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions (id) ON DELETE SET NULL ON UPDATE CASCADE;',
          reports: ['checksNewColumn'],
          fixed: {
            scripts: [
              'ALTER TABLE traces ADD COLUMN session_id int;\nCREATE TABLE sessions (id int PRIMARY KEY);\nALTER TABLE traces ADD CONSTRAINT traces_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions (id) ON DELETE SET NULL ON UPDATE CASCADE NOT VALID;',
              'ALTER TABLE traces VALIDATE CONSTRAINT traces_session_id_fkey;',
            ],
          },
          proof: { rows: 'INSERT INTO traces VALUES (1);', scans: ['traces'] },
        },
        {
          title:
            'a new column that is filled before it gets its key: with the key at the column, each filled row would be looked up by itself',
          history: ['CREATE TABLE envelopes (id int PRIMARY KEY); CREATE TABLE links (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE links ADD COLUMN envelope_id int;\nUPDATE links SET envelope_id = e.id FROM envelopes e WHERE e.id = links.id;\nALTER TABLE links ADD CONSTRAINT links_envelope_id_fkey FOREIGN KEY (envelope_id) REFERENCES envelopes (id);',
          reports: ['blocksWrites'],
          fixed: {
            scripts: [
              'ALTER TABLE links ADD COLUMN envelope_id int;\nUPDATE links SET envelope_id = e.id FROM envelopes e WHERE e.id = links.id;\nALTER TABLE links ADD CONSTRAINT links_envelope_id_fkey FOREIGN KEY (envelope_id) REFERENCES envelopes (id) NOT VALID;',
              'ALTER TABLE links VALIDATE CONSTRAINT links_envelope_id_fkey;',
            ],
          },
          proof: {
            rows: 'INSERT INTO envelopes VALUES (1); INSERT INTO links VALUES (1);',
            scans: ['envelopes', 'links'],
          },
        },
        {
          title: 'a new column in a key of two: such a key cannot be written at a column',
          history: [
            'CREATE TABLE runs (id int, project_id int, PRIMARY KEY (id, project_id)); CREATE TABLE items (run_id int);',
          ],
          sql: 'ALTER TABLE items ADD COLUMN project_id int;\nALTER TABLE items ADD CONSTRAINT items_run_fkey FOREIGN KEY (run_id, project_id) REFERENCES runs (id, project_id);',
          reports: ['blocksWrites'],
          proof: { rows: 'INSERT INTO items VALUES (1);', scans: ['items'] },
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
          fixed: {
            scripts: [
              'ALTER TABLE teams ADD COLUMN plan_id int NOT NULL DEFAULT 1, ADD CONSTRAINT teams_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES plans (id) NOT VALID;',
              'ALTER TABLE teams VALIDATE CONSTRAINT teams_plan_id_fkey;',
            ],
          },
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
        {
          title: 'NOT VALID on a partitioned table, which only PostgreSQL 18 takes',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE events (user_id int, at date) PARTITION BY RANGE (at);',
          ],
          sql: 'ALTER TABLE events ADD CONSTRAINT events_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;',
          reports: ['refused'],
        },
        {
          title: 'a key that was not enforced, PostgreSQL 18',
          postgres: 18,
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (author_id int);',
            'ALTER TABLE posts ADD CONSTRAINT posts_author_fkey FOREIGN KEY (author_id) REFERENCES users NOT ENFORCED;',
          ],
          sql: 'ALTER TABLE posts ALTER CONSTRAINT posts_author_fkey ENFORCED;',
          reports: ['enforces'],
          proof: {
            rows: 'INSERT INTO users VALUES (1); INSERT INTO posts VALUES (1);',
            lock: { posts: 'ACCESS EXCLUSIVE' },
            scans: ['posts', 'users'],
          },
        },
      ],
      good: [
        {
          title: 'a partitioned table whose partitions have the key, validated: it is taken over',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE events (user_id int, at date) PARTITION BY RANGE (at); CREATE TABLE events_rest PARTITION OF events DEFAULT;',
            'ALTER TABLE events_rest ADD CONSTRAINT events_user_fkey FOREIGN KEY (user_id) REFERENCES users NOT VALID;',
            'ALTER TABLE events_rest VALIDATE CONSTRAINT events_user_fkey;',
          ],
          sql: 'ALTER TABLE events ADD CONSTRAINT events_user_fkey FOREIGN KEY (user_id) REFERENCES users;',
          proof: {
            rows: "INSERT INTO users VALUES (1); INSERT INTO events VALUES (1, '2024-05-05');",
            lock: { events_rest: 'SHARE ROW EXCLUSIVE', users: 'ACCESS EXCLUSIVE' },
            scans: [],
          },
        },
        {
          title: 'NOT VALID on a partitioned table of PostgreSQL 18',
          postgres: 18,
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE events (user_id int, at date) PARTITION BY RANGE (at);',
          ],
          sql: 'ALTER TABLE events ADD CONSTRAINT events_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;',
          proof: {},
        },
        {
          title: 'a key that was not enforced is dropped and added anew, PostgreSQL 18',
          postgres: 18,
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (author_id int);',
            'ALTER TABLE posts ADD CONSTRAINT posts_author_fkey FOREIGN KEY (author_id) REFERENCES users NOT ENFORCED;',
          ],
          sql: 'ALTER TABLE posts DROP CONSTRAINT posts_author_fkey, ADD CONSTRAINT posts_author_fkey FOREIGN KEY (author_id) REFERENCES users NOT VALID;',
          proof: { rows: 'INSERT INTO users VALUES (1); INSERT INTO posts VALUES (1);', scans: [] },
        },
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
          title: 'a required column without a value: the table is empty, or nothing of the migration stays',
          history: ['CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE posts ADD COLUMN author_id int NOT NULL;\nALTER TABLE posts ADD CONSTRAINT posts_author_id_fkey FOREIGN KEY (author_id) REFERENCES users (id);',
          proof: { rows: 'INSERT INTO users VALUES (1); INSERT INTO posts VALUES (1);', error: '23502' },
        },
        {
          title:
            'a required key to a table that has no rows, or the migration fails: no row has anything to point at',
          history: [
            'CREATE TABLE actions (name text); CREATE TABLE steps (id int PRIMARY KEY, action_id int NOT NULL);',
          ],
          sql: 'ALTER TABLE actions ADD COLUMN id int NOT NULL, ADD PRIMARY KEY (id);\nALTER TABLE steps ADD CONSTRAINT steps_action_id_fkey FOREIGN KEY (action_id) REFERENCES actions (id);',
          proof: { rows: 'INSERT INTO steps VALUES (1, 1);', error: '23503' },
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
    AlterConstraint(op, context) {
      const { project, report, transactionOf } = context;
      if (op.enforced !== true || slowWorkOnUsedTables(op, context).length === 0) return;
      const data = {
        constraint: quoteIdentifier(op.constraint),
        table: op.table,
        later: laterTransaction(project.runner, transactionOf(op)),
      };
      report({ messageId: 'enforces', at: op, data });
    },
    AddConstraint(op, context) {
      const { catalog, catalogBefore, existedBeforeDeploy, project, report, transactionOf } = context;
      const { constraint, table } = op;
      if (op.run === 'called' || constraint.type !== 'foreign key' || constraint.notEnforced) return;
      if (constraint.notValid) {
        // Executed on 13 to 18.
        if (catalog.table(table)?.partitionBy === undefined || project.postgresVersion >= 18) return;
        const name = quoteIdentifier(constraint.name ?? `on ${constraint.columns.join(', ')}`);
        const known = { constraint: name, table, version: project.postgresVersion };
        return report({ messageId: 'refused', at: op, data: known });
      }
      const existed = existedBeforeDeploy(table);
      if (existed === undefined || !hasUsers(table, op, context)) return;
      const data = {
        constraint: quoteIdentifier(constraint.name ?? `on ${constraint.columns.join(', ')}`),
        table,
        references: constraint.references,
        later: laterTransaction(project.runner, transactionOf(op)),
        tables: tablesLockedForKey(table, constraint.references, existedBeforeDeploy),
      };
      const column = columnOfNulls(op, constraint, context);
      const fix = validateLaterFix(op, context);
      if (existed.partitionBy !== undefined && slowWorkOnUsedTables(op, context).length === 0) return;
      if (existed.partitionBy !== undefined && project.postgresVersion < 18)
        report({ messageId: 'blocksPartitionedWrites', at: op, data });
      else if (column !== undefined) {
        const { references } = constraint;
        const isThere = catalogBefore(column).table(references) !== undefined;
        const place =
          isThere || catalog.table(references) === undefined
            ? 'Write it where the column is added'
            : `Add the column after ${displayName(references)} is created, with the key in it`;
        const known = { ...data, place, clauses: clausesText(constraint) };
        report({ messageId: 'checksNewColumn', at: op, data: known, severity: 'warning', fix });
      } else report({ messageId: 'blocksWrites', at: op, data, fix });
    },
    AddColumn(op, context) {
      const { existedBeforeDeploy, project, report, transactionOf } = context;
      const key = op.column.constraints.find(({ type }) => type === 'foreign key');
      if (op.run === 'called' || key?.type !== 'foreign key' || key.notEnforced || !hasValue(op)) return;
      if (!hasUsers(op.table, op, context)) return;
      const data = {
        column: quoteIdentifier(op.column.name),
        later: laterTransaction(project.runner, transactionOf(op)),
        tables: tablesLockedForKey(op.table, key.references, existedBeforeDeploy),
      };
      // Of a UNIQUE or CHECK beside it another rule speaks, whose fix takes the key out as well.
      const others = op.column.constraints.filter(({ type }) => type !== 'foreign key');
      const fix = others.length === 0 ? columnWithoutConstraintsFix(op, context) : undefined;
      report({ messageId: 'checksDefault', at: op, data, fix });
    },
  },
});

/** What stands behind the referenced table in a foreign key: its columns, and what the key was given beside them. */
function clausesText(key: ForeignKey): string {
  const { match, onDelete, onUpdate, referencedColumns } = key;
  const columns = referencedColumns.map((name) => quoteIdentifier(name)).join(', ');
  return [
    columns === '' ? '' : ` (${columns})`,
    match === 'simple' ? '' : ` MATCH ${match.toUpperCase()}`,
    onDelete === 'no action' ? '' : ` ON DELETE ${onDelete.toUpperCase()}`,
    onUpdate === 'no action' ? '' : ` ON UPDATE ${onUpdate.toUpperCase()}`,
    deferralText(key),
  ].join('');
}

/**
 * The operation of the deploy that adds a key’s only column, if all its values are NULL when the key is checked. A key over
 * several columns cannot be written at one of them (42830), and with the key at a column that is filled later, a trigger looks each
 * row up by itself.
 */
function columnOfNulls(
  op: AddConstraint,
  { columns: [name, ...others] }: ForeignKey,
  { deploy, history }: Pick<RuleContext<never, never>, 'deploy' | 'history'>,
): AddColumn | undefined {
  if (name === undefined || others.length > 0) return undefined;
  const column = operationsOn(op.table, deploy).find(
    (other) => other.kind === 'AddColumn' && other.column.name === name && !hasValue(other),
  );
  const isFilled = history.writesOf(op.table, name, op).some(givesValues);
  return column?.kind === 'AddColumn' && !isFilled ? column : undefined;
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
