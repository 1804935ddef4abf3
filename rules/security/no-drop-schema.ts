import { defineRule, quoteIdentifier, schemaContents } from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-drop-schema',
    summary: 'Disallow DROP SCHEMA of a schema that holds something',
    rationale:
      'DROP SCHEMA … CASCADE takes every table of the schema with its rows, its views, functions and types, and whatever depends on them ' +
      'in other schemas. Without CASCADE, PostgreSQL refuses to drop a schema that holds anything (2BP01), and the migration fails. ' +
      'An empty schema can go.',
    instead:
      'Drop what is in it in steps of their own, each after the application has stopped using it and the data has been saved. Then the ' +
      'empty schema goes without CASCADE:\n\n```sql\nDROP SCHEMA legacy;\n```',
    policy: ['BF7'],
    presets: ['recommended'],
    severity: 'error',
    messages: {
      cascades: {
        what: 'DROP SCHEMA {{schema}} CASCADE takes {{contents}} with it, and whatever in other schemas depends on them.',
        help: 'Drop its objects in migrations of their own, once nothing uses them and their data is saved; then drop the empty schema without CASCADE.',
      },
      cascadesUnseen: {
        what: 'DROP SCHEMA {{schema}} CASCADE takes everything in it with it; the migrations do not show what that is.',
        help: 'Look at what it holds in production. Drop that in migrations of its own, then the empty schema without CASCADE.',
      },
      notEmpty: {
        what: 'DROP SCHEMA {{schema}} fails with 2BP01: it still holds {{contents}}.',
        help: 'Drop those first, in migrations of their own, once nothing uses them and their data is saved.',
      },
    },
    examples: {
      bad: [
        {
          title: 'with everything in it',
          history: [
            'CREATE SCHEMA legacy; CREATE TABLE legacy.orders (id int); CREATE VIEW legacy.open AS SELECT * FROM legacy.orders;',
          ],
          sql: 'DROP SCHEMA legacy CASCADE;',
          reports: ['cascades'],
          proof: { query: { sql: "SELECT 1 FROM pg_class WHERE relname = 'orders'", rows: [] } },
        },
        {
          title: 'the schema public, which every database has',
          history: ['CREATE TABLE "User" (id int);'],
          sql: 'DROP SCHEMA public CASCADE;\nCREATE SCHEMA public;',
          reports: ['cascades'],
          proof: { query: { sql: "SELECT 1 FROM pg_class WHERE relname = 'User'", rows: [] } },
        },
        {
          title: 'a schema that no migration created',
          sql: 'DROP SCHEMA "Legacy" CASCADE;',
          reports: ['cascadesUnseen'],
        },
        {
          title: 'without CASCADE, PostgreSQL refuses',
          history: ['CREATE SCHEMA legacy; CREATE TABLE legacy.orders (id int);'],
          sql: 'DROP SCHEMA IF EXISTS legacy;',
          reports: ['notEmpty'],
          proof: { error: '2BP01' },
        },
      ],
      good: [
        {
          title: 'an empty schema',
          history: ['CREATE SCHEMA legacy; CREATE TABLE legacy.orders (id int); DROP TABLE legacy.orders;'],
          sql: 'DROP SCHEMA legacy;',
          proof: { query: { sql: "SELECT 1 FROM pg_namespace WHERE nspname = 'legacy'", rows: [] } },
        },
        {
          title: 'an empty schema with CASCADE',
          history: ['CREATE SCHEMA legacy;'],
          sql: 'DROP SCHEMA legacy CASCADE;',
        },
        {
          title: 'a schema of the same deploy',
          sql: 'CREATE SCHEMA scratch;\nCREATE TABLE scratch.rows (id int);\nDROP SCHEMA scratch CASCADE;',
        },
        {
          title: 'a schema that perhaps is not there',
          sql: 'DROP SCHEMA IF EXISTS legacy;',
        },
        {
          title: 'its last table moved away in the same deploy',
          history: ['CREATE SCHEMA legacy; CREATE TABLE legacy.orders (id int);'],
          sql: 'ALTER TABLE legacy.orders SET SCHEMA public;\nDROP SCHEMA legacy;',
          proof: { query: { sql: "SELECT 1 FROM pg_namespace WHERE nspname = 'legacy'", rows: [] } },
        },
        {
          title: 'in the body of a function',
          history: ['CREATE SCHEMA legacy; CREATE TABLE legacy.orders (id int);'],
          sql: 'CREATE FUNCTION reset() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DROP SCHEMA legacy CASCADE; END $$;',
        },
      ],
    },
  },
  on: {
    DropObject(operation, { catalog, catalogBeforeDeploy, report }) {
      if (operation.objectType !== 'schema' || operation.run === 'called') return;
      const { name } = operation.object;
      const isKnown = catalog.schema(name) !== undefined;
      // A schema of the same deploy holds nothing that is in use.
      if (isKnown && name !== 'public' && catalogBeforeDeploy.schema(name) === undefined) return;
      const contents = schemaContents(name, catalog);
      const schema = quoteIdentifier(name);
      const cascades = operation.behavior === 'cascade';
      if (contents.length > 0) {
        const messageId = cascades ? 'cascades' : 'notEmpty';
        report({ messageId, at: operation, data: { schema, contents } });
      } else if (cascades && !(isKnown && catalog.complete) && !operation.ifExists) {
        report({ messageId: 'cascadesUnseen', at: operation, data: { schema } });
      }
    },
  },
});
