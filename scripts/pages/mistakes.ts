/** A mistake in the examples of a policy, and what says so. */
export interface Mistake {
  readonly policy: 'A' | 'B' | 'C' | 'D' | 'E';
  readonly example: string;
  /** What PostgreSQL or the tool makes of it. */
  readonly wrong: string;
  /** The fixtures it is in, as `fixture/migration`, with the rules that speak of it there. */
  readonly caught: Readonly<Record<string, readonly string[]>>;
  /** What is not caught, and why. */
  readonly left?: string;
}

/** Every mistake in the SQL of the five policies. The tests hold the rules against the expectations in the fixtures. */
export const mistakes: readonly Mistake[] = [
  {
    policy: 'A',
    example: 'The tables of the battle pass reference `"users"`, and the model is `User` without @@map',
    wrong: 'The table is `"User"`: 42P01',
    caught: {
      'policy-a-battle-pass-unmapped/20251108123456_add_battle_pass_tables': ['no-unknown-object'],
    },
  },
  {
    policy: 'A',
    example: 'An index over the columns of a UNIQUE; a key whose columns no index leads with',
    wrong: 'Redundant; a delete in the referenced table reads the whole one',
    caught: {
      'policy-a-battle-pass/20251108123456_add_battle_pass_tables': [
        'no-redundant-index',
        'require-foreign-key-index',
      ],
    },
  },
  {
    policy: 'A',
    example: 'An index on an email that is unique',
    wrong: 'Redundant',
    caught: { 'policy-a-battle-pass/20251110090000_add_users_email_index': ['no-redundant-index'] },
  },
  {
    policy: 'A',
    example: 'display_name VARCHAR(100) replaces a username TEXT NOT NULL UNIQUE',
    wrong: 'Narrower (22001); NOT NULL and UNIQUE are lost',
    caught: {
      'policy-a-battle-pass/20251112090000_remove_username_from_users': ['no-weaker-replacement'],
    },
  },
  {
    policy: 'A',
    example: 'id → id_new: copy, drop, rename',
    wrong: 'Keys that reference it stop the drop (2BP01); it ends in a rename',
    caught: { 'policy-a-battle-pass/20251121090000_replace_users_id': ['no-rename-column'] },
    left: 'that the drop fails is shown when it is run',
  },
  {
    policy: 'A',
    example: "`DEFAULT ''`, then a backfill of NULLs",
    wrong: 'There are none: the backfill finds nothing',
    caught: {
      'policy-a-battle-pass/20251116100000_backfill_missing_contact_numbers': ['no-unbatched-write'],
    },
    left: 'that it finds nothing is shown when it is run, or by a check after it (`require-integrity-check`)',
  },
  {
    policy: 'A',
    example: '`UPDATE … WHERE ...`',
    wrong: '42601',
    caught: { 'policy-a-battle-pass/20251116090000_backfill_contact_numbers': ['no-syntax-error'] },
  },
  {
    policy: 'B',
    example: 'A DO block that pages with OFFSET over what it empties',
    wrong: 'Leaves 5,000 of 10,000 rows',
    caught: { 'policy-b-storefront/20251110100000_migrate_product_new_field': ['no-skipped-rows'] },
  },
  {
    policy: 'B',
    example: 'SET NOT NULL after that loop',
    wrong: '23502',
    caught: {
      'policy-b-storefront/20251111100000_update_product_new_field_required': [
        'require-backfill-before-not-null',
      ],
    },
  },
  {
    policy: 'B',
    example: 'The same block beside another statement',
    wrong: 'COMMIT fails: 2D000',
    caught: {
      'policy-b-storefront/20251112100000_add_product_search_text': [
        'no-commit-in-transaction',
        'no-skipped-rows',
      ],
    },
  },
  {
    policy: 'B',
    example: 'newName replaces oldName',
    wrong: 'UNIQUE and NOT NULL are lost; the drop fails where a key references it (2BP01)',
    caught: {
      'policy-b-storefront/20251107100000_update_product_name': ['no-weaker-replacement'],
      'policy-b-storefront/20251107110000_update_category_slug': ['no-weaker-replacement'],
    },
    left: 'that the drop fails is shown when it is run',
  },
  {
    policy: 'B',
    example: 'A revert called by a date only, `20251117_revert_migration`',
    wrong: 'It sorts before the 14-digit versions of that day, and says nothing',
    caught: {
      'policy-b-storefront/20251117_revert_migration': ['no-invalid-version', 'require-named-revert'],
    },
    left: '`resolve --applied` before `deploy`: a command, not a migration',
  },
  {
    policy: 'B',
    example: 'NULLs counted through information_schema; a query that multiplies keys',
    wrong: 'Counts no NULLs; 8 rows for 2 keys',
    caught: {},
    left: 'queries for people, which no migration runs',
  },
  {
    policy: 'C',
    example: 'preferences JSONB, then SET NOT NULL without a backfill',
    wrong: '23502',
    caught: {
      'policy-c-neuroquest/0006_require_users_preferences': ['require-backfill-before-not-null'],
    },
  },
  {
    policy: 'C',
    example: '`CREATE TABLE users_v2 AS SELECT * FROM users`, and the swap of the names',
    wrong: 'No key, NOT NULL, default, index or policy; later writes are lost',
    caught: {
      'policy-c-neuroquest/0010_create_users_v2': ['require-primary-key'],
      'policy-c-neuroquest/0011_switch_to_users_v2': ['no-rename-table'],
    },
  },
  {
    policy: 'C',
    example: '`user_id UUID REFERENCES users(id)` where id is TEXT',
    wrong: '42804',
    caught: { 'policy-c-neuroquest/0004_add_user_preferences': ['no-mismatched-foreign-key'] },
  },
  {
    policy: 'C',
    example: 'email_address VARCHAR(255), copy, drop of email; later an index on email',
    wrong: 'UNIQUE and NOT NULL are lost; 42703',
    caught: {
      'policy-c-neuroquest/0008_remove_users_email': ['no-weaker-replacement'],
      'policy-c-neuroquest/0009_index_users_email': ['no-unknown-object'],
    },
  },
  {
    policy: 'C',
    example: 'The safe rollback',
    wrong:
      'Its second run fails (42P07); CASCADE; its check finds a table of that name in any schema; rows between copy and drop are lost',
    caught: {
      'policy-c-neuroquest/0012_add_reading_lists': [
        'no-overreaching-rollback',
        'require-if-exists-in-rollback',
      ],
      'policy-c-neuroquest/0004_add_user_preferences': [
        'no-overreaching-rollback',
        'require-rollback-backup',
      ],
    },
    left: 'that the check looks into no schema in particular, and rows written while the script runs',
  },
  {
    policy: 'C',
    example: 'CONCURRENTLY in a file that the runner wraps',
    wrong: '25001',
    caught: { 'numbered/0004_index_plants_bed': ['no-concurrent-in-transaction'] },
  },
  {
    policy: 'C',
    example: 'Version 0002 is used twice',
    wrong: 'A UNIQUE version stops the second one (23505)',
    caught: { 'numbered/0005_add_plants_watered_at': ['no-duplicate-version'] },
  },
  {
    policy: 'D',
    example: 'ADD COLUMN and a plain CREATE INDEX in one transaction',
    wrong: 'ACCESS EXCLUSIVE lasts through the build of the index',
    caught: {
      'policy-d-app-guide/20251001120000_add_user_verified_field': ['require-concurrent-index'],
    },
    left: 'its rollback stands in a comment, which nobody runs',
  },
  {
    policy: 'E',
    example: '`SET currency_code = UPPER(currency) WHERE currency_code IS NULL` in a loop',
    wrong: 'Never ends where currency is NULL',
    caught: {
      'policy-e-zixly/20251018000000_migrate_invoice_currency_in_batches': ['no-endless-batch-loop'],
    },
  },
  {
    policy: 'E',
    example: 'Add, UPDATE and SET NOT NULL in one file',
    wrong: '23502 on such rows; ACCESS EXCLUSIVE through the UPDATE',
    caught: {
      'policy-e-zixly/20251017000000_migrate_currency_to_uppercase': [
        'no-unbatched-write',
        'require-backfill-before-not-null',
      ],
    },
  },
  {
    policy: 'E',
    example: 'A schema without @map beside snake_case SQL; a required field that was never set NOT NULL',
    wrong: 'Drift',
    caught: {},
    left: 'rules that compare the schema are to come',
  },
  {
    policy: 'E',
    example: '`client_kpi` in a name, `client_kpis` the table; `enable_rls_all_tables` names none',
    wrong: 'Names that are not true, plurals tolerated',
    caught: {
      'policy-e-zixly/20251024000000_enable_rls_financials': ['no-inert-policy', 'no-misleading-name'],
    },
    left: 'a singular for a plural is no lie, so `client_kpi` is not reported',
  },
];
