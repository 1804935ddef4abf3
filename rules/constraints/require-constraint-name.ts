import {
  defineRule,
  displayName,
  keyText,
  quoteIdentifier,
  unnamedConstraints,
  type AddColumn,
  type AddConstraint,
  type ConstraintDefinition,
  type CreateTable,
  type NoOptions,
  type RuleContext,
} from 'migration-lint';

const messages = {
  unnamed: {
    what: '{{table}} gets {{constraints}} without {{names}}. PostgreSQL then takes a name that is free: it can be another one in each database, and a later DROP CONSTRAINT by name fails where it is another.',
    help: 'Write CONSTRAINT and a name in front of {{each}}.',
  },
} as const;

export default defineRule({
  meta: {
    name: 'require-constraint-name',
    summary: 'Require a written name for every constraint',
    rationale:
      'PostgreSQL names what nobody names: users_email_key, posts_author_id_fkey, and with a number at the end where that name is ' +
      'taken. Two databases with another past can so have other names for the same constraint, and a later DROP CONSTRAINT, a ' +
      'rollback or an error handler that goes by the name works on one of them only.',
    instead:
      'Name it:\n\n```sql\nALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;\n```',
    whenNotToUse: 'Where nobody goes by the names of constraints.',
    policy: ['IX4'],
    presets: [],
    severity: 'warning',
    messages,
    examples: {
      bad: [
        {
          title: 'in a new table',
          sql: 'CREATE TABLE orders (\n  id int PRIMARY KEY,\n  total int CHECK (total >= 0),\n  UNIQUE (id, total)\n);',
          reports: ['unnamed'],
          proof: {
            query: {
              sql: "SELECT conname FROM pg_constraint WHERE conrelid = 'orders'::regclass AND contype <> 'n' ORDER BY conname",
              rows: [['orders_id_total_key'], ['orders_pkey'], ['orders_total_check']],
            },
          },
        },
        {
          title: 'a name that is taken gets a number',
          history: ['CREATE TABLE orders (total int CHECK (total >= 0));'],
          sql: 'ALTER TABLE orders ADD CHECK (total < 1000);',
          reports: ['unnamed'],
          proof: {
            query: {
              sql: "SELECT conname FROM pg_constraint WHERE conrelid = 'orders'::regclass ORDER BY conname",
              rows: [['orders_total_check'], ['orders_total_check1']],
            },
          },
        },
        {
          title: 'a new column',
          history: ['CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE posts ADD COLUMN title text, ADD COLUMN author int REFERENCES users;',
          reports: ['unnamed'],
          proof: {},
        },
      ],
      good: [
        {
          title: 'with names',
          sql: 'CREATE TABLE orders (\n  id int CONSTRAINT orders_pkey PRIMARY KEY,\n  total int NOT NULL CONSTRAINT orders_total_check CHECK (total >= 0),\n  CONSTRAINT orders_key UNIQUE (id, total)\n);',
        },
        {
          title: 'an index gives its name',
          history: [
            'CREATE TABLE users (id int NOT NULL, email text); CREATE UNIQUE INDEX users_key ON users (email);',
          ],
          sql: 'ALTER TABLE users ADD UNIQUE USING INDEX users_key;',
          proof: {
            query: { sql: "SELECT count(*) FROM pg_constraint WHERE conname = 'users_key'", rows: [['1']] },
          },
        },
        {
          title: 'a temporary table',
          sql: 'CREATE TEMPORARY TABLE chosen (id int PRIMARY KEY);',
        },
        {
          title: 'columns and defaults',
          history: ['CREATE TABLE users (id int CONSTRAINT users_pkey PRIMARY KEY);'],
          sql: "ALTER TABLE users ADD COLUMN name text NOT NULL DEFAULT '';",
        },
      ],
    },
  },
  on: { AddConstraint: judge, AddColumn: judge, CreateTable: judge },
});

/** How many constraints of one statement are named. */
const SHOWN = 4;

function judge(
  operation: CreateTable | AddColumn | AddConstraint,
  { catalogAfter, report }: RuleContext<typeof messages, NoOptions>,
): void {
  const { table } = operation;
  const unnamed = unnamedConstraints(operation);
  if (unnamed.length === 0 || catalogAfter.table(table)?.persistence === 'temporary') return;
  const shown = unnamed.slice(0, SHOWN).map(textOf);
  const rest = unnamed.length - shown.length;
  const constraints = rest === 0 ? shown : [...shown, `${rest} more`];
  report({ messageId: 'unnamed', at: operation, data: { table, constraints, ...numberOf(unnamed.length) } });
}

function numberOf(count: number): { readonly names: string; readonly each: string } {
  return count === 1 ? { names: 'a name', each: 'it' } : { names: 'names', each: 'each' };
}

const listOf = (columns: readonly string[]): string =>
  `(${columns.map((column) => quoteIdentifier(column)).join(', ')})`;

function textOf(constraint: ConstraintDefinition): string {
  switch (constraint.type) {
    case 'primary key':
    case 'unique':
      return `${constraint.type.toUpperCase()} ${keyText(constraint)}`;
    case 'foreign key':
      return `a foreign key on ${listOf(constraint.columns)} to ${displayName(constraint.references)}`;
    case 'check':
      return `CHECK (${constraint.expression.text})`;
    case 'exclude':
      return 'an exclusion constraint';
    case 'not null':
      return 'NOT NULL';
    default:
      return constraint satisfies never;
  }
}
