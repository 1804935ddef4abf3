import { defineRule, enableRowSecurityFix, isFollowed, newTables, type Table } from 'migration-lint';

/** An API's role with the privileges that such a platform gives it on new tables. */
const platform =
  'CREATE ROLE anon; GRANT USAGE ON SCHEMA public TO anon; ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO anon; ' +
  'CREATE FUNCTION as_anon(command text) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER AS $$ DECLARE n bigint; ' +
  'BEGIN EXECUTE command; GET DIAGNOSTICS n = ROW_COUNT; RETURN n; END $$; ALTER FUNCTION as_anon(text) OWNER TO anon;';

export default defineRule({
  meta: {
    name: 'require-row-level-security',
    summary: 'Require row-level security for a new table in a schema that an API exposes',
    rationale:
      'Supabase and PostgREST let a browser query the tables of an exposed schema as the role `anon` or `authenticated`, and the platform ' +
      'grants these roles all privileges on new tables. Row-level security is then all that keeps one user from another user’s ' +
      'rows, and it is off until somebody enables it. A partition that is queried by its own name follows its own setting, not that ' +
      'of its parent. What counts is the end of the deploy: enabling it in a later statement, or a later migration of the same ' +
      'deploy, is right.',
    instead:
      'Enable it where the table is created, and say who may see what:\n\n```sql\nCREATE TABLE notes (id bigint PRIMARY KEY, owner uuid NOT NULL);\n' +
      'ALTER TABLE notes ENABLE ROW LEVEL SECURITY;\nCREATE POLICY own_notes ON notes FOR ALL TO authenticated USING (owner = (SELECT auth.uid()));\n```',
    whenNotToUse: 'Where no API exposes the schema: only the application’s own role reaches the database.',
    policy: ['IX7'],
    presets: ['supabase'],
    severity: 'error',
    fix: { safety: 'unsafe', form: 'edits' },
    options: {
      schemas: {
        type: 'strings',
        default: ['public'],
        description: 'The schemas that an API exposes.',
      },
    },
    messages: {
      off: {
        what: 'Row-level security is off on the new table {{table}}: everyone with privileges on it can read and write every row, and so can the API’s roles if its schema is exposed.',
        help: 'ALTER TABLE {{table}} ENABLE ROW LEVEL SECURITY in the same migration, and add policies that say who may see what.',
      },
      partitionOff: {
        what: 'Row-level security is off on the new partition {{table}}: the policies of {{parent}} hold for queries that name {{parent}}, not for those that name {{table}}.',
        help: 'ALTER TABLE {{table}} ENABLE ROW LEVEL SECURITY; without a policy of its own, it can then be reached through {{parent}} only.',
      },
    },
    examples: {
      bad: [
        {
          title: 'a table as an ORM generates it',
          sql: 'CREATE TABLE notes (id bigint, body text);',
          reports: ['off'],
          fixed: 'CREATE TABLE notes (id bigint, body text);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;',
          proof: {
            rows: platform,
            query: { sql: "SELECT as_anon('INSERT INTO notes VALUES (1)')", rows: [['1']] },
          },
        },
        {
          title: 'a policy that nobody switched on',
          sql: 'CREATE TABLE notes (id bigint, body text);\nCREATE POLICY nobody ON notes USING (false);',
          reports: ['off'],
          fixed:
            'CREATE TABLE notes (id bigint, body text);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;\nCREATE POLICY nobody ON notes USING (false);',
          proof: {
            rows: platform,
            query: { sql: "SELECT as_anon('INSERT INTO notes VALUES (1)')", rows: [['1']] },
          },
        },
        {
          title: 'enabled, and disabled again',
          sql: 'CREATE TABLE notes (id bigint);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;\nALTER TABLE notes DISABLE ROW LEVEL SECURITY;',
          reports: ['off'],
        },
        {
          title: 'a partition: queried by its name, it does without its parent’s policies',
          history: [
            'CREATE TABLE events (id int, at date) PARTITION BY RANGE (at); ALTER TABLE events ENABLE ROW LEVEL SECURITY;',
          ],
          sql: "CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');",
          reports: ['partitionOff'],
          fixed:
            "CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');\nALTER TABLE events_2025 ENABLE ROW LEVEL SECURITY;",
          proof: {
            rows: platform,
            query: {
              sql: "SELECT as_anon('INSERT INTO events_2025 VALUES (1, ''2025-06-01'')')",
              rows: [['1']],
            },
          },
        },
        {
          title: 'a table that a query makes',
          history: ['CREATE TABLE notes (id bigint); ALTER TABLE notes ENABLE ROW LEVEL SECURITY;'],
          sql: 'CREATE TABLE notes_copy AS SELECT * FROM notes;',
          reports: ['off'],
          fixed:
            'CREATE TABLE notes_copy AS SELECT * FROM notes;\nALTER TABLE notes_copy ENABLE ROW LEVEL SECURITY;',
        },
        {
          title: 'a table renamed in the same deploy, with a name that needs quotes',
          sql: ['CREATE TABLE draft (id bigint);', 'ALTER TABLE draft RENAME TO "ApiKey";'],
          reports: ['off'],
          fixed: {
            scripts: [
              'CREATE TABLE draft (id bigint);\nALTER TABLE draft ENABLE ROW LEVEL SECURITY;',
              'ALTER TABLE draft RENAME TO "ApiKey";',
            ],
          },
        },
        {
          title: 'another exposed schema',
          history: ['CREATE SCHEMA api;'],
          sql: 'SET search_path = api;\nCREATE TABLE notes (id bigint);',
          options: { schemas: ['api'] },
          reports: ['off'],
          fixed:
            'SET search_path = api;\nCREATE TABLE notes (id bigint);\nALTER TABLE api.notes ENABLE ROW LEVEL SECURITY;',
        },
      ],
      good: [
        {
          title: 'enabled in the same migration',
          sql: 'CREATE TABLE notes (id bigint);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;',
          proof: {
            rows: platform,
            afterwards: { sql: "SELECT as_anon('INSERT INTO notes VALUES (1)')", error: '42501' },
          },
        },
        {
          title: 'enabled in a later migration of the same deploy',
          sql: ['CREATE TABLE notes (id bigint);', 'ALTER TABLE "notes" ENABLE ROW LEVEL SECURITY;'],
        },
        {
          title: 'a schema that is not exposed',
          history: ['CREATE SCHEMA private;'],
          sql: 'CREATE TABLE private.notes (id bigint);',
        },
        {
          title: 'a table of an earlier deploy',
          history: ['CREATE TABLE notes (id bigint);'],
          sql: 'ALTER TABLE notes ADD COLUMN body text;',
        },
        { title: 'a temporary table', sql: 'CREATE TEMP TABLE chosen (id bigint);' },
        {
          title: 'a table that the same deploy drops',
          sql: 'CREATE TABLE notes (id bigint);\nDROP TABLE notes;',
        },
        {
          title: 'a table that is there already',
          history: ['CREATE TABLE notes (id bigint);'],
          sql: 'CREATE TABLE IF NOT EXISTS notes (id bigint);',
        },
        {
          title: 'dynamic SQL, which may enable it',
          sql: "CREATE TABLE notes (id bigint);\nDO $$ DECLARE t text; BEGIN FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t); END LOOP; END $$;",
        },
        {
          title: 'a branch, which may enable it',
          sql: "CREATE TABLE notes (id bigint);\nDO $$ BEGIN IF current_setting('server_version_num')::int > 150000 THEN ALTER TABLE notes ENABLE ROW LEVEL SECURITY; END IF; END $$;",
        },
        {
          title: 'a table that only a function creates',
          sql: 'CREATE FUNCTION make_log() RETURNS void LANGUAGE plpgsql AS $$ BEGIN CREATE TABLE log (id bigint); END $$;',
        },
        {
          title: 'a foreign table, which has no row-level security',
          history: ['CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w;'],
          sql: 'CREATE FOREIGN TABLE remote_notes (id bigint) SERVER s;',
        },
      ],
    },
  },
  on: {
    Deploy(deploy, { catalogAfter, options, report }) {
      for (const { operation, table } of newTables(deploy, catalogAfter)) {
        // What cannot be read may enable it.
        if (!isOpen(table, options.schemas) || !isFollowed(table, deploy, catalogAfter)) continue;
        const at = { operation, part: 'table' } as const;
        const { statement, table: name } = operation;
        const fix = enableRowSecurityFix(name, { after: statement }, deploy);
        if (table.partitionOf === undefined)
          report({ messageId: 'off', at, data: { table: table.name }, fix });
        else {
          const { parent } = table.partitionOf;
          report({ messageId: 'partitionOff', at, data: { table: table.name, parent }, fix });
        }
      }
    },
  },
});

function isOpen({ name, rowSecurity, foreignServer }: Table, schemas: readonly string[]): boolean {
  return !rowSecurity.enabled && foreignServer === undefined && schemas.includes(name.schema ?? 'public');
}
