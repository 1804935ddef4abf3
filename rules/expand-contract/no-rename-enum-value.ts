import { defineRule, isSameObject, quoteIdentifier, shortList } from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-rename-enum-value',
    summary: 'Disallow renaming a value of an enum that existing tables use',
    rationale:
      'ALTER TYPE … RENAME VALUE is done in a moment, and from then on the old text is no value of the type: running code that writes it, ' +
      'or compares with it, fails with 22P02, and what it reads is a word that it does not know. Prisma Client throws on an enum value ' +
      'that is not in its schema.',
    instead:
      'Add the new value, and keep the old one:\n\n```sql\n-- migration 1\nALTER TYPE "Role" ADD VALUE \'OWNER\';\n```\n\n' +
      'Let the code read both, then write the new one, and change the rows in batches. The old value can stay in the type. Or rename ' +
      'nothing in the database: in Prisma’s schema, `OWNER @map("ADMIN")` renames the value for the code alone.',
    whenNotToUse: 'Where nothing reads or writes the type while the migration and the release run.',
    policy: ['EC1'],
    presets: ['recommended'],
    severity: 'error',
    messages: {
      breaksCode: {
        what: 'Renaming {{value}} of the enum {{type}} to {{newValue}} breaks the running code: writing {{value}} to {{columns}}, or comparing with it, fails with 22P02, and old code reads a value that it does not know.',
        help: 'ALTER TYPE {{type}} ADD VALUE {{newValue}}, let the code know both, switch what it writes, and change the rows in batches; {{value}} can stay in the type.',
      },
    },
    examples: {
      bad: [
        {
          title: 'a value of an earlier migration',
          history: [
            `CREATE TYPE "Role" AS ENUM ('USER', 'ADMIN'); CREATE TABLE "User" ("id" INT PRIMARY KEY, "role" "Role");`,
          ],
          sql: `ALTER TYPE "Role" RENAME VALUE 'ADMIN' TO 'OWNER';`,
          reports: ['breaksCode'],
          proof: {
            rows: `INSERT INTO "User" VALUES (1, 'ADMIN');`,
            query: { sql: 'SELECT "role" FROM "User"', rows: [['OWNER']] },
            afterwards: { sql: `INSERT INTO "User" VALUES (2, 'ADMIN')`, error: '22P02' },
          },
        },
        {
          title: 'used by an array, in a schema',
          history: [
            `CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('sad', 'ok'); CREATE TABLE notes (id int, moods app.mood[]);`,
          ],
          sql: `ALTER TYPE app.mood RENAME VALUE 'sad' TO 'low';`,
          reports: ['breaksCode'],
          proof: { afterwards: { sql: "INSERT INTO notes VALUES (1, '{sad}')", error: '22P02' } },
        },
      ],
      good: [
        {
          title: 'a value of the same deploy',
          history: [`CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE notes (id int, mood mood);`],
          sql: [`ALTER TYPE mood ADD VALUE 'fin';`, `ALTER TYPE mood RENAME VALUE 'fin' TO 'fine';`],
        },
        {
          title: 'a type of the same deploy',
          sql: `CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE notes (id int, mood mood);\nALTER TYPE mood RENAME VALUE 'sad' TO 'low';`,
        },
        {
          title: 'a type that no existing table uses',
          history: [`CREATE TYPE mood AS ENUM ('sad');`],
          sql: `ALTER TYPE mood RENAME VALUE 'sad' TO 'low';\nCREATE TABLE notes (id int, mood mood);`,
        },
        {
          title: 'a new value',
          history: [`CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE notes (id int, mood mood);`],
          sql: `ALTER TYPE mood ADD VALUE IF NOT EXISTS 'ok';`,
        },
      ],
    },
  },
  on: {
    RenameEnumValue(op, { catalog, existedBeforeDeploy, isMadeByDeploy, report }) {
      const type = catalog.type(op.type);
      if (op.run === 'called' || type?.kind !== 'enum' || type.certainty !== 'certain') return;
      const value = type.values.find((one) => one.value === op.value);
      if (value === undefined || isMadeByDeploy(value)) return;
      const columns: string[] = [];
      for (const table of catalog.tables()) {
        if (existedBeforeDeploy(table.name) === undefined) continue;
        for (const column of table.columns)
          if (isSameObject({ schema: column.type.schema, name: column.type.name }, type.name))
            columns.push(`${quoteIdentifier(table.name.name)}.${quoteIdentifier(column.name)}`);
      }
      if (columns.length === 0) return;
      const shown = shortList(columns, 3, 'columns');
      const data = {
        type: type.name,
        value: `'${op.value}'`,
        newValue: `'${op.newValue}'`,
        columns: shown,
      };
      report({ messageId: 'breaksCode', at: op, data });
    },
  },
});
