import {
  defineRule,
  fieldFix,
  headerContradictions,
  headerFix,
  headerOf,
  isDestructive,
  isRowChange,
  isSameField,
  isUnfilled,
  type Migration,
  type OptionSchemas,
  type RuleContext,
} from 'migration-lint';

const messages = {
  noHeader: {
    what: '{{migration}} has no header that says {{unknown}}.',
    help: 'Begin it with a comment that has a line for each of {{fields}}.',
  },
  missingFields: {
    what: 'The header of {{migration}} says nothing of {{fields}}.',
    help: 'Write a line for each, as in -- Purpose: why.',
  },
  emptyField: {
    what: 'The field {{field}} in the header of {{migration}} is not filled in.',
    help: 'Say what it asks for, or that there is nothing to say: none.',
  },
  contradiction: {
    what: 'The header says {{field}}: {{value}}, and the migration’s is {{actual}}: it was copied from elsewhere, or renamed since.',
    help: 'Correct the header, and look whether the rest of it is about this migration.',
  },
} as const;

const options = {
  fields: {
    type: 'strings',
    default: ['Migration', 'Purpose', 'Affected rows', 'Estimated duration', 'Rollback'],
    description: 'The fields that a header has, each a line of its own with a colon behind its name.',
  },
  when: {
    type: 'enum',
    values: ['always', 'data-or-destructive'],
    default: 'data-or-destructive',
    description:
      'data-or-destructive: only where rows of an existing table change, or where something is dropped or changes its type. A header that is there is judged always.',
  },
} as const satisfies OptionSchemas;

const TABLE = 'CREATE TABLE users (id int PRIMARY KEY, name text);';
const HEADER =
  '-- Migration: trim_names\n-- Purpose: names without blanks around them\n-- Affected rows: about 100\n-- Estimated duration: 1 s\n-- Rollback: none\n';

