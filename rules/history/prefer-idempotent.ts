import {
  defineRule,
  failsOnSecondRun,
  indexWords,
  runAgainAdvice,
  runAgainFix,
  unnamedConstraints,
  type Operation,
  type OperationKind,
  type RuleContext,
} from 'migration-lint';

const messages = {
  notAgain: {
    what: '{{statement}} fails when this script is run again: {{reason}}.',
    help: 'Write {{form}}.',
  },
  twice: {
    what: '{{statement}} without a name makes another one, under another name, when this script is run again.',
    help: 'Write {{form}}.',
  },
} as const;

type Context = RuleContext<typeof messages, Record<string, never>>;

// What the first run of these scripts leaves is the history of the second.
const VIEWS_ANEW =
  'DROP MATERIALIZED VIEW ids;\nDROP VIEW all_orders;\nCREATE VIEW all_orders AS SELECT id FROM orders;\nCREATE MATERIALIZED VIEW ids AS SELECT id FROM all_orders;\nCREATE UNIQUE INDEX ids_id ON ids (id);';
const COLUMN_ANEW =
  'ALTER TABLE orders DROP COLUMN note;\nALTER TABLE orders ADD COLUMN note text;\nCREATE INDEX orders_note ON orders (note);';

export default defineRule({
  meta: {
    name: 'prefer-idempotent',
    summary: 'Prefer `IF [NOT] EXISTS` and `OR REPLACE` where a second run of the script would fail',
    rationale:
      'A team that applies scripts by hand, or with a runner that goes on after a failure, runs some of them twice. A script that ' +
      'says IF NOT EXISTS and IF EXISTS ends well then. It hides mistakes as well: a misspelt name is skipped in silence.',
    instead:
      '```sql\nCREATE TABLE IF NOT EXISTS plans (id int PRIMARY KEY);\nALTER TABLE orders ADD COLUMN IF NOT EXISTS note text;\nDROP TABLE IF EXISTS drafts;\n```',
    whenNotToUse:
      'Where the runner keeps account of what it has applied and wraps each script in a transaction: a script is never run twice there.',
    policy: ['HS4'],
    presets: ['policy-c'],
    severity: 'warning',
    fix: { safety: 'safe', form: 'edits' },
    messages,
    examples: {
      bad: [
        {
          title: 'a table, a column, an index',
          runner: 'wrapping',
          history: ['CREATE TABLE orders (id int PRIMARY KEY);'],
          sql: 'CREATE TABLE plans (id int PRIMARY KEY);\nALTER TABLE orders ADD COLUMN note text;\nCREATE INDEX orders_note ON orders (note);',
          reports: ['notAgain', 'notAgain', 'notAgain'],
          fixed:
            'CREATE TABLE IF NOT EXISTS plans (id int PRIMARY KEY);\nALTER TABLE orders ADD COLUMN IF NOT EXISTS note text;\nCREATE INDEX IF NOT EXISTS orders_note ON orders (note);',
          proof: { afterwards: { sql: 'CREATE TABLE plans (id int PRIMARY KEY);', error: '42P07' } },
        },
        {
          title: 'drops',
          runner: 'wrapping',
          history: [
            'CREATE TABLE orders (id int PRIMARY KEY, note text CONSTRAINT short CHECK (length(note) < 9));',
          ],
          sql: 'ALTER TABLE orders DROP CONSTRAINT short, DROP COLUMN note;\nDROP TABLE orders;',
          reports: ['notAgain', 'notAgain', 'notAgain'],
          fixed:
            'ALTER TABLE orders DROP CONSTRAINT IF EXISTS short, DROP COLUMN IF EXISTS note;\nDROP TABLE IF EXISTS orders;',
          proof: { afterwards: { sql: 'DROP TABLE orders;', error: '42P01' } },
        },
        {
          title: 'a view, a function and a trigger without OR REPLACE',
          runner: 'wrapping',
          history: ['CREATE TABLE orders (id int PRIMARY KEY);'],
          sql: "CREATE VIEW ids AS SELECT id FROM orders;\nCREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';\nCREATE TRIGGER x BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION f();",
          reports: ['notAgain', 'notAgain', 'notAgain'],
          fixed:
            "CREATE OR REPLACE VIEW ids AS SELECT id FROM orders;\nCREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';\nCREATE OR REPLACE TRIGGER x BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION f();",
          proof: { afterwards: { sql: 'CREATE VIEW ids AS SELECT id FROM orders;', error: '42P07' } },
        },
        {
          title: 'a unique index',
          runner: 'wrapping',
          history: ['CREATE TABLE orders (id int PRIMARY KEY, note text);'],
          sql: 'CREATE UNIQUE INDEX orders_note ON orders (note);',
          reports: ['notAgain'],
          fixed: 'CREATE UNIQUE INDEX IF NOT EXISTS orders_note ON orders (note);',
          proof: { afterwards: { sql: 'CREATE UNIQUE INDEX orders_note ON orders (note);', error: '42P07' } },
        },
        {
          title: 'without a name: a second run makes a second one',
          runner: 'wrapping',
          history: ['CREATE TABLE orders (id int PRIMARY KEY, total int);'],
          sql: 'CREATE INDEX ON orders (total);\nALTER TABLE orders ADD CHECK (total > 0) NOT VALID;',
          reports: ['twice', 'twice'],
          proof: {
            query: {
              sql: "SELECT count(*) FROM pg_index WHERE indrelid = 'orders'::regclass",
              rows: [['2']],
            },
          },
        },
        {
          title: 'what has no such form: a constraint, a type, a policy',
          runner: 'wrapping',
          history: ['CREATE TABLE orders (id int PRIMARY KEY, total int);'],
          sql: "ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0) NOT VALID;\nCREATE TYPE size AS ENUM ('s');\nCREATE POLICY own ON orders USING (total > 0);",
          reports: ['notAgain', 'notAgain', 'notAgain'],
          fixed:
            "ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0) NOT VALID;\nCREATE TYPE size AS ENUM ('s');\nDROP POLICY IF EXISTS own ON orders;\nCREATE POLICY own ON orders USING (total > 0);",
          proof: { afterwards: { sql: "CREATE TYPE size AS ENUM ('s');", error: '42710' } },
        },
      ],
      good: [
        {
          title: 'dropped, then made anew: a second run does the same',
          runner: 'wrapping',
          history: [
            'CREATE TABLE orders (id int PRIMARY KEY); CREATE MATERIALIZED VIEW ids AS SELECT id FROM orders; CREATE VIEW all_orders AS SELECT * FROM orders;',
            VIEWS_ANEW,
          ],
          sql: VIEWS_ANEW,
          proof: {},
        },
        {
          title: 'a column that is made anew, with its index',
          runner: 'wrapping',
          history: ['CREATE TABLE orders (id int PRIMARY KEY, note int);', COLUMN_ANEW],
          sql: COLUMN_ANEW,
          proof: {},
        },
        {
          title: 'IF [NOT] EXISTS and OR REPLACE',
          runner: 'wrapping',
          history: ['CREATE TABLE orders (id int PRIMARY KEY, old text);'],
          sql: 'CREATE TABLE IF NOT EXISTS plans (id int PRIMARY KEY);\nALTER TABLE orders ADD COLUMN IF NOT EXISTS note text, DROP COLUMN IF EXISTS old;\nCREATE INDEX IF NOT EXISTS orders_note ON orders (note);\nCREATE OR REPLACE VIEW ids AS SELECT id FROM orders;\nDROP TABLE IF EXISTS drafts;',
          proof: {},
        },
        {
          title: 'CONCURRENTLY: IF NOT EXISTS would skip an invalid index',
          history: ['CREATE TABLE orders (id int PRIMARY KEY, note text);'],
          sql: 'CREATE INDEX CONCURRENTLY orders_note ON orders (note);',
          proof: {},
        },
        {
          title: 'dropped just before, so that it can be made again',
          runner: 'wrapping',
          history: ['CREATE TABLE orders (id int PRIMARY KEY, total int);'],
          sql: 'ALTER TABLE orders DROP CONSTRAINT IF EXISTS positive;\nALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0) NOT VALID;\nDROP POLICY IF EXISTS own ON orders;\nCREATE POLICY own ON orders USING (total > 0);\nDROP VIEW IF EXISTS ids;\nCREATE VIEW ids AS SELECT id FROM orders;',
          proof: {},
        },
        {
          title: 'made and dropped by the same script, and temporary tables',
          runner: 'wrapping',
          sql: 'CREATE TABLE IF NOT EXISTS passing (id int);\nDROP TABLE passing;\nCREATE TEMPORARY TABLE batch (id int);',
          proof: {},
        },
        {
          title: 'in a DO block that asks first',
          runner: 'wrapping',
          sql: "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_type WHERE typname = 'size') THEN CREATE TYPE size AS ENUM ('s'); END IF; END $$;",
          proof: {},
        },
      ],
    },
  },
  on: Object.fromEntries(
    (
      [
        'CreateTable',
        'CreateTableAs',
        'CreateIndex',
        'CreateSchema',
        'CreateSequence',
        'CreateExtension',
        'CreateView',
        'CreateMaterializedView',
        'CreateFunction',
        'CreateTrigger',
        'CreatePolicy',
        'CreateEnum',
        'CreateDomain',
        'CreateType',
        'AddColumn',
        'AddConstraint',
        'AddEnumValue',
        'DropTable',
        'DropColumn',
        'DropConstraint',
        'DropIndex',
        'DropView',
        'DropMaterializedView',
        'DropSequence',
        'DropType',
        'DropFunction',
        'DropTrigger',
        'DropPolicy',
      ] as const satisfies readonly OperationKind[]
    ).map((kind) => [kind, judge]),
  ),
});

