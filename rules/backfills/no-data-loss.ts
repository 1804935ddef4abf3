import {
  dataLossOf,
  defineRule,
  displayNames,
  isEmptyOrFails,
  isFilledAgain,
  isTableSaved,
  operationsOn,
  quoteIdentifier,
  savedCopies,
  savedCopyFix,
  tablesLostByCascade,
  type DestructiveOnTable,
  type DestructiveOperation,
  type NoOptions,
  type ObjectName,
  type RuleContext,
  type Table,
} from 'migration-lint';

const HELP =
  'Save a copy in an earlier migration (CREATE TABLE … AS SELECT, batched if the table is large), or acknowledge the loss above the statement: -- migration-lint-disable-next-statement no-data-loss -- why nothing of it is needed.';

const messages = {
  dropsTable: {
    what: 'Dropping {{table}} destroys all its rows. No migration has copied them.',
    help: HELP,
  },
  dropsColumn: {
    what: 'Dropping {{table}}.{{column}} destroys its values in all rows. No migration has copied them.',
    help: 'Save a copy in an earlier migration (CREATE TABLE … AS SELECT {{saved}} FROM {{table}}), or acknowledge the loss above the statement: -- migration-lint-disable-next-statement no-data-loss -- why nothing of it is needed.',
  },
  empties: {
    what: 'This {{command}} destroys every row of {{table}}. No migration has copied them.',
    help: HELP,
  },
  emptiesMore: {
    what: 'This TRUNCATE destroys every row of {{tables}}: CASCADE follows the foreign keys. No migration has copied them.',
    help: HELP,
  },
  dropsSchema: {
    what: 'Dropping the schema {{schema}} destroys every row of {{tables}}. No migration has copied them.',
    help: HELP,
  },
  changesValues: {
    what: 'Changing the type of {{table}}.{{column}} {{loss}} in every row, without an error. No migration has copied the old values.',
    help: 'Add a column of the new type, fill it in batches, and keep {{column}} until nobody misses it.',
  },
} as const;

/** In words, after “Changing the type of …”. */
const LOSSES = {
  'rounds numbers': 'rounds the numbers',
  'cuts text': 'cuts off the end of longer texts',
  'cuts time': 'cuts off a part of the time',
  'drops the time zone':
    'drops the time zone and keeps the wall-clock time of the session that runs the migration',
  'ignores the old value': 'throws the old value away, since USING does not look at it,',
} as const;

