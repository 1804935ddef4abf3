import { defineRule, displayNames, quoteIdentifier, type ObjectName } from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-rename-schema',
    summary: 'Disallow renaming a schema that holds existing tables',
    rationale:
      'Every name in the schema changes at once: queries that write it in front fail with 42P01, those that have it in their ' +
      'search_path do so as well, and so do function bodies and jobs that nobody thought of.',
    instead:
      'Make the new schema, move the tables one by one, and leave a view under each old name in the same transaction:\n\n' +
      '```sql\nCREATE SCHEMA shop;\n```\n\n```sql\nBEGIN;\nALTER TABLE app.orders SET SCHEMA shop;\nCREATE VIEW app.orders AS SELECT * FROM shop.orders;\nCOMMIT;\n```',
    whenNotToUse: 'Where nothing reads the database while the migration and the release run.',
    policy: ['EC1', 'EC2'],
    presets: ['recommended'],
    severity: 'error',
    messages: {
      breaksCode: {
        what: 'Renaming the schema {{schema}} to {{newName}} breaks the running code: its queries for {{tables}} fail with 42P01 until the new code is everywhere.',
        help: 'Make the schema {{newName}}, move each table with ALTER TABLE … SET SCHEMA, and in the same transaction leave a view of it in {{schema}}.',
      },
    },
    examples: {
      bad: [
        {
          title: 'a schema with a table',
          history: ['CREATE SCHEMA app; CREATE TABLE app.orders (id int PRIMARY KEY);'],
          sql: 'ALTER SCHEMA app RENAME TO shop;',
          reports: ['breaksCode'],
          proof: { afterwards: { sql: 'SELECT * FROM app.orders', error: '42P01' } },
        },
        {
          title: 'public, with a quoted name',
          history: ['CREATE TABLE "Order" (id int PRIMARY KEY);'],
          sql: 'ALTER SCHEMA public RENAME TO "Shop";',
          reports: ['breaksCode'],
          proof: { afterwards: { sql: 'SELECT * FROM "Order"', error: '42P01' } },
        },
      ],
      good: [
        {
          title: 'a schema of the same deploy',
          sql: 'CREATE SCHEMA app; CREATE TABLE app.orders (id int PRIMARY KEY);\nALTER SCHEMA app RENAME TO shop;',
        },
        {
          title: 'an empty schema',
          history: ['CREATE SCHEMA app;'],
          sql: 'ALTER SCHEMA app RENAME TO shop;',
        },
        {
          title: 'a role',
          history: ['CREATE SCHEMA app; CREATE TABLE app.orders (id int PRIMARY KEY);'],
          sql: 'ALTER ROLE app RENAME TO shop;',
        },
      ],
    },
  },
  on: {
    Rename(op, { catalog, existedBeforeDeploy, report }) {
      if (op.objectType !== 'schema' || op.run === 'called') return;
      const tables: ObjectName[] = [];
      for (const { name } of catalog.tables())
        if (name.schema === op.object.name && existedBeforeDeploy(name) !== undefined) tables.push(name);
      if (tables.length === 0) return;
      const data = {
        schema: quoteIdentifier(op.object.name),
        newName: quoteIdentifier(op.newName),
        tables: displayNames(tables, 'tables'),
      };
      report({ messageId: 'breaksCode', at: op, data });
    },
  },
});
