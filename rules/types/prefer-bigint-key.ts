import {
  columnTypePlace,
  defineRule,
  newTables,
  newTypeFix,
  operationsOn,
  type Column,
  type ColumnDefinition,
  type DeployOperations,
  type FixRequest,
  type NewTable,
  type NewType,
  type Operation,
  type Place,
  type Table,
  type TypeFixScene,
} from 'migration-lint';

export default defineRule({
  meta: {
    name: 'prefer-bigint-key',
    summary: 'Prefer `bigint` over `integer` for the primary keys of new tables',
    rationale:
      'An integer key ends at 2,147,483,647, a smallint one at 32,767; then every INSERT fails with 2200H, on a day that nobody chose. Rolled back ' +
      'and conflicting inserts use numbers up, too. To widen the key then, the table and every table that references it are ' +
      'rewritten under ACCESS EXCLUSIVE. Four bytes more from the start cost nothing. Only new tables are judged; a key that is also a ' +
      'foreign key has the type of the one it references. Prisma writes INTEGER and SERIAL for every Int: those are left ' +
      'alone, unless the option asks for them.',
    instead:
      '```sql\nCREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);\n```\n\nIn `schema.prisma`: `id BigInt @id @default(autoincrement())`.',
    whenNotToUse: 'For tables that stay small whatever happens, such as lists of countries.',
    policy: ['IX4'],
    presets: ['strict'],
    severity: 'info',
    fix: { safety: 'unsafe', form: 'edits' },
    options: {
      prismaDefaults: {
        type: 'boolean',
        default: false,
        description:
          'Report the `INTEGER` and `SERIAL` keys of Prisma’s migrations as well, which it writes for every Int.',
      },
    },
    messages: {
      ends: {
        what: 'The key {{column}} of {{table}} is {{type}}: after {{last}} no row can be inserted, and widening it then rewrites {{table}} and all tables that reference it.',
        help: 'Use bigint from the start.{{advice}}',
      },
    },
    examples: {
      bad: [
        {
          title: 'a key that counts',
          runner: 'plain',
          sql: 'CREATE TABLE orders (id serial PRIMARY KEY, note text);',
          reports: ['ends'],
          fixed: 'CREATE TABLE orders (id bigserial PRIMARY KEY, note text);',
          proof: {
            afterwards: {
              sql: "SELECT setval('orders_id_seq', 2147483647); INSERT INTO orders (note) VALUES ('the next one')",
              error: '2200H',
            },
          },
        },
        {
          title: 'identity, the key added later in the deploy',
          runner: 'plain',
          sql: [
            'CREATE TABLE "Order" (id int GENERATED ALWAYS AS IDENTITY);',
            'ALTER TABLE "Order" ADD PRIMARY KEY (id);',
          ],
          reports: ['ends'],
          fixed: {
            scripts: [
              'CREATE TABLE "Order" (id bigint GENERATED ALWAYS AS IDENTITY);',
              'ALTER TABLE "Order" ADD PRIMARY KEY (id);',
            ],
          },
        },
        {
          title: 'a table from a query, and its key after that',
          runner: 'plain',
          history: ['CREATE TABLE posts (author text);'],
          sql: 'CREATE TABLE authors AS SELECT DISTINCT author FROM posts;\nALTER TABLE authors ADD COLUMN id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY;',
          reports: ['ends'],
          fixed:
            'CREATE TABLE authors AS SELECT DISTINCT author FROM posts;\nALTER TABLE authors ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY;',
        },
        {
          title: 'smallint',
          runner: 'plain',
          sql: 'CREATE TABLE orders (id smallserial PRIMARY KEY);',
          reports: ['ends'],
          fixed: 'CREATE TABLE orders (id bigserial PRIMARY KEY);',
          proof: {
            afterwards: {
              sql: "SELECT setval('orders_id_seq', 32767); INSERT INTO orders DEFAULT VALUES",
              error: '2200H',
            },
          },
        },
        {
          title: 'with Prisma’s defaults as well',
          sql: 'CREATE TABLE "Order" ("id" SERIAL NOT NULL, CONSTRAINT "Order_pkey" PRIMARY KEY ("id"));',
          options: { prismaDefaults: true },
          reports: ['ends'],
        },
      ],
      good: [
        {
          title: 'bigint',
          runner: 'plain',
          sql: 'CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);',
        },
        {
          title: 'what Prisma writes for an Int',
          sql: 'CREATE TABLE "Order" ("id" SERIAL NOT NULL, CONSTRAINT "Order_pkey" PRIMARY KEY ("id"));',
        },
        {
          title: 'the key of another table',
          runner: 'plain',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'CREATE TABLE profiles (user_id int PRIMARY KEY REFERENCES users, bio text);',
        },
        {
          title: 'a key of several columns',
          runner: 'plain',
          sql: 'CREATE TABLE lines (order_id bigint, number int, PRIMARY KEY (order_id, number));',
        },
        {
          title: 'a small number that somebody gives',
          runner: 'plain',
          sql: 'CREATE TABLE levels (level smallint PRIMARY KEY, title text);',
        },
        {
          title: 'a table of an earlier deploy',
          runner: 'plain',
          history: ['CREATE TABLE orders (id int);'],
          sql: 'ALTER TABLE orders ADD PRIMARY KEY (id);',
        },
        {
          title: 'a partition, whose key is its parent’s',
          runner: 'plain',
          history: ['CREATE TABLE events (id int PRIMARY KEY) PARTITION BY RANGE (id);'],
          sql: 'CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (1) TO (1000);',
        },
      ],
    },
  },
  on: {
    Deploy(deploy, context) {
      const { catalogAfter, options, project, report } = context;
      const isPrisma = project.layout === 'prisma';
      for (const created of newTables(deploy, catalogAfter)) {
        const column = shortKey(created.table);
        if (column === undefined || (isPrisma && column.type.name === 'integer' && !options.prismaDefaults))
          continue;
        const data = {
          column: column.name,
          table: created.table.name,
          type: column.type.name,
          last: column.type.name === 'integer' ? '2,147,483,647' : '32,767',
          advice: isPrisma ? ' In schema.prisma: BigInt.' : '',
        };
        report({
          messageId: 'ends',
          at: placeOf(created, column, deploy),
          data,
          fix: bigintFix(created, column, deploy, context),
        });
      }
    },
  },
});

