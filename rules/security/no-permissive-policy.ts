import {
  defineRule,
  isAlwaysTrue,
  quoteIdentifier,
  sessionCallsPerRow,
  type AlterPolicy,
  type CreatePolicy,
  type NoOptions,
  type Policy,
  type RuleContext,
} from 'migration-lint';

const messages = {
  alwaysTrue: {
    what: 'The policy {{policy}} lets {{roles}} {{writes}} any row of {{table}}: its {{clause}} is always true.',
    help: 'Compare a column with the user in {{clause}}, such as owner = (SELECT auth.uid()), or grant the write to a role that no API uses.',
  },
  perRow: {
    what: 'The policy {{policy}} calls {{calls}} for every row of {{table}} that a query looks at, unless an index spares it.',
    help: 'Write the call as a subquery, such as (SELECT {{call}}): PostgreSQL then evaluates it once for each statement.',
  },
  perWrite: {
    what: 'The policy {{policy}} calls {{calls}} for every row that is {{written}} {{table}}.',
    help: 'Write the call as a subquery, such as (SELECT {{call}}): PostgreSQL then evaluates it once for each statement, however many rows that writes.',
  },
} as const;

/** A function that counts its calls, and a role that reads three rows and says whether it was called for each. */
const counting =
  'CREATE ROLE app; GRANT USAGE ON SCHEMA public TO app; GRANT SELECT ON notes TO app; ALTER TABLE notes ENABLE ROW LEVEL SECURITY; ' +
  'INSERT INTO notes VALUES (1, NULL), (2, NULL), (3, NULL); CREATE SCHEMA auth; GRANT USAGE ON SCHEMA auth TO app; CREATE SEQUENCE auth.calls; ' +
  "CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$ BEGIN PERFORM nextval('auth.calls'); RETURN NULL; END $$; " +
  'CREATE FUNCTION read_notes() RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN PERFORM * FROM public.notes; RETURN (SELECT last_value >= 3 FROM auth.calls); END $$; ' +
  'ALTER FUNCTION read_notes() OWNER TO app; GRANT SELECT ON SEQUENCE auth.calls TO app;';

/** The same for a role that writes three rows. */
const writing =
  'CREATE ROLE app; GRANT USAGE ON SCHEMA public TO app; GRANT INSERT ON notes TO app; ALTER TABLE notes ENABLE ROW LEVEL SECURITY; ' +
  'CREATE SCHEMA auth; GRANT USAGE ON SCHEMA auth TO app; CREATE SEQUENCE auth.calls; ' +
  "CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$ BEGIN PERFORM nextval('auth.calls'); RETURN NULL; END $$; " +
  'CREATE FUNCTION write_notes() RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN INSERT INTO public.notes (id) VALUES (1), (2), (3); RETURN (SELECT last_value >= 3 FROM auth.calls); END $$; ' +
  'ALTER FUNCTION write_notes() OWNER TO app; GRANT SELECT ON SEQUENCE auth.calls TO app;';

/** A role that deletes what it can, and says how much that was. */
const deleting =
  'CREATE ROLE app; GRANT USAGE ON SCHEMA public TO app; GRANT ALL ON notes TO app; ALTER TABLE notes ENABLE ROW LEVEL SECURITY; ' +
  'INSERT INTO notes VALUES (1), (2); CREATE FUNCTION delete_notes() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER AS $$ ' +
  'DECLARE n bigint; BEGIN DELETE FROM notes; GET DIAGNOSTICS n = ROW_COUNT; RETURN n; END $$; ALTER FUNCTION delete_notes() OWNER TO app;';

