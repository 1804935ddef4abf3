import { ageInDays, defineRule, displayName, quoteIdentifier, type Constraint } from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-unvalidated-constraint',
    summary: 'Disallow a constraint that stays `NOT VALID`',
    rationale:
      'NOT VALID is the first of two steps. Until VALIDATE CONSTRAINT has read the rows that were there before, some of them may ' +
      'break the constraint, and nobody knows: an UPDATE of such a row fails out of the blue (23514), a join over the foreign key ' +
      'loses it, and a restored dump keeps it. The planner does not trust the constraint either.',
    instead:
      'Validate it, in a migration of its own:\n\n```sql\nALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;\n```\n\n' +
      'That reads the table, and neither reads nor writes wait for it. Where it fails, mend the rows it names first.',
    whenNotToUse: 'Where old rows are known to break a constraint and stay as they are.',
    policy: ['IX5', 'EC8'],
    presets: ['strict'],
    severity: 'warning',
    options: {
      days: {
        type: 'integer',
        default: 30,
        minimum: 0,
        convention: 'overdueDays',
        description: 'How many days a constraint may stay NOT VALID, by the version of its migration.',
      },
    },
    messages: {
      onTable: {
        what: '{{constraint}} of {{table}} is NOT VALID since {{migration}}, {{days}} days ago: the rows from before were never checked.',
        help: 'ALTER TABLE {{table}} VALIDATE CONSTRAINT {{constraint}}, in a migration of its own: it blocks neither reads nor writes.',
      },
      onDomain: {
        what: '{{constraint}} of the domain {{domain}} is NOT VALID since {{migration}}, {{days}} days ago: the values from before were never checked.',
        help: 'ALTER DOMAIN {{domain}} VALIDATE CONSTRAINT {{constraint}}, when few write: writes to the tables with the domain wait while they are read.',
      },
    },
    examples: {
      bad: [
        {
          title: 'a CHECK of two months ago',
          history: [
            'CREATE TABLE orders (id int PRIMARY KEY, total int);',
            'ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;',
            'CREATE TABLE tags (id int PRIMARY KEY);',
          ],
          sql: 'CREATE TABLE labels (id int PRIMARY KEY);',
          reports: ['onTable'],
          proof: {
            query: {
              sql: "SELECT convalidated FROM pg_constraint WHERE conname = 'orders_total_check'",
              rows: [['false']],
            },
          },
        },
        {
          title: 'a foreign key, where a week is agreed on, on a table that is renamed',
          history: [
            'CREATE TABLE "User" (id int PRIMARY KEY); CREATE TABLE "Post" (id int PRIMARY KEY, author int);',
            'ALTER TABLE "Post" ADD CONSTRAINT "Post_author_fkey" FOREIGN KEY (author) REFERENCES "User" (id) NOT VALID;',
          ],
          hoursBetween: 240,
          options: { days: 7 },
          sql: 'ALTER TABLE "Post" RENAME TO posts;',
          reports: ['onTable'],
          proof: {
            query: {
              sql: "SELECT convalidated FROM pg_constraint WHERE conname = 'Post_author_fkey'",
              rows: [['false']],
            },
          },
        },
        {
          title: 'of a domain',
          history: [
            'CREATE DOMAIN positive AS int; CREATE TABLE orders (total positive);',
            'ALTER DOMAIN positive ADD CONSTRAINT positive_check CHECK (VALUE > 0) NOT VALID;',
            'CREATE TABLE tags (id int PRIMARY KEY);',
          ],
          sql: 'CREATE TABLE labels (id int PRIMARY KEY);',
          reports: ['onDomain'],
          proof: {
            query: {
              sql: "SELECT convalidated FROM pg_constraint WHERE conname = 'positive_check'",
              rows: [['false']],
            },
          },
        },
      ],
      good: [
        {
          title: 'validated',
          history: [
            'CREATE TABLE orders (id int PRIMARY KEY, total int);',
            'ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;',
            'ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;',
          ],
          sql: 'CREATE TABLE labels (id int PRIMARY KEY);',
        },
        {
          title: 'validated by this deploy',
          history: [
            'CREATE TABLE orders (id int PRIMARY KEY, total int);',
            'ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;',
            'CREATE TABLE tags (id int PRIMARY KEY);',
          ],
          sql: 'ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;',
        },
        {
          title: 'perhaps validated',
          history: [
            'CREATE TABLE orders (id int PRIMARY KEY, total int);',
            'ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;',
            "DO $$ BEGIN IF now() > '2024-01-01' THEN ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check; END IF; END $$;",
          ],
          sql: 'CREATE TABLE labels (id int PRIMARY KEY);',
        },
        {
          title: 'added last week',
          history: [
            'CREATE TABLE orders (id int PRIMARY KEY, total int);',
            'ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;',
          ],
          hoursBetween: 168,
          sql: 'CREATE TABLE labels (id int PRIMARY KEY);',
        },
        {
          title: 'dropped again, or its table',
          history: [
            'CREATE TABLE orders (id int PRIMARY KEY, total int); CREATE TABLE carts (total int);',
            'ALTER TABLE orders ADD CONSTRAINT c CHECK (total >= 0) NOT VALID; ALTER TABLE carts ADD CONSTRAINT c CHECK (total >= 0) NOT VALID;',
            'ALTER TABLE orders DROP CONSTRAINT c; DROP TABLE carts;',
          ],
          sql: 'CREATE TABLE labels (id int PRIMARY KEY);',
        },
        {
          title: 'NOT VALID in CREATE TABLE, where it says nothing',
          history: [
            'CREATE TABLE orders (total int, CONSTRAINT c CHECK (total >= 0) NOT VALID);',
            'CREATE TABLE tags (id int PRIMARY KEY);',
          ],
          sql: 'CREATE TABLE labels (id int PRIMARY KEY);',
          proof: {
            query: { sql: "SELECT convalidated FROM pg_constraint WHERE conname = 'c'", rows: [['true']] },
          },
        },
        {
          title: 'NOT ENFORCED, PostgreSQL 18',
          postgres: 18,
          history: [
            'CREATE TABLE orders (total int);',
            'ALTER TABLE orders ADD CONSTRAINT c CHECK (total >= 0) NOT ENFORCED;',
            'CREATE TABLE tags (id int PRIMARY KEY);',
          ],
          sql: 'CREATE TABLE labels (id int PRIMARY KEY);',
        },
      ],
    },
  },
  on: {
    Project({ migrations }, { catalogAfter, now, options, report }) {
      const overdue = (constraint: Constraint): number | undefined => {
        if (!isOpen(constraint)) return undefined;
        const days = ageInDays(migrations[constraint.origin.migration]?.version, now);
        return days !== undefined && days > options.days ? days : undefined;
      };
      for (const { name: table, constraints } of catalogAfter.tables()) {
        for (const constraint of constraints) {
          const days = overdue(constraint);
          if (days === undefined) continue;
          const { id: migration, statement: at } = constraint.origin;
          const data = { constraint: quoteIdentifier(constraint.name), table, migration, days };
          report({ messageId: 'onTable', at, data });
        }
      }
      for (const type of catalogAfter.types()) {
        if (type.kind !== 'domain') continue;
        for (const constraint of type.constraints) {
          const days = overdue(constraint);
          if (days === undefined) continue;
          const { id: migration, statement: at } = constraint.origin;
          const data = { constraint: quoteIdentifier(constraint.name), migration, days };
          report({ messageId: 'onDomain', at, data: { ...data, domain: displayName(type.name) } });
        }
      }
    },
  },
});

/** Whether a constraint waits for VALIDATE: its own, not a parent's, and enforced. */
function isOpen({ certainty, definition, local, validated }: Constraint): boolean {
  const isEnforced = !('notEnforced' in definition && definition.notEnforced);
  return !validated && local && certainty === 'certain' && isEnforced;
}