function bigintFix(
  { operation, table }: NewTable,
  column: Column,
  deploy: DeployOperations,
  scene: TypeFixScene,
): FixRequest | undefined {
  const isCreated =
    operation.kind === 'CreateTable' && operation.columns.some(({ name }) => name === column.name);
  const maker = isCreated
    ? operation
    : operationsOn(table.name, deploy).find(
        (other) => other.kind === 'AddColumn' && other.column.name === column.name,
      );
  if (maker?.kind !== 'CreateTable' && maker?.kind !== 'AddColumn') return undefined;
  const typeOf = ({ type }: ColumnDefinition): NewType => ({ type: type.serial ? 'BIGSERIAL' : 'BIGINT' });
  return newTypeFix(maker, [column], typeOf, 'makes it bigint', scene);
}

/** The column that is a table’s key and holds few numbers; a smallint that nobody counts up is somebody’s will. */
function shortKey({ columns, constraints, partitionOf }: Table): Column | undefined {
  const key = constraints.find(({ definition }) => definition.type === 'primary key')?.definition;
  if (partitionOf !== undefined || key?.type !== 'primary key' || key.columns.length !== 1) return undefined;
  const [name] = key.columns;
  const isForeign = constraints.some(
    ({ definition }) => definition.type === 'foreign key' && definition.columns.some((one) => one === name),
  );
  const column = isForeign ? undefined : columns.find((one) => one.name === name);
  if (column === undefined || column.certainty !== 'certain' || !column.local) return undefined;
  const counts = column.identity !== undefined || column.type.serial || column.default !== undefined;
  const isShort = column.type.name === 'integer' || (column.type.name === 'smallint' && counts);
  return isShort && column.type.schema === undefined ? column : undefined;
}

/** Where the key is made: in the CREATE TABLE, or by an ADD COLUMN after it, as of a table that is made from a query. */
function placeOf(
  { operation }: NewTable,
  { name }: Column,
  deploy: DeployOperations,
): Place | Operation | { readonly operation: Operation; readonly part: 'type' } {
  if (operation.kind === 'CreateTable' && operation.columns.some((one) => one.name === name))
    return columnTypePlace(operation, name);
  const added = operationsOn(operation.table, deploy).find(
    (other) => other.kind === 'AddColumn' && other.column.name === name,
  );
  return added === undefined ? operation : { operation: added, part: 'type' };
}
