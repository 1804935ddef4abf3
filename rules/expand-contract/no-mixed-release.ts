import {
  changedCode,
  columnExistedBefore,
  defineRule,
  displayName,
  quoteIdentifier,
  shortList,
} from 'migration-lint';

/** Endings of source files in the languages that applications are written in. */
const ENDINGS = [
  '.cjs',
  '.cs',
  '.cts',
  '.ex',
  '.go',
  '.java',
  '.js',
  '.jsx',
  '.kt',
  '.mjs',
  '.mts',
  '.php',
  '.py',
  '.rb',
  '.rs',
  '.scala',
  '.svelte',
  '.swift',
  '.ts',
  '.tsx',
  '.vue',
];

export default defineRule({
  meta: {
    name: 'no-mixed-release',
    summary: 'Disallow a contract migration in the change set of the code that it waits for',
    rationale:
      'A contract takes away what no running code uses any more: the code that stopped using it has to be everywhere before. In one ' +
      'change set the two go out together, and whichever comes first breaks the other: the old code, which still runs, meets a column ' +
      'that is gone. In the order of deployment, code comes first for a contract, and the schema first for an expand.',
    instead:
      'Two change sets: first the code that no longer uses the column, and when that is deployed everywhere, the migration alone:\n\n' +
      '```sql\nALTER TABLE users DROP COLUMN username;\n```',
    whenNotToUse: 'Where a change set is deployed in steps, code and migrations apart.',
    policy: ['EC9', 'EC10'],
    presets: ['strict'],
    severity: 'warning',
    needs: ['changedFiles'],
    options: {
      code: {
        type: 'strings',
        description:
          'Endings of files that count as application code, wherever they lie outside of the migrations; tests and documentation never do.',
        default: ENDINGS,
      },
    },
    messages: {
      mixed: {
        what: 'Dropping {{what}} goes out together with a change of {{files}}: running code that still uses it breaks before the new code is everywhere.',
        help: 'Take the drop into a change set of its own, to be merged when the code that no longer uses {{what}} is deployed everywhere.',
      },
    },
    examples: {
      bad: [
        {
          title: 'a column dropped beside the code that used it',
          history: ['CREATE TABLE users (id int PRIMARY KEY, username text);'],
          sql: 'ALTER TABLE users DROP COLUMN username;',
          changedFiles: ['prisma/migrations/1/migration.sql', 'src/users.ts', 'README.md'],
          reports: ['mixed'],
          proof: { afterwards: { sql: 'SELECT username FROM users', error: '42703' } },
        },
        {
          title: 'several drops of one migration are one finding',
          history: ['CREATE TABLE users (id int PRIMARY KEY, a text, b text); CREATE TABLE logs (id int);'],
          sql: 'DROP TABLE logs;\nALTER TABLE users DROP COLUMN a, DROP COLUMN b;',
          changedFiles: ['app/models/user.rb', 'app/models/log.rb', 'a.go', 'b.go', 'c.go'],
          reports: ['mixed'],
        },
      ],
      good: [
        {
          title: 'tests, documentation and the schema only',
          history: ['CREATE TABLE users (id int PRIMARY KEY, username text);'],
          sql: 'ALTER TABLE users DROP COLUMN username;',
          changedFiles: [
            'prisma/schema.prisma',
            'docs/users.ts',
            'src/users.test.ts',
            'test/users.ts',
            'prisma/migrations/1/check.ts',
          ],
        },
        {
          title: 'an expand',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN display_name text;',
          changedFiles: ['src/users.ts'],
        },
        {
          title: 'a column of the same deploy',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN a text;\nALTER TABLE users DROP COLUMN a;\nCREATE TABLE logs (id int);\nDROP TABLE logs;',
          changedFiles: ['src/users.ts'],
        },
        {
          title: 'nobody knows what else has changed',
          history: ['CREATE TABLE users (id int PRIMARY KEY, username text);'],
          sql: 'ALTER TABLE users DROP COLUMN username;',
        },
      ],
    },
  },
  on: {
    DropTable(op, { existedBeforeDeploy, migration, options, project, report }) {
      if (op.run === 'called' || existedBeforeDeploy(op.table) === undefined) return;
      const files = shortList(changedCode(project, options.code), 3, 'files');
      if (files.length === 0) return;
      report({ messageId: 'mixed', at: op, once: migration, data: { what: op.table, files } });
    },
    DropColumn(op, { catalog, existedBeforeDeploy, migration, options, project, report }) {
      const existed = existedBeforeDeploy(op.table);
      if (op.run === 'called' || existed === undefined) return;
      if (!columnExistedBefore(existed, catalog.table(op.table), op.column)) return;
      const files = shortList(changedCode(project, options.code), 3, 'files');
      if (files.length === 0) return;
      const what = `${displayName(op.table)}.${quoteIdentifier(op.column)}`;
      report({ messageId: 'mixed', at: op, once: migration, data: { what, files } });
    },
  },
});
