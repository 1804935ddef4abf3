import {
  defineRule,
  moveFix,
  operationsOfKind,
  runsBefore,
  usesEnumValue,
  type FixRequest,
  type Messages,
  type Operation,
  type OperationOf,
  type OptionSchemas,
  type RuleContext,
} from 'migration-lint';

const history = [
  "CREATE TYPE state AS ENUM ('new', 'paid');\nCREATE TABLE orders (id int PRIMARY KEY, state state NOT NULL DEFAULT 'new');\nINSERT INTO orders (id) VALUES (1);",
];

/** Asked at the ADD VALUE, told at the first use: PostgreSQL stops there. */
export default defineRule({
  meta: {
    name: 'no-enum-value-in-use',
    summary: 'Disallow using an enum value in the transaction that adds it',
    rationale:
      'PostgreSQL refuses a new enum value until the transaction that added it has committed: a default, a row, a CHECK, an ' +
      'index predicate, a cast with it fail with 55P04. Where the runner makes one transaction of all pending migrations, a ' +
      'migration of its own does not help. A type that the same transaction created is free of that from PostgreSQL 17 on.',
    instead:
      'Add the value in a migration of its own, and use it in the next one:\n\n' +
      "```sql\n-- 1: ALTER TYPE state ADD VALUE 'shipped';\n-- 2:\nALTER TABLE orders ALTER COLUMN state SET DEFAULT 'shipped';\n```",
    policy: [],
    presets: ['recommended'],
    severity: 'error',
    fix: { safety: 'safe', form: 'files' },
    messages: {
      sameTransaction: {
        what: 'The value {{value}} of {{type}} was added in this same transaction: PostgreSQL refuses to use it before that has committed (55P04).',
        help: 'Give ALTER TYPE … ADD VALUE a migration of its own, before this one.',
      },
      sameDeploy: {
        what: 'The value {{value}} of {{type}} is added in the same deploy, of which {{runner}} makes one transaction: PostgreSQL refuses to use it before that has committed (55P04).',
        help: 'Deploy the new value first, and what uses it later: another file is not enough.',
      },
    },
    examples: {
      bad: [
        {
          title: 'as a default',
          history,
          sql: "ALTER TYPE state ADD VALUE 'shipped';\nALTER TABLE orders ALTER COLUMN state SET DEFAULT 'shipped';",
          reports: ['sameTransaction'],
          fixed: {
            scripts: [
              "ALTER TYPE state ADD VALUE 'shipped';",
              "ALTER TABLE orders ALTER COLUMN state SET DEFAULT 'shipped';",
            ],
          },
          proof: { error: '55P04' },
        },
        {
          title: 'in the next file, with Drizzle',
          history,
          runner: 'drizzle',
          sql: [
            "ALTER TYPE state ADD VALUE 'shipped';",
            "ALTER TABLE orders ADD COLUMN target state DEFAULT 'shipped';",
          ],
          reports: ['sameDeploy'],
          proof: { error: '55P04' },
        },
        {
          title: 'in a row',
          history,
          sql: "ALTER TYPE state ADD VALUE 'shipped';\nINSERT INTO orders (id, state) VALUES (2, 'paid'), (3, 'shipped');",
          reports: ['sameTransaction'],
          proof: { error: '55P04' },
        },
        {
          title: 'in an UPDATE',
          history,
          sql: "ALTER TYPE state ADD VALUE 'shipped';\nUPDATE orders SET state = 'shipped' WHERE id = 1;",
          reports: ['sameTransaction'],
          proof: { error: '55P04' },
        },
        {
          title: 'in a condition',
          history,
          sql: "ALTER TYPE state ADD VALUE 'shipped';\nDELETE FROM orders WHERE state IN ('paid', 'shipped') AND id = 1;",
          reports: ['sameTransaction'],
          proof: { error: '55P04' },
        },
        {
          title: 'in a CHECK',
          history,
          sql: "ALTER TYPE state ADD VALUE 'shipped';\nALTER TABLE orders ADD CHECK (state <> 'shipped') NOT VALID;",
          reports: ['sameTransaction'],
          proof: { error: '55P04' },
        },
        {
          title: 'in the predicate of an index',
          history,
          sql: "ALTER TYPE state ADD VALUE 'shipped';\nCREATE INDEX ON orders (id) WHERE state = 'shipped';",
          reports: ['sameTransaction'],
          proof: { error: '55P04' },
        },
        {
          title: 'in a cast',
          history,
          sql: "ALTER TYPE state ADD VALUE 'shipped';\nCREATE VIEW states AS SELECT 'shipped'::state AS state;",
          reports: ['sameTransaction'],
          proof: { error: '55P04' },
        },
        {
          title: 'in a DO block',
          history,
          sql: "ALTER TYPE state ADD VALUE 'shipped';\nDO $$ BEGIN UPDATE orders SET state = 'shipped' WHERE id = 1; END $$;",
          reports: ['sameTransaction'],
          proof: { error: '55P04' },
        },
        {
          title: 'of a type that the same transaction creates, up to PostgreSQL 16',
          postgres: 16,
          sql: "CREATE TYPE size AS ENUM ('s');\nALTER TYPE size ADD VALUE 'm';\nCREATE TABLE shirts (size size DEFAULT 'm');",
          reports: ['sameTransaction'],
        },
      ],
      good: [
        {
          title: 'in the next migration, which is another transaction',
          history,
          sql: [
            "ALTER TYPE state ADD VALUE 'shipped';",
            "ALTER TABLE orders ALTER COLUMN state SET DEFAULT 'shipped';",
          ],
          proof: {},
        },
        {
          title: 'where each statement commits by itself',
          history,
          runner: 'prisma-7.4',
          sql: "ALTER TYPE state ADD VALUE 'shipped';\nALTER TABLE orders ALTER COLUMN state SET DEFAULT 'shipped';",
          proof: {},
        },
        {
          title: 'another value, and a column of another type',
          history: [...history, 'CREATE TABLE notes (state text);'],
          sql: "ALTER TYPE state ADD VALUE 'shipped';\nALTER TABLE orders ALTER COLUMN state SET DEFAULT 'paid';\nINSERT INTO notes (state) VALUES ('shipped');\nDELETE FROM notes WHERE state = 'shipped';",
          proof: {},
        },
        {
          title: 'compared as text',
          history,
          sql: "ALTER TYPE state ADD VALUE 'shipped';\nDELETE FROM orders WHERE state::text = 'shipped' AND id = 1;",
          proof: {},
        },
        {
          title: 'of a type that the same transaction creates, from PostgreSQL 17 on',
          postgres: 18,
          sql: "CREATE TYPE size AS ENUM ('s');\nALTER TYPE size ADD VALUE 'm';\nCREATE TABLE shirts (size size DEFAULT 'm');",
          proof: {},
        },
        {
          title: 'a value that is there already',
          history,
          sql: "ALTER TYPE state ADD VALUE IF NOT EXISTS 'paid';\nALTER TABLE orders ALTER COLUMN state SET DEFAULT 'paid';",
          proof: {},
        },
        {
          title: 'in the body of a PL/pgSQL function, which is read when it is called',
          history,
          sql: "ALTER TYPE state ADD VALUE 'shipped';\nCREATE FUNCTION ship() RETURNS void LANGUAGE plpgsql AS $$ BEGIN UPDATE orders SET state = 'shipped' WHERE id = 1; END $$;",
          proof: {},
        },
      ],
    },
  },
  on: {
    AddEnumValue(operation, context) {
      if (operation.run === 'called' || context.transactionOf(operation).kind === 'autocommit') return;
      if (isThereAlready(operation, context) || isOfFreshType(operation, context)) return;
      const [use] = usesOf(operation, context);
      if (use === undefined) return;
      const { runner } = context.project;
      const isAcross = !context.migration.operations.includes(use) && runner.oneTransactionPerDeploy === true;
      const data = { value: `'${operation.value}'`, type: operation.type };
      const related = [{ at: operation, label: 'added here' }];
      const severity =
        operation.run === 'perhaps' || use.run === 'perhaps' ? ('warning' as const) : undefined;
      const rest = { at: use, related, ...(severity && { severity }) };
      if (isAcross)
        context.report({ messageId: 'sameDeploy', data: { ...data, runner: runner.label }, ...rest });
      else context.report({ messageId: 'sameTransaction', data, ...rest, fix: fixOf(operation, context) });
    },
  },
});

