import {
  dataLossOf,
  defineRule,
  displayNames,
  isDestructive,
  isVersionBefore,
  tablesLostByCascade,
  type Catalog,
  type DestructiveOperation,
  type Migration,
  type ObjectName,
  type Project,
  type Table,
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
    options: {
      when: {
        type: 'enum',
        values: ['practised', 'always', 'destructive'],
        default: 'practised',
        description:
          'Which migrations need a rollback script. `practised`: all, if most of the last ten applied migrations have rollback scripts, else only those that destroy data, as a warning; `always`: all; `destructive`: only those that destroy data.',
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
    Migration(migration, { catalogBefore, conventions, existedBeforeDeploy, options, project, report }) {
      if (
        migration.hasRollback ||
        migration.repeats === true ||
        migration.operations.length === 0 ||
        isVersionBefore(migration.version, options.since)
      )
        return;
      const file = fileFor(migration, project, conventions.rollbackFile);
      const destroys = migration.operations.filter(isDestructive).flatMap((operation) => {
        const tables = tablesHit(operation, catalogBefore(operation), (table) =>
          existedBeforeDeploy(table, operation),
        );
        return tables.length > 0 ? [{ operation, tables }] : [];
      });
      const { practised, shown } = project.rollbackPractice;
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
          ...(practised || options.when === 'always' ? {} : { severity: 'warning' }),
        });
      } else if (options.when === 'always' || (options.when === 'practised' && practised)) {
        const reason = practised ? shown : 'the option `when` asks for one with each migration';
        report({ messageId: 'missing', at: migration, data: { migration: migration.id, reason, file } });
      }
    },
  },
});

/** What to write: the script's path, or the section of the file that holds both. */
function fileFor({ path, rollbackPath }: Migration, { layout, runner }: Project, ownName: string): string {
  if (layout === 'prisma') return `${ownName} beside migration.sql`;
  if (rollbackPath === undefined) return 'its rollback script';
  if (rollbackPath !== path) return rollbackPath;
  return runner.name === 'dbmate'
    ? 'the section `-- migrate:down` of the file'
    : 'a section `-- +goose Down` at the end of the file';
}

/** The tables that existed before the deploy and lose data to an operation. */
function tablesHit(
  operation: DestructiveOperation,
  catalog: Catalog,
  existedBeforeDeploy: (table: ObjectName) => Table | undefined,
): readonly ObjectName[] {
  const others = tablesLostByCascade(operation, catalog)
    .map(({ name }) => name)
    .filter((name) => existedBeforeDeploy(name) !== undefined);
  if (operation.kind === 'DropObject') return others;
  const existed = existedBeforeDeploy(operation.table);
  const isHit = dataLossOf(operation, existed, catalog.table(operation.table) ?? existed) !== undefined;
  return isHit ? [operation.table, ...others] : others;
}
