import {
  checkedNotNullFix,
  columnExistedBefore,
  defineRule,
  hasUsers,
  provesNotNull,
  quoteIdentifier,
  validateLaterFix,
  type AddConstraint,
  type NoOptions,
  type RuleContext,
  type SetNotNull,
} from 'migration-lint';

const messages = {
  scans: {
    what: 'Setting {{table}}.{{column}} NOT NULL reads all of {{table}} under ACCESS EXCLUSIVE: nobody can read or write it until that is done.',
    help: 'First ADD CONSTRAINT … CHECK ({{column}} IS NOT NULL) NOT VALID, in the next migration VALIDATE it; SET NOT NULL then reads nothing, and the CHECK can go.',
  },
  scansUnlessProven: {
    what: 'Setting {{table}}.{{column}} NOT NULL reads all of {{table}} under ACCESS EXCLUSIVE, unless it has a validated CHECK ({{column}} IS NOT NULL) that these migrations do not show.',
    help: 'First ADD CONSTRAINT … CHECK ({{column}} IS NOT NULL) NOT VALID, in the next migration VALIDATE it; SET NOT NULL then reads nothing, and the CHECK can go.',
  },
  scansFrom18: {
    what: 'Setting {{table}}.{{column}} NOT NULL reads all of {{table}} under ACCESS EXCLUSIVE: nobody can read or write it until that is done.',
    help: 'ALTER TABLE {{table}} ADD CONSTRAINT … NOT NULL {{column}} NOT VALID, and in the next migration VALIDATE CONSTRAINT: PostgreSQL 18 then reads without blocking.',
  },
  scansUnvalidated: {
    what: 'Setting {{table}}.{{column}} NOT NULL reads all of {{table}} under ACCESS EXCLUSIVE: nobody can read or write it until that is done. {{constraint}} is there already, but was never validated.',
    help: 'ALTER TABLE {{table}} VALIDATE CONSTRAINT {{constraint}} instead: it reads without blocking, and {{column}} is NOT NULL then.',
  },
  addsAndScans: {
    what: '{{column}} is added to {{table}} in this deploy, and SET NOT NULL then reads all of {{table}} under ACCESS EXCLUSIVE: nobody can read or write it until that is done.',
    help: 'Where one value fits every row, add it as NOT NULL DEFAULT … in one step: nothing is read. Else backfill first, then CHECK ({{column}} IS NOT NULL) NOT VALID, VALIDATE and SET NOT NULL in later migrations.',
  },
} as const;

