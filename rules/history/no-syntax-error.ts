import { byteOrderMarkFate, defineRule, type Place } from 'migration-lint';

/** The tools that run a rollback script themselves; those of others are run by hand, with psql as a rule. */
const RUNS_ROLLBACKS: ReadonlySet<string> = new Set(['golang-migrate', 'sqlx', 'diesel']);

/** Where SQL could not be read, people want to know whether the runner stops there or only we do. */
export default defineRule({
  meta: {
    name: 'no-syntax-error',
    summary: 'Disallow SQL that PostgreSQL cannot parse, and name what could not be read',
    rationale:
      'A file is read with PostgreSQL’s own grammar: what it refuses, the server refuses with 42601, and the deployment stops there. ' +
      'What can be read only in part (templates, psql commands, COPY data) is named instead of being passed over in silence, ' +
      'since nothing in it was checked.',
    instead:
      'Mend the statement, or write the file so that it can be read: UTF-8, plain SQL, no placeholders, no psql commands. ' +
      "Rows belong into `INSERT … VALUES`:\n\n```sql\nINSERT INTO plans (id, name) VALUES (1, 'free'), (2, 'pro');\n```",
    policy: ['HS7'],
    presets: ['recommended'],
    severity: 'error',
    messages: {
      syntax: {
        what: 'PostgreSQL cannot parse this: {{message}}. The migration fails here with 42601.',
        help: 'Mend the statement. Everything that could be read around it was checked all the same.',
      },
      template: {
        what: 'This placeholder is no SQL: {{message}}. It was read as a name, so what it stands for was not checked.',
        help: 'Write the value out, or keep templates out of migrations: what runs must be what was reviewed.',
      },
      metaCommand: {
        what: '{{message}}.',
        help: 'Nothing to do if psql runs this file. What an included file does was not checked.',
      },
      metaCommandSent: {
        what: '{{message}}. {{runner}} sends it to the server, which refuses it with 42601.',
        help: 'Write SQL instead: only psql understands commands that begin with a backslash.',
      },
      copyData: {
        what: '{{message}}.',
        help: 'Nothing to do if psql runs this file. The rows were not checked.',
      },
      copyDataSent: {
        what: '{{message}}. {{runner}} sends them to the server as a statement, which fails.',
        help: 'Insert the rows with INSERT … VALUES, or load them with psql outside of the migration.',
      },
      encoding: {
        what: 'The file could not be read: {{message}}. Nothing in it was checked.',
        help: 'Save it as UTF-8. PowerShell’s `>` writes UTF-16: use `Out-File -Encoding utf8`.',
      },
      byteOrderMark: {
        what: 'The file begins with a byte-order mark, which {{runner}} sends along: PostgreSQL refuses the file with 42601, and a comment in the first line is not seen.',
        help: 'Save it as UTF-8 without a byte-order mark. Everything after it was checked.',
      },
      byteOrderMarkOfUnknown: {
        what: 'The file begins with a byte-order mark. psql takes it off; a runner that sends it along makes PostgreSQL refuse the file with 42601.',
        help: 'Save it as UTF-8 without a byte-order mark.',
      },
      hiddenFirstLine: {
        what: 'The file begins with a byte-order mark, which {{runner}} reads as part of the first line: it does not see the section that begins there, and refuses the file.',
        help: 'Save it as UTF-8 without a byte-order mark. Everything after it was checked.',
      },
      refused: {
        what: '{{message}}. The deployment stops there.',
        help: 'Write the file as the tool wants it: Up first, then Down, each statement ended by a semicolon; goose wants a function between StatementBegin and StatementEnd. What could be read was checked.',
      },
      utf16: {
        what: 'The file is UTF-16: no runner of migrations reads that. It was decoded, and all of it was checked.',
        help: 'Save it as UTF-8 without a byte-order mark. PowerShell’s `>` writes UTF-16: use `Out-File -Encoding utf8`.',
      },
      nul: {
        what: 'The file could not be read: {{message}}. PostgreSQL would stop reading there, and nothing in it was checked.',
        help: 'Remove the NUL character; a file full of them is UTF-16: save it as UTF-8.',
      },
      size: {
        what: 'The file was not read: {{message}}. Nothing in it was checked.',
        help: 'Split the migration, or load bulk data outside of migrations.',
      },
      nesting: {
        what: 'The statement was not read: {{message}}. Nothing in it was checked.',
        help: 'Write it with less nesting: a list of VALUES or IN (…) instead of a long chain of operators.',
      },
      body: {
        what: 'This body is no valid PL/pgSQL: {{message}}. PostgreSQL refuses it with 42601.',
        help: 'Mend the body. Statements outside of it were checked all the same.',
      },
    },
    examples: {
      bad: [
        {
          title: 'a misspelt keyword',
          sql: 'CREATE TABLE plans (id int PRIMARY KEY);\nALTER TABEL plans ADD COLUMN name text;',
          reports: ['syntax'],
          proof: { error: '42601' },
        },
        {
          title: 'an ellipsis left over from the documentation',
          history: ['CREATE TABLE users (id int PRIMARY KEY, phone_number text);'],
          sql: "UPDATE users SET phone_number = '+1234567890' WHERE ...;",
          reports: ['syntax'],
          proof: { error: '42601' },
        },
        {
          title: 'two mistakes: the rest of the file is still read',
          sql: 'CREATE TABEL a (id int);\nCREATE TABLE b (id int);\nSELECT FROM WHERE;',
          reports: ['syntax', 'syntax'],
        },
        {
          title: 'a placeholder of a template',
          sql: 'CREATE TABLE {{schema}}.plans (id int PRIMARY KEY);',
          reports: ['template'],
        },
        {
          title: 'a psql command in a file that Prisma sends to the server',
          sql: '\\set ON_ERROR_STOP on\nCREATE TABLE plans (id int PRIMARY KEY);',
          reports: ['metaCommandSent'],
          proof: { error: '42601' },
        },
        {
          title: 'a psql command in a plain SQL file',
          runner: 'plain',
          sql: '\\set ON_ERROR_STOP on\nCREATE TABLE plans (id int PRIMARY KEY);',
          reports: ['metaCommand'],
        },
        {
          title: 'a DO block that lacks its END IF',
          sql: 'DO $$ BEGIN IF true THEN PERFORM 1; END $$;',
          reports: ['body'],
          proof: { error: '42601' },
        },
      ],
      good: [
        { title: 'an empty file', sql: '' },
        { title: 'comments only', sql: '-- This is an empty migration.\n/* nothing { to } do */' },
        {
          title: 'braces in a string',
          sql: "CREATE TABLE t (doc jsonb NOT NULL DEFAULT '{}', path text DEFAULT '{{a}}');",
        },
        { title: 'a dollar-quoted body', sql: 'DO $body$ BEGIN IF true THEN PERFORM 1; END IF; END $body$;' },
        {
          title: 'syntax of PostgreSQL 18',
          postgres: 18,
          sql: 'CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) VIRTUAL);',
          proof: {},
        },
      ],
    },
  },
  on: {
    Migration(migration, { project, report }) {
      const { script, rollback } = migration;
      const { runner } = project;
      const fate = byteOrderMarkFate(runner);
      const data = { runner: runner.label };
      const reportMark = (at: Place): void => {
        if (fate === 'sent') report({ messageId: 'byteOrderMark', at, data });
        else if (fate === 'hides the first line') report({ messageId: 'hiddenFirstLine', at, data });
        else if (fate === 'unknown') report({ messageId: 'byteOrderMarkOfUnknown', at, severity: 'warning' });
      };
      for (const source of new Set([script?.source, rollback?.source])) {
        if (source?.byteOrderMark !== true) continue;
        const at = { source, span: { start: 0, end: 0 } };
        const isRun = source === script?.source || RUNS_ROLLBACKS.has(runner.name);
        if (source.encoding !== 'utf-8') report({ messageId: 'utf16', at });
        else if (isRun) reportMark(at);
      }
    },
    Problem({ problem, script }, { report, project, migration }) {
      const at = { source: script.source, span: problem.span };
      const data = { message: problem.message };
      // A rollback is run by hand, with psql as a rule.
      const sent = project.runner.name === 'prisma' && script !== migration.rollback;
      const runner = project.runner.label;
      switch (problem.kind) {
        case 'template':
          return report({ messageId: 'template', at, data, severity: 'warning' });
        case 'meta-command':
          return sent
            ? report({ messageId: 'metaCommandSent', at, data: { ...data, runner } })
            : report({ messageId: 'metaCommand', at, data, severity: 'info' });
        case 'copy-data':
          return sent
            ? report({ messageId: 'copyDataSent', at, data: { ...data, runner } })
            : report({ messageId: 'copyData', at, data, severity: 'info' });
        case 'body':
        case 'syntax':
        case 'encoding':
        case 'nul':
        case 'size':
        case 'nesting':
        case 'refused':
          return report({ messageId: problem.kind, at, data });
        default:
          problem.kind satisfies never;
      }
    },
  },
});
