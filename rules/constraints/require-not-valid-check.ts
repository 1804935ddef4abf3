import {
  defineRule,
  laterTransaction,
  quoteIdentifier,
  slowWorkOnUsedTables,
  validateLaterFix,
} from 'migration-lint';

export default defineRule({
  meta: {
    name: 'require-not-valid-check',
    summary: 'Require `NOT VALID` for a CHECK on an existing table',
    rationale:
      'ADD CONSTRAINT … CHECK takes ACCESS EXCLUSIVE and reads the whole table before it lets go: nobody can read or write it for ' +
      'all that time. With NOT VALID the same lock lasts for a moment, since nothing is read; new rows are checked from then on. ' +
      'VALIDATE CONSTRAINT reads the old ones later under SHARE UPDATE EXCLUSIVE, which neither reads nor writes wait for.',
    instead:
      'Add it unchecked, and check it in the next migration:\n\n```sql\n-- migration 1\nALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;\n```\n\n' +
      '```sql\n-- migration 2\nALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;\n```\n\n' +
      'With a tool that runs a file as one transaction the two must not share a file: the lock of the first would last through ' +
      'the second.',
    whenNotToUse: 'For tables so small that reading them takes no time anybody notices.',
    policy: ['IX5'],
    presets: ['recommended'],
    severity: 'error',
    fix: { safety: 'safe', form: 'files' },
    sizeMatters: true,
    messages: {
      blocksAll: {
        what: 'Adding the CHECK {{constraint}} reads all of {{table}} under ACCESS EXCLUSIVE: nobody can read or write it until that is done.',
        help: 'Add it with NOT VALID, and run ALTER TABLE {{table}} VALIDATE CONSTRAINT {{constraint}} {{later}}.',
      },
    },
    examples: {
      bad: [
        {
          title: 'a CHECK on a table of an earlier migration',
          history: ['CREATE TABLE orders (id int PRIMARY KEY, total int);'],
          sql: 'ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0);',
          reports: ['blocksAll'],
          fixed: {
            scripts: [
              'ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;',
              'ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;',
            ],
          },
          proof: {
            rows: 'INSERT INTO orders VALUES (1, 1);',
            lock: { orders: 'ACCESS EXCLUSIVE' },
            scans: ['orders'],
          },
        },
        {
          title: 'without a name, on a quoted table of another schema',
          history: ['CREATE SCHEMA shop; CREATE TABLE shop."Order" ("totalCents" int);'],
          sql: 'SET search_path = shop;\nALTER TABLE "Order" ADD CHECK ("totalCents" >= 0);',
          reports: ['blocksAll'],
          fixed: {
            scripts: [
              'SET search_path = shop;\nALTER TABLE "Order" ADD CHECK ("totalCents" >= 0) NOT VALID;',
              'SET search_path = shop;\nALTER TABLE shop."Order" VALIDATE CONSTRAINT "Order_totalCents_check";',
            ],
          },
          proof: {
            rows: 'INSERT INTO shop."Order" VALUES (1);',
            lock: { 'shop.Order': 'ACCESS EXCLUSIVE' },
            scans: ['shop.Order'],
          },
        },
        {
          title: 'about a column that was added just before: its NULLs are read nevertheless',
          history: ['CREATE TABLE orders (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE orders ADD COLUMN total int, ADD CONSTRAINT orders_total_check CHECK (total >= 0);',
          reports: ['blocksAll'],
          fixed: {
            scripts: [
              'ALTER TABLE orders ADD COLUMN total int, ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;',
              'ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;',
            ],
          },
          proof: { rows: 'INSERT INTO orders VALUES (1);', scans: ['orders'] },
        },
        {
          title: 'a partitioned table: every partition is read',
          history: [
            'CREATE TABLE events (n int, at date) PARTITION BY RANGE (at);',
            "CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');",
          ],
          sql: 'ALTER TABLE events ADD CONSTRAINT events_n_check CHECK (n > 0);',
          reports: ['blocksAll'],
          fixed: {
            scripts: [
              'ALTER TABLE events ADD CONSTRAINT events_n_check CHECK (n > 0) NOT VALID;',
              'ALTER TABLE events VALIDATE CONSTRAINT events_n_check;',
            ],
          },
          proof: {
            rows: "INSERT INTO events VALUES (1, '2024-05-05');",
            lock: { events: 'ACCESS EXCLUSIVE', events_2024: 'ACCESS EXCLUSIVE' },
            scans: ['events_2024'],
          },
        },
        {
          title: 'a renamed table',
          history: ['CREATE TABLE "Order" (id int PRIMARY KEY, total int);'],
          sql: 'ALTER TABLE "Order" RENAME TO orders;\nALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0);',
          reports: ['blocksAll'],
          proof: { rows: 'INSERT INTO "Order" VALUES (1, 1);', scans: ['Order'] },
        },
        {
          title: 'under a condition of a DO block',
          history: ['CREATE TABLE orders (id int PRIMARY KEY, total int);'],
          sql: "DO $$ BEGIN\n  IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'orders_total_check') THEN\n    ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0);\n  END IF;\nEND $$;",
          reports: ['blocksAll'],
          proof: { rows: 'INSERT INTO orders VALUES (1, 1);', lock: { orders: 'ACCESS EXCLUSIVE' } },
        },
        {
          title: 'a table that no migration created',
          sql: 'ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0);',
          reports: ['blocksAll'],
        },
      ],
      good: [
        {
          title: 'NOT VALID',
          history: ['CREATE TABLE orders (id int PRIMARY KEY, total int);'],
          sql: 'ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;',
          proof: { rows: 'INSERT INTO orders VALUES (1, 1);', scans: [] },
        },
        {
          title: 'validated in the next migration',
          history: [
            'CREATE TABLE orders (id int PRIMARY KEY, total int);',
            'ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;',
          ],
          sql: 'ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;',
          proof: { lock: { orders: 'SHARE UPDATE EXCLUSIVE' } },
        },
        {
          title: 'NOT VALID on a partitioned table',
          history: [
            'CREATE TABLE events (n int, at date) PARTITION BY RANGE (at);',
            "CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');",
          ],
          sql: 'ALTER TABLE events ADD CONSTRAINT events_n_check CHECK (n > 0) NOT VALID;',
          proof: { rows: "INSERT INTO events VALUES (1, '2024-05-05');", scans: [] },
        },
        {
          title: 'a table created in the same migration',
          sql: 'CREATE TABLE orders (id int PRIMARY KEY, total int);\nALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0);',
        },
        {
          title: 'a table created in the same deploy, and renamed',
          sql: [
            'CREATE TABLE orders_new (id int PRIMARY KEY, total int);',
            'ALTER TABLE orders_new RENAME TO orders; ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0);',
          ],
        },
        {
          title: 'a temporary table',
          sql: 'CREATE TEMPORARY TABLE orders (total int);\nALTER TABLE orders ADD CHECK (total >= 0);',
        },
        {
          title: 'a table emptied just before',
          history: ['CREATE TABLE carts (id int PRIMARY KEY, total int);'],
          sql: 'TRUNCATE carts;\nALTER TABLE carts ADD CONSTRAINT carts_total_check CHECK (total >= 0);',
        },
        {
          title: 'in a function that nothing calls',
          history: ['CREATE TABLE orders (id int PRIMARY KEY, total int);'],
          sql: 'CREATE FUNCTION guard() RETURNS void LANGUAGE plpgsql AS $$ BEGIN ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0); END $$;',
        },
        {
          title: 'IF EXISTS of a table that is not there',
          history: ['CREATE TABLE invoices (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE IF EXISTS orders ADD CONSTRAINT orders_total_check CHECK (total >= 0);',
          proof: { scans: [] },
        },
        {
          title: 'NOT ENFORCED, PostgreSQL 18',
          postgres: 18,
          history: ['CREATE TABLE orders (id int PRIMARY KEY, total int);'],
          sql: 'ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT ENFORCED;',
          proof: { rows: 'INSERT INTO orders VALUES (1, 1);', scans: [] },
        },
      ],
    },
  },
  on: {
    AddConstraint(operation, context) {
      const { constraint, table } = operation;
      if (constraint.type !== 'check' || constraint.notValid || constraint.notEnforced) return;
      if (slowWorkOnUsedTables(operation, context).length === 0) return;
      context.report({
        messageId: 'blocksAll',
        at: operation,
        data: {
          constraint: quoteIdentifier(constraint.name ?? 'of this statement'),
          table,
          later: laterTransaction(context.project.runner, context.transactionOf(operation)),
        },
        fix: validateLaterFix(operation, context),
      });
    },
  },
});
