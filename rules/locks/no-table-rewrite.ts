import {
  defineRule,
  isVolatile,
  quoteIdentifier,
  rewrittenTables,
  type AddColumn,
  type AlterColumnType,
  type Column,
  type NoOptions,
  type RuleContext,
  type SetAccessMethod,
  type SetExpression,
  type SetPersistence,
  type SetTablespace,
} from 'migration-lint';

const messages = {
  rewrites: {
    what: '{{change}} writes every row of {{table}} anew, and nobody can read or write the table until that is done.',
    help: '{{instead}}',
  },
} as const;

export default defineRule({
  meta: {
    name: 'no-table-rewrite',
    summary: 'Disallow statements that write an existing table anew',
    rationale:
      'SET LOGGED, SET UNLOGGED, SET ACCESS METHOD, SET TABLESPACE, SET EXPRESSION of a stored column, and a new column whose domain ' +
      'has constraints make PostgreSQL write every row of the table, and all its indexes, under ACCESS EXCLUSIVE: reads and writes ' +
      'wait for as long as that takes. What has a rule of its own (a type change, a volatile default, serial, identity and stored ' +
      'columns) is reported there.',
    instead:
      'Make a new table as the old one should be, keep it in step with a trigger, copy the rows in batches that commit each, and ' +
      'change over. For a domain, add the column with its base type, fill it, and check it:\n\n```sql\nALTER TABLE users ADD COLUMN age int;\n' +
      'ALTER TABLE users ADD CONSTRAINT users_age_check CHECK (age >= 0) NOT VALID;\n```\n\n```sql\nALTER TABLE users VALIDATE CONSTRAINT users_age_check;\n```',
    whenNotToUse: 'For tables so small that writing them anew takes no time anybody notices.',
    policy: ['EC3'],
    presets: ['recommended'],
    severity: 'error',
    sizeMatters: true,
    yieldsTo: [
      'no-identity-column',
      'no-inline-constraint',
      'no-serial-column',
      'no-stored-generated-column',
      'no-type-change',
      'no-volatile-default',
    ],
    messages,
    examples: {
      bad: [
        {
          title: 'a table that is no longer written to the log',
          history: ['CREATE TABLE events (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE events SET UNLOGGED;',
          reports: ['rewrites'],
          proof: {
            rows: 'INSERT INTO events VALUES (1);',
            lock: { events: 'ACCESS EXCLUSIVE' },
            rewrites: ['events'],
          },
        },
        {
          title: 'and back',
          history: ['CREATE UNLOGGED TABLE events (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE events SET LOGGED;',
          reports: ['rewrites'],
          proof: { rows: 'INSERT INTO events VALUES (1);', rewrites: ['events'] },
        },
        {
          title: 'another tablespace, another access method',
          history: ['CREATE TABLE events (id int PRIMARY KEY); CREATE TABLE facts (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE events SET TABLESPACE fast;\nALTER TABLE facts SET ACCESS METHOD columnar;',
          reports: ['rewrites', 'rewrites'],
        },
        {
          title: 'a domain with constraints: each row is checked as it is written',
          history: [
            'CREATE DOMAIN percent AS int CHECK (VALUE BETWEEN 0 AND 100); CREATE TABLE users (id int PRIMARY KEY);',
          ],
          sql: 'ALTER TABLE users ADD COLUMN score percent;',
          reports: ['rewrites'],
          proof: {
            rows: 'INSERT INTO users VALUES (1);',
            lock: { users: 'ACCESS EXCLUSIVE' },
            rewrites: ['users'],
          },
        },
        {
          title: 'another expression of a stored column',
          postgres: 18,
          history: ['CREATE TABLE users (a int, b int GENERATED ALWAYS AS (a * 2) STORED);'],
          sql: 'ALTER TABLE users ALTER COLUMN b SET EXPRESSION AS (a * 3);',
          reports: ['rewrites'],
          proof: { rows: 'INSERT INTO users VALUES (1);', rewrites: ['users'] },
        },
        {
          title: 'a column of the same migration changes its type, and with it every row is written',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN a int;\nALTER TABLE users ALTER COLUMN a TYPE bigint;',
          reports: ['rewrites'],
          proof: { rows: 'INSERT INTO users VALUES (1);', rewrites: ['users'] },
        },
        {
          title: 'a type change that no other rule reports, since they are off',
          history: ['CREATE TABLE users (a int);'],
          sql: 'ALTER TABLE users ALTER COLUMN a TYPE bigint;',
          reports: ['rewrites'],
          proof: { rows: 'INSERT INTO users VALUES (1);', rewrites: ['users'] },
        },
      ],
      good: [
        {
          title: 'what a table is already',
          history: ['CREATE TABLE events (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE events SET LOGGED;',
          proof: { rows: 'INSERT INTO events VALUES (1);', rewrites: [] },
        },
        {
          title: 'storage parameters',
          history: ['CREATE TABLE events (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE events SET (fillfactor = 70);',
          proof: { rows: 'INSERT INTO events VALUES (1);', rewrites: [] },
        },
        {
          title: 'a domain without constraints',
          history: ['CREATE DOMAIN name AS text; CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE users ADD COLUMN nick name;',
          proof: { rows: 'INSERT INTO users VALUES (1);', rewrites: [] },
        },
        {
          title: 'the base type, and a CHECK that is validated later',
          history: [
            'CREATE DOMAIN percent AS int CHECK (VALUE BETWEEN 0 AND 100); CREATE TABLE users (id int PRIMARY KEY);',
          ],
          sql: 'ALTER TABLE users ADD COLUMN score int;\nALTER TABLE users ADD CONSTRAINT score_range CHECK (score BETWEEN 0 AND 100) NOT VALID;',
          proof: { rows: 'INSERT INTO users VALUES (1);', rewrites: [], scans: [] },
        },
        {
          title: 'a type change that PostgreSQL gives for free',
          history: ['CREATE TABLE users (a varchar(20));'],
          sql: 'ALTER TABLE users ALTER COLUMN a TYPE text;',
          proof: { rows: "INSERT INTO users VALUES ('a');", rewrites: [] },
        },
        {
          title: 'a column that no migration created: its type may be that already',
          sql: 'ALTER TABLE users ALTER COLUMN a TYPE bigint;',
        },
        {
          title: 'a table of the same deploy, and one that was emptied',
          history: ['CREATE TABLE cache (id int);'],
          sql: 'CREATE TABLE events (id int);\nALTER TABLE events SET UNLOGGED;\nTRUNCATE cache;\nALTER TABLE cache SET UNLOGGED;',
        },
      ],
    },
  },
  on: {
    SetPersistence: judge,
    SetAccessMethod: judge,
    SetTablespace: judge,
    SetExpression: judge,
    AlterColumnType(operation, context) {
      const column = columnOf(operation, context);
      // What the type was decides whether it is written anew.
      if (column?.certainty === 'certain') judge(operation, context);
    },
    AddColumn(operation, context) {
      const { column } = operation;
      // These have rules of their own, which may be switched off on purpose.
      const isNamed = column.type.serial || column.identity !== undefined || column.generated !== undefined;
      const isOfDefault = column.default !== undefined && isVolatile(column.default, context.catalog);
      if (!isNamed && !isOfDefault) judge(operation, context);
    },
  },
});

type Rewriting =
  | SetPersistence
  | SetAccessMethod
  | SetTablespace
  | SetExpression
  | AlterColumnType
  | AddColumn;

type Context = RuleContext<typeof messages, NoOptions>;

function columnOf({ table, column }: AlterColumnType, { catalog }: Context): Column | undefined {
  return catalog.table(table)?.columns.find(({ name }) => name === column);
}

function judge(operation: Rewriting, context: Context): void {
  if (rewrittenTables(operation, context).length === 0) return;
  const [change, instead] = wordsOf(operation, context);
  context.report({ messageId: 'rewrites', at: operation, data: { change, instead, table: operation.table } });
}

const COPY =
  'Make a new table instead, keep it in step with a trigger, copy the rows in batches, and change over; or do it while nothing uses the table.';

/** What writes the rows, and what to do instead. */
function wordsOf(operation: Rewriting, context: Context): readonly [change: string, instead: string] {
  switch (operation.kind) {
    case 'SetPersistence':
      return [operation.persistence === 'unlogged' ? 'SET UNLOGGED' : 'SET LOGGED', COPY];
    case 'SetAccessMethod':
      return ['SET ACCESS METHOD', COPY];
    case 'SetTablespace':
      return ['SET TABLESPACE', COPY];
    case 'SetExpression':
      return [
        `Changing the expression of ${quoteIdentifier(operation.column)}`,
        'Add a new column for it instead, fill it in batches, and drop this one once nobody reads it.',
      ];
    case 'AlterColumnType': {
      const column = columnOf(operation, context);
      const isNew = column !== undefined && context.isMadeByDeploy(column);
      return [
        `Changing the type of ${quoteIdentifier(operation.column)}`,
        isNew
          ? 'The column is new: give it this type when it is added.'
          : 'Add a new column of that type instead, write to both, fill it in batches, and drop this one once nobody reads it.',
      ];
    }
    case 'AddColumn':
      return [
        `Adding ${quoteIdentifier(operation.column.name)}, whose domain has constraints,`,
        'Add it with the type that the domain is made from, and the condition as a CHECK that is NOT VALID first and validated in a later migration.',
      ];
    default:
      return operation satisfies never;
  }
}
