import {
  defineRule,
  isQualified,
  type CreatingOperation,
  type NoOptions,
  type ObjectName,
  type RuleContext,
} from 'migration-lint';

const messages = {
  unqualified: {
    what: 'Which schema {{object}} is created in depends on the search_path of the session that runs the migration.',
    help: 'Write the schema in front of the name, such as {{qualified}}.',
  },
} as const;

export default defineRule({
  meta: {
    name: 'require-schema-name',
    summary: 'Require a schema in front of the name of everything that is created',
    rationale:
      'A name without a schema is created in the first schema of the search_path that exists, and that is a setting of the role, the ' +
      'database, the connection string or a statement before: the same migration makes `public.orders` here and `app.orders` there. ' +
      'Temporary objects have a schema of their own.',
    instead: '```sql\nCREATE TABLE app.orders (id bigint PRIMARY KEY);\n```',
    whenNotToUse: 'With tools that write no schema, such as Prisma with a single schema.',
    policy: ['HS5'],
    presets: [],
    severity: 'warning',
    messages,
    examples: {
      bad: [
        {
          title: 'created where the search_path says',
          history: ['CREATE SCHEMA app;'],
          sql: 'SET search_path = app;\nCREATE TABLE orders (id int);',
          reports: ['unqualified'],
          proof: {
            query: { sql: "SELECT schemaname FROM pg_tables WHERE tablename = 'orders'", rows: [['app']] },
          },
        },
        {
          title: 'views, types, sequences, functions',
          history: ['CREATE TABLE public.orders (id int);'],
          sql: "CREATE VIEW \"Open\" AS SELECT * FROM public.orders;\nCREATE MATERIALIZED VIEW report AS SELECT 1 AS one;\nCREATE TYPE state AS ENUM ('open');\nCREATE SEQUENCE numbers;\nCREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';\nCREATE TABLE copy AS SELECT 1 AS one;",
          reports: ['unqualified', 'unqualified', 'unqualified', 'unqualified', 'unqualified', 'unqualified'],
        },
      ],
      good: [
        {
          title: 'with their schema',
          history: ['CREATE SCHEMA app;'],
          sql: "CREATE TABLE app.orders (id int);\nCREATE VIEW app.open AS SELECT * FROM app.orders;\nCREATE TYPE app.state AS ENUM ('open');\nCREATE FUNCTION app.f() RETURNS int LANGUAGE sql AS 'SELECT 1';",
        },
        {
          title: 'temporary objects',
          sql: 'CREATE TEMP TABLE chosen (id int);\nCREATE TEMP VIEW all_chosen AS SELECT * FROM chosen;',
        },
        { title: 'in CREATE SCHEMA', sql: 'CREATE SCHEMA app CREATE TABLE orders (id int);' },
        {
          title: 'what exists already',
          history: ['CREATE TABLE orders (id int);'],
          sql: 'ALTER TABLE orders ADD COLUMN note text;\nCREATE INDEX orders_id_idx ON orders (id);',
        },
      ],
    },
  },
  on: {
    CreateTable: (operation, context) => judge(operation, operation.table, context),
    CreateTableAs: (operation, context) => judge(operation, operation.table, context),
    CreateView: (operation, context) => judge(operation, operation.view, context),
    CreateMaterializedView: (operation, context) => judge(operation, operation.view, context),
    CreateEnum: (operation, context) => judge(operation, operation.type, context),
    CreateDomain: (operation, context) => judge(operation, operation.type, context),
    CreateType: (operation, context) => judge(operation, operation.type, context),
    CreateSequence: (operation, context) => judge(operation, operation.sequence, context),
    CreateFunction: (operation, context) => judge(operation, operation.routine, context),
  },
});

function judge(
  operation: CreatingOperation,
  { schema = 'public', name }: ObjectName,
  { report }: RuleContext<typeof messages, NoOptions>,
): void {
  const isTemporary =
    ('persistence' in operation && operation.persistence === 'temporary') ||
    ('temporary' in operation && operation.temporary);
  if (operation.run === 'called' || isTemporary || isQualified(operation)) return;
  const data = { object: { schema: undefined, name }, qualified: `${schema}.${name}` };
  report({ messageId: 'unqualified', at: { operation, part: 'name' }, data });
}
