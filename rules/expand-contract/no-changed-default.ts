import {
  columnBefore,
  defineRule,
  isCastOfColumn,
  isClientDefault,
  isLastDefaultChange,
  isNull,
  isSameValue,
  operationsOn,
  quoteIdentifier,
  type DropDefault,
  type Expression,
  type Migration,
  type NoOptions,
  type RuleContext,
  type SetDefault,
} from 'migration-lint';

const messages = {
  changes: {
    what: 'The default of {{table}}.{{column}} changes from {{old}} to {{new}}: a row that running code inserts without it gets its value from {{new}} from now on, before that code knows of it.',
    help: 'See that running code can work with what {{new}} gives; rows that are there keep what they have.',
  },
  drops: {
    what: '{{table}}.{{column}} loses its default {{old}}: rows that running code inserts without it get NULL from now on.',
    help: 'See that running code can read NULL there, or let it set {{column}} before the default goes.',
  },
} as const;

export default defineRule({
  meta: {
    name: 'no-changed-default',
    summary: 'Disallow changing a default that running code relies on',
    rationale:
      'A default is a value that code lets the database choose. Whoever changes it changes what running code writes: rows of the time ' +
      'between the migration and the release have the new value already, and what reads them may not know it. Prisma Client writes ' +
      'constants and now() itself, so that with Prisma only defaults count that the database works out.',
    instead:
      'Let the new code write the value itself, and change the default once no old code is left:\n\n' +
      "```sql\nALTER TABLE users ALTER COLUMN plan SET DEFAULT 'trial';\n```",
    whenNotToUse: 'Where code always writes all columns.',
    policy: ['EC9'],
    presets: ['strict'],
    severity: 'info',
    yieldsTo: ['no-dropped-default'],
    messages,
    examples: {
      bad: [
        {
          title: 'another value',
          runner: 'plain',
          history: ["CREATE TABLE users (id int PRIMARY KEY, plan text DEFAULT 'free');"],
          sql: "ALTER TABLE users ALTER COLUMN plan SET DEFAULT 'trial';",
          reports: ['changes'],
          proof: { query: { sql: 'INSERT INTO users (id) VALUES (1) RETURNING plan', rows: [['trial']] } },
        },
        {
          title: 'another value along with another type that the old one is cast to',
          runner: 'plain',
          history: ['CREATE TABLE users (id int PRIMARY KEY, points int DEFAULT 1);'],
          sql: 'ALTER TABLE users ALTER COLUMN points TYPE bigint USING points::bigint, ALTER COLUMN points SET DEFAULT 2;',
          reports: ['changes'],
          proof: { query: { sql: 'INSERT INTO users (id) VALUES (1) RETURNING points', rows: [['2']] } },
        },
        {
          title: 'none any more',
          runner: 'plain',
          history: ["CREATE TABLE users (id int PRIMARY KEY, plan text DEFAULT 'free');"],
          sql: 'ALTER TABLE users ALTER COLUMN plan DROP DEFAULT;',
          reports: ['drops'],
          proof: { query: { sql: 'INSERT INTO users (id) VALUES (1) RETURNING plan', rows: [[null]] } },
        },
      ],
      good: [
        {
          title: 'Prisma Client writes constants itself',
          history: ['CREATE TABLE "User" ("id" INT PRIMARY KEY, "limit" INT DEFAULT 10);'],
          sql: 'ALTER TABLE "User" ALTER COLUMN "limit" SET DEFAULT 5;',
        },
        {
          title: 'another sequence',
          history: ['CREATE TABLE users (id serial PRIMARY KEY);'],
          sql: "CREATE SEQUENCE ids;\nALTER TABLE users ALTER COLUMN id SET DEFAULT nextval('ids');",
        },
        {
          title: 'the same value, written in another way',
          runner: 'plain',
          history: [
            "CREATE TABLE users (id int PRIMARY KEY, plan text DEFAULT 'free', at timestamptz DEFAULT now());",
          ],
          sql: "ALTER TABLE users ALTER COLUMN plan SET DEFAULT 'free'::text, ALTER COLUMN at SET DEFAULT NOW();",
        },
        {
          title: 'a default where there was none',
          history: ['CREATE TABLE users (id int PRIMARY KEY, plan text);'],
          sql: "ALTER TABLE users ALTER COLUMN plan SET DEFAULT 'free';",
        },
        {
          title: 'taken off and set again, as for a change of type',
          history: ["CREATE TABLE users (id int PRIMARY KEY, plan text DEFAULT 'free');"],
          sql: "ALTER TABLE users ALTER COLUMN plan DROP DEFAULT;\nALTER TABLE users ALTER COLUMN plan TYPE varchar(20);\nALTER TABLE users ALTER COLUMN plan SET DEFAULT 'free';",
        },
        {
          title: 'a column or a table of the same deploy',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: "ALTER TABLE users ADD COLUMN plan text DEFAULT 'free';\nALTER TABLE users ALTER plan DROP DEFAULT;\nCREATE TABLE teams (plan text DEFAULT 'a');\nALTER TABLE teams ALTER plan SET DEFAULT 'b';",
        },
        {
          title: 'translated along with the type, by a USING: that change is no-type-change’s',
          runner: 'plain',
          history: [
            "CREATE TYPE sort AS ENUM ('active', 'hot'); CREATE TABLE users (id int PRIMARY KEY, sort smallint DEFAULT 0);",
          ],
          sql: "ALTER TABLE users ALTER COLUMN sort DROP DEFAULT, ALTER COLUMN sort TYPE sort USING CASE sort WHEN 0 THEN 'active' ELSE 'hot' END::sort, ALTER COLUMN sort SET DEFAULT 'active';",
          proof: {
            rows: 'INSERT INTO users (id) VALUES (1);',
            query: { sql: 'SELECT sort FROM users', rows: [['active']] },
          },
        },
        {
          title: 'a column that is dropped',
          history: ["CREATE TABLE users (id int PRIMARY KEY, plan text DEFAULT 'free');"],
          sql: 'ALTER TABLE users ALTER plan DROP DEFAULT;\nALTER TABLE users DROP COLUMN plan;',
        },
      ],
    },
  },
  on: { DropDefault: judge, SetDefault: judge },
});