export default defineRule({
  meta: {
    name: 'no-data-loss',
    summary: 'Disallow destroying data without a saved copy',
    rationale:
      'DROP TABLE, DROP COLUMN, TRUNCATE and DELETE without a condition cannot be taken back: a rollback brings the structure back, ' +
      'never the rows. Restoring a backup loses everything written since. Some type changes lose a part of each value without an ' +
      'error: a number is rounded, a time of day cut off. A copy made by an earlier migration makes all of them harmless.',
    instead:
      'Copy what goes, in a migration before, and drop the copy when nobody has missed it:\n\n' +
      '```sql\n-- migration 1\nCREATE TABLE users_username_saved AS SELECT id, username FROM users;\n```\n\n' +
      '```sql\n-- migration 2, in a later release\nALTER TABLE users DROP COLUMN username;\n```',
    whenNotToUse: 'Where every deployment takes a backup first and restoring it is an answer.',
    policy: ['BF7'],
    presets: ['recommended'],
    severity: 'warning',
    fix: { safety: 'unsafe', form: 'edits' },
    yieldsTo: [
      'no-truncate-cascade',
      'no-disguised-rename',
      'no-type-change',
      'no-early-contract',
      'no-contract-without-expand',
      'no-drop-schema',
    ],
    messages,
    examples: {
      bad: [
        {
          title: 'a column that nothing copied',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, username text);',
            'ALTER TABLE users ADD COLUMN display_name text;',
          ],
          sql: 'ALTER TABLE users DROP COLUMN username;',
          reports: ['dropsColumn'],
          fixed:
            'CREATE TABLE users_username_saved AS SELECT id, username FROM users;\nALTER TABLE users DROP COLUMN username;',
          proof: { lock: { users: 'ACCESS EXCLUSIVE' }, scans: [] },
        },
        {
          title: 'tables, quoted and in a schema',
          history: ['CREATE SCHEMA app; CREATE TABLE app.logs (id int); CREATE TABLE "User" (id int);'],
          sql: 'DROP TABLE IF EXISTS app.logs, "User";',
          reports: ['dropsTable', 'dropsTable'],
        },
        {
          title: 'a table of rows that a query fills now, and the result of a query that comes back empty',
          history: [
            'CREATE TABLE posts (id int PRIMARY KEY, score int); CREATE TABLE scores (id int, score int); CREATE TABLE ranks AS SELECT id, score FROM posts;',
          ],
          sql: 'DROP TABLE scores;\nCREATE TABLE scores AS SELECT id, score FROM posts;\nDROP TABLE ranks;\nCREATE TABLE ranks AS SELECT id, score FROM posts WITH NO DATA;',
          reports: ['dropsTable', 'dropsTable'],
        },
        {
          title: 'all rows',
          history: ['CREATE TABLE sessions (id int PRIMARY KEY); CREATE TABLE logs (id int PRIMARY KEY);'],
          sql: 'TRUNCATE sessions;\nDELETE FROM logs WHERE true;',
          reports: ['empties', 'empties'],
          proof: {
            rows: 'INSERT INTO sessions VALUES (1); INSERT INTO logs VALUES (1);',
            lock: { sessions: 'ACCESS EXCLUSIVE' },
          },
        },
        {
          title: 'type changes that round, cut and forget',
          history: [
            'CREATE TABLE orders (id int PRIMARY KEY, price numeric(10, 4), at timestamp, note text);',
          ],
          sql: 'ALTER TABLE orders ALTER COLUMN price TYPE numeric(10, 2), ALTER COLUMN at TYPE date, ALTER COLUMN note TYPE int USING 0;',
          reports: ['changesValues', 'changesValues', 'changesValues'],
          proof: {
            rows: "INSERT INTO orders VALUES (1, 1.2345, '2024-01-01 10:00', 'n');",
            query: { sql: 'SELECT price, at::text, note FROM orders', rows: [['1.23', '2024-01-01', '0']] },
          },
        },
        {
          title: 'all rows of the tables that refer to it, too',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (id int PRIMARY KEY, author_id int REFERENCES users); CREATE TABLE likes (post_id int REFERENCES posts);',
          ],
          sql: 'TRUNCATE users CASCADE;',
          reports: ['emptiesMore'],
          proof: {
            rows: 'INSERT INTO users VALUES (1); INSERT INTO posts VALUES (1, 1); INSERT INTO likes VALUES (1);',
            query: {
              sql: 'SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM posts), (SELECT count(*) FROM likes)',
              rows: [['0', '0', '0']],
            },
          },
        },
        {
          title: 'a schema with all its tables',
          history: ['CREATE SCHEMA app; CREATE TABLE app.logs (id int); CREATE TABLE app."User" (id int);'],
          sql: 'DROP SCHEMA app CASCADE;',
          reports: ['dropsSchema'],
          proof: { query: { sql: "SELECT to_regclass('app.logs')", rows: [[null]] } },
        },
        {
          title: 'a cast to a length cuts without an error, and float types round',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text, score int, views bigint);'],
          sql: 'ALTER TABLE users ALTER COLUMN email TYPE varchar(5) USING email::varchar(5), ALTER COLUMN score TYPE real, ALTER COLUMN views TYPE double precision;',
          reports: ['changesValues', 'changesValues', 'changesValues'],
          proof: {
            rows: "INSERT INTO users VALUES (1, 'abcdefgh', 16777217, 9007199254740993);",
            query: {
              sql: 'SELECT email, score::int, views::bigint FROM users',
              rows: [['abcde', '16777216', '9007199254740992']],
            },
          },
        },
        {
          title: 'a copy in a temporary table is no copy',
          history: ['CREATE TABLE users (id int PRIMARY KEY, username text);'],
          sql: 'CREATE TEMP TABLE saved AS SELECT id, username FROM users;\nALTER TABLE users DROP COLUMN username;',
          reports: ['dropsColumn'],
        },
        {
          title: 'a copy that was dropped again is none either',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, username text);',
            'CREATE TABLE saved AS SELECT id, username FROM users;',
            'DROP TABLE saved;',
          ],
          sql: 'ALTER TABLE users DROP COLUMN username;',
          reports: ['dropsColumn'],
        },
      ],
      good: [
        {
          title: 'what the migration takes back itself',
          runner: 'wrapping',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'SAVEPOINT trial;\nALTER TABLE users DROP COLUMN email;\nROLLBACK TO SAVEPOINT trial;',
          proof: { query: { sql: 'SELECT count(email) FROM users', rows: [['0']] } },
        },
        {
          title:
            'beside a required column without a value: the table is empty, or nothing of the migration stays',
          history: ['CREATE TABLE tokens (id int PRIMARY KEY, urls text);'],
          sql: 'ALTER TABLE tokens DROP COLUMN urls, ADD COLUMN url text NOT NULL;',
          proof: { rows: "INSERT INTO tokens VALUES (1, 'a');", error: '23502' },
        },
        {
          title: 'a saved copy of the table',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, username text);',
            'CREATE TABLE users_saved AS SELECT * FROM users;',
          ],
          sql: 'DROP TABLE users;',
        },
        {
          title: 'a saved copy of the column, in the same migration',
          history: ['CREATE TABLE users (id int PRIMARY KEY, username text);'],
          sql: 'CREATE TABLE usernames AS SELECT id, username FROM users;\nALTER TABLE users DROP COLUMN username;',
        },
        {
          title: 'the contract of an expand that copied the values',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, username text);',
            'ALTER TABLE users ADD COLUMN display_name text;\nUPDATE users SET display_name = username WHERE display_name IS NULL;',
          ],
          sql: 'ALTER TABLE users DROP COLUMN username;',
        },
        {
          title: 'values moved to another table',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, bio text);',
            'CREATE TABLE profiles (user_id int, bio text);\nUPDATE profiles AS p SET bio = trim(u.bio) FROM users AS u WHERE u.id = p.user_id;',
          ],
          sql: 'ALTER TABLE users DROP COLUMN bio;',
        },
        {
          title: 'copied under its old name, then renamed',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email text);',
            'CREATE TABLE users_v2 (id int PRIMARY KEY, email text);\nINSERT INTO users_v2 SELECT * FROM users;',
            'ALTER TABLE users RENAME TO users_old;\nALTER TABLE users_v2 RENAME TO users;',
          ],
          sql: 'DROP TABLE users_old;',
        },
        {
          title: 'copied, then renamed, and dropped, in one migration',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'CREATE TABLE users_v2 (LIKE users INCLUDING ALL);\nINSERT INTO users_v2 SELECT * FROM users;\nALTER TABLE users RENAME TO users_old;\nALTER TABLE users_v2 RENAME TO users;\nDROP TABLE users_old;',
        },
        {
          title: 'renamed, then copied, and dropped, in one migration',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'ALTER TABLE users RENAME TO users_old;\nCREATE TABLE users (LIKE users_old INCLUDING ALL);\nINSERT INTO users SELECT * FROM users_old;\nDROP TABLE users_old;',
        },
        {
          title: 'a table and a column of the same deploy',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: [
            'CREATE TABLE tmp (id int);\nALTER TABLE users ADD COLUMN nick text;',
            'DROP TABLE tmp;\nALTER TABLE users DROP COLUMN nick;',
          ],
        },
        {
          title: 'a temporary table',
          sql: 'CREATE TEMP TABLE chosen (id int);\nDROP TABLE chosen;',
        },
        {
          title: 'IF EXISTS on what no migration created',
          sql: 'DROP TABLE IF EXISTS scratch;\nALTER TABLE IF EXISTS scratch DROP COLUMN a;',
        },
        {
          title: 'a column of the same deploy in a table that no migration created',
          sql: ['ALTER TABLE users ADD COLUMN nick text;', 'ALTER TABLE users DROP COLUMN nick;'],
        },
        {
          title: 'a reference turned around: its values chose the rows',
          history: [
            'CREATE TABLE docs (id int PRIMARY KEY); CREATE TABLE data (id int PRIMARY KEY, doc_id int);',
            'ALTER TABLE docs ADD COLUMN data_id int;\nUPDATE docs SET data_id = data.id FROM data WHERE docs.id = data.doc_id;',
          ],
          sql: 'ALTER TABLE data DROP COLUMN doc_id;',
        },
        {
          title: 'a DELETE that chooses its rows',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'DELETE FROM users WHERE email IS NULL;',
        },
        {
          title: 'type changes that keep every value, or fail',
          history: [
            'CREATE TABLE orders (id int PRIMARY KEY, price numeric(10, 2), name varchar(50), at timestamp);',
          ],
          sql: 'ALTER TABLE orders ALTER COLUMN price TYPE numeric(12, 2), ALTER COLUMN name TYPE varchar(20), ALTER COLUMN at TYPE timestamptz, ALTER COLUMN id TYPE bigint;',
        },
        {
          title: 'CASCADE that takes no table of an earlier deploy',
          history: ['CREATE SCHEMA app; CREATE TABLE cities (id int PRIMARY KEY);'],
          sql: 'CREATE TABLE app.logs (id int);\nDROP SCHEMA app CASCADE;\nCREATE TABLE streets (id int PRIMARY KEY, city_id int REFERENCES cities);\nTRUNCATE streets CASCADE;',
        },
        {
          title: 'dollars to cents: what USING computes is chosen',
          history: ['CREATE TABLE orders (id int PRIMARY KEY, price numeric(10, 2));'],
          sql: 'ALTER TABLE orders ALTER COLUMN price TYPE bigint USING (price * 100)::bigint;',
          proof: {
            rows: 'INSERT INTO orders VALUES (1, 12.34);',
            query: { sql: 'SELECT price FROM orders', rows: [['1234']] },
          },
        },
        {
          title: 'the result of a query, which is filled by a query again',
          history: [
            'CREATE TABLE posts (id int PRIMARY KEY, score int); CREATE VIEW ranked AS SELECT id, score FROM posts; CREATE TABLE ranked_fast AS SELECT * FROM ranked;',
          ],
          sql: 'DROP TABLE ranked_fast;\nCREATE TABLE ranked_fast AS SELECT id, score AS rank FROM posts;',
          proof: {
            rows: 'INSERT INTO posts VALUES (1, 7); INSERT INTO ranked_fast VALUES (1, 7);',
            query: { sql: 'SELECT rank FROM ranked_fast', rows: [['7']] },
          },
        },
        {
          title: 'a generated column and a view: nothing of their own is in them',
          history: [
            'CREATE TABLE orders (id int PRIMARY KEY, price int, gross int GENERATED ALWAYS AS (price * 2) STORED); CREATE VIEW ids AS SELECT id FROM orders;',
          ],
          sql: 'DROP VIEW ids;\nALTER TABLE orders DROP COLUMN gross;',
        },
      ],
    },
  },
  on: {
    DropTable: judge,
    DropColumn: judge,
    Delete: judge,
    AlterColumnType: judge,
    Truncate(operation, context) {
      const others = unsavedOthers(operation, context);
      if (others.length === 0) return judge(operation, context);
      const { catalog, existedBeforeDeploy, history } = context;
      const existed = existedBeforeDeploy(operation.table);
      const loss = dataLossOf(operation, existed, catalog.table(operation.table));
      const saved = { name: operation.table, columns: existed?.columns ?? [] };
      const isLost = loss !== undefined && !isTableSaved(saved, { history, catalog, operation });
      const tables = displayNames(isLost ? [operation.table, ...others] : others, 'tables');
      return context.report({ messageId: 'emptiesMore', at: operation, data: { tables } });
    },
    DropObject(operation, context) {
      const tables = displayNames(unsavedOthers(operation, context), 'tables');
      if (tables.length === 0) return;
      const schema = quoteIdentifier(operation.object.name);
      context.report({ messageId: 'dropsSchema', at: operation, data: { schema, tables } });
    },
  },
});

