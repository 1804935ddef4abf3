import { defineRule, displayName, isRollbackProven, quoteIdentifier, type Refusal } from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-broken-rollback',
    summary: 'Disallow a rollback that names what is not there, or makes what is there already',
    rationale:
      'A rollback is written once, run at night, and rarely tried: a misspelt name, a wrong case or a wrong table stops it with an error ' +
      'when it is needed. The rollback is replayed on the schema right after its migration, so each name is looked up as PostgreSQL will ' +
      'look it up. What does not parse is no-syntax-error’s.',
    instead:
      'Write the names as they are; Prisma’s tables and columns in mixed case need their quotes. Names that nobody wrote are PostgreSQL’s: ' +
      '`users_email_key`, `posts_author_id_fkey`.\n\n```sql\nALTER TABLE "User" DROP COLUMN "displayName";\n```',
    policy: ['RB2'],
    needs: ['proofs'],
    presets: ['recommended'],
    severity: 'error',
    messages: {
      missing: {
        what: 'The rollback stops here with {{code}}: there is no {{object}}.',
        help: 'Name what the migration made, exactly so. {{hint}}',
      },
      exists: {
        what: 'The rollback stops here with {{code}}: {{object}} is there already.',
        help: 'Take the step out, or take away first what is in its way.',
      },
      notAllowed: {
        what: 'The rollback stops here with {{code}}: {{reason}}.',
        help: '{{advice}}',
      },
      otherKind: {
        what: 'The rollback stops here with {{code}}: {{object}} is {{actual}}.',
        help: 'Use the command for that kind of object; IF EXISTS does not help.',
      },
    },
    examples: {
      bad: [
        {
          title: 'a table in another case and number',
          history: ['CREATE TABLE "User" (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE "User" ADD COLUMN "displayName" text;',
          rollback: 'ALTER TABLE Users DROP COLUMN displayName;',
          reports: ['missing'],
          proof: { rollback: { error: '42P01' } },
        },
        {
          title: 'a column in another case',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN "displayName" text;',
          rollback: 'ALTER TABLE users DROP COLUMN displayName;',
          reports: ['missing'],
          proof: { rollback: { error: '42703' } },
        },
        {
          title: 'a misspelt table',
          sql: 'CREATE TABLE seasons (id int PRIMARY KEY);',
          rollback: 'DROP TABLE season;',
          reports: ['missing'],
          proof: { rollback: { error: '42P01' } },
        },
        {
          title: 'the column of another table',
          history: ['CREATE TABLE users (id int PRIMARY KEY);\nCREATE TABLE accounts (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN name text;',
          rollback: 'ALTER TABLE accounts DROP COLUMN name;',
          reports: ['missing'],
          proof: { rollback: { error: '42703' } },
        },
        {
          title: 'a constraint under a name that PostgreSQL does not give',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'ALTER TABLE users ADD UNIQUE (email);',
          rollback: 'ALTER TABLE users DROP CONSTRAINT users_email_unique;',
          reports: ['missing'],
          proof: { rollback: { error: '42704' } },
        },
        {
          title: 'a column that was never dropped',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'ALTER TABLE users ADD COLUMN name text;',
          rollback: 'ALTER TABLE users DROP COLUMN name;\nALTER TABLE users ADD COLUMN email text;',
          reports: ['exists'],
          proof: { rollback: { error: '42701' } },
        },
        {
          title: 'DROP TABLE of a view',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'CREATE VIEW active AS SELECT id FROM users;',
          rollback: 'DROP TABLE IF EXISTS active;',
          reports: ['otherKind'],
          proof: { rollback: { error: '42809' } },
        },
        {
          title: 'a type that has no way back without USING',
          history: ['CREATE TABLE orders (id int PRIMARY KEY, code int);'],
          sql: 'ALTER TABLE orders ALTER COLUMN code TYPE text;',
          rollback: 'ALTER TABLE orders ALTER COLUMN code TYPE int;',
          reports: ['notAllowed'],
          proof: { rollback: { error: '42804' } },
        },
        {
          title: 'a view that loses a column by CREATE OR REPLACE',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, name text);\nCREATE VIEW people AS SELECT id FROM users;',
          ],
          sql: 'CREATE OR REPLACE VIEW people AS SELECT id, name FROM users;',
          rollback: 'CREATE OR REPLACE VIEW people AS SELECT id FROM users;',
          reports: ['notAllowed'],
          proof: { rollback: { error: '42P16' } },
        },
        {
          title: 'two mistakes: both are said',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN name text;\nCREATE INDEX users_name_idx ON users (name);',
          rollback: 'DROP INDEX users_name_index;\nALTER TABLE users DROP COLUMN nam;',
          reports: ['missing', 'missing'],
          proof: { rollback: { error: '42704' } },
        },
      ],
      good: [
        {
          title: 'PostgreSQL’s own names',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'ALTER TABLE users ADD UNIQUE (email), ADD CHECK (id > 0);\nCREATE INDEX ON users (email, id);',
          rollback:
            'DROP INDEX users_email_id_idx;\nALTER TABLE users DROP CONSTRAINT users_id_check, DROP CONSTRAINT users_email_key;',
          proof: { rollback: { restores: true } },
        },
        {
          title: 'a search_path of its own',
          history: ['CREATE SCHEMA shop;\nCREATE TABLE shop.orders (id int);'],
          sql: 'ALTER TABLE shop.orders ADD COLUMN note text;',
          rollback: 'SET search_path TO shop;\nALTER TABLE orders DROP COLUMN note;\nRESET search_path;',
          proof: { rollback: { restores: true } },
        },
        {
          title: 'IF EXISTS',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'CREATE TABLE t (id int);',
          rollback:
            'DROP TABLE IF EXISTS t, tt;\nDROP VIEW IF EXISTS v;\nALTER TABLE users DROP COLUMN IF EXISTS c;',
          proof: { rollback: { restores: true } },
        },
        {
          title: 'the table that the migration renamed',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users RENAME TO people;\nALTER TABLE people RENAME COLUMN id TO key;',
          rollback: 'ALTER TABLE people RENAME key TO id;\nALTER TABLE people RENAME TO users;',
          proof: { rollback: { restores: true } },
        },
        {
          title: 'a migration that PostgreSQL refuses has nothing to roll back',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE user_s ADD COLUMN c int;',
          rollback: 'ALTER TABLE user_s DROP COLUMN c;',
        },
        {
          title: 'a table that a built string makes',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: "DO $$ BEGIN EXECUTE format('CREATE TABLE %I (id int)', 'parts'); END $$;",
          rollback: 'DROP TABLE parts;',
          proof: { rollback: { restores: true } },
        },
        {
          title: 'dropped and made again',
          history: ['CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;'],
          sql: 'CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 2 $$;',
          rollback: 'DROP FUNCTION f;\nCREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;',
          proof: { rollback: { restores: true } },
        },
      ],
    },
  },
  on: {
    Rollback({ rollbackOutcome: outcome, proof }, { report }) {
      // PostgreSQL has run it. What only some versions allow is said all the same: the proof may be of another one.
      const isProven = isRollbackProven(proof);
      for (const { operation, refusal } of outcome?.steps ?? []) {
        if (isProven && refusal?.kind !== 'not allowed') continue;
        if (refusal?.kind === 'missing' && !refusal.gone) {
          const { code, nearest } = refusal;
          const hint =
            nearest === undefined
              ? 'Neither the migration nor one before it makes it.'
              : `Did you mean ${nearest}?`;
          report({ messageId: 'missing', at: operation, data: { code, object: missingText(refusal), hint } });
        } else if (refusal?.kind === 'exists' && !refusal.later)
          report({
            messageId: 'exists',
            at: operation,
            data: { code: refusal.code, object: partText(refusal) },
          });
        else if (refusal?.kind === 'not allowed') {
          const { code, reason } = refusal;
          report({ messageId: 'notAllowed', at: operation, data: { code, reason, advice: ADVICE[code] } });
        } else if (refusal?.kind === 'other kind') {
          const { code, name, actual } = refusal;
          const article = /^[aeiou]/u.test(actual) ? 'an' : 'a';
          report({
            messageId: 'otherKind',
            at: operation,
            data: { code, object: name, actual: `${article} ${actual}` },
          });
        }
      }
    },
  },
});

const ADVICE: Readonly<Record<Extract<Refusal, { readonly kind: 'not allowed' }>['code'], string>> = {
  '42804':
    'Say with USING how the values become those of the other type, and drop and set the default around it.',
  '42P13': 'Drop the function and create it again, with what depends on it.',
  '42P16': 'Drop it and create it again, with what depends on it.',
  '22023': 'Name a value that the type has at this point.',
  '42725': 'Name the types of the arguments.',
  '25001': 'Put it into a rollback that runs outside a transaction, or leave out CONCURRENTLY.',
};

type Missing = Extract<Refusal, { readonly kind: 'missing' }>;

function missingText({ what, name, on }: Missing): string {
  const kind = what === 'other' ? '' : what === 'relation' ? 'table, view or sequence ' : `${what} `;
  return `${kind}${partText({ name, on })}`;
}

function partText({ name, on }: Pick<Missing, 'name' | 'on'>): string {
  return on === undefined ? quoteIdentifier(name) : `${quoteIdentifier(name)} of ${displayName(on)}`;
}