function judge(operation: Operation, { migration, project, report }: Context): void {
  if (operation.run !== 'now') return;
  if (!failsOnSecondRun(operation, migration.operations)) return;
  const again = adviceForUnnamed(operation);
  if (again !== undefined) return report({ messageId: 'twice', at: operation, data: again });
  const advice = runAgainAdvice(operation, project.postgresVersion);
  if (advice === undefined) return;
  const { statement, form, reason } = advice;
  const fix = runAgainFix(operation, project.postgresVersion);
  report({ messageId: 'notAgain', at: operation, data: { statement, form, reason }, fix });
}

/** For what PostgreSQL finds a free name for each time; of primary keys a table has one only. */
function adviceForUnnamed(
  operation: Operation,
): { readonly statement: string; readonly form: string } | undefined {
  if (operation.kind === 'CreateIndex') {
    const { tree } = operation.statement;
    if (operation.concurrently || !('IndexStmt' in tree) || tree.IndexStmt.idxname !== undefined)
      return undefined;
    const statement = `CREATE ${indexWords(operation)}`;
    return { statement, form: `${statement} IF NOT EXISTS, which wants a name` };
  }
  const isUnnamed =
    operation.kind === 'AddConstraint' &&
    operation.constraint.type !== 'primary key' &&
    unnamedConstraints(operation).length > 0;
  return isUnnamed
    ? { statement: 'ADD CONSTRAINT', form: 'DROP CONSTRAINT IF EXISTS before it, with a name' }
    : undefined;
}