/** Tables that go because of CASCADE, existed before the deploy, have no copy, and no finding of their own in the statement. */
function unsavedOthers(
  operation: DestructiveOperation,
  { catalog, deploy, existedBeforeDeploy, history }: RuleContext<typeof messages, NoOptions>,
): readonly ObjectName[] {
  return tablesLostByCascade(operation, catalog)
    .filter((table) => {
      const existed = existedBeforeDeploy(table.name);
      const now = { name: table.name, columns: existed?.columns ?? [] };
      if (existed === undefined || isTableSaved(now, { history, catalog, operation })) return false;
      return !operationsOn(table.name, deploy).some(
        ({ kind, statement }) => kind === 'Truncate' && statement === operation.statement,
      );
    })
    .map(({ name }) => name);
}

function judge(operation: DestructiveOnTable, context: RuleContext<typeof messages, NoOptions>): void {
  const { catalog, deploy, existedBeforeDeploy, history, report } = context;
  const loss = dataLossOf(operation, existedBeforeDeploy(operation.table), catalog.table(operation.table));
  const { table } = operation;
  if (loss === undefined || isEmptyOrFails(table, operation, context)) return;
  if (operation.kind === 'DropTable' && isFilledAgain(operation, loss.table, deploy)) return;
  const viewpoint = { history, catalog, operation };
  const column = 'column' in loss ? loss.column : undefined;
  const isSaved =
    column === undefined
      ? isTableSaved({ name: table, columns: loss.table.columns }, viewpoint)
      : savedCopies(table, column, viewpoint).length > 0;
  if (isSaved) return;
  const origin = (loss.what === 'column' || loss.what === 'values' ? loss.before : loss.table)?.origin;
  const label =
    origin === undefined || origin.migration < 0 ? {} : { label: `holds data since ${origin.id}` };
  const fix = savedCopyFix(operation, { table: catalog.table(table) ?? loss.table, column }, context);
  switch (loss.what) {
    case 'table':
      return report({
        messageId: 'dropsTable',
        at: { operation, part: 'table' },
        ...label,
        data: { table },
        fix,
      });
    case 'column':
      return report({
        messageId: 'dropsColumn',
        at: { operation, part: 'column' },
        ...label,
        data: { table, column: quoteIdentifier(loss.column), saved: savedWith(loss.column, loss.table) },
        fix,
      });
    case 'rows':
      return report({
        messageId: 'empties',
        at: operation,
        data: { table, command: operation.kind === 'Truncate' ? 'TRUNCATE' : 'DELETE' },
        fix,
      });
    case 'values':
      return report({
        messageId: 'changesValues',
        at: { operation, part: 'type' },
        ...label,
        data: { table, column: quoteIdentifier(loss.column), loss: LOSSES[loss.how] },
        fix,
      });
    default:
      loss satisfies never;
  }
}

/** What a copy of a column selects: the primary key tells whose values they are. */
function savedWith(column: string, { constraints }: Table): string {
  const key = constraints.find(({ definition }) => definition.type === 'primary key')?.definition;
  const columns = key?.type === 'primary key' ? key.columns : [];
  if (columns.length === 0) return `the key, ${quoteIdentifier(column)}`;
  if (columns.includes(column)) return '*';
  return [...columns, column].map((name) => quoteIdentifier(name)).join(', ');
}
