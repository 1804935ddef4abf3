import {
  defineRule,
  isLockedForAll,
  laterTransaction,
  operationsOn,
  quoteIdentifier,
  runsBefore,
  slowWorkOnUsedTables,
  tablesLockedForKey,
  validateAfterCommitFix,
  type AddConstraint,
  type ConstraintDefinition,
  type NoOptions,
  type ObjectName,
  type RuleContext,
  type ValidateConstraint,
} from 'migration-lint';

const messages = {
  stillLocked: {
    what: '{{constraint}} is validated in the transaction that added it: {{blocked}} of {{tables}} wait while all of {{table}} is read, since the lock is held to the end.',
    help: 'Let the migration with NOT VALID commit, and run ALTER TABLE {{table}} VALIDATE CONSTRAINT {{constraint}} {{later}}.',
  },
} as const;

export default defineRule({
  meta: {
    name: 'no-validate-in-same-transaction',
    summary: 'Disallow `VALIDATE CONSTRAINT` in the transaction that added the constraint',
    rationale:
      'NOT VALID makes the strong lock of ADD CONSTRAINT short, and VALIDATE CONSTRAINT reads the table under a weak one. But a ' +
      'lock is held until the transaction ends. In one transaction, the strong lock lasts through the reading, and the two steps ' +
      'block as long as one ADD CONSTRAINT without NOT VALID: a CHECK reads and writes, a foreign key the writes to both ' +
      'tables. Whether a file is one transaction depends on the tool that runs it.',
    instead:
      'Two migrations:\n\n```sql\n-- migration 1\nALTER TABLE posts ADD CONSTRAINT posts_author_id_fkey FOREIGN KEY (author_id) REFERENCES users (id) NOT VALID;\n```\n\n' +
      '```sql\n-- migration 2\nALTER TABLE posts VALIDATE CONSTRAINT posts_author_id_fkey;\n```',
    whenNotToUse: 'For tables so small that reading them takes no time anybody notices.',
    policy: ['IX5'],
    presets: ['recommended'],
    severity: 'warning',
    fix: { safety: 'safe', form: 'files' },
    sizeMatters: true,
    messages,
    examples: {
      bad: [
        {
          title: 'a foreign key: writes to both tables wait',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (id int PRIMARY KEY, author int);',
          ],
          sql: 'ALTER TABLE posts ADD CONSTRAINT posts_author_fkey FOREIGN KEY (author) REFERENCES users (id) NOT VALID;\nALTER TABLE posts VALIDATE CONSTRAINT posts_author_fkey;',
          reports: ['stillLocked'],
          fixed: {
            scripts: [
              'ALTER TABLE posts ADD CONSTRAINT posts_author_fkey FOREIGN KEY (author) REFERENCES users (id) NOT VALID;',
              'ALTER TABLE posts VALIDATE CONSTRAINT posts_author_fkey;',
            ],
          },
          proof: {
            rows: 'INSERT INTO users VALUES (1); INSERT INTO posts VALUES (1, 1);',
            lock: { posts: 'SHARE ROW EXCLUSIVE', users: 'SHARE ROW EXCLUSIVE' },
            scans: ['posts', 'users'],
          },
        },
        {
          title: 'a CHECK: everybody waits',
          history: ['CREATE TABLE "Order" (id int PRIMARY KEY, total int);'],
          sql: 'ALTER TABLE "Order" ADD CONSTRAINT "Order_total_check" CHECK (total >= 0) NOT VALID;\nALTER TABLE "Order" VALIDATE CONSTRAINT "Order_total_check";',
          reports: ['stillLocked'],
          fixed: {
            scripts: [
              'ALTER TABLE "Order" ADD CONSTRAINT "Order_total_check" CHECK (total >= 0) NOT VALID;',
              'ALTER TABLE "Order" VALIDATE CONSTRAINT "Order_total_check";',
            ],
          },
          proof: {
            rows: 'INSERT INTO "Order" VALUES (1, 1);',
            lock: { Order: 'ACCESS EXCLUSIVE' },
            scans: ['Order'],
          },
        },
        {
          title: 'two migrations of one deploy, where the runner makes one transaction of them',
          runner: 'drizzle',
          history: ['CREATE TABLE orders (id int PRIMARY KEY, total int);'],
          sql: [
            'ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;',
            'ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;',
          ],
          reports: ['stillLocked'],
          proof: { rows: 'INSERT INTO orders VALUES (1, 1);', lock: { orders: 'ACCESS EXCLUSIVE' } },
        },
        {
          title: 'NOT NULL, PostgreSQL 18',
          postgres: 18,
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text);'],
          sql: 'ALTER TABLE users ADD CONSTRAINT email_set NOT NULL email NOT VALID;\nALTER TABLE users VALIDATE CONSTRAINT email_set;',
          reports: ['stillLocked'],
          fixed: {
            scripts: [
              'ALTER TABLE users ADD CONSTRAINT email_set NOT NULL email NOT VALID;',
              'ALTER TABLE users VALIDATE CONSTRAINT email_set;',
            ],
          },
          proof: {
            rows: "INSERT INTO users VALUES (1, 'e');",
            lock: { users: 'ACCESS EXCLUSIVE' },
            scans: ['users'],
          },
        },
        {
          title: 'in a DO block',
          history: ['CREATE TABLE orders (id int PRIMARY KEY, total int);'],
          sql: 'DO $$ BEGIN\n  ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;\n  ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;\nEND $$;',
          reports: ['stillLocked'],
          proof: { rows: 'INSERT INTO orders VALUES (1, 1);', lock: { orders: 'ACCESS EXCLUSIVE' } },
        },
      ],
      good: [
        {
          title: 'in the next migration',
          history: ['CREATE TABLE orders (id int PRIMARY KEY, total int);'],
          sql: [
            'ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;',
            'ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;',
          ],
        },
        {
          title: 'where the runner commits each statement',
          runner: 'prisma-7.4',
          history: ['CREATE TABLE orders (id int PRIMARY KEY, total int);'],
          sql: 'ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;\nALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;',
        },
        {
          title: 'a transaction for each',
          runner: 'plain',
          history: ['CREATE TABLE orders (id int PRIMARY KEY, total int);'],
          sql: 'BEGIN;\nALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;\nCOMMIT;\nALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;',
        },
        {
          title: 'a table created in the same migration',
          sql: 'CREATE TABLE orders (total int);\nALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;\nALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;',
        },
        {
          title: 'another constraint of the table, older',
          history: [
            'CREATE TABLE orders (id int PRIMARY KEY, total int);',
            'ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;',
          ],
          sql: 'ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;\nALTER TABLE orders ADD CONSTRAINT orders_id_check CHECK (id > 0) NOT VALID;',
          proof: { rows: 'INSERT INTO orders VALUES (1, 1);' },
        },
        {
          title: 'a table emptied before',
          history: ['CREATE TABLE carts (total int);'],
          sql: 'TRUNCATE carts;\nALTER TABLE carts ADD CONSTRAINT c CHECK (total >= 0) NOT VALID;\nALTER TABLE carts VALIDATE CONSTRAINT c;',
        },
      ],
    },
  },
  on: {
    ValidateConstraint(operation, context) {
      const { deploy, project, report, transactionOf } = context;
      const { constraint, table } = operation;
      const added = operationsOn(table, deploy).find(
        (other): other is AddConstraint =>
          other.kind === 'AddConstraint' &&
          other.constraint.name === constraint &&
          isNotValid(other.constraint) &&
          transactionOf(other) === transactionOf(operation) &&
          runsBefore(other, operation, deploy),
      );
      if (added === undefined || slowWorkOnUsedTables(operation, context).length === 0) return;
      report({
        messageId: 'stillLocked',
        at: operation,
        data: {
          constraint: quoteIdentifier(constraint),
          table,
          ...waiting(operation, added.constraint, context),
          later: laterTransaction(project.runner, transactionOf(operation)),
        },
        related: [{ at: added, label: 'takes the lock' }],
        fix: validateAfterCommitFix(operation, context),
      });
    },
  },
});

function isNotValid(constraint: ConstraintDefinition): boolean {
  return (
    'notValid' in constraint &&
    constraint.notValid &&
    !('notEnforced' in constraint && constraint.notEnforced)
  );
}

/** Who waits for the locks that are held already. */
function waiting(
  operation: ValidateConstraint,
  constraint: ConstraintDefinition,
  { existedBeforeDeploy, heldLocks }: RuleContext<typeof messages, NoOptions>,
): { readonly blocked: string; readonly tables: readonly ObjectName[] } {
  const { table } = operation;
  if (constraint.type !== 'foreign key' || isLockedForAll(table, heldLocks(operation)))
    return { blocked: 'reads and writes', tables: [table] };
  return { blocked: 'writes', tables: tablesLockedForKey(table, constraint.references, existedBeforeDeploy) };
}