function judge(
  op: DropDefault | SetDefault,
  {
    catalog,
    catalogAfterDeploy,
    deploy,
    existedBeforeDeploy,
    project,
    report,
  }: RuleContext<typeof messages, NoOptions>,
): void {
  const existed = existedBeforeDeploy(op.table);
  const table = catalog.table(op.table);
  if (op.run === 'called' || existed === undefined) return;
  const before = columnBefore(existed, table, op.column);
  const final = catalogAfterDeploy.table(op.table)?.columns.find(({ name }) => name === op.column);
  const old = before?.default;
  if (old === undefined || isNull(old.tree) || before?.certainty !== 'certain') return;
  if (project.runner.name === 'prisma' && isClientDefault(old)) return;
  // It may have become an identity, or be gone.
  if (final === undefined || final.identity !== undefined || isSameValue(old, final.default)) return;
  if (!isLastDefaultChange(op, deploy) || isTranslated(op, deploy)) return;
  const at = { operation: op, part: 'column' } as const;
  const data = { table: op.table, column: quoteIdentifier(op.column), old: textOf(old) };
  if (final.default === undefined || isNull(final.default.tree)) report({ messageId: 'drops', at, data });
  else report({ messageId: 'changes', at, data: { ...data, new: textOf(final.default) } });
}

/** Whether the deploy gives the column another type with a USING that is more than a cast: then the old default is no value of the new type. */
function isTranslated(op: DropDefault | SetDefault, deploy: readonly Migration[]): boolean {
  return operationsOn(op.table, deploy).some(
    (other) =>
      other.kind === 'AlterColumnType' &&
      other.column === op.column &&
      other.using !== undefined &&
      !isCastOfColumn(other.using.tree),
  );
}

/** A default in a sentence: `f ()` is a call. */
const textOf = ({ text }: Expression): string => text.replace(/^([\w."]+)\s+\(/, '$1(');
