import {
  concurrentBuildAdvice,
  defineRule,
  quoteIdentifier,
  slowWorkOnUsedTables,
  type ConstraintDefinition,
} from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-exclusion-constraint',
    summary: 'Disallow an EXCLUDE constraint on an existing table',
    rationale:
      'ADD CONSTRAINT … EXCLUDE builds its index under ACCESS EXCLUSIVE and compares every row with the others: nobody can read ' +
      'or write the table until that is done. There is no way around it: PostgreSQL has neither NOT VALID nor USING INDEX for ' +
      'these constraints.',
    instead:
      'Give a new table the constraint while it is empty, copy the rows over in batches, keep both in step, and let the code ' +
      'change over. If the constraint only compares with `=`, a unique index does the same and can be built concurrently:\n\n' +
      '```sql\nCREATE UNIQUE INDEX CONCURRENTLY bookings_room_day_key ON bookings (room, day) WHERE NOT cancelled;\n```',
    whenNotToUse: 'For tables so small that the build takes no time anybody notices.',
    policy: ['IX5'],
    presets: ['recommended'],
    severity: 'error',
    sizeMatters: true,
    messages: {
      blocksAll: {
        what: 'Adding the exclusion constraint {{constraint}} builds its index under ACCESS EXCLUSIVE: nobody can read or write {{table}} until every row was compared.',
        help: 'There is no online way: neither NOT VALID nor USING INDEX works here. Create a new table with the constraint and copy in batches, or do it while {{table}} is not used, with a lock_timeout.',
      },
      overlaps: {
        what: 'Adding {{constraint}}, which is WITHOUT OVERLAPS, builds its index under ACCESS EXCLUSIVE: nobody can read or write {{table}} until every row was compared.',
        help: 'There is no online way: neither NOT VALID nor USING INDEX works here. Create a new table with the constraint and copy in batches, or do it while {{table}} is not used, with a lock_timeout.',
      },
      isUnique: {
        what: 'Adding the exclusion constraint {{constraint}} builds its index under ACCESS EXCLUSIVE: nobody can read or write {{table}} until every row was compared.',
        help: 'It only compares with =, which CREATE UNIQUE INDEX CONCURRENTLY does as well, while everybody goes on. {{advice}}',
      },
    },
    examples: {
      bad: [
        {
          title: 'rooms that are not booked twice',
          history: ['CREATE TABLE bookings (id int PRIMARY KEY, during tstzrange);'],
          sql: 'ALTER TABLE bookings ADD CONSTRAINT bookings_overlap EXCLUDE USING gist (during WITH &&);',
          reports: ['blocksAll'],
          proof: {
            rows: "INSERT INTO bookings VALUES (1, '[2024-01-01, 2024-01-02)');",
            lock: { bookings: 'ACCESS EXCLUSIVE' },
            scans: ['bookings'],
          },
        },
        {
          title: 'without a name',
          history: ['CREATE TABLE "Booking" ("duringStay" tstzrange);'],
          sql: 'ALTER TABLE "Booking" ADD EXCLUDE USING gist ("duringStay" WITH &&) WHERE (NOT isempty("duringStay"));',
          reports: ['blocksAll'],
          proof: { lock: { Booking: 'ACCESS EXCLUSIVE' } },
        },
        {
          title: 'a UNIQUE that is WITHOUT OVERLAPS, PostgreSQL 18: one of these under another name',
          postgres: 18,
          history: ['CREATE TABLE bookings (room int4range, during daterange);'],
          sql: 'ALTER TABLE bookings ADD CONSTRAINT bookings_room UNIQUE (room, during WITHOUT OVERLAPS);',
          reports: ['overlaps'],
          proof: {
            rows: "INSERT INTO bookings VALUES ('[1,2)', '[2024-01-01, 2024-01-02)');",
            lock: { bookings: 'ACCESS EXCLUSIVE' },
            scans: ['bookings'],
          },
        },
        {
          title: 'one that is only a UNIQUE',
          history: ['CREATE TABLE bookings (room int, day date, cancelled boolean);'],
          sql: 'ALTER TABLE bookings ADD CONSTRAINT one_a_day EXCLUDE (room WITH =, day WITH =) WHERE (NOT cancelled);',
          reports: ['isUnique'],
          proof: {
            rows: "INSERT INTO bookings VALUES (1, '2024-01-01', false);",
            lock: { bookings: 'ACCESS EXCLUSIVE' },
            scans: ['bookings'],
          },
        },
      ],
      good: [
        {
          title: 'a new table with a key WITHOUT OVERLAPS, PostgreSQL 18',
          postgres: 18,
          sql: 'CREATE TABLE bookings (room int4range, during daterange, UNIQUE (room, during WITHOUT OVERLAPS));',
          proof: {},
        },
        {
          title: 'a table created in the same migration',
          sql: 'CREATE TABLE bookings (during tstzrange);\nALTER TABLE bookings ADD CONSTRAINT bookings_overlap EXCLUDE USING gist (during WITH &&);',
        },
        {
          title: 'a new table',
          sql: 'CREATE TABLE bookings (during tstzrange, EXCLUDE USING gist (during WITH &&));',
          proof: {},
        },
        {
          title: 'a unique index',
          history: ['CREATE TABLE bookings (room int, day date, cancelled boolean);'],
          sql: 'CREATE UNIQUE INDEX CONCURRENTLY one_a_day ON bookings (room, day) WHERE NOT cancelled;',
          proof: {},
        },
        {
          title: 'a table emptied just before',
          history: ['CREATE TABLE holds (during tstzrange);'],
          sql: 'TRUNCATE holds;\nALTER TABLE holds ADD EXCLUDE USING gist (during WITH &&);',
        },
        {
          title: 'a temporary table',
          sql: 'CREATE TEMPORARY TABLE holds (during tstzrange);\nALTER TABLE holds ADD EXCLUDE USING gist (during WITH &&);',
        },
      ],
    },
  },
  on: {
    AddConstraint(operation, context) {
      const { constraint, table } = operation;
      const isTemporal = 'withoutOverlaps' in constraint && constraint.withoutOverlaps;
      if (constraint.type !== 'exclude' && !isTemporal) return;
      if (slowWorkOnUsedTables(operation, context).length === 0) return;
      const { project, report, transactionOf } = context;
      const name = constraint.name === undefined ? 'of this statement' : quoteIdentifier(constraint.name);
      const data = { constraint: name, table };
      if (constraint.type !== 'exclude') return report({ messageId: 'overlaps', at: operation, data });
      if (!isUnique(constraint)) return report({ messageId: 'blocksAll', at: operation, data });
      const advice = concurrentBuildAdvice(project.runner, transactionOf(operation));
      report({ messageId: 'isUnique', at: operation, data: { ...data, advice } });
    },
  },
});

/** Whether a unique index would refuse the same rows, at the same moment. */
function isUnique(constraint: Extract<ConstraintDefinition, { type: 'exclude' }>): boolean {
  const { deferrable, elements, method } = constraint;
  const isEqual = elements.every(({ operator }) => operator === '=');
  return isEqual && !deferrable && (method === 'btree' || method === 'gist');
}
