import {
  defineRule,
  failsOnSecondRun,
  refusesTransaction,
  type Migration,
  type Operation,
  type Transaction,
} from 'migration-lint';

/** One finding for a project: it is a property of its runner, and the first migration that it touches shows it. */
export default defineRule({
  meta: {
    name: 'no-partial-apply',
    summary: 'Disallow migrations of several steps that commit one by one',
    rationale:
      'Where each statement commits by itself, a migration that fails in the middle leaves the first half behind. The runner ' +
      'records a failure, a second run stops at the first statement, which has been executed already, and somebody has to find ' +
      'out by hand what is there. Steps that can all run again (IF NOT EXISTS, OR REPLACE) are no hazard. Said once for a project.',
    instead:
      'Begin a transaction in the file, or give each step a migration of its own; what refuses a transaction (CONCURRENTLY) ' +
      'stands alone anyway.\n\n```sql\nBEGIN;\nALTER TABLE orders ADD COLUMN note text;\nALTER TABLE orders ADD COLUMN label text;\nCOMMIT;\n```',
    policy: ['HS8'],
    presets: ['strict'],
    severity: 'info',
    messages: {
      half: {
        what: 'The {{count}} steps of this migration commit one by one ({{runner}}): if one fails, those before it stay, and a second run stops at them. It is so for each migration like this one; this is said once.',
        help: '{{advice}}',
      },
    },
    examples: {
      bad: [
        {
          title: 'two statements that are sent one by one, in two migrations',
          runner: 'prisma-7.4',
          sql: [
            'CREATE TABLE a (id int);\nCREATE TABLE b (id int);',
            'CREATE TABLE c (id int);\nSELECT 1 / 0;\nCREATE TABLE d (id int);',
          ],
          reports: ['half'],
          proof: {
            error: '22012',
            query: { sql: "SELECT count(*) FROM pg_tables WHERE tablename IN ('c', 'd')", rows: [['1']] },
          },
        },
        {
          title: 'a file that asks goose for no transaction',
          runner: 'goose',
          withoutTransaction: true,
          sql: 'CREATE TABLE a (id int);\nCREATE TABLE b (id int);',
          reports: ['half'],
        },
        {
          title: 'what cannot stand in a transaction',
          runner: 'goose',
          withoutTransaction: true,
          history: ['CREATE TABLE a (id int, b int);'],
          sql: 'CREATE INDEX CONCURRENTLY a_id ON a (id);\nCREATE INDEX CONCURRENTLY a_b ON a (b);',
          reports: ['half'],
        },
        {
          title: 'two transactions in one file',
          sql: 'BEGIN;\nCREATE TABLE a (id int);\nCOMMIT;\nBEGIN;\nSELECT 1 / 0;\nCREATE TABLE b (id int);\nCOMMIT;',
          reports: ['half'],
          proof: {
            error: '22012',
            query: { sql: "SELECT tablename FROM pg_tables WHERE tablename IN ('a', 'b')", rows: [['a']] },
          },
        },
      ],
      good: [
        {
          title: 'steps that can all run again',
          runner: 'goose',
          withoutTransaction: true,
          history: ['CREATE TABLE a (id int, b int);'],
          sql: 'CREATE INDEX CONCURRENTLY IF NOT EXISTS a_id ON a (id);\nCREATE INDEX CONCURRENTLY IF NOT EXISTS a_b ON a (b);\nALTER TABLE a ADD COLUMN IF NOT EXISTS c int;\nALTER TABLE a ADD COLUMN d int;',
        },
        {
          title: 'one query is one transaction',
          sql: 'CREATE TABLE c (id int);\nSELECT 1 / 0;',
          proof: {
            error: '22012',
            query: { sql: "SELECT count(*) FROM pg_tables WHERE tablename = 'c'", rows: [['0']] },
          },
        },
        {
          title: 'one step',
          runner: 'prisma-7.4',
          sql: "SET lock_timeout = '5s';\nCREATE TABLE c (id int);\nSELECT 1;",
        },
        {
          title: 'a transaction of the file’s own',
          runner: 'prisma-7.4',
          sql: 'BEGIN;\nCREATE TABLE a (id int);\nCREATE TABLE b (id int);\nCOMMIT;',
          proof: {},
        },
      ],
    },
  },
  on: {
    Migration(migration, { project, report }) {
      const { transactions } = migration;
      // A COMMIT in the middle of the runner's transaction is another rule's.
      if (transactions.length < 2 || !transactions.every(commitsByItself)) return;
      const steps = transactions.filter(leavesSomething);
      const count = steps.length;
      if (count < 2 || canRunAgain(steps.slice(0, -1), migration)) return;
      report({
        messageId: 'half',
        at: migration,
        data: { runner: project.runner.label, count, advice: adviceFor(steps) },
        once: project,
      });
    },
  },
});

const commitsByItself = ({ kind }: Transaction): boolean => kind === 'autocommit' || kind === 'explicit';

/** Whether a second run goes through what the first one has left: definitions that say IF [NOT] EXISTS, OR REPLACE and the like. */
function canRunAgain(steps: readonly Transaction[], { operations }: Migration): boolean {
  const statements = new Set(steps.flatMap((step) => step.statements));
  return operations.every(
    (operation) =>
      !statements.has(operation.statement) ||
      (REPEATABLE.has(operation.kind) && !failsOnSecondRun(operation, operations)),
  );
}

const REPEATABLE: ReadonlySet<Operation['kind']> = new Set([
  'CreateTable',
  'CreateIndex',
  'CreateSchema',
  'CreateSequence',
  'CreateExtension',
  'CreateView',
  'CreateMaterializedView',
  'CreateFunction',
  'AddColumn',
  'AddEnumValue',
  'DropTable',
  'DropIndex',
  'DropView',
  'DropMaterializedView',
  'DropSequence',
  'DropColumn',
  'DropConstraint',
  'DropType',
  'DropFunction',
  'DropTrigger',
  'SetNotNull',
  'DropNotNull',
  'SetDefault',
  'DropDefault',
  'ValidateConstraint',
  'Reindex',
  'CommentOn',
  'Select',
  'SetVariable',
]);

function adviceFor(steps: readonly Transaction[]): string {
  const alone = steps.flatMap(({ statements }) =>
    statements.flatMap(({ tree }) => refusesTransaction(tree) ?? []),
  );
  const [command] = alone;
  return command === undefined
    ? 'Put BEGIN and COMMIT around what belongs together, or give each step a migration of its own.'
    : `Give each step a migration of its own, or write it so that it can run again, a constraint or an index with DROP … IF EXISTS before it; ${command} cannot stand between BEGIN and COMMIT.`;
}

/** What reads, sets or begins leaves nothing behind. */
function leavesSomething({ end, statements }: Transaction): boolean {
  return end !== 'rollback' && statements.some(({ tree }) => !LEAVES_NOTHING.some((tag) => tag in tree));
}

const LEAVES_NOTHING = [
  'SelectStmt',
  'VariableSetStmt',
  'VariableShowStmt',
  'TransactionStmt',
  'ExplainStmt',
  'LockStmt',
  'VacuumStmt',
];
