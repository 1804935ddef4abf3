import {
  columnExistedBefore,
  defineRule,
  isWithoutRows,
  quoteIdentifier,
  shortList,
  typeChangeOf,
  type AlterColumnType,
  type NoOptions,
  type RuleContext,
} from 'migration-lint';

const messages = {
  stopsOnRows: {
    what: '{{table}}.{{column}} moves to an enum without {{values}}: that rewrites all of {{table}} under ACCESS EXCLUSIVE, and stops with 22P02 at the first row that has {{one}}. Once it is through, running code that writes {{one}} fails with 22P02 as well.',
    help: 'Keep {{values}} in the type and stop writing {{them}}: nothing has to be rewritten. To be rid of {{them}}, deploy code that does not write {{them}}, change the rows in batches, and only then move the column to the smaller type, in a later release.',
  },
  breaksCode: {
    what: '{{table}}.{{column}} moves to an enum without {{values}}: running code that writes {{one}}, or compares with {{one}}, fails with 22P02 until the new code is everywhere. The move rewrites all of {{table}} under ACCESS EXCLUSIVE.',
    help: 'Keep {{values}} in the type and stop writing {{them}}: nothing has to be rewritten. To be rid of {{them}}, deploy code that does not write {{them}} first, and move the column in a later release.',
  },
} as const;

export default defineRule({
  meta: {
    name: 'no-enum-value-removal',
    summary: 'Disallow making an enum anew without one of its values',
    rationale:
      'PostgreSQL cannot take a value out of an enum. Prisma makes a new type, moves every column over and drops the old one: each move ' +
      'rewrites its table under ACCESS EXCLUSIVE, fails with 22P02 at the first row that still has the value, and from then on running code ' +
      'that writes it fails with 22P02 as well. A value that nobody writes any more costs nothing. One hazard is one finding: ' +
      '`no-type-change`, which speaks of the rewrite, leaves the statement to this rule.',
    instead:
      'Leave the value in the type. If it has to go, stop writing it in one release, change the rows in batches in the next, and move ' +
      "the columns last:\n\n```sql\nUPDATE users SET role = 'MEMBER' WHERE role = 'GUEST' AND id BETWEEN 1 AND 10000;\n```",
    whenNotToUse:
      'Where nothing reads or writes the type while the migration and the release run, and the tables are small.',
    policy: ['EC3', 'EC9'],
    presets: ['recommended'],
    severity: 'error',
    messages,
    examples: {
      bad: [
        {
          title: 'what Prisma generates',
          history: [
            `CREATE TYPE "Role" AS ENUM ('USER', 'GUEST'); CREATE TABLE "User" ("id" INT PRIMARY KEY, "role" "Role" NOT NULL DEFAULT 'USER');`,
          ],
          sql: `BEGIN;\nCREATE TYPE "Role_new" AS ENUM ('USER');\nALTER TABLE "User" ALTER COLUMN "role" DROP DEFAULT;\nALTER TABLE "User" ALTER COLUMN "role" TYPE "Role_new" USING ("role"::text::"Role_new");\nALTER TYPE "Role" RENAME TO "Role_old";\nALTER TYPE "Role_new" RENAME TO "Role";\nDROP TYPE "Role_old";\nALTER TABLE "User" ALTER COLUMN "role" SET DEFAULT 'USER';\nCOMMIT;`,
          reports: ['stopsOnRows'],
          proof: { rows: `INSERT INTO "User" VALUES (1, 'GUEST');`, error: '22P02' },
        },
        {
          title: 'no row has one of the values: the table is written anew all the same',
          history: [
            `CREATE TYPE mood AS ENUM ('sad', 'low', 'ok'); CREATE TABLE notes (id int PRIMARY KEY, mood mood);`,
          ],
          sql: `CREATE TYPE mood_new AS ENUM ('ok');\nALTER TABLE notes ALTER COLUMN mood TYPE mood_new USING mood::text::mood_new;`,
          reports: ['stopsOnRows'],
          proof: {
            rows: "INSERT INTO notes VALUES (1, 'ok');",
            rewrites: ['notes'],
            afterwards: { sql: "INSERT INTO notes VALUES (2, 'low')", error: '22P02' },
          },
        },
        {
          title: 'a USING that maps the rows: the code is left',
          history: [
            `CREATE TYPE mood AS ENUM ('sad', 'low'); CREATE TABLE notes (id int PRIMARY KEY, mood mood);`,
          ],
          sql: `CREATE TYPE mood_new AS ENUM ('low');\nALTER TABLE notes ALTER COLUMN mood TYPE mood_new USING (CASE mood WHEN 'sad' THEN 'low' ELSE mood::text END)::mood_new;`,
          reports: ['breaksCode'],
          proof: {
            rows: "INSERT INTO notes VALUES (1, 'sad');",
            rewrites: ['notes'],
            afterwards: { sql: "INSERT INTO notes VALUES (2, 'sad')", error: '22P02' },
          },
        },
        {
          title: 'rows that an UPDATE has changed: the code is left',
          history: [
            `CREATE TYPE mood AS ENUM ('sad', 'low'); CREATE TABLE notes (id int PRIMARY KEY, mood mood);`,
            `UPDATE notes SET mood = 'low' WHERE mood = 'sad';`,
          ],
          sql: `CREATE TYPE mood_new AS ENUM ('low');\nALTER TABLE notes ALTER COLUMN mood TYPE mood_new USING mood::text::mood_new;`,
          reports: ['breaksCode'],
          proof: {
            rows: "INSERT INTO notes VALUES (1, 'low');",
            afterwards: { sql: "SELECT FROM notes WHERE mood = 'sad'", error: '22P02' },
          },
        },
        {
          title: 'beside a required column without a value: there is no row that has it; the code is left',
          history: [
            `CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE notes (id int PRIMARY KEY, mood mood);`,
          ],
          sql: `CREATE TYPE mood_new AS ENUM ('ok');\nALTER TABLE notes ADD COLUMN title text NOT NULL;\nALTER TABLE notes ALTER mood TYPE mood_new USING mood::text::mood_new;`,
          reports: ['breaksCode'],
          proof: { afterwards: { sql: "INSERT INTO notes VALUES (1, 'sad', '')", error: '22P02' } },
        },
        {
          title: 'several columns of two tables',
          history: [
            `CREATE TYPE mood AS ENUM ('sad', 'low', 'ok'); CREATE TABLE notes (id int, mood mood, other mood); CREATE TABLE logs (mood mood);`,
          ],
          sql: `CREATE TYPE mood_new AS ENUM ('ok');\nALTER TABLE notes ALTER mood TYPE mood_new USING mood::text::mood_new, ALTER other TYPE mood_new USING other::text::mood_new;\nALTER TABLE logs ALTER mood TYPE mood_new USING mood::text::mood_new;`,
          reports: ['stopsOnRows', 'stopsOnRows', 'stopsOnRows'],
          proof: { rows: "INSERT INTO logs VALUES ('sad');", error: '22P02' },
        },
      ],
      good: [
        {
          title: 'made anew with more values: that it rewrites is another matter',
          history: [`CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE notes (id int PRIMARY KEY, mood mood);`],
          sql: `CREATE TYPE mood_new AS ENUM ('sad', 'ok');\nALTER TABLE notes ALTER mood TYPE mood_new USING mood::text::mood_new;`,
          proof: { rows: "INSERT INTO notes VALUES (1, 'sad');", rewrites: ['notes'] },
        },
        {
          title: 'a table or a column of the same deploy',
          history: [`CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE notes (id int PRIMARY KEY);`],
          sql: `CREATE TABLE logs (mood mood); ALTER TABLE notes ADD COLUMN mood mood;\nCREATE TYPE mood_new AS ENUM ('ok');\nALTER TABLE logs ALTER mood TYPE mood_new USING mood::text::mood_new;\nALTER TABLE notes ALTER mood TYPE mood_new USING mood::text::mood_new;`,
        },
        {
          title: 'another type altogether',
          history: [`CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE notes (id int PRIMARY KEY, mood mood);`],
          sql: 'ALTER TABLE notes ALTER mood TYPE text;',
        },
        {
          title: 'a new value',
          history: [`CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE notes (mood mood);`],
          sql: `ALTER TYPE mood ADD VALUE 'ok';`,
        },
      ],
    },
  },
  on: { AlterColumnType: judge },
});

