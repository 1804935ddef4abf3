import {
  defineRule,
  displayName,
  failsOnSecondRun,
  isSameObject,
  runAgainAdvice,
  runAgainFix,
  type Operation,
  type RollbackStep,
} from 'migration-lint';

export default defineRule({
  meta: {
    name: 'require-if-exists-in-rollback',
    summary: 'Require `IF [NOT] EXISTS` where a rollback would fail when it is run again',
    rationale:
      'A rollback is run under pressure, by hand, and perhaps twice: the connection breaks, or nobody is sure whether the first run went ' +
      'through. With IF EXISTS the second run ends well. It has its price: a misspelt name is skipped in silence, so read what ' +
      'no-broken-rollback says, and check at the end (require-rollback-check).',
    instead:
      '```sql\nDROP INDEX IF EXISTS idx_user_preferences_user_id;\nDROP TABLE IF EXISTS user_preferences;\n' +
      'ALTER TABLE users DROP COLUMN IF EXISTS nickname;\n```',
    whenNotToUse: 'Where the runner wraps a rollback in a transaction and keeps account of it.',
    policy: ['RB4', 'HS4'],
    presets: ['policy-a', 'policy-c'],
    severity: 'warning',
    fix: { safety: 'safe', form: 'edits' },
    messages: {
      notAgain: {
        what: '{{statement}} stops this rollback when it is run again: {{reason}}.',
        help: 'Write {{form}}.',
      },
      copyAgain: {
        what: 'CREATE TABLE {{copy}} stops this rollback when it is run again: {{copy}} already exists then, and {{source}} is gone, so that IF NOT EXISTS does not help (42P01).',
        help: "Copy in a DO block that asks first: IF to_regclass('{{source}}') IS NOT NULL THEN … END IF.",
      },
    },
    examples: {
      bad: [
        {
          title: 'a table and its index',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'CREATE TABLE lists (id int PRIMARY KEY, owner int REFERENCES users);\nCREATE INDEX lists_owner ON lists (owner);',
          rollback: 'DROP INDEX lists_owner;\nDROP TABLE lists;',
          reports: ['notAgain', 'notAgain'],
          fixed: { rollback: 'DROP INDEX IF EXISTS lists_owner;\nDROP TABLE IF EXISTS lists;' },
          proof: { rollback: { restores: true } },
        },
        {
          title: 'a column, a constraint and a trigger',
          history: [
            "CREATE TABLE users (id int PRIMARY KEY, email text);\nCREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';",
          ],
          sql: "ALTER TABLE users ADD COLUMN nickname text, ADD CONSTRAINT filled CHECK (email <> '');\nCREATE TRIGGER x BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION f();",
          rollback:
            'DROP TRIGGER x ON users;\nALTER TABLE users DROP CONSTRAINT filled, DROP COLUMN nickname;',
          reports: ['notAgain', 'notAgain', 'notAgain'],
          fixed: {
            rollback:
              'DROP TRIGGER IF EXISTS x ON users;\nALTER TABLE users DROP CONSTRAINT IF EXISTS filled, DROP COLUMN IF EXISTS nickname;',
          },
          proof: { rollback: { restores: true } },
        },
        {
          title: 'what the migration dropped is made again',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, email text);\nCREATE INDEX users_email ON users (email);',
          ],
          sql: 'DROP INDEX users_email;',
          rollback: 'CREATE INDEX users_email ON users (email);',
          reports: ['notAgain'],
          fixed: { rollback: 'CREATE INDEX IF NOT EXISTS users_email ON users (email);' },
          proof: { rollback: { restores: true } },
        },
        {
          title: 'a saved copy of what is dropped after it',
          sql: 'CREATE TABLE lists (id int PRIMARY KEY);',
          rollback: 'CREATE TABLE lists_backup AS SELECT * FROM lists;\nDROP TABLE IF EXISTS lists;',
          reports: ['copyAgain'],
        },
        {
          title: 'IF NOT EXISTS: PostgreSQL looks for the source first',
          history: [
            'CREATE TABLE lists (id int);',
            'CREATE TABLE lists_backup AS SELECT * FROM lists;\nDROP TABLE lists;',
          ],
          sql: 'CREATE TABLE IF NOT EXISTS entries (id int PRIMARY KEY);',
          rollback: 'DROP TABLE entries;',
          reports: ['notAgain'],
          fixed: { rollback: 'DROP TABLE IF EXISTS entries;' },
          proof: {
            afterwards: {
              sql: 'CREATE TABLE IF NOT EXISTS lists_backup AS SELECT * FROM lists;',
              error: '42P01',
            },
          },
        },
      ],
      good: [
        {
          title: 'IF EXISTS',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'CREATE TABLE lists (id int PRIMARY KEY);\nALTER TABLE users ADD COLUMN nickname text;',
          rollback: 'ALTER TABLE users DROP COLUMN IF EXISTS nickname;\nDROP TABLE IF EXISTS lists;',
          proof: { rollback: { restores: true } },
        },
        {
          title: 'a part of a table that is gone by then',
          sql: 'CREATE TABLE lists (id int PRIMARY KEY);\nCREATE INDEX lists_id ON lists (id);',
          rollback: 'DROP INDEX IF EXISTS lists_id;\nDROP TABLE IF EXISTS lists;',
          proof: { rollback: { restores: true } },
        },
        {
          title: 'a copy in a block that asks first',
          sql: 'CREATE TABLE lists (id int PRIMARY KEY);',
          rollback:
            "DO $$ BEGIN IF to_regclass('public.lists') IS NOT NULL THEN CREATE TABLE lists_backup AS SELECT * FROM lists; END IF; END $$;\nDROP TABLE IF EXISTS lists;",
        },
        {
          title: 'what has no such form: a default, NOT NULL, a constraint',
          history: [
            "CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL DEFAULT '' CONSTRAINT short CHECK (length(email) < 99));",
          ],
          sql: 'ALTER TABLE users ALTER email DROP DEFAULT, ALTER email DROP NOT NULL, DROP CONSTRAINT short;',
          rollback:
            "ALTER TABLE users ADD CONSTRAINT short CHECK (length(email) < 99), ALTER email SET DEFAULT '', ALTER email SET NOT NULL;",
          proof: { rollback: { restores: true } },
        },
        {
          title: 'a name that is not there: IF EXISTS would hide it, and no-broken-rollback says so',
          sql: 'CREATE TABLE lists (id int PRIMARY KEY);',
          rollback: 'DROP TABLE list;',
          proof: { rollback: { error: '42P01' } },
        },
      ],
    },
  },
  on: {
    Rollback({ rollbackOutcome: outcome }, { project, report }) {
      const steps = outcome?.steps ?? [];
      const operations = steps.map(({ operation }) => operation);
      const said = new Set<unknown>();
      for (const { operation, refusal, statement } of steps) {
        // One IF EXISTS is said for all names of a DROP.
        const isOther = operation.action === undefined && said.has(statement);
        if (operation.run !== 'now' || refusal !== undefined || isOther) continue;
        const source = sourceGone(operation, steps);
        if (operation.kind === 'CreateTableAs' && source !== undefined) {
          said.add(statement);
          report({
            messageId: 'copyAgain',
            at: operation,
            data: { copy: displayName(operation.table), source },
          });
          continue;
        }
        const advice = failsOnSecondRun(operation, operations)
          ? runAgainAdvice(operation, project.postgresVersion)
          : undefined;
        if (advice === undefined || !/IF (?:NOT )?EXISTS$/u.test(advice.form)) continue;
        said.add(statement);
        const { form, reason, statement: what } = advice;
        const fix = runAgainFix(operation, project.postgresVersion);
        report({ messageId: 'notAgain', at: operation, data: { statement: what, form, reason }, fix });
      }
    },
  },
});

/** A table that a copy is made from and that the rollback drops later: the copy cannot be made again, whatever it says. */
function sourceGone(operation: Operation, steps: readonly RollbackStep[]): string | undefined {
  if (operation.kind !== 'CreateTableAs' || operation.persistence === 'temporary') return undefined;
  const { reads } = operation.query;
  const dropped = steps.flatMap(({ operation: one }) => (one.kind === 'DropTable' ? one.table : []));
  const source = dropped.find((table) => reads.some((read) => isSameObject(read, table)));
  return source === undefined ? undefined : displayName(source);
}