export default defineRule({
  meta: {
    name: 'require-header',
    summary: 'Require a header that says what a migration is for, and that is true',
    rationale:
      'Whoever stands before a failed deploy reads the file: what it was meant to do, how many rows it touches, how long it may ' +
      'take, how it is undone. A header that was copied from another migration says something else, which is worse than none.',
    instead:
      'Begin the script with it:\n\n```sql\n-- Migration: add_user_verified_field\n-- Purpose: Track email verification status\n-- Affected rows: ~10,000 users\n-- Estimated duration: <5 seconds\n-- Rollback: drop the column\n```',
    whenNotToUse: 'Where pull requests or tickets hold all of this, and everybody finds them.',
    policy: ['HS5'],
    presets: ['strict'],
    severity: 'warning',
    fix: { safety: 'safe', form: 'edits' },
    options,
    messages,
    examples: {
      bad: [
        {
          title: 'rows change, and nothing says why',
          name: 'trim_names',
          history: [TABLE],
          sql: 'UPDATE users SET name = trim(name) WHERE id = 1;',
          reports: ['noHeader'],
          fixed:
            '-- Migration: trim_names\n-- Purpose: trim names\n-- Affected rows: of users, not counted\n-- Estimated duration: not measured\n-- Rollback: none\n\nUPDATE users SET name = trim(name) WHERE id = 1;',
        },
        {
          title: 'every migration, where the team wants it',
          name: 'add_email',
          options: { when: 'always', fields: ['Migration', 'Version', 'Date'] },
          history: [TABLE],
          sql: '-- AlterTable\nALTER TABLE users ADD COLUMN email text;',
          reports: ['noHeader'],
        },
        {
          title: 'the rollback lies beside it: how it is undone can be told',
          name: 'trim_names',
          history: [TABLE],
          sql: 'UPDATE users SET name = trim(name) WHERE id = 1;',
          rollback: 'SELECT 1;',
          reports: ['noHeader'],
        },
        {
          title: 'fields that are missing',
          name: 'trim_names',
          history: [TABLE],
          sql: '-- Migration: trim_names\n-- Purpose: names without blanks around them\nUPDATE users SET name = trim(name) WHERE id = 1;',
          reports: ['missingFields'],
          fixed:
            '-- Migration: trim_names\n-- Purpose: names without blanks around them\n-- Affected rows: of users, not counted\n-- Estimated duration: not measured\n-- Rollback: none\nUPDATE users SET name = trim(name) WHERE id = 1;',
        },
        {
          title: 'a template that was not filled in',
          name: 'trim_names',
          history: [TABLE],
          sql: `${HEADER.replace('names without blanks around them', '[Description]').replace('about 100', '')}UPDATE users SET name = trim(name) WHERE id = 1;`,
          reports: ['emptyField', 'emptyField'],
        },
        {
          title: 'the header of another migration, in a block',
          name: 'trim_emails',
          version: '20250103120000',
          options: { fields: ['Migration', 'Version', 'Date'] },
          history: [TABLE],
          sql: '/*\n * Migration: trim_names\n * Version: 0002\n * Date: 2024-01-15\n */\nUPDATE users SET name = trim(name) WHERE id = 1;',
          reports: ['contradiction', 'contradiction', 'contradiction'],
        },
      ],
      good: [
        {
          title: 'all that is asked for',
          name: 'trim_names',
          history: [TABLE],
          sql: `${HEADER}UPDATE users SET name = trim(name) WHERE id = 1;`,
        },
        {
          title: 'a column more needs none',
          name: 'add_email',
          history: [TABLE],
          sql: '-- AlterTable\nALTER TABLE users ADD COLUMN email text;',
        },
        {
          title: 'rows of a table that it makes itself',
          name: 'add_plans',
          history: [TABLE],
          sql: "CREATE TABLE plans (name text);\nINSERT INTO plans VALUES ('free');\nDELETE FROM plans;",
        },
        {
          title: 'numbers, zeros in front do not count; a day off is a time zone',
          name: 'trim_names',
          version: '20250103120000',
          options: { fields: ['Migration', 'Date'] },
          history: [TABLE],
          sql: '-- migration: trim-names.sql\n-- date: 2025-01-04\nUPDATE users SET name = trim(name) WHERE id = 1;',
        },
      ],
    },
  },
  on: {
    Migration(migration, context) {
      const { script, id } = migration;
      if (script === undefined || migration.repeats === true) return;
      const { report, options: wanted, project } = context;
      const header = headerOf(script);
      for (const { field, actual } of headerContradictions(header, migration)) {
        const { name, value, place } = field;
        report({ messageId: 'contradiction', at: place, data: { field: name, value, actual } });
      }
      const written = wanted.fields.flatMap(
        (name) => header.find((field) => isSameField(field.name, name)) ?? [],
      );
      for (const field of written.filter(isUnfilled))
        report({
          messageId: 'emptyField',
          at: field.place,
          data: { field: field.name, migration: id },
          fix: fieldFix(field, migration, project),
        });
      const fields = wanted.fields.filter((name) => !written.some((field) => isSameField(field.name, name)));
      if (fields.length === 0 || !isAsked(migration, context)) return;
      const at = migration;
      const fix = headerFix(migration, project, fields);
      if (written.length === 0) {
        const unknown = [
          'what it is for',
          'what it touches',
          ...(migration.hasRollback ? [] : ['how it is undone']),
        ];
        report({ messageId: 'noHeader', at, data: { migration: id, fields, unknown }, fix });
      } else report({ messageId: 'missingFields', at, data: { migration: id, fields }, fix });
    },
  },
});

type Context = RuleContext<typeof messages, typeof options>;

/** Whether a migration needs a header. */
function isAsked({ operations }: Migration, { options: { when }, existedBeforeDeploy }: Context): boolean {
  return (
    when === 'always' ||
    operations.some((operation) => {
      if (operation.run === 'called') return false;
      if (isRowChange(operation)) return existedBeforeDeploy(operation.table, operation) !== undefined;
      if (!isDestructive(operation)) return false;
      return !('table' in operation) || existedBeforeDeploy(operation.table, operation) !== undefined;
    })
  );
}