export default defineRule({
  meta: {
    name: 'no-blocking-not-null',
    summary: 'Disallow `SET NOT NULL` without a validated CHECK that proves it',
    rationale:
      'SET NOT NULL takes ACCESS EXCLUSIVE and reads the whole table to see that there is no NULL: until then nobody can read or write it. ' +
      'If a validated CHECK (column IS NOT NULL) says so already, PostgreSQL reads nothing. That CHECK is added with NOT VALID in a ' +
      'moment, and validated under SHARE UPDATE EXCLUSIVE, which neither reads nor writes wait for. From PostgreSQL 18 on, NOT NULL ' +
      'itself can be NOT VALID.',
    instead:
      'Four steps; with a runner that sends a file as one transaction, the first in a migration of its own:\n\n' +
      '```sql\n-- migration 1\nALTER TABLE users ADD CONSTRAINT users_email_not_null CHECK (email IS NOT NULL) NOT VALID;\n```\n\n' +
      '```sql\n-- migration 2\nALTER TABLE users VALIDATE CONSTRAINT users_email_not_null;\nALTER TABLE users ALTER COLUMN email SET NOT NULL;\n' +
      'ALTER TABLE users DROP CONSTRAINT users_email_not_null;\n```',
    whenNotToUse: 'For tables so small that reading them takes no time anybody notices.',
    policy: ['EC6', 'IX5'],
    presets: ['recommended'],
    severity: 'error',
    fix: { safety: 'safe', form: 'files' },
    yieldsTo: ['require-backfill-before-not-null'],
    sizeMatters: true,
    messages,
    examples: {
      bad: [
        {
          title: 'a column of an earlier migration',
          history: ['CREATE TABLE "User" ("id" TEXT PRIMARY KEY, "email" TEXT);'],
          sql: 'ALTER TABLE "User" ALTER COLUMN "email" SET NOT NULL;',
          reports: ['scans'],
          fixed: {
            scripts: [
              'ALTER TABLE "User" ADD CONSTRAINT "User_email_not_null_check" CHECK ("email" IS NOT NULL) NOT VALID;',
              'ALTER TABLE "User" VALIDATE CONSTRAINT "User_email_not_null_check";\n\nALTER TABLE "User" ALTER COLUMN "email" SET NOT NULL;\nALTER TABLE "User" DROP CONSTRAINT "User_email_not_null_check";',
            ],
          },
          proof: {
            rows: `INSERT INTO "User" VALUES ('u', 'e');`,
            lock: { User: 'ACCESS EXCLUSIVE' },
            scans: ['User'],
          },
        },
        {
          title: 'the three steps in one file: the lock is held through the UPDATE as well',
          history: ['CREATE TABLE financials (id int PRIMARY KEY, currency text);'],
          sql: 'ALTER TABLE financials ADD COLUMN currency_code text;\nUPDATE financials SET currency_code = UPPER(currency) WHERE currency_code IS NULL;\nALTER TABLE financials ALTER COLUMN currency_code SET NOT NULL;',
          reports: ['addsAndScans'],
          fixed: {
            scripts: [
              'ALTER TABLE financials ADD COLUMN currency_code text;\nUPDATE financials SET currency_code = UPPER(currency) WHERE currency_code IS NULL;\nALTER TABLE financials ADD CONSTRAINT financials_currency_code_not_null_check CHECK (currency_code IS NOT NULL) NOT VALID;',
              '-- If it stops at a row without currency_code, that row was written after the backfill and before the constraint: run the backfill again, then this.\nALTER TABLE financials VALIDATE CONSTRAINT financials_currency_code_not_null_check;\n\nALTER TABLE financials ALTER COLUMN currency_code SET NOT NULL;\nALTER TABLE financials DROP CONSTRAINT financials_currency_code_not_null_check;',
            ],
          },
          proof: {
            rows: "INSERT INTO financials VALUES (1, 'eur');",
            lock: { financials: 'ACCESS EXCLUSIVE' },
            scans: ['financials'],
          },
        },
        {
          title: 'and it fails where the source was NULL',
          history: [
            'CREATE TABLE financials (id int PRIMARY KEY, currency text); ALTER TABLE financials ADD COLUMN currency_code text;',
          ],
          sql: 'UPDATE financials SET currency_code = UPPER(currency) WHERE currency_code IS NULL;\nALTER TABLE financials ALTER COLUMN currency_code SET NOT NULL;',
          reports: ['scans'],
          fixed: {
            scripts: [
              'UPDATE financials SET currency_code = UPPER(currency) WHERE currency_code IS NULL;\nALTER TABLE financials ADD CONSTRAINT financials_currency_code_not_null_check CHECK (currency_code IS NOT NULL) NOT VALID;',
              '-- If it stops at a row without currency_code, that row was written after the backfill and before the constraint: run the backfill again, then this.\nALTER TABLE financials VALIDATE CONSTRAINT financials_currency_code_not_null_check;\n\nALTER TABLE financials ALTER COLUMN currency_code SET NOT NULL;\nALTER TABLE financials DROP CONSTRAINT financials_currency_code_not_null_check;',
            ],
          },
          proof: { rows: 'INSERT INTO financials VALUES (1, NULL);', error: '23502' },
        },
        {
          title: 'a CHECK that was never validated proves nothing',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email text); ALTER TABLE users ADD CONSTRAINT c CHECK (email IS NOT NULL) NOT VALID;',
          ],
          sql: 'ALTER TABLE users ALTER COLUMN email SET NOT NULL;',
          reports: ['scans'],
          fixed: {
            scripts: [
              'ALTER TABLE users ADD CONSTRAINT users_email_not_null_check CHECK (email IS NOT NULL) NOT VALID;',
              'ALTER TABLE users VALIDATE CONSTRAINT users_email_not_null_check;\n\nALTER TABLE users ALTER COLUMN email SET NOT NULL;\nALTER TABLE users DROP CONSTRAINT users_email_not_null_check;',
            ],
          },
          proof: { rows: "INSERT INTO users VALUES (1, 'e');", scans: ['users'] },
        },
        {
          title: 'a CHECK of another column proves nothing',
          history: [
            "CREATE TABLE users (id int PRIMARY KEY, email text, name text, CHECK (name IS NOT NULL), CHECK (email <> ''));",
          ],
          sql: 'ALTER TABLE users ALTER COLUMN email SET NOT NULL;',
          reports: ['scans'],
          proof: { rows: "INSERT INTO users VALUES (1, 'e', 'n');", scans: ['users'] },
        },
        {
          title: 'PostgreSQL 18 has a shorter way',
          postgres: 18,
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'ALTER TABLE users ALTER COLUMN email SET NOT NULL;',
          reports: ['scansFrom18'],
          fixed: {
            scripts: [
              'ALTER TABLE users ADD CONSTRAINT users_email_not_null NOT NULL email NOT VALID;',
              'ALTER TABLE users VALIDATE CONSTRAINT users_email_not_null;',
            ],
          },
          proof: { rows: "INSERT INTO users VALUES (1, 'e');", scans: ['users'] },
        },
        {
          title: 'NOT NULL NOT VALID, PostgreSQL 18, before it is validated',
          postgres: 18,
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email text);',
            'ALTER TABLE users ADD CONSTRAINT email_set NOT NULL email NOT VALID;',
          ],
          sql: 'ALTER TABLE users ALTER COLUMN email SET NOT NULL;',
          reports: ['scansUnvalidated'],
          fixed: 'ALTER TABLE users VALIDATE CONSTRAINT email_set;',
          proof: { rows: "INSERT INTO users VALUES (1, 'e');", scans: ['users'] },
        },
        {
          title: 'a table that no migration created: a CHECK could be there',
          sql: 'ALTER TABLE users ALTER COLUMN email SET NOT NULL;',
          reports: ['scansUnlessProven'],
        },
        {
          title: 'ADD NOT NULL, PostgreSQL 18, without NOT VALID',
          postgres: 18,
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'ALTER TABLE users ADD CONSTRAINT email_set NOT NULL email;',
          reports: ['scansFrom18'],
          proof: {
            rows: "INSERT INTO users VALUES (1, 'e');",
            lock: { users: 'ACCESS EXCLUSIVE' },
            scans: ['users'],
          },
        },
      ],
      good: [
        {
          title:
            'beside a required column without a value: the table is empty, or nothing of the migration stays',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'ALTER TABLE users ADD COLUMN org_id int NOT NULL, ALTER COLUMN email SET NOT NULL;',
          proof: { rows: "INSERT INTO users VALUES (1, 'a');", error: '23502' },
        },
        {
          title: 'a validated CHECK proves it',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email text);',
            'ALTER TABLE users ADD CONSTRAINT users_email_not_null CHECK (email IS NOT NULL) NOT VALID;',
          ],
          sql: 'ALTER TABLE users VALIDATE CONSTRAINT users_email_not_null;\nALTER TABLE users ALTER COLUMN email SET NOT NULL;\nALTER TABLE users DROP CONSTRAINT users_email_not_null;',
        },
        {
          title: 'one that was validated in an earlier migration: nothing is read',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email text);',
            'ALTER TABLE users ADD CONSTRAINT users_email_not_null CHECK (email IS NOT NULL) NOT VALID;',
            'ALTER TABLE users VALIDATE CONSTRAINT users_email_not_null;',
          ],
          sql: 'ALTER TABLE users ALTER COLUMN email SET NOT NULL;',
          proof: { rows: "INSERT INTO users VALUES (1, 'e');", scans: [] },
        },
        {
          title: 'a CHECK with more conditions, joined by AND',
          history: [
            "CREATE TABLE users (id int PRIMARY KEY, email text, CHECK (email IS NOT NULL AND email <> ''));",
          ],
          sql: 'ALTER TABLE users ALTER COLUMN email SET NOT NULL;',
          proof: { rows: "INSERT INTO users VALUES (1, 'e');", scans: [] },
        },
        {
          title: 'a column that is NOT NULL already, such as a key',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ALTER COLUMN id SET NOT NULL;',
          proof: { rows: 'INSERT INTO users VALUES (1);', scans: [] },
        },
        {
          title: 'a table created in the same deploy',
          sql: [
            'CREATE TABLE users (id int PRIMARY KEY, email text);',
            'ALTER TABLE users ALTER COLUMN email SET NOT NULL;',
          ],
        },
        {
          title: 'DROP NOT NULL',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL);'],
          sql: 'ALTER TABLE users ALTER COLUMN email DROP NOT NULL;',
          proof: { rows: "INSERT INTO users VALUES (1, 'e');", scans: [] },
        },
        {
          title: 'NOT NULL NOT VALID, PostgreSQL 18',
          postgres: 18,
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'ALTER TABLE users ADD CONSTRAINT email_set NOT NULL email NOT VALID;',
          proof: { rows: "INSERT INTO users VALUES (1, 'e');", scans: [] },
        },
      ],
    },
  },
  on: {
    SetNotNull(op, context) {
      judge(op, op.column, context);
    },
    AddConstraint(op, context) {
      const { constraint } = op;
      if (constraint.type === 'not null' && !constraint.notValid) judge(op, constraint.column, context);
    },
  },
});

