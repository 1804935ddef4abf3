import {
  dataLossOf,
  defineRule,
  displayNames,
  isDestructive,
  isEmptyOrFails,
  isTableSaved,
  isVersionBefore,
  savedCopies,
  tablesLostByCascade,
  type DestructiveOnTable,
  type Migration,
  type ObjectName,
  type Project,
  type Table,
  type Viewpoint,
} from 'migration-lint';

export default defineRule({
  meta: {
    name: 'require-rollback',
    summary: 'Require a rollback script',
    rationale:
      'When a release must be taken back at night, nobody writes the reverse of a migration well. A rollback prepared with the migration ' +
      'and tried before brings the schema back to where the old code works. Where a team restores backups or writes revert migrations ' +
      'instead, only the steps that cannot be taken back need a plan.',
    instead:
      'Put the reverse beside it, in reverse order; for Prisma as `rollback.sql` in the migration’s folder:\n\n' +
      '```sql\n-- migrations/20251108123456_add_battle_pass_tables/rollback.sql\nDROP TABLE IF EXISTS "user_battle_pass_progress";\n' +
      'DROP TABLE IF EXISTS "battle_pass_seasons";\n```',
    whenNotToUse: 'Where a team only ever rolls forward; set `when` to `destructive` or switch the rule off.',
    policy: ['RB1'],
    presets: ['recommended'],
    severity: 'error',
    fix: { safety: 'safe', form: 'files' },
    options: {
      when: {
        type: 'enum',
        values: ['practised', 'always', 'destructive'],
        default: 'practised',
        description:
          'Which migrations need a rollback script. `practised`: all, if most of the last ten applied migrations have rollback scripts, else only those that destroy data, as a warning unless you set a severity; `always`: all; `destructive`: only those that destroy data.',
      },
      since: {
        type: 'integer',
        default: 0,
        minimum: 0,
        description:
          'Migrations with a lower version need none, such as those before the team began to write rollback scripts.',
      },
    },
    messages: {
      missing: {
        what: 'There is no rollback script for {{migration}}, and {{reason}}.',
        help: 'Write {{file}}: it undoes every statement, the last one first.',
      },
      missingForDestructive: {
        what: '{{migration}} destroys data in {{tables}}, and there is no rollback script.',
        help: 'Write {{file}}: it brings the structure back, and the data from a copy that was saved before.',
      },
    },
    examples: {
      bad: [
        {
          title: 'a project that has rollbacks',
          projectHasRollbacks: true,
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN email text;',
          reports: ['missing'],
        },
        {
          title: 'a step that destroys data, in any project',
          history: ['CREATE TABLE users (id int PRIMARY KEY, username text);'],
          sql: 'ALTER TABLE users DROP COLUMN username;',
          reports: ['missingForDestructive'],
        },
        {
          title: 'a step that destroys data, in a project that has rollbacks',
          projectHasRollbacks: true,
          history: ['CREATE TABLE "User" (id int PRIMARY KEY);'],
          sql: 'DROP TABLE "User";',
          reports: ['missingForDestructive'],
        },
        {
          title: 'a schema with its tables',
          history: ['CREATE SCHEMA app; CREATE TABLE app.logs (id int);'],
          sql: 'DROP SCHEMA app CASCADE;',
          reports: ['missingForDestructive'],
        },
        {
          title: 'always',
          options: { when: 'always' },
          sql: 'CREATE TABLE users (id int PRIMARY KEY);',
          reports: ['missing'],
        },
        {
          title: 'of a table that the migration has renamed before',
          history: ['CREATE TABLE users (id int PRIMARY KEY, fax text);'],
          sql: 'ALTER TABLE users RENAME TO people;\nALTER TABLE people DROP COLUMN fax;',
          reports: ['missingForDestructive'],
        },
      ],
      good: [
        {
          title: 'a column whose values were copied before',
          history: ['CREATE TABLE orders (id int PRIMARY KEY, event text, events text[]);'],
          sql: 'UPDATE orders SET events = ARRAY[event];\nALTER TABLE orders DROP COLUMN event;',
          proof: {
            rows: "INSERT INTO orders VALUES (1, 'paid');",
            query: { sql: 'SELECT events[1] FROM orders', rows: [['paid']] },
          },
        },
        {
          title: 'a table whose rows an earlier migration copied',
          history: [
            'CREATE TABLE logs (id int PRIMARY KEY, line text);',
            'CREATE TABLE entries AS SELECT id, line FROM logs;',
          ],
          sql: 'DROP TABLE logs;',
          proof: { query: { sql: "SELECT to_regclass('entries')::text", rows: [['entries']] } },
        },
        {
          title:
            'beside a required column without a value: the table is empty, or nothing of the migration stays',
          history: ['CREATE TABLE tokens (id int PRIMARY KEY, urls text);'],
          sql: 'ALTER TABLE tokens DROP COLUMN urls, ADD COLUMN url text NOT NULL;',
          proof: { rows: "INSERT INTO tokens VALUES (1, 'a');", error: '23502' },
        },
        {
          title: 'a project without rollbacks, nothing destroyed',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN email text;',
        },
        {
          title: 'the rollback lies beside it',
          projectHasRollbacks: true,
          sql: 'CREATE TABLE users (id int PRIMARY KEY);',
          rollback: 'DROP TABLE IF EXISTS users;',
        },
        {
          title: 'nothing happens, so there is nothing to undo',
          projectHasRollbacks: true,
          sql: '-- This is an empty migration.',
        },
        {
          title: 'what goes was created in the same deploy',
          sql: 'CREATE TABLE tmp (id int);\nDROP TABLE tmp;',
        },
        {
          title: 'only destructive steps are asked for',
          options: { when: 'destructive' },
          projectHasRollbacks: true,
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN email text;',
        },
        {
          title: 'older than the team’s rollbacks, by a date alone, in a project without a tool',
          options: { since: 20260101 },
          runner: 'plain',
          projectHasRollbacks: true,
          sql: 'CREATE TABLE users (id int PRIMARY KEY);',
        },
        {
          title: 'older than the team’s rollbacks',
          options: { since: 20260101000000 },
          projectHasRollbacks: true,
          sql: 'CREATE TABLE users (id int PRIMARY KEY);',
        },
      ],
    },
  },
  on: {
    Migration(migration, context) {
      const { catalogBefore, conventions, existedBeforeDeploy, history, options, project, report } = context;
      const { practised, shown } = project.rollbackPractice;
      const isUnasked = options.when === 'practised' && !practised && !context.isSeveritySaid;
      if (
        migration.hasRollback ||
        migration.repeats === true ||
        migration.operations.length === 0 ||
        isVersionBefore(migration.version, options.since)
      )
        return;
      const file = fileFor(migration, project, conventions.rollbackFile);
      const destroys = migration.operations.filter(isDestructive).flatMap((operation) => {
        // What only runs on an empty table destroys nothing.
        const viewpoint = { history, catalog: catalogBefore(operation), operation };
        const tables = tablesHit(viewpoint, (table) => existedBeforeDeploy(table, operation)).filter(
          (table) => !isEmptyOrFails(table, operation, context),
        );
        return tables.length > 0 ? [{ operation, tables }] : [];
      });
      if (destroys.length > 0) {
        report({
          messageId: 'missingForDestructive',
          at: migration,
          data: {
            migration: migration.id,
            tables: displayNames(
              destroys.flatMap(({ tables }) => tables),
              'tables',
            ),
            file,
          },
          related: destroys
            .slice(0, 3)
            .map(({ operation }) => ({ at: operation, label: 'cannot be taken back' })),
          ...(isUnasked && { severity: 'warning' }),
          fix: writesRollback,
        });
      } else if (options.when === 'always' || (options.when === 'practised' && practised)) {
        const reason = practised ? shown : 'the option `when` asks for one with each migration';
        report({
          messageId: 'missing',
          at: migration,
          data: { migration: migration.id, reason, file },
          fix: writesRollback,
        });
      }
    },
  },
});

