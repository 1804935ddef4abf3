import { defineRule, isImplicitRelation, newTables } from 'migration-lint';

export default defineRule({
  meta: {
    name: 'require-columns',
    summary: 'Require certain columns in every new table',
    rationale:
      'When a row was made and last changed is what everybody asks after an incident, and cannot be found out afterwards. A team that has ' +
      'agreed on such columns wants them in each table. What counts is the end of the deploy. Partitions have their parent’s columns; ' +
      'the tables that Prisma makes for implicit many-to-many relations (with the columns A and B alone) are left out.',
    instead:
      'Name the columns in the option; `|` stands between names that are equally right:\n\n```json\n"require-columns": ["warning", { "columns": ["created_at|createdAt", "tenant_id"] }]\n```',
    policy: ['HS5'],
    presets: [],
    severity: 'warning',
    options: {
      columns: {
        type: 'strings',
        default: ['created_at|createdAt'],
        description: 'Names of columns; several that are equally right with `|` between them.',
      },
    },
    messages: {
      missing: {
        what: 'The new table {{table}} lacks {{columns}}, which the team wants in every table.',
        help: 'Add it to the CREATE TABLE; later it needs a backfill.',
      },
    },
    examples: {
      bad: [
        { title: 'the default', sql: 'CREATE TABLE orders (id int);', reports: ['missing'] },
        {
          title: 'a list',
          sql: 'CREATE TABLE orders (id int, tenant_id int);',
          options: { columns: ['tenant_id', 'created_at', 'updated_at|updatedAt'] },
          reports: ['missing'],
        },
      ],
      good: [
        {
          title: 'one of two names',
          sql: 'CREATE TABLE "Order" ("id" TEXT, "createdAt" TIMESTAMP(3) NOT NULL);',
        },
        {
          title: 'added in the same deploy',
          sql: ['CREATE TABLE orders (id int);', 'ALTER TABLE orders ADD COLUMN created_at timestamptz;'],
        },
        {
          title: 'an existing table',
          history: ['CREATE TABLE orders (id int);'],
          sql: 'ALTER TABLE orders ADD COLUMN note text;',
        },
        {
          title: 'an implicit many-to-many relation of Prisma’s',
          sql: 'CREATE TABLE "_PostToTag" ("A" TEXT NOT NULL, "B" TEXT NOT NULL);',
        },
        {
          title: 'columns of a parent',
          history: ['CREATE TABLE stamped (created_at timestamptz);'],
          sql: 'CREATE TABLE orders (id int) INHERITS (stamped);',
        },
      ],
    },
  },
  on: {
    Deploy(deploy, { catalogAfter, options, report }) {
      for (const { operation, table } of newTables(deploy, catalogAfter)) {
        if (table.partitionOf !== undefined || isImplicitRelation(table)) continue;
        const names = new Set(table.columns.map(({ name }) => name));
        const missing = options.columns.filter((one) => !one.split('|').some((name) => names.has(name)));
        if (missing.length === 0) continue;
        const columns = missing.map((one) => one.replaceAll('|', ' or '));
        report({
          messageId: 'missing',
          at: { operation, part: 'table' },
          data: { table: table.name, columns },
        });
      }
    },
  },
});
