import {
  defineRule,
  hasUsers,
  operationsOn,
  quoteIdentifier,
  runsBefore,
  type NoOptions,
  type Operation,
  type RuleContext,
  type SetTriggerState,
} from 'migration-lint';

const messages = {
  leftDisabled: {
    what: '{{trigger}} of {{table}} {{be}} switched off for everybody, and nothing switches {{it}} on again: whatever the application writes from now on passes {{it}} by.',
    help: 'ENABLE TRIGGER in the same transaction. To be rid of the trigger, drop it.',
  },
  gap: {
    what: '{{trigger}} of {{table}} {{be}} switched off for everybody until another transaction switches {{it}} on again: whatever the application writes in between passes {{it}} by.',
    help: 'Switch it off and on in one transaction: other writers then wait for the lock that DISABLE TRIGGER takes. Keep what lies between short.',
  },
} as const;

export default defineRule({
  meta: {
    name: 'no-disabled-trigger',
    summary: 'Disallow switching triggers off beyond the transaction',
    rationale:
      'DISABLE TRIGGER holds for every session, not for the migration alone. What the application writes while a trigger is off is ' +
      'not audited, not copied, not checked, and nothing makes up for it later; DISABLE TRIGGER ALL switches off foreign keys as ' +
      'well. Inside one transaction nobody else can write: DISABLE TRIGGER takes SHARE ROW EXCLUSIVE, and holds it until the end.',
    instead:
      "```sql\nBEGIN;\nSET LOCAL lock_timeout = '5s';\nALTER TABLE users DISABLE TRIGGER users_audit;\nUPDATE users SET plan = 'free' WHERE id BETWEEN 1 AND 1000;\n" +
      'ALTER TABLE users ENABLE TRIGGER users_audit;\nCOMMIT;\n```\n\nOr let the trigger’s function look for a setting that the migration makes with SET LOCAL.',
    whenNotToUse: 'Where migrations run while nothing else uses the database.',
    policy: ['BF8'],
    presets: ['recommended'],
    severity: 'warning',
    messages,
    examples: {
      bad: [
        {
          title: 'one trigger, for good',
          history: [
            'CREATE TABLE users (id int); CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE division_by_zero; END $$; CREATE TRIGGER users_audit BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION audit();',
          ],
          sql: 'ALTER TABLE users DISABLE TRIGGER users_audit;',
          reports: ['leftDisabled'],
          proof: {
            lock: { users: 'SHARE ROW EXCLUSIVE' },
            beforehand: { sql: 'INSERT INTO users VALUES (1)', error: '22012' },
            query: {
              sql: "SELECT tgenabled::text FROM pg_trigger WHERE tgname = 'users_audit'",
              rows: [['D']],
            },
          },
        },
        {
          title: 'switched on again, but each statement commits by itself',
          runner: 'prisma-7.4',
          history: ['CREATE TABLE users (id int PRIMARY KEY, name text);'],
          sql: "ALTER TABLE users DISABLE TRIGGER USER;\nUPDATE users SET name = 'x' WHERE id = 1;\nALTER TABLE users ENABLE TRIGGER USER;",
          reports: ['gap'],
        },
        {
          title: 'all, and a table that no migration created',
          sql: 'ALTER TABLE users DISABLE TRIGGER ALL;',
          reports: ['leftDisabled'],
        },
      ],
      good: [
        {
          title: 'off and on in one transaction',
          history: ['CREATE TABLE users (id int PRIMARY KEY, name text);'],
          sql: "ALTER TABLE users DISABLE TRIGGER USER;\nUPDATE users SET name = 'x' WHERE id = 1;\nALTER TABLE users ENABLE TRIGGER USER;",
          proof: { lock: { users: 'SHARE ROW EXCLUSIVE' } },
        },
        {
          title: 'a trigger that is dropped then',
          history: [
            'CREATE TABLE users (id int); CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$; CREATE TRIGGER users_audit BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION audit();',
          ],
          sql: 'ALTER TABLE users DISABLE TRIGGER users_audit;\nDROP TRIGGER users_audit ON users;',
          proof: { lock: { users: 'ACCESS EXCLUSIVE' } },
        },
        {
          title: 'a table of the same deploy',
          sql: 'CREATE TABLE users (id int);\nALTER TABLE users DISABLE TRIGGER ALL;',
        },
        {
          title: 'switched on',
          history: ['CREATE TABLE users (id int);'],
          sql: 'ALTER TABLE users ENABLE TRIGGER USER;',
        },
      ],
    },
  },
  on: {
    SetTriggerState(operation, context) {
      const { table, trigger, state } = operation;
      if (state !== 'disabled' || operation.run === 'called' || !hasUsers(table, operation, context)) return;
      const after = operationsOn(table, context.deploy).filter((other) => ends(other, operation, context));
      const transaction = context.transactionOf(operation);
      if (after.some((other) => other.run === 'now' && context.transactionOf(other) === transaction)) return;
      const isOne = trigger !== 'ALL' && trigger !== 'USER';
      context.report({
        messageId: after.length === 0 ? 'leftDisabled' : 'gap',
        at: operation,
        data: {
          trigger: isOne
            ? `The trigger ${quoteIdentifier(trigger)}`
            : trigger === 'ALL'
              ? 'All triggers, those of foreign keys among them,'
              : 'All triggers',
          be: isOne ? 'is' : 'are',
          it: isOne ? 'it' : 'them',
          table,
        },
      });
    },
  },
});

/** Whether a later operation brings a trigger back, or makes an end of it. */
function ends(
  other: Operation,
  disable: SetTriggerState,
  { deploy }: RuleContext<typeof messages, NoOptions>,
): boolean {
  if (other.run === 'called' || !runsBefore(disable, other, deploy)) return false;
  switch (other.kind) {
    case 'SetTriggerState':
      return (
        other.state !== 'disabled' &&
        (other.trigger === disable.trigger ||
          other.trigger === 'ALL' ||
          (other.trigger === 'USER' && disable.trigger !== 'ALL'))
      );
    case 'DropTrigger':
      return other.name === disable.trigger;
    case 'DropTable':
      return true;
    default:
      return false;
  }
}
