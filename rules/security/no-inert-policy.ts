import {
  defineRule,
  enableRowSecurityFix,
  isFollowed,
  operationsOfKind,
  operationsOn,
  quoteIdentifier,
} from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-inert-policy',
    summary: 'Disallow a policy on a table whose row-level security is off',
    rationale:
      'PostgreSQL takes CREATE POLICY on a table without row-level security and says nothing, but applies no policy until ALTER TABLE … ' +
      'ENABLE ROW LEVEL SECURITY: whoever has privileges on the table goes on seeing every row. What counts is the end of the deploy.',
    instead:
      'Enable row-level security beside the policy:\n\n```sql\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;\n' +
      'CREATE POLICY own_notes ON notes FOR ALL TO authenticated USING (owner = (SELECT auth.uid()));\n```',
    whenNotToUse: 'Where policies are prepared in one release and switched on in a later one.',
    policy: ['IX7'],
    presets: ['supabase'],
    severity: 'error',
    fix: { safety: 'unsafe', form: 'edits' },
    messages: {
      inert: {
        what: 'The policy {{policy}} does nothing: row-level security of {{table}} is off when the deploy ends, so every row stays visible to whoever has privileges on it.',
        help: 'Add ALTER TABLE {{table}} ENABLE ROW LEVEL SECURITY to the migration.',
      },
    },
    examples: {
      bad: [
        {
          title: 'the switch forgotten',
          history: ['CREATE TABLE financials (id bigint, tenant_id text);'],
          sql: "CREATE POLICY tenant ON financials USING (tenant_id = current_setting('app.tenant'));",
          reports: ['inert'],
          fixed:
            "ALTER TABLE financials ENABLE ROW LEVEL SECURITY;\nCREATE POLICY tenant ON financials USING (tenant_id = current_setting('app.tenant'));",
          proof: {
            rows:
              "INSERT INTO financials VALUES (1, 'somebody else'); CREATE ROLE app; GRANT USAGE ON SCHEMA public TO app; GRANT ALL ON financials TO app; " +
              "CREATE FUNCTION seen() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM financials'; ALTER FUNCTION seen() OWNER TO app;",
            query: { sql: 'SELECT seen()', rows: [['1']] },
          },
        },
        {
          title: 'several policies of one table: the first is reported',
          sql: 'CREATE TABLE "ApiKey" (id bigint);\nCREATE POLICY a ON "ApiKey" FOR SELECT USING (id > 0);\nCREATE POLICY b ON "ApiKey" FOR DELETE USING (id > 0);',
          reports: ['inert'],
          fixed:
            'CREATE TABLE "ApiKey" (id bigint);\nALTER TABLE "ApiKey" ENABLE ROW LEVEL SECURITY;\nCREATE POLICY a ON "ApiKey" FOR SELECT USING (id > 0);\nCREATE POLICY b ON "ApiKey" FOR DELETE USING (id > 0);',
        },
        {
          title: 'row-level security disabled in the same deploy',
          history: ['CREATE TABLE notes (id bigint); ALTER TABLE notes ENABLE ROW LEVEL SECURITY;'],
          sql: [
            'CREATE POLICY readable ON notes FOR SELECT USING (id > 0);',
            'ALTER TABLE notes DISABLE ROW LEVEL SECURITY;',
          ],
          reports: ['inert'],
        },
        {
          title: 'FORCE alone switches nothing on',
          history: ['CREATE TABLE notes (id bigint);'],
          sql: 'ALTER TABLE notes FORCE ROW LEVEL SECURITY;\nCREATE POLICY nobody ON notes USING (false);',
          reports: ['inert'],
          fixed:
            'ALTER TABLE notes FORCE ROW LEVEL SECURITY;\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;\nCREATE POLICY nobody ON notes USING (false);',
          proof: {
            rows: 'INSERT INTO notes VALUES (1);',
            query: {
              sql: 'SELECT relrowsecurity FROM pg_class WHERE relname = $$notes$$',
              rows: [['false']],
            },
          },
        },
      ],
      good: [
        {
          title: 'switched on after the policy',
          sql: 'CREATE TABLE notes (id bigint);\nCREATE POLICY readable ON notes FOR SELECT USING (id > 0);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;',
        },
        {
          title: 'switched on by an earlier migration',
          history: ['CREATE TABLE notes (id bigint); ALTER TABLE notes ENABLE ROW LEVEL SECURITY;'],
          sql: 'CREATE POLICY readable ON notes FOR SELECT USING (id > 0);',
        },
        {
          title: 'a table that no migration created: it may be on there',
          sql: "CREATE POLICY uploads ON storage.objects FOR INSERT WITH CHECK (bucket_id = 'avatars');",
        },
        {
          title: 'a history with dynamic SQL, which may have enabled it',
          history: [
            "CREATE TABLE notes (id bigint); DO $$ DECLARE t text; BEGIN FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t); END LOOP; END $$;",
          ],
          sql: 'CREATE POLICY readable ON notes FOR SELECT USING (id > 0);',
        },
        {
          title: 'a policy dropped in the same migration',
          history: ['CREATE TABLE notes (id bigint);'],
          sql: 'CREATE POLICY readable ON notes FOR SELECT USING (id > 0);\nDROP POLICY readable ON notes;',
        },
        {
          title: 'a branch, which may switch it on',
          history: ['CREATE TABLE notes (id bigint);'],
          sql: "DO $$ BEGIN IF current_setting('app.rls', true) = 'on' THEN ALTER TABLE notes ENABLE ROW LEVEL SECURITY; END IF; END $$;\nCREATE POLICY readable ON notes FOR SELECT USING (id > 0);",
        },
      ],
    },
  },
  on: {
    Deploy(deploy, { catalogAfter, report }) {
      for (const operation of operationsOfKind('CreatePolicy', deploy)) {
        const table = operation.run === 'now' ? catalogAfter.table(operation.table) : undefined;
        if (table === undefined || table.rowSecurity.enabled) continue;
        if (!table.policies.some(({ name }) => name === operation.name)) continue;
        // What cannot be read may have switched it on.
        if (!isFollowed(table, deploy, catalogAfter)) continue;
        const data = { policy: quoteIdentifier(operation.name), table: operation.table };
        const created = operationsOn(operation.table, deploy).find(({ kind }) => kind === 'CreateTable');
        const place = created === undefined ? { before: operation.statement } : { after: created.statement };
        const fix = enableRowSecurityFix(operation.table, place, deploy);
        report({ messageId: 'inert', at: operation, once: table, data, fix });
      }
    },
  },
});