function judge(op: AlterColumnType, context: RuleContext<typeof messages, NoOptions>): void {
  const { catalog, existedBeforeDeploy, history, report } = context;
  const existed = existedBeforeDeploy(op.table);
  const table = catalog.table(op.table);
  const column = table?.columns.find(({ name }) => name === op.column);
  if (op.run === 'called' || existed === undefined || table === undefined || column === undefined) return;
  if (column.certainty !== 'certain' || !columnExistedBefore(existed, table, op.column)) return;
  const swap = typeChangeOf(op, table, column, catalog)?.enumSwap;
  if (swap === undefined || swap.removed.length === 0) return;
  const changed = (value: string): boolean =>
    history
      .writesOf(op.table, op.column, op)
      .some(
        ({ operation, column: name }) =>
          (operation.kind === 'Update' || operation.kind === 'Delete') &&
          operation.where.conditions.some(
            (condition) => condition.column === name && condition.value?.includes(value) !== false,
          ),
      );
  const isEmpty = isWithoutRows(op.table, op, context);
  const stops = !isEmpty && swap.missing.some((value) => !changed(value));
  const values = swap.removed.map((value) => `'${value}'`);
  const shown = shortList(values, 4, 'values');
  const isOne = values.length === 1;
  const data = {
    table: op.table,
    column: quoteIdentifier(op.column),
    values: shown,
    one: isOne ? 'it' : 'one of them',
    them: isOne ? 'it' : 'them',
  };
  report({ messageId: stops ? 'stopsOnRows' : 'breaksCode', at: { operation: op, part: 'type' }, data });
}