function judge(
  op: SetNotNull | AddConstraint,
  column: string,
  context: RuleContext<typeof messages, NoOptions>,
): void {
  const { catalog, existedBeforeDeploy, project, report } = context;
  const existed = existedBeforeDeploy(op.table);
  const now = catalog.table(op.table);
  if (existed === undefined || op.run === 'called' || !hasUsers(op.table, op, context)) return;
  if (existed.foreignServer !== undefined || (now !== undefined && provesNotNull(now, column))) return;
  const at = { operation: op, part: 'column' } as const;
  const data = { table: op.table, column: quoteIdentifier(column) };
  const fix = op.kind === 'SetNotNull' ? checkedNotNullFix(op, context) : validateLaterFix(op, context);
  const unvalidated = now?.columns.find(({ name }) => name === column)?.notNullConstraint;
  if (!columnExistedBefore(existed, now, column)) report({ messageId: 'addsAndScans', at, data, fix });
  else if (unvalidated !== undefined)
    report({
      messageId: 'scansUnvalidated',
      at,
      data: { ...data, constraint: quoteIdentifier(unvalidated.name) },
      fix: op.kind === 'SetNotNull' ? fix : undefined,
    });
  else if (project.postgresVersion >= 18) report({ messageId: 'scansFrom18', at, data, fix });
  else if (existed.certainty === 'uncertain')
    report({ messageId: 'scansUnlessProven', at, data, severity: 'warning' });
  else report({ messageId: 'scans', at, data, fix });
}
