import { defineRule, isInBody, type Opaque, type Script, type Statement } from 'migration-lint';

/** What cannot be read is said, so that silence means something elsewhere. */
export default defineRule({
  meta: {
    name: 'no-opaque-sql',
    summary: 'Disallow SQL that is only built when it runs, and name it instead of passing it over',
    rationale:
      'EXECUTE of a string that is put together, or a body in another language, cannot be read before it runs: neither its locks ' +
      'nor what it drops. From there on the schema is not known for certain either, so that rules about missing objects stay ' +
      'silent. A constant string is read like any other statement.',
    instead:
      'Write the statements out where their names are known:\n\n```sql\nALTER TABLE orders_2024 ADD COLUMN note text;\nALTER TABLE orders_2025 ADD COLUMN note text;\n```',
    whenNotToUse:
      'Where migrations go through lists of tables by design, such as one schema for each tenant.',
    policy: ['HS8'],
    presets: ['recommended'],
    severity: 'info',
    messages: {
      execute: {
        what: 'EXECUTE runs a string that is only built then: what it does was not checked, and the schema after it is not certain.',
        help: 'Write the statement out, or look at what it does yourself.',
      },
      language: {
        what: 'This body is not SQL or PL/pgSQL: what it does was not checked, and the schema after it is not certain.',
        help: 'Write it in PL/pgSQL, or look at what it does yourself.',
      },
    },
    examples: {
      bad: [
        {
          title: 'a string that format() builds',
          history: ['CREATE TABLE orders_2024 (id int);\nCREATE TABLE orders_2025 (id int);'],
          sql: "DO $$ DECLARE name text; BEGIN FOR name IN SELECT tablename FROM pg_tables WHERE tablename LIKE 'orders%' LOOP EXECUTE format('ALTER TABLE %I ADD COLUMN note text', name); EXECUTE format('ALTER TABLE %I ADD COLUMN label text', name); END LOOP; END $$;",
          reports: ['execute'],
          proof: {
            query: {
              sql: "SELECT count(*) FROM information_schema.columns WHERE column_name = 'note'",
              rows: [['2']],
            },
          },
        },
        {
          title: 'a DO block in another language',
          sql: "DO LANGUAGE plpython3u $$ plpy.execute('DROP TABLE users') $$;",
          reports: ['language'],
        },
      ],
      good: [
        {
          title: 'a constant string is read',
          history: ['CREATE TABLE orders (id int);'],
          sql: "DO $$ BEGIN EXECUTE 'ALTER TABLE orders ADD COLUMN note text'; END $$;",
          proof: {},
        },
        {
          title: 'in a function that nothing has called yet',
          sql: "CREATE FUNCTION drop_it(name text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE format('DROP TABLE %I', name); END $$;",
          proof: {},
        },
        {
          title: 'a body that does not parse: another rule speaks of it',
          sql: 'DO $$ BEGIN IF true THEN PERFORM 1; END $$;',
        },
      ],
    },
  },
  on: {
    Opaque(operation, { migration, report }) {
      if (operation.run === 'called' || operation.reason === 'unparsed body') return;
      const messageId = operation.reason === 'execute' ? 'execute' : 'language';
      report({ messageId, at: operation, once: statementAround(operation, migration.script) });
    },
  },
});

/** The statement of the script that an operation is of: a DO block with several EXECUTEs is one. */
function statementAround(operation: Opaque, script: Script | undefined): Statement {
  const { statement } = operation;
  if (!isInBody(operation, script)) return statement;
  const around = script?.statements.find(
    ({ span }) => span.start <= statement.span.start && statement.span.end <= span.end,
  );
  return around ?? statement;
}