type AddEnumValue = OperationOf<'AddEnumValue'>;
type Context = Pick<
  RuleContext<Messages, OptionSchemas>,
  'catalog' | 'catalogBefore' | 'deploy' | 'migration' | 'project' | 'transactionOf'
>;

function isThereAlready({ type, value }: AddEnumValue, { catalog }: Context): boolean {
  const known = catalog.type(type);
  return known?.kind === 'enum' && known.values.some((one) => one.value === value);
}

/** Executed on 13 to 18: from 17 on PostgreSQL lets values be used whose type is of the same transaction. */
function isOfFreshType(operation: AddEnumValue, context: Context): boolean {
  if (context.project.postgresVersion < 17) return false;
  const origin = context.catalog.type(operation.type)?.origin.statement;
  const creation = operationsOfKind('CreateEnum', context.deploy).find(
    ({ statement }) => statement === origin,
  );
  return creation !== undefined && context.transactionOf(creation) === context.transactionOf(operation);
}

/** All that use the value in this file come after it, in the next migration. */
function fixOf(operation: AddEnumValue, context: Context): FixRequest | undefined {
  const { operations } = context.migration;
  const uses = usesOf(operation, context).filter((use) => operations.includes(use));
  return moveFix(uses, context, `use_${operation.type.name}_${operation.value}`);
}

function usesOf(
  operation: AddEnumValue,
  { deploy, transactionOf, catalogBefore }: Context,
): readonly Operation[] {
  const found: Operation[] = [];
  const transaction = transactionOf(operation);
  const wanted = { type: operation.type, value: operation.value };
  for (const { operations } of deploy)
    for (const other of operations)
      if (
        other.run !== 'called' &&
        mentions(other, operation.value) &&
        runsBefore(operation, other, deploy) &&
        transactionOf(other) === transaction &&
        usesEnumValue(other, wanted, catalogBefore(other))
      )
        found.push(other);
  return found;
}

/** A cheap test first: a deploy can have thousands of operations. */
function mentions({ kind, statement: { source, span } }: Operation, value: string): boolean {
  return kind !== 'AddEnumValue' && source.text.slice(span.start, span.end).includes(value);
}
