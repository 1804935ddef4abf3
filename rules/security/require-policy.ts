import { defineRule, isFollowed, operationsOfKind, type Table } from 'migration-lint';

const platform =
  'CREATE ROLE anon; GRANT USAGE ON SCHEMA public TO anon; ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO anon; ' +
  'CREATE FUNCTION as_anon(command text) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER AS $$ DECLARE n bigint; ' +
  'BEGIN EXECUTE command; GET DIAGNOSTICS n = ROW_COUNT; RETURN n; END $$; ALTER FUNCTION as_anon(text) OWNER TO anon;';

export default defineRule({
  meta: {
    name: 'require-policy',
    summary: 'Require a policy for a table whose row-level security a migration enables',
    rationale:
      'Row-level security without any policy denies every row to everybody but the table’s owner, superusers and roles with BYPASSRLS ' +
      '(Supabase’s `service_role` and `postgres`): a SELECT finds nothing, an INSERT fails with 42501. On a table that is in use, ' +
      'an application that connects as another role stops at that moment. What counts is the end of the deploy.',
    instead:
      'Say who may see what, in the same migration:\n\n```sql\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;\n' +
      'CREATE POLICY own_notes ON notes FOR ALL TO authenticated USING (owner = (SELECT auth.uid()));\n```\n\n' +
      'If only the server’s own role shall reach the table, no policy is right: acknowledge it with a reason.',
    whenNotToUse: 'Where tables without a policy are how the team keeps them from the API.',
    policy: ['IX7'],
    presets: ['supabase'],
    severity: 'error',
    options: {
      schemas: {
        type: 'strings',
        default: ['public'],
        description: 'The schemas that an API exposes.',
      },
    },
    messages: {
      deniesAll: {
        what: 'Row-level security of {{table}} is enabled without any policy: everybody but its owner (and roles with BYPASSRLS) sees no row of it, and every INSERT of theirs fails with 42501.',
        help: 'Add a CREATE POLICY for each role that uses {{table}}, in the same migration; where nobody else shall reach it, say so in the comment that acknowledges this.',
      },
    },
    examples: {
      bad: [
        {
          title: 'a new table that nobody can read',
          sql: 'CREATE TABLE notes (id bigint);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;',
          reports: ['deniesAll'],
          proof: {
            rows: platform,
            afterwards: { sql: "SELECT as_anon('INSERT INTO notes VALUES (1)')", error: '42501' },
          },
        },
        {
          title: 'a table in use: its rows vanish for the application',
          history: ['CREATE TABLE notes (id bigint);'],
          sql: 'ALTER TABLE notes ENABLE ROW LEVEL SECURITY;',
          reports: ['deniesAll'],
          proof: {
            rows: `${platform} INSERT INTO notes VALUES (1); GRANT ALL ON notes TO anon;`,
            query: { sql: "SELECT as_anon('SELECT * FROM notes')", rows: [['0']] },
          },
        },
        {
          title: 'the last policy dropped in the same migration',
          history: ['CREATE TABLE notes (id bigint);'],
          sql: 'CREATE POLICY everybody ON notes FOR SELECT USING (true);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;\nDROP POLICY everybody ON notes;',
          reports: ['deniesAll'],
        },
      ],
      good: [
        {
          title: 'with a policy',
          sql: 'CREATE TABLE notes (id bigint);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;\nCREATE POLICY readable ON notes FOR SELECT USING (id > 0);',
          proof: {
            rows: platform,
            query: { sql: "SELECT as_anon('SELECT * FROM notes')", rows: [['0']] },
          },
        },
        {
          title: 'the policy in a later migration of the same deploy',
          sql: [
            'CREATE TABLE notes (id bigint);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;',
            'CREATE POLICY readable ON notes FOR SELECT USING (id > 0);',
          ],
        },
        {
          title: 'a policy of an earlier migration',
          history: [
            'CREATE TABLE notes (id bigint); CREATE POLICY readable ON notes FOR SELECT USING (id > 0);',
          ],
          sql: 'ALTER TABLE notes ENABLE ROW LEVEL SECURITY;',
        },
        {
          title: 'a table that no migration created: it may have policies',
          sql: 'ALTER TABLE notes ENABLE ROW LEVEL SECURITY;',
        },
        {
          title: 'a partition, which is reached through its parent',
          history: [
            'CREATE TABLE events (id int, at date) PARTITION BY RANGE (at); ALTER TABLE events ENABLE ROW LEVEL SECURITY; CREATE POLICY readable ON events FOR SELECT USING (true);',
          ],
          sql: "CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');\nALTER TABLE events_2025 ENABLE ROW LEVEL SECURITY;",
        },
        {
          title: 'a schema that is not exposed',
          history: ['CREATE SCHEMA private;'],
          sql: 'CREATE TABLE private.notes (id bigint);\nALTER TABLE private.notes ENABLE ROW LEVEL SECURITY;',
        },
        {
          title: 'dynamic SQL, which may create policies',
          sql: "CREATE TABLE notes (id bigint);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;\nDO $$ BEGIN EXECUTE format('CREATE POLICY p ON %I USING (true)', 'notes'); END $$;",
        },
        {
          title: 'enabled, and disabled again',
          sql: 'CREATE TABLE notes (id bigint);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;\nALTER TABLE notes DISABLE ROW LEVEL SECURITY;',
        },
      ],
    },
  },
  on: {
    Deploy(deploy, { catalogAfter, options, report }) {
      const seen = new Set<Table>();
      for (const operation of operationsOfKind('SetRowSecurity', deploy)) {
        if (operation.setting !== 'enable' || operation.run !== 'now') continue;
        const table = catalogAfter.table(operation.table);
        if (table === undefined || seen.has(table) || !deniesAll(table, options.schemas)) continue;
        // What cannot be read may create policies.
        if (!isFollowed(table, deploy, catalogAfter)) continue;
        seen.add(table);
        report({ messageId: 'deniesAll', at: operation, data: { table: table.name } });
      }
    },
  },
});

function deniesAll(table: Table, schemas: readonly string[]): boolean {
  if (table.partitionOf !== undefined) return false;
  return (
    table.rowSecurity.enabled &&
    table.policies.length === 0 &&
    schemas.includes(table.name.schema ?? 'public')
  );
}
