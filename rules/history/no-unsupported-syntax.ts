import {
  defineRule,
  functionsNewerThan,
  isInBody,
  newerSyntaxKinds,
  syntaxNewerThan,
  type Operation,
  type RuleContext,
} from 'migration-lint';

const messages = {
  syntax: {
    what: 'PostgreSQL {{version}} does not understand {{syntax}}, which came with PostgreSQL {{since}}: the migration fails here.',
    help: 'Write it the older way, or deploy this after the upgrade. If production runs a newer version, set `postgres` to it in the configuration.',
  },
  function: {
    what: 'PostgreSQL {{version}} has no function {{name}}(), which came with PostgreSQL {{since}}: the migration fails here with 42883.',
    help: 'Call another function, or deploy this after the upgrade. If production runs a newer version, set `postgres` to it in the configuration.',
  },
  assumed: {
    what: 'PostgreSQL {{version}} is assumed, since nobody said which version production runs, and it does not have {{thing}}: that came with PostgreSQL {{since}}.',
    help: 'Set `postgres` to the version of production in the configuration: SHOW server_version tells it.',
  },
} as const;

type Context = RuleContext<typeof messages, Record<string, never>>;

/** The kinds whose defaults and calls are looked at for functions. */
const FUNCTION_KINDS = ['CreateTable', 'AddColumn', 'SetDefault', 'Select'] as const;

export default defineRule({
  meta: {
    name: 'no-unsupported-syntax',
    summary: 'Disallow syntax and functions that the configured version of PostgreSQL does not have',
    rationale:
      'A migration is often tried on a newer PostgreSQL than production runs. Each form in the table behind this rule was run on ' +
      'servers of PostgreSQL 13 to 18, which agree with it about the version that brought it.',
    instead:
      'Set the version that production runs in the configuration, and write what it understands:\n\n' +
      '```sql\n-- Before PostgreSQL 14: CREATE OR REPLACE TRIGGER\nDROP TRIGGER IF EXISTS stamp ON orders;\n' +
      'CREATE TRIGGER stamp BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION stamp();\n```',
    policy: ['HS7'],
    presets: ['recommended'],
    severity: 'error',
    yieldsTo: ['no-unknown-object'],
    messages,
    examples: {
      bad: [
        {
          title: 'nobody said which version production runs: a warning, once',
          history: ['CREATE TABLE t (a int, b int);'],
          sql: 'ALTER TABLE t ADD CHECK (a > 0) NOT ENFORCED;\nALTER TABLE t ADD CHECK (b > 0) NOT ENFORCED;',
          reports: ['assumed'],
        },
        {
          title: 'NULLS NOT DISTINCT before PostgreSQL 15',
          postgres: 14,
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'CREATE UNIQUE INDEX users_email ON users (email) NULLS NOT DISTINCT;',
          reports: ['syntax'],
        },
        {
          title: 'MERGE before PostgreSQL 15',
          postgres: 14,
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'MERGE INTO users USING (VALUES (1)) AS gone (id) ON users.id = gone.id WHEN MATCHED THEN DELETE;',
          reports: ['syntax'],
        },
        {
          title: 'a constraint that is not enforced, before PostgreSQL 18',
          postgres: 17,
          history: ['CREATE TABLE users (id int PRIMARY KEY, age int);'],
          sql: 'ALTER TABLE users ADD CONSTRAINT adult CHECK (age >= 18) NOT ENFORCED;',
          reports: ['syntax'],
        },
        {
          title: 'a virtual generated column and uuidv7() before PostgreSQL 18',
          postgres: 17,
          sql: 'CREATE TABLE t (id uuid PRIMARY KEY DEFAULT uuidv7(), a int, b int GENERATED ALWAYS AS (a * 2) VIRTUAL);',
          reports: ['syntax', 'function'],
        },
        {
          title: 'JSON_TABLE before PostgreSQL 17',
          postgres: 16,
          history: ['CREATE TABLE t (doc jsonb);'],
          sql: "CREATE VIEW v AS SELECT j.* FROM t, JSON_TABLE(doc, '$[*]' COLUMNS (a int)) AS j;",
          reports: ['syntax'],
        },
        {
          title: 'CREATE OR REPLACE TRIGGER and BEGIN ATOMIC before PostgreSQL 14',
          postgres: 13,
          history: [
            "CREATE TABLE t (id int);\nCREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';",
          ],
          sql: 'CREATE OR REPLACE TRIGGER x BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();\nCREATE FUNCTION one() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; END;',
          reports: ['syntax', 'syntax'],
        },
      ],
      good: [
        {
          title: 'what the configured version has',
          postgres: 18,
          history: ['CREATE TABLE t (id int, a int);'],
          sql: 'CREATE UNIQUE INDEX i ON t (a) NULLS NOT DISTINCT;\nALTER TABLE t ADD CHECK (a > 0) NOT ENFORCED, ADD COLUMN b int GENERATED ALWAYS AS (a * 2) VIRTUAL, ADD COLUMN u uuid DEFAULT uuidv7();',
          proof: {},
        },
        {
          title: 'a function of one’s own with the name of a newer one',
          postgres: 15,
          history: [
            'CREATE TABLE t (id uuid);\nCREATE FUNCTION uuidv7() RETURNS uuid LANGUAGE sql AS $$ SELECT gen_random_uuid() $$;',
          ],
          sql: 'ALTER TABLE t ALTER COLUMN id SET DEFAULT uuidv7();',
        },
        {
          title: 'gen_random_uuid(), which all supported versions have',
          postgres: 13,
          sql: 'CREATE TABLE t (id uuid PRIMARY KEY DEFAULT gen_random_uuid());',
          proof: {},
        },
        {
          title: 'in a branch that asks for the version',
          postgres: 15,
          history: ['CREATE TABLE t (a int);'],
          sql: "DO $$ BEGIN IF current_setting('server_version_num')::int >= 180000 THEN ALTER TABLE t ADD CHECK (a > 0) NOT ENFORCED; END IF; END $$;",
          proof: {},
        },
      ],
    },
  },
  on: Object.fromEntries([...new Set([...newerSyntaxKinds, ...FUNCTION_KINDS])].map((kind) => [kind, judge])),
});

function judge(operation: Operation, context: Context): void {
  const { catalog, migration, project, report } = context;
  const version = project.postgresVersion;
  // The body of a function is read when it is called, and a branch may ask for the version.
  if (operation.run !== 'now') return;
  for (const { what, since } of syntaxNewerThan(operation, version)) {
    if (project.postgresAssumed) reportAssumed(operation, what, since, context);
    else report({ messageId: 'syntax', at: operation, data: { version, syntax: what, since } });
  }
  // A table's own functions may have come from an extension where the history is not known whole.
  if (!catalog.complete || isInBody(operation, migration.script)) return;
  for (const { name, since } of functionsNewerThan(operation, version)) {
    if (catalog.routines({ schema: undefined, name }).length > 0) continue;
    if (project.postgresAssumed) reportAssumed(operation, `the function ${name}()`, since, context);
    else report({ messageId: 'function', at: operation, data: { version, name, since } });
  }
}

/** A guess is no reason for an error, and saying it once is enough. */
function reportAssumed(at: Operation, thing: string, since: number, { project, report }: Context): void {
  const data = { thing, since, version: project.postgresVersion };
  report({ messageId: 'assumed', at, severity: 'warning', once: project, data });
}
