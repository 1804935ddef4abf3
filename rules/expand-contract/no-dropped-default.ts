import {
  columnExistedBefore,
  columnNeededByInserts,
  defineRule,
  isClientDefault,
  isLastDefaultChange,
  isNull,
  isSameObject,
  quoteIdentifier,
  type DropDefault,
  type NoOptions,
  type RuleContext,
  type SetDefault,
} from 'migration-lint';

const messages = {
  newColumn: {
    what: 'The new column {{table}}.{{column}} is NOT NULL, and this takes its default away in the same deploy: running code does not know the column, and its INSERTs fail with 23502.',
    help: 'Keep the default until the code that sets {{column}} is everywhere, and drop it in a later release.',
  },
  breaksInserts: {
    what: '{{table}}.{{column}} is NOT NULL, and this takes away its default {{default}}: INSERTs of running code that leave the column to the database fail with 23502.',
    help: 'First deploy code that sets {{column}} in every INSERT; drop the default in a later release.',
  },
} as const;

export default defineRule({
  meta: {
    name: 'no-dropped-default',
    summary: 'Disallow taking the default away from a column that must have a value',
    rationale:
      'An INSERT that does not name a NOT NULL column lives on its default. When that goes, such inserts fail with 23502: those of ' +
      'running code that leaves the column to the database, and, where the column is new, those of all code that was deployed ' +
      'before it. ADD COLUMN … NOT NULL DEFAULT … is the safe way to add a required column; DROP DEFAULT in the same deploy undoes that. ' +
      'Prisma Client writes constants and now() into its INSERTs itself, so that with Prisma only a default that the database ' +
      'works out (autoincrement(), dbgenerated()) is missed on a column that the code knows.',
    instead:
      'Keep the default until all running code names the column, and drop it in a later release:\n\n' +
      "```sql\n-- migration 1, with the release\nALTER TABLE users ADD COLUMN plan text NOT NULL DEFAULT 'free';\n```\n\n" +
      '```sql\n-- migration 2, a release later\nALTER TABLE users ALTER COLUMN plan DROP DEFAULT;\n```',
    whenNotToUse: 'Where nothing writes while the migration and the release run.',
    policy: ['EC5', 'EC9'],
    presets: ['recommended'],
    severity: 'warning',
    messages,
    examples: {
      bad: [
        {
          title: 'a required column that comes with a default for the rows alone',
          history: ['CREATE TABLE "User" ("id" INT PRIMARY KEY);'],
          sql: `ALTER TABLE "User" ADD COLUMN "plan" TEXT NOT NULL DEFAULT 'free';\nALTER TABLE "User" ALTER COLUMN "plan" DROP DEFAULT;`,
          reports: ['newColumn'],
          proof: { afterwards: { sql: 'INSERT INTO "User" ("id") VALUES (1)', error: '23502' } },
        },
        {
          title: 'in two migrations of one deploy, and NOT NULL from the second',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: [
            "ALTER TABLE users ADD COLUMN plan text DEFAULT 'free';",
            'ALTER TABLE users ALTER COLUMN plan DROP DEFAULT, ALTER COLUMN plan SET NOT NULL;',
          ],
          reports: ['newColumn'],
          proof: { afterwards: { sql: 'INSERT INTO users VALUES (1)', error: '23502' } },
        },
        {
          title: 'a key that numbered itself',
          history: ['CREATE TABLE "User" ("id" SERIAL PRIMARY KEY, "name" TEXT);'],
          sql: 'ALTER TABLE "User" ALTER COLUMN "id" DROP DEFAULT;',
          reports: ['breaksInserts'],
          proof: { afterwards: { sql: `INSERT INTO "User" ("name") VALUES ('a')`, error: '23502' } },
        },
        {
          title: 'a constant, with a runner that is not Prisma’s: code leaves such columns out',
          runner: 'plain',
          history: ["CREATE TABLE users (id int PRIMARY KEY, plan text NOT NULL DEFAULT 'free');"],
          sql: 'ALTER TABLE users ALTER plan DROP DEFAULT;',
          reports: ['breaksInserts'],
          proof: { afterwards: { sql: 'INSERT INTO users (id) VALUES (1)', error: '23502' } },
        },
        {
          title: 'a renamed table whose old name a view keeps: INSERTs reach the table through it',
          runner: 'plain',
          history: ['CREATE TABLE replies (id int PRIMARY KEY);'],
          sql: "ALTER TABLE replies RENAME TO notices;\nALTER TABLE notices ADD COLUMN kind text NOT NULL DEFAULT 'reply';\nALTER TABLE notices ALTER kind DROP DEFAULT;\nCREATE VIEW replies AS SELECT id FROM notices;",
          reports: ['newColumn'],
          proof: { afterwards: { sql: 'INSERT INTO replies VALUES (1)', error: '23502' } },
        },
        {
          title: 'SET DEFAULT NULL is none either',
          runner: 'plain',
          history: ["CREATE TABLE users (id int PRIMARY KEY, plan text NOT NULL DEFAULT 'free');"],
          sql: 'ALTER TABLE users ALTER plan SET DEFAULT NULL;',
          reports: ['breaksInserts'],
          proof: { afterwards: { sql: 'INSERT INTO users (id) VALUES (1)', error: '23502' } },
        },
      ],
      good: [
        {
          title:
            'a table whose old name is gone: running code finds no table (42P01), with the default or without',
          runner: 'plain',
          history: ['CREATE TABLE replies (id int PRIMARY KEY);'],
          sql: "ALTER TABLE replies RENAME TO notices;\nALTER TABLE notices ADD COLUMN kind text NOT NULL DEFAULT 'reply';\nALTER TABLE notices ALTER kind DROP DEFAULT;",
          proof: { afterwards: { sql: 'INSERT INTO replies VALUES (1)', error: '42P01' } },
        },
        {
          title: 'what Prisma generates for a changed enum: the default comes back',
          history: [
            `CREATE TYPE "Role" AS ENUM ('USER', 'ADMIN'); CREATE TABLE "User" ("id" INT PRIMARY KEY, "role" "Role" NOT NULL DEFAULT 'USER');`,
          ],
          sql: `BEGIN;\nCREATE TYPE "Role_new" AS ENUM ('USER', 'ADMIN', 'OWNER');\nALTER TABLE "User" ALTER COLUMN "role" DROP DEFAULT;\nALTER TABLE "User" ALTER COLUMN "role" TYPE "Role_new" USING ("role"::text::"Role_new");\nALTER TYPE "Role" RENAME TO "Role_old";\nALTER TYPE "Role_new" RENAME TO "Role";\nDROP TYPE "Role_old";\nALTER TABLE "User" ALTER COLUMN "role" SET DEFAULT 'USER';\nCOMMIT;`,
          proof: {
            query: { sql: 'INSERT INTO "User" ("id") VALUES (1) RETURNING "role"::text', rows: [['USER']] },
          },
        },
        {
          title: 'Prisma Client sends constants and the time itself',
          history: [
            `CREATE TABLE "User" ("id" INT PRIMARY KEY, "plan" TEXT NOT NULL DEFAULT 'free', "updatedAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP);`,
          ],
          sql: 'ALTER TABLE "User" ALTER COLUMN "plan" DROP DEFAULT,\nALTER COLUMN "updatedAt" DROP DEFAULT;',
        },
        {
          title: 'a column that may be NULL',
          runner: 'plain',
          history: ["CREATE TABLE users (id int PRIMARY KEY, plan text DEFAULT 'free');"],
          sql: 'ALTER TABLE users ALTER plan DROP DEFAULT;',
          proof: { query: { sql: 'INSERT INTO users (id) VALUES (1) RETURNING plan', rows: [[null]] } },
        },
        {
          title: 'relaxed in the same deploy, or dropped',
          runner: 'plain',
          history: [
            "CREATE TABLE users (id int PRIMARY KEY, plan text NOT NULL DEFAULT 'free', tier text NOT NULL DEFAULT 'a');",
          ],
          sql: 'ALTER TABLE users ALTER plan DROP DEFAULT, ALTER plan DROP NOT NULL;\nALTER TABLE users ALTER tier DROP DEFAULT;\nALTER TABLE users DROP COLUMN tier;',
        },
        {
          title: 'a column that becomes an identity',
          history: ['CREATE TABLE users (id serial PRIMARY KEY, name text);'],
          sql: 'ALTER TABLE users ALTER id DROP DEFAULT;\nALTER TABLE users ALTER id ADD GENERATED BY DEFAULT AS IDENTITY;',
          proof: { query: { sql: "INSERT INTO users (name) VALUES ('a') RETURNING id", rows: [['1']] } },
        },
        {
          title: 'a table created in the same deploy',
          sql: "CREATE TABLE users (id int PRIMARY KEY, plan text NOT NULL DEFAULT 'free');\nALTER TABLE users ALTER plan DROP DEFAULT;",
        },
        {
          title: 'there was no default',
          history: ['CREATE TABLE users (id int PRIMARY KEY, plan text NOT NULL);'],
          sql: 'ALTER TABLE users ALTER plan DROP DEFAULT;',
        },
        {
          title: 'a trigger fills it',
          runner: 'plain',
          history: [
            "CREATE TABLE users (id int PRIMARY KEY, plan text NOT NULL DEFAULT 'free'); CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.plan := 'x'; RETURN NEW; END $$; CREATE TRIGGER fill BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION fill();",
          ],
          sql: 'ALTER TABLE users ALTER plan DROP DEFAULT;',
          proof: { query: { sql: 'INSERT INTO users (id) VALUES (1) RETURNING plan', rows: [['x']] } },
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
  if (op.run === 'called' || (op.kind === 'SetDefault' && !isNull(op.default.tree))) return;
  const existed = existedBeforeDeploy(op.table);
  const table = catalog.table(op.table);
  const lost = table?.columns.find(({ name }) => name === op.column)?.default;
  if (existed === undefined || table === undefined || lost === undefined || isNull(lost.tree)) return;
  // What comes later in the deploy may give it a default again, or take NOT NULL or the column away.
  const final = catalogAfterDeploy.table(op.table);
  if (final === undefined || columnNeededByInserts(final, op.column) === undefined) return;
  if (!isLastDefaultChange(op, deploy)) return;
  // Of a renamed table, running code knows the old name alone.
  if (!isSameObject(existed.name, op.table) && catalogAfterDeploy.view(existed.name) === undefined) return;
  const at = { operation: op, part: 'column' } as const;
  const data = { table: op.table, column: quoteIdentifier(op.column) };
  if (!columnExistedBefore(existed, table, op.column)) return report({ messageId: 'newColumn', at, data });
  if (project.runner.name === 'prisma' && isClientDefault(lost)) return;
  report({ messageId: 'breaksInserts', at, data: { ...data, default: lost.text } });
}
