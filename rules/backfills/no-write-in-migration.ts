import {
  changedRowsOf,
  defineRule,
  namesItsRows,
  unboundedReads,
  type DataChange,
  type NoOptions,
  type RuleContext,
} from 'migration-lint';

const messages = {
  writes: {
    what: 'This {{command}} writes to {{table}} in a migration: it holds up the deployment for as long as it runs, and rolls back with it.',
    help: 'Take it out of the migrations, into a script that works in batches, can be run again, and is run between the migration that makes room for the values and the one that needs them.',
  },
  adds: {
    what: 'This {{command}} adds rows to {{table}} in a migration, though they are data, not schema.',
    help: 'Put them into the script that fills each environment, written so that it can be run again: ON CONFLICT … DO NOTHING.',
  },
  changesListed: {
    what: 'This {{command}} names rows of {{table}} by their keys in a migration: these rows are data, not schema.',
    help: 'Put it into the script that fills each environment, which can be run again.',
  },
} as const;

export default defineRule({
  meta: {
    name: 'no-write-in-migration',
    summary: 'Disallow changing rows of existing tables in migrations',
    rationale:
      'Some teams keep migrations for the schema alone: a backfill takes as long as the table is large, wants batches, pauses and to be watched, and ' +
      'to be run again when it fails. A migration offers none of that. What a migration writes into tables of its own is fine.',
    instead:
      'A script beside the migrations, run between two of them:\n\n' +
      "```sql\n-- backfill-plan.sql, again and again until no row is left\nUPDATE users SET plan = 'free' WHERE id BETWEEN 1 AND 10000 AND plan IS NULL;\n```",
    whenNotToUse:
      'Where migrations are the place for backfills: most teams have no other that is reviewed and run everywhere.',
    policy: ['BF5'],
    presets: ['policy-d'],
    severity: 'warning',
    // The writes that hurt whoever runs them where.
    yieldsTo: ['no-unbatched-write'],
    messages,
    examples: {
      bad: [
        {
          title: 'an UPDATE',
          history: ['CREATE TABLE users (id int PRIMARY KEY, plan text);'],
          sql: "UPDATE users SET plan = 'free' WHERE plan IS NULL;",
          reports: ['writes'],
          proof: { rows: 'INSERT INTO users VALUES (1);', lock: { users: 'ROW EXCLUSIVE' } },
        },
        {
          title: 'rows that the script itself lists',
          history: ['CREATE TABLE plans (id int PRIMARY KEY, name text);'],
          sql: "INSERT INTO plans VALUES (1, 'free'), (2, 'pro');",
          reports: ['adds'],
          proof: { lock: { plans: 'ROW EXCLUSIVE' } },
        },
        {
          title: 'rows of another table',
          history: ['CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE members (id int);'],
          sql: 'INSERT INTO members SELECT id FROM users;',
          reports: ['writes'],
        },
        {
          title: 'several writes are one finding: they move together',
          history: ['CREATE TABLE plans (id int PRIMARY KEY, name text); CREATE TABLE logs (id int);'],
          sql: "INSERT INTO plans VALUES (1, 'free');\nDELETE FROM logs;\nDO $$ BEGIN UPDATE plans SET name = 'a'; END $$;",
          reports: ['adds'],
        },
        {
          title: 'rows that the script itself lists, taken out',
          history: ['CREATE TABLE models (id text PRIMARY KEY, price int);'],
          sql: "DELETE FROM models WHERE id IN ('gpt', 'claude');\nINSERT INTO models VALUES ('gpt', 1), ('claude', 2);",
          reports: ['changesListed'],
          proof: {
            rows: "INSERT INTO models VALUES ('gpt', 0), ('own', 5);",
            query: { sql: 'SELECT count(*) FROM models', rows: [['3']] },
          },
        },
        {
          title: 'a row that the script itself names, changed',
          history: ['CREATE TABLE plans (id int PRIMARY KEY, name text);'],
          sql: "UPDATE plans SET name = 'Free' WHERE id = 1;",
          reports: ['changesListed'],
        },
        {
          title: 'by a range of keys, too',
          history: ['CREATE TABLE users (id int PRIMARY KEY, plan text);'],
          sql: "UPDATE users SET plan = 'free' WHERE id BETWEEN 1 AND 1000;",
          reports: ['writes'],
        },
      ],
      good: [
        {
          title: 'rows of a table that the deploy makes',
          sql: [
            'CREATE TABLE plans (id int PRIMARY KEY, name text);',
            "INSERT INTO plans VALUES (1, 'free');",
          ],
        },
        {
          title: 'a temporary table',
          sql: 'CREATE TEMP TABLE chosen (id int);\nINSERT INTO chosen VALUES (1);',
        },
        {
          title: 'what a trigger will write',
          history: ['CREATE TABLE users (id int PRIMARY KEY, plan text);'],
          sql: "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN\n  UPDATE users SET plan = 'x';\n  RETURN NEW;\nEND $$;",
        },
        {
          title: 'the schema alone',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: "ALTER TABLE users ADD COLUMN plan text DEFAULT 'free';",
        },
      ],
    },
  },
  on: { Copy: judge, Delete: judge, Insert: judge, Merge: judge, Update: judge },
});

function judge(
  op: DataChange,
  { catalog, existedBeforeDeploy, migration, report }: RuleContext<typeof messages, NoOptions>,
): void {
  const change = changedRowsOf(op, (table) => existedBeforeDeploy(table) !== undefined);
  if (change?.table === undefined) return;
  const data = { command: change.kind.toUpperCase(), table: change.table };
  // How many rows there are is then the script's.
  const isListed =
    op.kind === 'Copy' ||
    (op.kind === 'Insert' && op.loop === undefined && unboundedReads(op, catalog).length === 0);
  const isNamed = (op.kind === 'Update' || op.kind === 'Delete') && namesItsRows(op, catalog);
  const messageId = isListed ? 'adds' : isNamed ? 'changesListed' : 'writes';
  report({ messageId, at: op, once: migration, data });
}