export default defineRule({
  meta: {
    name: 'no-permissive-policy',
    summary: 'Disallow policies that let anybody write any row, or call `auth` functions for each row',
    rationale:
      'Permissive policies are joined with OR: a single one with `USING (true)` or `WITH CHECK (true)` for INSERT, UPDATE, DELETE or ALL ' +
      'makes all others meaningless, and with an API every visitor who has the role may write. For SELECT it can be meant: public ' +
      'data. And PostgreSQL evaluates a policy’s expression for the rows that a query looks at: a bare `auth.uid()`, `auth.jwt()` ' +
      'or `current_setting()` in it is called again for each of them (Supabase’s advisor reports it as auth_rls_initplan), while ' +
      '`(SELECT auth.uid())` is evaluated once for each statement.',
    instead:
      '```sql\nCREATE POLICY own_notes ON notes FOR ALL TO authenticated\n  USING (owner = (SELECT auth.uid()))\n  WITH CHECK (owner = (SELECT auth.uid()));\n```',
    whenNotToUse:
      'For tables that every user may really write, such as a feedback form’s: acknowledge those with a reason.',
    policy: ['IX7'],
    presets: ['supabase'],
    severity: 'warning',
    // A policy that is not applied calls nothing and lets nobody in.
    yieldsTo: ['no-inert-policy'],
    messages,
    examples: {
      bad: [
        {
          title: 'everything for everybody',
          history: ['CREATE TABLE notes (id bigint);'],
          sql: 'CREATE POLICY "Enable all" ON notes USING (true);',
          reports: ['alwaysTrue'],
          proof: { rows: deleting, query: { sql: 'SELECT delete_notes()', rows: [['2']] } },
        },
        {
          title: 'a tautology as the check of an INSERT',
          history: ['CREATE SCHEMA app; CREATE TABLE app."Note" (id bigint);'],
          sql: 'CREATE POLICY inserts ON app."Note" FOR INSERT WITH CHECK (1 = 1);',
          reports: ['alwaysTrue'],
        },
        {
          title: 'rows of one’s own, to be given to anybody',
          history: ['CREATE TABLE notes (id bigint, owner text);'],
          sql: 'CREATE POLICY own ON notes FOR UPDATE USING (owner = current_user) WITH CHECK (true);',
          reports: ['alwaysTrue'],
        },
        {
          title: 'an existing policy opened',
          history: [
            'CREATE TABLE notes (id bigint, owner text); CREATE POLICY own ON notes FOR DELETE USING (owner = current_user);',
          ],
          sql: 'ALTER POLICY own ON notes USING (true);',
          reports: ['alwaysTrue'],
        },
        {
          title: 'a function of the session, called for each row',
          history: ['CREATE TABLE notes (id bigint, owner uuid);'],
          sql: 'CREATE POLICY own ON notes FOR SELECT USING (auth.uid() = owner);',
          reports: ['perRow'],
          proof: { rows: counting, query: { sql: 'SELECT read_notes()', rows: [['true']] } },
        },
        {
          title: 'a claim of the token',
          history: ['CREATE TABLE financials (id bigint, tenant_id text);'],
          sql: "CREATE POLICY tenant ON financials USING (tenant_id = auth.jwt() ->> 'tenant_id');",
          reports: ['perRow'],
        },
        {
          title: 'a function of the session, called for each row that comes in',
          history: ['CREATE TABLE notes (id bigint, owner uuid);'],
          sql: 'CREATE POLICY own ON notes FOR INSERT WITH CHECK (auth.uid() IS NULL);',
          reports: ['perWrite'],
          proof: { rows: writing, query: { sql: 'SELECT write_notes()', rows: [['true']] } },
        },
      ],
      good: [
        {
          title: 'the function in a subquery of a check',
          history: ['CREATE TABLE notes (id bigint, owner uuid);'],
          sql: 'CREATE POLICY own ON notes FOR INSERT WITH CHECK ((SELECT auth.uid()) IS NULL);',
          proof: { rows: writing, query: { sql: 'SELECT write_notes()', rows: [['false']] } },
        },
        {
          title: 'the function in a subquery',
          history: ['CREATE TABLE notes (id bigint, owner uuid);'],
          sql: 'CREATE POLICY own ON notes FOR SELECT USING ((SELECT auth.uid()) = owner);',
          proof: { rows: counting, query: { sql: 'SELECT read_notes()', rows: [['false']] } },
        },
        {
          title: 'public data',
          history: ['CREATE TABLE notes (id bigint);'],
          sql: 'CREATE POLICY readable ON notes FOR SELECT USING (true);',
          proof: { rows: deleting, query: { sql: 'SELECT delete_notes()', rows: [['0']] } },
        },
        {
          title: 'the server’s own role',
          history: ['CREATE ROLE service_role; CREATE TABLE notes (id bigint);'],
          sql: 'CREATE POLICY service ON notes TO service_role USING (true) WITH CHECK (true);',
        },
        {
          title: 'a restrictive policy, which allows nothing by itself',
          history: ['CREATE TABLE notes (id bigint);'],
          sql: 'CREATE POLICY limits ON notes AS RESTRICTIVE USING (true);',
          proof: { rows: deleting, query: { sql: 'SELECT delete_notes()', rows: [['0']] } },
        },
        {
          title: 'a policy without any expression, which allows nothing',
          history: ['CREATE TABLE notes (id bigint);'],
          sql: 'CREATE POLICY nothing ON notes FOR INSERT;',
          proof: { rows: deleting, query: { sql: 'SELECT delete_notes()', rows: [['0']] } },
        },
        {
          title: 'a subquery over another table',
          history: [
            'CREATE TABLE notes (id bigint, team bigint); CREATE TABLE members (team bigint, member uuid);',
          ],
          sql: 'CREATE POLICY team ON notes USING (team IN (SELECT m.team FROM members m WHERE m.member = auth.uid()));',
        },
      ],
    },
  },
  on: {
    CreatePolicy(operation, context) {
      if (operation.run === 'called') return;
      judge(operation, operation, context);
    },
    AlterPolicy(operation, context) {
      if (operation.run === 'called') return;
      const policy = context.catalog
        .table(operation.table)
        ?.policies.find(({ name }) => name === operation.name);
      if (policy?.certainty === 'certain') judge(operation, policy, context);
    },
  },
});

