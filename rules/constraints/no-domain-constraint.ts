import { defineRule, displayName, quoteIdentifier, slowWorkOnUsedTables } from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-domain-constraint',
    summary: 'Disallow a domain’s constraint that reads every table with the domain',
    rationale:
      'A domain looks like one object, but its values lie in many tables. ALTER DOMAIN … ADD CONSTRAINT and SET NOT NULL lock every ' +
      'table that has a column of the domain in SHARE mode, one after the other, and read all of them: writes to all of them wait ' +
      'until the last one was read. With NOT VALID nothing is locked and nothing read; values that are written from then on are ' +
      'checked. VALIDATE CONSTRAINT then takes the same locks as adding it would have: of a domain it has no weaker form.',
    instead:
      'Add it unchecked. Where old values must be checked, do that when few write:\n\n' +
      '```sql\n-- migration 1\nALTER DOMAIN positive ADD CONSTRAINT positive_check CHECK (VALUE > 0) NOT VALID;\n```\n\n' +
      'Or leave the domain alone and give the table that needs it a CHECK of its own, NOT VALID, which can be validated while ' +
      'everybody goes on.',
    whenNotToUse: 'For domains whose tables are small.',
    policy: ['IX5'],
    presets: ['recommended'],
    severity: 'error',
    sizeMatters: true,
    messages: {
      adds: {
        what: 'Adding a constraint to the domain {{domain}} blocks writes to {{tables}} while every row there is read.',
        help: 'Add it with NOT VALID: nothing is locked or read, and new values are checked from then on.',
      },
      setsNotNull: {
        what: 'Making the domain {{domain}} NOT NULL blocks writes to {{tables}} while every row there is read.',
        help: 'ALTER DOMAIN {{domain}} ADD CONSTRAINT … CHECK (VALUE IS NOT NULL) NOT VALID locks and reads nothing; or make the columns NOT NULL one by one.',
      },
      validates: {
        what: 'Validating {{constraint}} of the domain {{domain}} blocks writes to {{tables}} while every row there is read.',
        help: 'PostgreSQL has no weaker lock for it: run it when few write, with a lock_timeout. Or leave it NOT VALID, which checks new values all the same.',
      },
    },
    examples: {
      bad: [
        {
          title: 'a CHECK, while two tables use the domain',
          history: [
            'CREATE DOMAIN positive AS int; CREATE TABLE orders (total positive); CREATE TABLE items ("unitPrice" positive);',
          ],
          sql: 'ALTER DOMAIN positive ADD CONSTRAINT positive_check CHECK (VALUE > 0);',
          reports: ['adds'],
          proof: {
            rows: 'INSERT INTO orders VALUES (1); INSERT INTO items VALUES (1);',
            lock: { orders: 'SHARE', items: 'SHARE' },
            scans: ['items', 'orders'],
          },
        },
        {
          title: 'NOT NULL',
          history: ['CREATE DOMAIN email AS text; CREATE TABLE users (address email);'],
          sql: 'ALTER DOMAIN email SET NOT NULL;',
          reports: ['setsNotNull'],
          proof: { rows: "INSERT INTO users VALUES ('a');", lock: { users: 'SHARE' }, scans: ['users'] },
        },
        {
          title: 'a domain that another one is made of',
          history: [
            'CREATE DOMAIN whole AS int; CREATE DOMAIN amount AS whole; CREATE TABLE orders (total amount);',
          ],
          sql: 'ALTER DOMAIN whole ADD CONSTRAINT whole_check CHECK (VALUE >= 0);',
          reports: ['adds'],
          proof: { rows: 'INSERT INTO orders VALUES (1);', lock: { orders: 'SHARE' }, scans: ['orders'] },
        },
        {
          title: 'VALIDATE, which locks as much as adding it',
          history: [
            'CREATE DOMAIN positive AS int; CREATE TABLE orders (total positive);',
            'ALTER DOMAIN positive ADD CONSTRAINT positive_check CHECK (VALUE > 0) NOT VALID;',
          ],
          sql: 'ALTER DOMAIN positive VALIDATE CONSTRAINT positive_check;',
          reports: ['validates'],
          proof: { rows: 'INSERT INTO orders VALUES (1);', lock: { orders: 'SHARE' }, scans: ['orders'] },
        },
      ],
      good: [
        {
          title: 'arrays of it: PostgreSQL refuses the statement, and reads nothing',
          history: ['CREATE DOMAIN positive AS int; CREATE TABLE orders (totals positive[]);'],
          sql: 'ALTER DOMAIN positive ADD CONSTRAINT positive_check CHECK (VALUE > 0);',
          proof: { error: '0A000' },
        },
        {
          title: 'NOT VALID',
          history: ['CREATE DOMAIN positive AS int; CREATE TABLE orders (total positive);'],
          sql: 'ALTER DOMAIN positive ADD CONSTRAINT positive_check CHECK (VALUE > 0) NOT VALID;',
          proof: {
            rows: 'INSERT INTO orders VALUES (1);',
            scans: [],
          },
        },
        {
          title: 'and it checks new values',
          history: ['CREATE DOMAIN positive AS int; CREATE TABLE orders (total positive);'],
          sql: 'ALTER DOMAIN positive ADD CONSTRAINT positive_check CHECK (VALUE > 0) NOT VALID;',
          proof: { afterwards: { sql: 'INSERT INTO orders VALUES (-1);', error: '23514' } },
        },
        {
          title: 'a domain that no table has yet',
          history: ['CREATE DOMAIN positive AS int;'],
          sql: 'ALTER DOMAIN positive ADD CONSTRAINT positive_check CHECK (VALUE > 0);',
          proof: { scans: [] },
        },
        {
          title: 'a new domain with a constraint',
          sql: 'CREATE DOMAIN positive AS int CHECK (VALUE > 0);\nCREATE TABLE orders (total positive);',
        },
        {
          title: 'a table created in the same migration',
          history: ['CREATE DOMAIN positive AS int;'],
          sql: 'CREATE TABLE orders (total positive);\nALTER DOMAIN positive ADD CONSTRAINT positive_check CHECK (VALUE > 0);',
        },
        {
          title: 'less strict than before',
          history: ['CREATE DOMAIN email AS text NOT NULL; CREATE TABLE users (address email);'],
          sql: 'ALTER DOMAIN email DROP NOT NULL;',
          proof: { rows: "INSERT INTO users VALUES ('a');", scans: [] },
        },
      ],
    },
  },
  on: {
    AlterDomain(operation, context) {
      const { change, type } = operation;
      const tables = slowWorkOnUsedTables(operation, context).map(({ relation }) => relation);
      if (tables.length === 0) return;
      const data = { domain: displayName(type), tables };
      const { report } = context;
      if (change.action === 'set not null') report({ messageId: 'setsNotNull', at: operation, data });
      else if (change.action === 'validate constraint') {
        const more = { ...data, constraint: quoteIdentifier(change.constraint) };
        report({ messageId: 'validates', at: operation, data: more, severity: 'warning' });
      } else report({ messageId: 'adds', at: operation, data });
    },
  },
});
