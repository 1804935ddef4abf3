import {
  blockedBy,
  blockingWork,
  defineRule,
  displayName,
  earlierTimeoutFix,
  lockWait,
  lockWaitBound,
  runsBefore,
  statementBound,
  timeoutFix,
  timeoutMilliseconds,
  timeoutValueFix,
  type Migration,
  type ObjectName,
  type Operation,
  type RuleContext,
  type SetVariable,
  type Timeout,
} from 'migration-lint';

const messages = {
  off: {
    what: '{{setting}} is 0 here, which switches it off: {{hazard}}.',
    help: 'Set {{setting}} to {{advised}} before this. CREATE INDEX CONCURRENTLY and other work that blocks nobody may go without.',
  },
  tooLong: {
    what: '{{setting}} of {{seconds}} seconds is too long: {{hazard}}.',
    help: 'Set it to {{most}} seconds or less, and try again when it gives up.',
  },
  late: {
    what: '{{setting}} is set only after this: {{hazard}}.',
    help: 'Move the SET before this statement.',
  },
} as const;

const options = {
  lockSeconds: {
    type: 'integer',
    default: 10,
    minimum: 1,
    convention: 'lockSeconds',
    description: 'The most seconds that a statement may wait for a lock that keeps others waiting.',
  },
  statementSeconds: {
    type: 'integer',
    default: 300,
    minimum: 1,
    convention: 'statementSeconds',
    description: 'The most seconds that a statement may run while others wait.',
  },
} as const;

export default defineRule({
  meta: {
    name: 'no-excessive-timeout',
    summary: 'Disallow timeouts that are off, too long or set too late for what they should bound',
    rationale:
      'A timeout bounds the statements after it. With `lock_timeout = 0`, which is what a dump begins with, or of minutes, a statement that ' +
      'waits for a lock keeps everybody waiting who comes after it; `statement_timeout` bounds work under a lock. It is judged where ' +
      'it matters: at a statement that waits for a strong lock on a table that exists, or does slow work under one. What blocks ' +
      'nobody, such as CREATE INDEX CONCURRENTLY or a backfill in batches, may well run without a bound.',
    instead: "```sql\nSET LOCAL lock_timeout = '5s';\nALTER TABLE users ADD COLUMN note text;\n```",
    whenNotToUse: 'Where migrations run while nothing else uses the database.',
    policy: ['IX6'],
    presets: ['recommended'],
    severity: 'warning',
    fix: { safety: 'safe', form: 'edits' },
    options,
    messages,
    examples: {
      bad: [
        {
          title: 'switched off',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'SET lock_timeout = 0;\nALTER TABLE users ADD COLUMN name text;',
          reports: ['off'],
          fixed:
            "SET lock_timeout = 0;\nSET LOCAL lock_timeout = '5s';\nALTER TABLE users ADD COLUMN name text;",
          proof: { lock: { users: 'ACCESS EXCLUSIVE' }, query: { sql: 'SHOW lock_timeout', rows: [['0']] } },
        },
        {
          title: 'minutes',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: "SELECT set_config('lock_timeout', '10min', true);\nALTER TABLE users ADD COLUMN name text;\nALTER TABLE users ADD COLUMN note text;",
          reports: ['tooLong'],
          fixed:
            "SELECT set_config('lock_timeout', '10s', true);\nALTER TABLE users ADD COLUMN name text;\nALTER TABLE users ADD COLUMN note text;",
        },
        {
          title: 'after the statement that it should bound',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: "ALTER TABLE users ADD COLUMN name text;\nSET LOCAL lock_timeout = '5s';",
          reports: ['late'],
          fixed: "SET LOCAL lock_timeout = '5s';\nALTER TABLE users ADD COLUMN name text;",
        },
        {
          title: 'work under a lock, without an end',
          history: ['CREATE TABLE users (id int PRIMARY KEY, age int);'],
          sql: "SET lock_timeout = '5s';\nSET statement_timeout = 0;\nALTER TABLE users ADD CONSTRAINT c CHECK (age > 0);",
          reports: ['off'],
          fixed:
            "SET lock_timeout = '5s';\nSET statement_timeout = 0;\nSET LOCAL statement_timeout = '60s';\nALTER TABLE users ADD CONSTRAINT c CHECK (age > 0);",
          proof: { rows: 'INSERT INTO users VALUES (1, 1);', scans: ['users'] },
        },
        {
          title: 'the team’s own limits',
          options: { lockSeconds: 2, statementSeconds: 30 },
          history: ['CREATE TABLE users (id int PRIMARY KEY, age int);'],
          sql: "SET lock_timeout = '5s';\nSET statement_timeout = '1min';\nALTER TABLE users ADD CONSTRAINT c CHECK (age > 0);",
          reports: ['tooLong', 'tooLong'],
          fixed:
            "SET lock_timeout = '2s';\nSET statement_timeout = '30s';\nALTER TABLE users ADD CONSTRAINT c CHECK (age > 0);",
        },
      ],
      good: [
        {
          title: 'seconds',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: "SET LOCAL lock_timeout = '5s';\nSET LOCAL statement_timeout = 60000;\nALTER TABLE users ADD COLUMN name text;",
        },
        {
          title: 'a dump: the tables are new',
          sql: 'SET statement_timeout = 0;\nSET lock_timeout = 0;\nCREATE TABLE users (id int);\nALTER TABLE ONLY users ADD PRIMARY KEY (id);',
        },
        {
          title: 'no end for what blocks nobody',
          history: ['CREATE TABLE users (id int PRIMARY KEY, age int);'],
          runner: 'prisma-7.4',
          sql: 'SET statement_timeout = 0;\nSET lock_timeout = 0;\nCREATE INDEX CONCURRENTLY users_age_idx ON users (age);',
        },
        {
          title: 'the statement ends sooner',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: "SET lock_timeout = 0;\nSET statement_timeout = '5s';\nALTER TABLE users ADD COLUMN name text;",
        },
        {
          title: 'a quick statement may have as long as it likes',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: "SET lock_timeout = '5s';\nSET statement_timeout = '1h';\nALTER TABLE users ADD COLUMN name text;",
        },
        {
          title: 'taken back at the end',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: "SET lock_timeout = '5s';\nALTER TABLE users ADD COLUMN name text;\nSET lock_timeout = 0;",
        },
        {
          title: 'nothing is set: for require-lock-timeout',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN name text;',
        },
      ],
    },
  },
  on: {
    Migration(migration, context) {
      // Most migrations set none: they are passed by at once.
      const isSet = ({ timeouts }: Pick<typeof migration.catalogBefore, 'timeouts'>): boolean =>
        timeouts.lock_timeout !== undefined || timeouts.statement_timeout !== undefined;
      const sets = settersOf(migration);
      if (sets.length === 0 && !isSet(migration.catalogBefore)) return;
      for (const operation of migration.operations) {
        judgeWait(operation, sets, context);
        judgeWork(operation, sets, context);
      }
    },
  },
});

