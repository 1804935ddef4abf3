import {
  defineRule,
  isFirstName,
  matchesNamePattern,
  nameConventions,
  renameByChanges,
  renameTo,
  renumber,
  snakeCase,
  type NameConvention,
} from 'migration-lint';

export default defineRule({
  meta: {
    name: 'require-name-pattern',
    summary: 'Require migration names that follow the team’s convention',
    rationale:
      'Names that all follow one convention can be searched, sorted and read at a glance. Which convention it is matters less than ' +
      'that there is one. `-` and `_` count as equal, since Prisma rewrites one to the other. The first migration is free to be ' +
      'called `init`.',
    instead:
      'Name the migration the way the others are named; while it is pending, its folder or file can be renamed:\n\n' +
      '```text\nprisma migrate dev --name add_company_size_to_client_kpis\n```',
    whenNotToUse:
      'Where the team has no convention. The rule is in no preset: turn it on with the convention that you have.',
    policy: ['NM2'],
    presets: [],
    severity: 'warning',
    fix: { safety: 'safe', form: 'files' },
    yieldsTo: ['no-vague-name'],
    options: {
      convention: {
        type: 'enum',
        values: ['snake-case', 'verb-first', 'verb-object-table', 'numbered'],
        default: 'snake-case',
        convention: 'nameConvention',
        description:
          'snake-case: two or more words in lower case. verb-first: add, remove, update, create, fix or migrate, and what it is about. ' +
          'verb-object-table: add_<field>_to_<table>, create_<table> and their like. numbered: four digits, then words in lower case.',
      },
      patterns: {
        type: 'strings',
        default: [],
        description:
          'Patterns of your own in place of a convention, such as add_{column}_to_{table}; a placeholder stands for one or more words.',
      },
    },
    messages: {
      offConvention: {
        what: 'The name “{{name}}” does not follow the convention: {{form}}.',
        help: 'Name it like {{example}}. A pending migration can still be renamed.',
      },
      offPatterns: {
        what: 'The name “{{name}}” follows none of the patterns {{patterns}}.',
        help: 'Name it by one of them. A pending migration can still be renamed.',
      },
      offCase: {
        what: 'The name “{{name}}” is not written in lower case with _ or - between its words.',
        help: 'Call it {{suggestion}}. A pending migration can still be renamed.',
      },
      offNumber: {
        what: 'The version {{version}} of “{{name}}” does not have {{digits}} digits.',
        help: 'Number it on from the last one, such as {{example}}. A pending migration can still be renamed.',
      },
    },
    examples: {
      bad: [
        {
          title: 'another case',
          name: 'AddInvoicePDF',
          sql: 'CREATE TABLE invoices (id int PRIMARY KEY);',
          reports: ['offCase'],
          fixed: { id: '20250101000000_add_invoice_pdf' },
        },
        {
          title: 'the ending of a file in the name of a folder',
          name: 'add_invoices.sql',
          sql: 'CREATE TABLE invoices (id int PRIMARY KEY);',
          reports: ['offCase'],
        },
        {
          title: 'one word, where two are asked for',
          name: 'invoices',
          sql: 'CREATE TABLE invoices (id int PRIMARY KEY);',
          reports: ['offConvention'],
        },
        {
          title: 'no verb',
          name: 'invoice_table',
          options: { convention: 'verb-first' },
          sql: 'CREATE TABLE invoices (id int PRIMARY KEY);',
          reports: ['offConvention'],
        },
        {
          title: 'a column without its table',
          name: 'add_company_size',
          options: { convention: 'verb-object-table' },
          history: ['CREATE TABLE kpis (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE kpis ADD COLUMN company_size text;',
          reports: ['offConvention'],
          fixed: { id: '20250101000000_add_company_size_to_kpis' },
        },
        {
          title: 'a timestamp where numbers are asked for',
          name: 'user_tables',
          options: { convention: 'numbered' },
          sql: 'CREATE TABLE users (id int PRIMARY KEY);',
          reports: ['offNumber'],
        },
        {
          title: 'patterns of one’s own',
          name: 'add_size_to_kpis',
          options: { patterns: ['{ticket}_{verb}_{table}_table', 'hotfix_{what}_'] },
          history: ['CREATE TABLE kpis (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE kpis ADD COLUMN size text;',
          reports: ['offPatterns'],
        },
      ],
      good: [
        {
          title: 'words in lower case',
          name: 'create_payment_tables',
          sql: 'CREATE TABLE payments (id int PRIMARY KEY);',
        },
        {
          title: 'hyphens count as underscores',
          name: 'add-user-profile-table',
          options: { convention: 'verb-first' },
          sql: 'CREATE TABLE user_profiles (id int PRIMARY KEY);',
        },
        {
          title: 'field and table',
          name: 'add_company_size_to_client_kpi',
          options: { convention: 'verb-object-table' },
          history: ['CREATE TABLE client_kpis (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE client_kpis ADD COLUMN company_size text;',
        },
        {
          title: 'the first one',
          name: 'init',
          options: { convention: 'verb-object-table' },
          sql: 'CREATE TABLE users (id int PRIMARY KEY);',
        },
        {
          title: 'a pattern of one’s own',
          name: 'abc123_add_kpis_table',
          options: { patterns: ['{ticket}_{verb}_{table}_table'] },
          sql: 'CREATE TABLE kpis (id int PRIMARY KEY);',
        },
      ],
    },
  },
  on: {
    Migration(migration, context) {
      const { options, project, report } = context;
      const { name, version } = migration;
      const at = migration;
      if (name === '' || isFirstName(name)) return;
      const { patterns } = options;
      const { form, example, digits, ...convention } = nameConventions[options.convention as NameConvention];
      const isOwn = patterns.length > 0;
      if (!isOwn && digits !== undefined && version.length !== digits)
        return report({
          messageId: 'offNumber',
          at,
          data: { name, version, digits, example },
          fix: project.versionDigits === digits ? renumber(migration) : undefined,
        });
      const wanted = isOwn ? patterns : convention.patterns;
      const matches = (text: string): boolean => wanted.some((pattern) => matchesNamePattern(text, pattern));
      if (matches(name)) return;
      const suggestion = snakeCase(name.replace(/\.sql$/i, ''));
      if (suggestion !== name && matches(suggestion))
        return report({
          messageId: 'offCase',
          at,
          data: { name, suggestion },
          fix: renameTo(migration, suggestion, context),
        });
      const fix = renameByChanges(migration, context, wanted);
      if (isOwn) return report({ messageId: 'offPatterns', at, data: { name, patterns }, fix });
      report({ messageId: 'offConvention', at, data: { name, form, example }, fix });
    },
  },
});
