import type { BuiltPresets } from 'migration-lint';

/**
 * What each preset says besides turning on the rules that name it. `policy-a` to `policy-e` hold the sides that five teams take where
 * their policies contradict each other; a team that agrees with one of them extends it.
 */
export const presets: BuiltPresets = {
  supabase: {
    summary:
      'For Supabase, and wherever an API exposes schemas to clients: new tables have row-level security, and policies that mean something.',
  },
  'policy-a': {
    summary:
      'Every migration has a rollback, kept beside it; a day passes between filling a replacement and the drop; batches of 1,000 to 10,000 rows with a pause; no type is changed in place.',
    rules: {
      'require-rollback': ['error', { when: 'always' }],
      'require-batch-pause': 'warning',
      'no-overdue-expand': 'warning',
    },
    conventions: { soakHours: 24, batchRows: 10_000, rollbackFile: 'rollback.sql' },
  },
  'policy-b': {
    summary:
      'A way back is a backup or a migration that reverts, so no rollback files; schema and data apart; names begin with a verb; plain indexes are only warned of.',
    rules: {
      'require-rollback': 'off',
      'require-name-pattern': 'warning',
      'no-misleading-name': ['warning', { dataVerbs: ['migrate', 'fix'] }],
      'no-mixed-migration': 'warning',
      'require-batch-pause': 'warning',
      'no-unread-warning': 'warning',
      'require-concurrent-index': 'warning',
      'no-overdue-expand': 'warning',
    },
    conventions: { nameConvention: 'verb-first' },
  },
  'policy-c': {
    summary:
      'Numbered files with a header and a rollback, all of which can be run again; an applied file may be edited on purpose, so that is only warned of.',
    rules: {
      'require-rollback': ['error', { when: 'always' }],
      'require-name-pattern': 'warning',
      'require-batch-pause': 'warning',
      'no-edited-migration': 'warning',
      'no-overdue-expand': 'warning',
      'require-header': ['warning', { when: 'always', fields: ['Migration', 'Version', 'Date'] }],
    },
    conventions: { nameConvention: 'numbered' },
  },
  'policy-d': {
    summary:
      'Schema only: backfills are scripts of their own; headers; cascading deletes are looked at; no rollback files; the drop of the old column is optional; plain indexes are only warned of.',
    rules: {
      'require-rollback': 'off',
      'require-name-pattern': 'warning',
      'no-mixed-migration': 'warning',
      'no-cascading-foreign-key': 'warning',
      'no-unrelated-changes': 'warning',
      'no-unread-warning': 'warning',
      'require-header': 'warning',
      'no-overdue-expand': 'off',
      'require-concurrent-index': 'warning',
    },
    conventions: { nameConvention: 'snake-case' },
  },
  'policy-e': {
    summary:
      'Expand and contract on Supabase (extend supabase as well): a rollback where data would be lost; schema and data in one migration is fine; a data migration checks itself; errors are not swallowed.',
    rules: {
      'require-rollback': ['error', { when: 'destructive' }],
      'require-name-pattern': 'warning',
      'no-mixed-migration': 'off',
      'require-integrity-check': 'warning',
      'no-swallowed-error': 'error',
      'no-overdue-expand': 'off',
    },
    conventions: { nameConvention: 'verb-object-table' },
  },
};