type Context = RuleContext<typeof messages, typeof options>;
type Setting = 'lock_timeout' | 'statement_timeout';

function settersOf({ operations }: Migration): readonly SetVariable[] {
  return operations.filter(
    (operation): operation is SetVariable =>
      operation.kind === 'SetVariable' &&
      operation.run !== 'called' &&
      (operation.name === 'lock_timeout' || operation.name === 'statement_timeout'),
  );
}

function judgeWait(operation: Operation, sets: readonly SetVariable[], context: Context): void {
  const { timeouts } = context.catalogBefore(operation);
  const bound = lockWaitBound(timeouts);
  if (bound === undefined || bound <= context.options.lockSeconds * 1000) return;
  const wait = lockWait(operation, context);
  if (wait === undefined || isOfNewTable(operation, context)) return;
  const table = displayName(wait.relation);
  const hazard =
    blockedBy(wait.lock) === 'writes'
      ? `to lock ${table}, this waits for the longest transaction that writes to it, and every write that comes after it waits as well`
      : `to lock ${table}, this waits for the longest query that uses it, and all that comes after it waits as well`;
  judge('lock_timeout', timeouts.lock_timeout, operation, hazard, sets, context);
}

function judgeWork(operation: Operation, sets: readonly SetVariable[], context: Context): void {
  const { timeouts } = context.catalogBefore(operation);
  const bound = statementBound(timeouts);
  if (bound === undefined || bound <= context.options.statementSeconds * 1000) return;
  const work = blockingWork(operation, context);
  if (work === undefined) return;
  const hazard = `while this works on ${displayName(work.relation)}, others wait`;
  judge('statement_timeout', timeouts.statement_timeout, operation, hazard, sets, context);
}

function judge(
  setting: Setting,
  timeout: Timeout | undefined,
  operation: Operation,
  hazard: string,
  sets: readonly SetVariable[],
  context: Context,
): void {
  const { conventions, options: chosen, report } = context;
  const most = setting === 'lock_timeout' ? chosen.lockSeconds : chosen.statementSeconds;
  if (timeout === undefined) {
    const late = conventions.timeoutsSetElsewhere ? undefined : lateSetter(setting, operation, sets, context);
    if (late === undefined) return;
    const related = [{ at: late, label: 'holds for what comes after it' }];
    const fix = earlierTimeoutFix(operation, late, context);
    report({ messageId: 'late', at: operation, data: { setting, hazard }, related, once: late, fix });
    return;
  }
  const { milliseconds, by } = timeout;
  const isHere = by.kind === 'SetVariable';
  if (milliseconds === 0) {
    const seconds = Math.min(most, setting === 'lock_timeout' ? 5 : 60);
    const advised = `'${seconds}s'`;
    report({
      messageId: 'off',
      at: operation,
      data: { setting, hazard, advised },
      related: isHere ? [{ at: by, label: 'switches it off' }] : [],
      once: by,
      fix: timeoutFix(operation, setting, `${seconds}s`, context),
    });
  } else if (milliseconds !== undefined && milliseconds > most * 1000) {
    const seconds = Math.round(milliseconds / 1000);
    const isOwn = isHere && by.statement.source === operation.statement.source;
    const fix = isOwn ? timeoutValueFix(by, `${most}s`) : timeoutFix(operation, setting, `${most}s`, context);
    report({
      messageId: 'tooLong',
      at: isHere ? by : operation,
      data: { setting, seconds, most, hazard },
      once: by,
      fix,
    });
  }
}

/** The SET that comes too late for an operation; undefined if one came before it as well. */
function lateSetter(
  setting: Setting,
  operation: Operation,
  sets: readonly SetVariable[],
  { deploy }: Context,
): SetVariable | undefined {
  const own = sets.filter(({ name, value }) => name === setting && isLimit(value?.[0]));
  const [first] = own;
  return first !== undefined && runsBefore(operation, first, deploy) ? first : undefined;
}

function isLimit(value: string | undefined): boolean {
  return value !== undefined && timeoutMilliseconds(value) !== 0;
}

/** Whether it is about a table that the deploy makes: its keys lock other tables for an instant, as every dump has them. */
function isOfNewTable(operation: Operation, { existedBeforeDeploy }: Context): boolean {
  const table: ObjectName | undefined = 'table' in operation ? operation.table : undefined;
  return table !== undefined && existedBeforeDeploy(table, operation) === undefined;
}