type Context = RuleContext<typeof messages, NoOptions>;

/** `policy` is the policy that the operation creates, or changes. */
function judge(
  operation: CreatePolicy | AlterPolicy,
  policy: Pick<Policy, 'permissive' | 'command' | 'roles'>,
  { report }: Context,
): void {
  const { name, table, using, withCheck } = operation;
  const roles = operation.roles ?? policy.roles;
  const data = { policy: quoteIdentifier(name), table };
  const clause = openClause(policy, operation);
  if (clause !== undefined && !roles.every((role) => serverRoles.has(role))) {
    const written = roles.includes('PUBLIC') ? 'every role' : roles;
    report({
      messageId: 'alwaysTrue',
      at: operation,
      data: { ...data, roles: written, clause, writes: writesOf(policy.command, clause) },
    });
  }
  const read = sessionCallsPerRow(using);
  const calls = [...new Set([...read, ...sessionCallsPerRow(withCheck)])];
  const [call] = calls;
  if (call === undefined) return;
  const words = { ...data, calls, call };
  if (read.length > 0) return report({ messageId: 'perRow', at: operation, data: words });
  const written = WRITTEN[policy.command];
  return report({ messageId: 'perWrite', at: operation, data: { ...words, written } });
}

/** What WITH CHECK looks at: rows as they are after a write, and no others. */
const WRITTEN = {
  insert: 'inserted into',
  update: 'updated in',
  all: 'written to',
  select: 'written to',
  delete: 'written to',
} as const satisfies Record<Policy['command'], string>;

/** Roles of a server, not of an API’s visitors: the first two bypass row-level security anyway. */
const serverRoles: ReadonlySet<string> = new Set([
  'service_role',
  'postgres',
  'supabase_admin',
  'supabase_auth_admin',
]);

/** The clause that lets every row be written. A policy without an expression allows nothing. */
function openClause(
  { permissive, command }: Pick<Policy, 'permissive' | 'command'>,
  { using, withCheck }: CreatePolicy | AlterPolicy,
): string | undefined {
  if (!permissive || command === 'select') return undefined;
  if (isAlwaysTrue(using) && command !== 'insert') return 'USING';
  return isAlwaysTrue(withCheck) && command !== 'delete' ? 'WITH CHECK' : undefined;
}

function writesOf(command: Policy['command'], clause: string): string {
  if (command !== 'all') return command;
  return clause === 'USING' ? 'read, update and delete' : 'insert';
}