/** A script of its own changes nothing of what runs forward. */
const writesRollback = { kind: 'write rollback', safety: 'safe', title: 'writes the rollback' } as const;

/** What to write: the script's path, or the section of the file that holds both. */
function fileFor({ path, rollbackPath }: Migration, { layout, runner }: Project, ownName: string): string {
  if (layout === 'prisma') return `${ownName} beside migration.sql`;
  if (rollbackPath === undefined) return 'its rollback script';
  if (rollbackPath !== path) return rollbackPath;
  return runner.name === 'dbmate'
    ? 'the section `-- migrate:down` of the file'
    : 'a section `-- +goose Down` at the end of the file';
}

/** The tables that existed before the deploy and lose data to an operation of which there is no copy. */
function tablesHit(
  viewpoint: Viewpoint,
  existedBeforeDeploy: (table: ObjectName) => Table | undefined,
): readonly ObjectName[] {
  const { catalog, operation } = viewpoint;
  const others = tablesLostByCascade(operation, catalog)
    .map(({ name }) => name)
    .filter((name) => {
      const existed = existedBeforeDeploy(name);
      return existed !== undefined && !isTableSaved({ name, columns: existed.columns }, viewpoint);
    });
  if (operation.kind === 'DropObject') return others;
  return losesData(operation, viewpoint, existedBeforeDeploy) ? [operation.table, ...others] : others;
}

/** Whether an operation takes data from its own table that were not copied before. */
function losesData(
  operation: DestructiveOnTable,
  viewpoint: Viewpoint,
  existedBeforeDeploy: (table: ObjectName) => Table | undefined,
): boolean {
  const { table: name } = operation;
  const existed = existedBeforeDeploy(name);
  const loss = dataLossOf(operation, existed, viewpoint.catalog.table(name) ?? existed);
  if (loss === undefined) return false;
  return 'column' in loss
    ? savedCopies(name, loss.column, viewpoint).length === 0
    : !isTableSaved({ name, columns: loss.table.columns }, viewpoint);
}
