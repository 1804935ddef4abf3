import {
  defineRule,
  filledPattern,
  givenNamePlace,
  givenNames,
  matchesObjectPattern,
  quoteIdentifier,
  type NamedKind,
  type OptionSchemas,
} from 'migration-lint';

const PLACES = 'Patterns such as';

const options = {
  index: {
    type: 'strings',
    default: [],
    description: `${PLACES} idx_{table}_{columns} or {table}_{columns}_idx.`,
  },
  primaryKey: { type: 'strings', default: [], description: `${PLACES} {table}_pkey.` },
  unique: { type: 'strings', default: [], description: `${PLACES} uq_{table}_{columns}.` },
  foreignKey: { type: 'strings', default: [], description: `${PLACES} fk_{table}_{columns}.` },
  check: { type: 'strings', default: [], description: `${PLACES} ck_{table}_{what}.` },
  sequence: { type: 'strings', default: [], description: `${PLACES} {what}_seq.` },
  table: { type: 'strings', default: [], description: `${PLACES} tbl_{what}.` },
  column: { type: 'strings', default: [], description: `${PLACES} {table}_{what}.` },
} as const satisfies OptionSchemas;

/** The option that holds the patterns of a kind of object. */
const OPTION_OF: Readonly<Partial<Record<NamedKind, keyof typeof options>>> = {
  index: 'index',
  'primary key': 'primaryKey',
  unique: 'unique',
  'foreign key': 'foreignKey',
  check: 'check',
  sequence: 'sequence',
  table: 'table',
  column: 'column',
};

const USERS = 'CREATE TABLE users (id int PRIMARY KEY, email text, org_id int);';

export default defineRule({
  meta: {
    name: 'require-object-name-pattern',
    summary:
      'Require names of indexes, keys, checks, sequences, tables and columns that follow the team’s patterns',
    rationale:
      'An error names the constraint, a plan names the index, and a migration that drops one has to know what it is called. Where ' +
      'all names are made the same way, nobody has to look it up. `{table}` and `{columns}` stand for the object’s own; every other ' +
      'placeholder for what one likes. Names that PostgreSQL chose itself count as well.',
    instead:
      'Name it by the pattern:\n\n```sql\nCREATE INDEX CONCURRENTLY idx_users_email ON users (email);\n```',
    whenNotToUse:
      'Where the names are those that the tool makes. The rule is in no preset: turn it on with your patterns.',
    policy: ['NM2'],
    presets: [],
    severity: 'warning',
    options,
    messages: {
      offPattern: {
        what: 'The {{kind}} {{name}} on {{table}} follows none of the patterns {{patterns}}.',
        help: 'Call it {{suggestion}}.',
      },
      offOwnPattern: {
        what: 'The {{kind}} {{name}} follows none of the patterns {{patterns}}.',
        help: 'Name it by one of them.',
      },
    },
    examples: {
      bad: [
        {
          title: 'an index',
          options: { index: ['idx_{table}_{columns}'] },
          history: [USERS],
          sql: 'CREATE INDEX users_email_idx ON users (email);',
          reports: ['offPattern'],
        },
        {
          title: 'names that PostgreSQL chose',
          options: { primaryKey: ['pk_{table}'], unique: ['uq_{table}_{columns}'], check: ['ck_{what}'] },
          sql: 'CREATE TABLE plans (id int PRIMARY KEY, code text UNIQUE, price int CHECK (price > 0));',
          reports: ['offPattern', 'offPattern', 'offPattern'],
          proof: {
            query: {
              sql: "SELECT conname FROM pg_constraint WHERE conrelid = 'plans'::regclass AND contype <> 'n' ORDER BY 1",
              rows: [['plans_code_key'], ['plans_pkey'], ['plans_price_check']],
            },
          },
        },
        {
          title: 'a table, by another name',
          options: { table: ['tbl_{what}'] },
          history: [USERS],
          sql: 'ALTER TABLE users RENAME TO people;',
          reports: ['offOwnPattern'],
        },
        {
          title: 'a foreign key of two columns',
          options: { foreignKey: ['fk_{table}_{columns}'] },
          history: [
            'CREATE TABLE orgs (a int, b int, PRIMARY KEY (a, b)); CREATE TABLE users (a int, b int);',
          ],
          sql: 'ALTER TABLE users ADD CONSTRAINT fk_users_a FOREIGN KEY (a, b) REFERENCES orgs;',
          reports: ['offPattern'],
        },
      ],
      good: [
        {
          title: 'by one of two patterns',
          options: { index: ['idx_{table}_{columns}', '{table}_{columns}_idx'] },
          history: [USERS],
          sql: 'CREATE INDEX ON users (email);\nCREATE INDEX idx_users_org_id_email ON users (org_id, email);',
        },
        {
          title: 'what one likes',
          options: { check: ['ck_{table}_{what}'], column: ['{what}'] },
          history: [USERS],
          sql: "ALTER TABLE users ADD COLUMN phone text, ADD CONSTRAINT ck_users_email_has_at CHECK (email LIKE '%@%') NOT VALID;",
        },
        {
          title: 'a name that PostgreSQL cuts',
          options: { index: ['idx_{table}_{columns}'] },
          history: [
            'CREATE TABLE organization_membership_invitations (organization_identifier int, created_at date);',
          ],
          sql: 'CREATE INDEX idx_organization_membership_invitations_organization_identifier_created_at ON organization_membership_invitations (organization_identifier, created_at);',
        },
        {
          title: 'kinds without a pattern, and temporary tables',
          options: { index: ['idx_{table}_{columns}'], table: ['tbl_{what}'] },
          history: [USERS],
          sql: 'ALTER TABLE users ADD CONSTRAINT mail UNIQUE (email);\nCREATE TEMP TABLE seen (id int);',
        },
      ],
    },
  },
  on: {
    Migration({ operations }, { catalogBefore, options: wanted, report }) {
      if (Object.values(wanted).every((patterns) => patterns.length === 0)) return;
      for (const operation of operations) {
        if (operation.run === 'called') continue;
        for (const given of givenNames(operation)) {
          const option = OPTION_OF[given.kind];
          const patterns = option === undefined ? [] : wanted[option];
          const [first] = patterns;
          if (first === undefined || patterns.some((pattern) => matchesObjectPattern(given, pattern)))
            continue;
          if (catalogBefore(operation).table(given.of)?.persistence === 'temporary') continue;
          const { kind, of: table } = given;
          const at = { operation, place: givenNamePlace(operation, given) };
          const data = { kind, name: quoteIdentifier(given.name), patterns };
          if (kind === 'table' || kind === 'sequence') report({ messageId: 'offOwnPattern', at, data });
          else {
            const suggestion = filledPattern(given, first);
            report({ messageId: 'offPattern', at, data: { ...data, table, suggestion } });
          }
        }
      }
    },
  },
});
