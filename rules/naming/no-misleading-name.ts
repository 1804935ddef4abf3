import {
  claimsOf,
  defineRule,
  displayNames,
  falseClaim,
  quoteIdentifier,
  renameByChanges,
  type FalseClaim,
  type Migration,
  type OptionSchemas,
  type RuleContext,
} from 'migration-lint';

const HELP =
  'Name what it does, as long as it is pending: whoever reviews it, or looks for the change later, goes by the name.';

const messages = {
  removesOnly: {
    what: 'The name {{name}} says that something is added, and the migration only drops things.',
    help: HELP,
  },
  addsOnly: {
    what: 'The name {{name}} says that something is removed, and the migration only adds things.',
    help: HELP,
  },
  otherObject: {
    what: 'The name {{name}} speaks of {{words}}, and nothing that the migration touches is called anything like that.',
    help: HELP,
  },
  otherColumn: {
    what: 'The name {{name}} says {{words}}, and the only column that the migration {{verb}} is {{column}} of {{table}}.',
    help: HELP,
  },
  noRename: {
    what: 'The name {{name}} says that something is renamed, and nothing is.',
    help: HELP,
  },
  noIndex: {
    what: 'The name {{name}} says that an index is created, and none is.',
    help: HELP,
  },
  noRowSecurity: {
    what: 'The name {{name}} says that row-level security is enabled, and it is not: policies do nothing until ALTER TABLE … ENABLE ROW LEVEL SECURITY.',
    help: 'Enable it on each table that the name speaks of, or name the migration after what it does.',
  },
  notAllTables: {
    what: 'The name {{name}} says that row-level security is enabled on all tables, and after it {{tables}} have none.',
    help: 'Enable it on these, too, or name the tables that the migration is about.',
  },
  noData: {
    what: 'The name {{name}} says that data changes, and the migration changes no row.',
    help: HELP,
  },
} as const;

const options = {
  dataVerbs: {
    type: 'strings',
    default: ['migrate', 'backfill', 'populate', 'seed'],
    description: 'First words of a name that say that rows change. Some teams add fix.',
  },
} as const satisfies OptionSchemas;

