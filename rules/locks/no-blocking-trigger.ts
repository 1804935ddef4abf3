import {
  defineRule,
  displayName,
  quoteIdentifier,
  workWhileLocked,
  type WorkWhileLocked,
} from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-blocking-trigger',
    summary: 'Disallow work after `CREATE TRIGGER` in the same transaction',
    rationale:
      'CREATE TRIGGER takes SHARE ROW EXCLUSIVE: an instant when it is alone, but kept until the transaction ends. While the transaction ' +
      'changes rows, or waits for the lock on another table, nobody can write to the table of the trigger. Work that takes longer the ' +
      'more rows there are is for `no-work-under-lock`.',
    instead:
      'The trigger in a migration of its own, what it prepares in the next:\n\n```sql\nCREATE TRIGGER users_full_name BEFORE INSERT OR UPDATE ON users\n  FOR EACH ROW EXECUTE FUNCTION set_full_name();\n```',
    whenNotToUse: 'Where the trigger and what follows it must be seen at once.',
    policy: ['IX6'],
    presets: ['strict'],
    severity: 'info',
    messages: {
      writesWait: {
        what: 'Nobody can write to {{table}} from the creation of {{trigger}} until the transaction ends, and before that it {{work}}.',
        help: 'Give CREATE TRIGGER a migration of its own, or put it last.',
      },
    },
    examples: {
      bad: [
        {
          title: 'rows are changed after it',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, name text); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;',
          ],
          sql: "CREATE TRIGGER t BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION f();\nUPDATE users SET name = 'x' WHERE id = 1;",
          reports: ['writesWait'],
          proof: { lock: { users: 'SHARE ROW EXCLUSIVE' } },
        },
        {
          title: 'another table is waited for',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (id int PRIMARY KEY); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;',
          ],
          sql: 'CREATE TRIGGER t BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION f();\nALTER TABLE posts ADD COLUMN note text;',
          reports: ['writesWait'],
          proof: { lock: { users: 'SHARE ROW EXCLUSIVE', posts: 'ACCESS EXCLUSIVE' } },
        },
        {
          title: 'a trigger that is not there takes no lock when it is dropped',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (id int PRIMARY KEY); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;',
          ],
          sql: 'DROP TRIGGER IF EXISTS t ON users;\nCREATE TRIGGER t BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION f();\nALTER TABLE posts ADD COLUMN note text;',
          reports: ['writesWait'],
          proof: { lock: { users: 'SHARE ROW EXCLUSIVE', posts: 'ACCESS EXCLUSIVE' } },
        },
      ],
      good: [
        {
          title: 'last in its transaction',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, name text); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;',
          ],
          sql: "UPDATE users SET name = 'x' WHERE id = 1;\nDROP TRIGGER IF EXISTS t ON users;\nCREATE TRIGGER t BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION f();",
        },
        {
          title: 'more of the same table, and new tables',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;',
          ],
          sql: 'CREATE TRIGGER t BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION f();\nALTER TABLE users ADD COLUMN note text;\nCREATE TABLE posts (id int);\nINSERT INTO posts VALUES (1);',
        },
        {
          title: 'tables that the transaction has locked before, as strongly: the trigger adds no wait',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (id int PRIMARY KEY); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$; CREATE TRIGGER old BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION f();',
          ],
          sql: 'DROP TRIGGER old ON users;\nCREATE TRIGGER t BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION f();\nALTER TABLE posts ADD COLUMN note text;',
          proof: { lock: { users: 'ACCESS EXCLUSIVE', posts: 'ACCESS EXCLUSIVE' } },
        },
        {
          title: 'a foreign key to its table takes the same lock before',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (id int PRIMARY KEY); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;',
          ],
          sql: 'CREATE TABLE profiles (id int REFERENCES users);\nCREATE TRIGGER t BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION f();\nALTER TABLE posts ADD COLUMN note text;',
          proof: { lock: { users: 'SHARE ROW EXCLUSIVE', posts: 'ACCESS EXCLUSIVE' } },
        },
        {
          title: 'what follows is locked already',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (id int PRIMARY KEY); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;',
          ],
          sql: 'ALTER TABLE posts ADD COLUMN note text;\nCREATE TRIGGER t BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION f();\nALTER TABLE posts ADD COLUMN label text;',
          proof: { lock: { users: 'SHARE ROW EXCLUSIVE', posts: 'ACCESS EXCLUSIVE' } },
        },
        {
          title: 'a backfill, which no-work-under-lock reports',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, name text); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;',
          ],
          sql: 'CREATE TRIGGER t BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION f();\nUPDATE users SET name = lower(name);',
        },
        {
          title: 'where each statement commits',
          runner: 'prisma-7.4',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, name text); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;',
          ],
          sql: "CREATE TRIGGER t BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION f();\nUPDATE users SET name = 'x' WHERE id = 1;",
        },
        {
          title: 'a table of the same deploy',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY, name text); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;',
          ],
          sql: "CREATE TABLE posts (id int);\nCREATE TRIGGER t BEFORE INSERT ON posts FOR EACH ROW EXECUTE FUNCTION f();\nUPDATE users SET name = 'x' WHERE id = 1;",
        },
      ],
    },
  },
  on: {
    Migration(migration, context) {
      if (!migration.operations.some(({ kind }) => kind === 'CreateTrigger')) return;
      const work = workWhileLocked(
        migration.operations,
        (operation) => (operation.kind === 'CreateTrigger' ? operation.table : undefined),
        context,
      );
      // Of several triggers, the first waits longest; the map goes from the last to the first.
      for (const [operation, after] of [...work].toReversed()) {
        if (operation.kind !== 'CreateTrigger' || after.slow) continue;
        if (context.existedBeforeDeploy(operation.table, operation) === undefined) continue;
        context.report({
          messageId: 'writesWait',
          at: operation,
          data: {
            table: operation.table,
            trigger: quoteIdentifier(operation.name),
            work: workOf(after),
          },
          once: context.transactionOf(operation),
          related: [{ at: after.next, label: 'while the lock is held' }],
        });
      }
    },
  },
});

function workOf({ table, form }: WorkWhileLocked): string {
  return form === 'rows'
    ? `changes rows of ${displayName(table)}`
    : `waits for the lock on ${displayName(table)}`;
}
