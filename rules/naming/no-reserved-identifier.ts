import {
  defineRule,
  givenNamePlace,
  givenNames,
  quoteIdentifier,
  reservedWord,
  type NamedKind,
} from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-reserved-identifier',
    summary: 'Disallow names that must be quoted or that PostgreSQL keeps for itself',
    rationale:
      'A name that is a reserved word, or that has capitals or blanks in it, must be quoted wherever it is written, in every query, ' +
      'console and report; forgotten quotes mean a syntax error, or another object in lower case. Names that begin with `pg_` are ' +
      'PostgreSQL’s own: for schemas and roles it refuses them, elsewhere a later version may have the same.',
    instead:
      'Choose a name of lower-case letters, digits and underscores:\n\n```sql\nCREATE TABLE purchase_orders (id bigint PRIMARY KEY);\n```',
    whenNotToUse:
      'Where a tool quotes every name. The rule is in no preset; for Prisma’s names turn it on with `allowMixedCase`.',
    policy: ['NM2'],
    presets: [],
    severity: 'warning',
    options: {
      allowMixedCase: {
        type: 'boolean',
        default: false,
        description: 'Whether names may have capitals, as Prisma’s have.',
      },
    },
    messages: {
      reserved: {
        what: '{{name}} is a reserved word: the {{kind}} must be quoted wherever it is named.',
        help: 'Choose another name, such as one with a second word.',
      },
      prefix: {
        what: '{{name}} begins with pg_, which PostgreSQL keeps for its own objects.',
        help: 'Choose a name without pg_ before it.',
      },
      mixedCase: {
        what: '{{name}} has capitals: the {{kind}} must be quoted wherever it is named, and without quotes another one is meant.',
        help: 'Write it in lower case, with underscores between its words.',
      },
      quoted: {
        what: '{{name}} has characters that a plain name cannot have: the {{kind}} must be quoted wherever it is named.',
        help: 'Use lower-case letters, digits and underscores, and a letter first.',
      },
    },
    examples: {
      bad: [
        {
          title: 'a reserved word for a table, and for a column',
          sql: 'CREATE TABLE "order" (id int PRIMARY KEY, "user" text);',
          reports: ['reserved', 'reserved'],
          proof: { afterwards: { sql: 'SELECT id FROM order', error: '42601' } },
        },
        {
          title: 'capitals',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN "createdAt" date;',
          reports: ['mixedCase'],
          proof: { afterwards: { sql: 'SELECT createdAt FROM users', error: '42703' } },
        },
        {
          title: 'a schema of PostgreSQL’s own',
          sql: 'CREATE SCHEMA pg_reports;',
          reports: ['prefix'],
          proof: { error: '42939' },
        },
        {
          title: 'a dash, and a digit first',
          sql: 'CREATE TABLE "user-notes" (id int);\nCREATE TABLE "2fa_codes" (id int);',
          reports: ['quoted', 'quoted'],
        },
        {
          title: 'a new name',
          history: ['CREATE TABLE users (id int PRIMARY KEY, grp text);'],
          sql: 'ALTER TABLE users RENAME COLUMN grp TO "group";',
          reports: ['reserved'],
        },
        {
          title: 'words that types can be called, but no functions',
          sql: 'CREATE FUNCTION "coalesce"(a int) RETURNS int LANGUAGE sql AS \'SELECT a\';\nCREATE TABLE joins ("left" int);',
          reports: ['reserved', 'reserved'],
        },
      ],
      good: [
        {
          title: 'plain names, unreserved key words among them',
          sql: 'CREATE TABLE purchase_orders (id int PRIMARY KEY, name text, value int, "timestamp" date);',
          proof: {
            afterwards: {
              sql: 'SELECT timestamp FROM purchase_orders WHERE 1 / (SELECT 0) = 1',
              error: '22012',
            },
          },
        },
        {
          title: 'capitals without quotes are lower case',
          sql: 'CREATE TABLE Users (Id int PRIMARY KEY);',
        },
        {
          title: 'Prisma’s own style',
          options: { allowMixedCase: true },
          sql: 'CREATE TABLE "User" ("id" int, "createdAt" date, CONSTRAINT "User_pkey" PRIMARY KEY ("id"));\nCREATE INDEX "User_createdAt_idx" ON "User"("createdAt");',
        },
        {
          title: 'an old name, where it is only used',
          history: ['CREATE TABLE "Order" (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE "Order" ADD COLUMN total numeric;',
        },
        { title: 'a temporary table', sql: 'CREATE TEMP TABLE "Seen" (id int);' },
      ],
    },
  },
  on: {
    Migration({ operations }, { catalogBefore, options, report }) {
      for (const operation of operations) {
        if (operation.run === 'called') continue;
        for (const one of givenNames(operation)) {
          const { kind, name: given, of } = one;
          const fault = faultOf(kind, given, options.allowMixedCase);
          if (fault === undefined || catalogBefore(operation).table(of)?.persistence === 'temporary')
            continue;
          const name = quoteIdentifier(given);
          const at = { operation, place: givenNamePlace(operation, one) };
          if (fault === 'prefix') report({ messageId: fault, at, data: { name } });
          else report({ messageId: fault, at, data: { name, kind } });
        }
      }
    },
  },
});

function faultOf(
  kind: NamedKind,
  name: string,
  allowMixedCase: boolean,
): 'reserved' | 'prefix' | 'mixedCase' | 'quoted' | undefined {
  if (/^[a-z_][a-z0-9_]*$/.test(name)) {
    if (name.startsWith('pg_')) return 'prefix';
    return mustBeQuoted(kind, name) ? 'reserved' : undefined;
  }
  if (!/^[A-Za-z_]\w*$/.test(name)) return 'quoted';
  return allowMixedCase ? undefined : 'mixedCase';
}

function mustBeQuoted(kind: NamedKind, name: string): boolean {
  const word = reservedWord(name);
  const isCallable = kind === 'function' || kind === 'type';
  return word === 'reserved' || word === (isCallable ? 'column-name' : 'type-name');
}