export default defineRule({
  meta: {
    name: 'no-misleading-name',
    summary: 'Disallow migration names that claim what the migration does not do',
    rationale:
      'A migration that was written for one change and then made into another keeps its first name, and whoever looks for the ' +
      'moment when a column came or went finds the wrong one. Only what nothing in the migration bears out is reported: ' +
      'singular and plural, abbreviations and any way of writing are the same, and a name such as `add_billing` states a purpose ' +
      'that no table need be called after.',
    instead: 'Rename the pending migration after what it does:\n\n```text\nadd_phone_number_to_users\n```',
    whenNotToUse: 'Where names are ticket numbers or are generated.',
    policy: ['NM3', 'IX7'],
    presets: ['recommended'],
    severity: 'warning',
    fix: { safety: 'safe', form: 'files' },
    yieldsTo: ['no-vague-name'],
    options,
    messages,
    examples: {
      bad: [
        {
          title: 'it says add, and drops',
          name: 'add_retry_setting',
          history: ['CREATE TABLE sites (id int PRIMARY KEY, worker_count int);'],
          sql: 'ALTER TABLE sites DROP COLUMN worker_count;',
          reports: ['removesOnly'],
          fixed: { id: '20250101000000_remove_worker_count_from_sites' },
        },
        {
          title: 'it says remove, and adds',
          name: 'remove_fax_from_users',
          history: ['CREATE TABLE users (id int PRIMARY KEY, fax text);'],
          sql: 'ALTER TABLE users ADD COLUMN fax_number text;',
          reports: ['addsOnly'],
        },
        {
          title: 'neither the column nor the table',
          name: 'add_email_to_users',
          history: ['CREATE TABLE invoices (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE invoices ADD COLUMN total numeric;',
          reports: ['otherObject'],
        },
        {
          title: 'the table, but another column',
          name: 'add_email_to_users',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN nickname text;',
          reports: ['otherColumn'],
          fixed: { id: '20250101000000_add_nickname_to_users' },
        },
        {
          title: 'another table than the one that it creates',
          name: 'create_audit_logs',
          sql: 'CREATE TABLE sessions (id int PRIMARY KEY);',
          reports: ['otherObject'],
        },
        {
          title: 'two claims, one of them false',
          name: 'add_phone_to_users_and_rename_fax_to_telefax',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN phone text;',
          reports: ['noRename'],
        },
        {
          title: 'an index that is not there',
          name: 'add_index_email_users',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: "ALTER TABLE users ALTER COLUMN email SET DEFAULT '';",
          reports: ['noIndex'],
          fixed: { id: '20250101000000_change_default_of_email_in_users' },
        },
        {
          title: 'a policy on a table without row-level security does nothing',
          name: 'enable_rls_financials',
          history: ['CREATE TABLE financials (id int PRIMARY KEY, tenant_id int);'],
          sql: 'CREATE POLICY tenant ON financials USING (tenant_id = 1);',
          reports: ['noRowSecurity'],
          proof: {
            rows: 'INSERT INTO financials VALUES (1, 2);',
            query: {
              sql: "SELECT relrowsecurity::text FROM pg_class WHERE relname = 'financials'",
              rows: [['false']],
            },
          },
        },
        {
          title: 'all tables but one',
          name: 'enable_rls_all_tables',
          history: ['CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ENABLE ROW LEVEL SECURITY;',
          reports: ['notAllTables'],
        },
        {
          title: 'a backfill that fills nothing',
          name: 'backfill_country',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN country text;',
          reports: ['noData'],
        },
      ],
      good: [
        {
          title: 'the singular of the table',
          name: 'add_company_size_to_client_kpi',
          history: ['CREATE TABLE client_kpis (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE client_kpis ADD COLUMN company_size text;',
        },
        {
          title: 'abbreviated, and in another way of writing',
          name: 'add-plan-to-org',
          history: ['CREATE TABLE "Organization" ("id" text PRIMARY KEY);'],
          sql: 'ALTER TABLE "Organization" ADD COLUMN "billingPlan" text;',
        },
        {
          title: 'a purpose',
          name: 'add_billing',
          sql: 'CREATE TABLE invoices (id int PRIMARY KEY);',
        },
        {
          title: 'what the column is like',
          name: 'add_timestamps_to_users',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN created_at timestamptz DEFAULT now();',
        },
        {
          title: 'remove, by making something anew without it',
          name: 'remove_root_from_roles',
          history: [
            "CREATE TYPE role AS ENUM ('user', 'root'); CREATE TABLE users (id int PRIMARY KEY, role role);",
          ],
          sql: "CREATE TYPE role_new AS ENUM ('user');\nALTER TABLE users ALTER COLUMN role TYPE role_new USING role::text::role_new;\nDROP TYPE role;\nALTER TYPE role_new RENAME TO role;",
        },
        {
          title: 'a rename by expand and contract',
          name: 'rename_username_to_handle',
          history: ['CREATE TABLE users (id int PRIMARY KEY, username text);'],
          sql: 'ALTER TABLE users ADD COLUMN handle text;\nUPDATE users SET handle = username WHERE id = 1;',
        },
        {
          title: 'row-level security on the table that it names',
          name: 'enable_rls_financials',
          history: ['CREATE TABLE financials (id int PRIMARY KEY); CREATE TABLE plans (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE financials ENABLE ROW LEVEL SECURITY;',
        },
        {
          title: 'a type change works out every value anew',
          name: 'migrate_positions_to_float',
          history: ['CREATE TABLE fields (id int PRIMARY KEY, position int);'],
          sql: 'ALTER TABLE fields ALTER COLUMN position TYPE double precision;',
        },
        {
          title: 'SQL that cannot be read',
          name: 'add_email_to_users',
          history: ['CREATE TABLE invoices (id int PRIMARY KEY);'],
          sql: "DO $$ BEGIN EXECUTE 'ALTER TABLE ' || current_setting('app.table') || ' ADD COLUMN email text'; END $$;",
        },
      ],
    },
  },
  on: {
    Migration(migration, context) {
      const { name, operations, script } = migration;
      if (script === undefined || script.problems.length > 0) return;
      const scene = { operations, before: context.catalog, after: context.catalogAfter };
      for (const claim of claimsOf(name, new Set(context.options.dataVerbs))) {
        const found = falseClaim(claim, scene);
        if (found !== undefined) reportClaim(migration, found, context);
      }
    },
  },
});

type Context = RuleContext<typeof messages, typeof options>;

function reportClaim(migration: Migration, found: FalseClaim, context: Context): void {
  const { report } = context;
  const { name } = migration;
  const at = migration;
  const { claim } = found;
  // Of row-level security the name is the better half: what is missing is in the script.
  const fix = claim.kind === 'enables row security' ? undefined : renameByChanges(migration, context);
  switch (found.why) {
    case 'opposite':
      return report({
        messageId: claim.kind === 'adds' ? 'removesOnly' : 'addsOnly',
        at,
        data: { name },
        fix,
      });
    case 'other object':
      return report({ messageId: 'otherObject', at, data: { name, words: found.words.join(' ') }, fix });
    case 'other column': {
      const verb = claim.kind === 'adds' ? 'adds' : 'drops';
      const { table, column, words } = found;
      const data = { name, words: words.join(' '), verb, column: quoteIdentifier(column), table };
      return report({ messageId: 'otherColumn', at, data, fix });
    }
    case 'not all':
      return report({
        messageId: 'notAllTables',
        at,
        data: { name, tables: displayNames(found.tables, 'tables') },
      });
    case 'other kind':
      return report({ messageId: OTHER_KIND[claim.kind], at, data: { name }, fix });
    default:
      found satisfies never;
  }
}

const OTHER_KIND = {
  adds: 'removesOnly',
  removes: 'addsOnly',
  renames: 'noRename',
  indexes: 'noIndex',
  'enables row security': 'noRowSecurity',
  'changes data': 'noData',
} as const;
