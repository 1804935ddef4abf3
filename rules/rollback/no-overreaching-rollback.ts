import {
  defineRule,
  differenceWords,
  displayName,
  quoteIdentifier,
  rowsBeyondMigration,
  shortcomingsOf,
  shortList,
  stepNear,
  type CascadingDrop,
  type Operation,
} from 'migration-lint';

export default defineRule({
  meta: {
    name: 'no-overreaching-rollback',
    summary: 'Disallow a rollback that takes away or changes what its migration did not make',
    rationale:
      'A rollback that reaches further than its migration destroys what was there before: a table of somebody else’s, a view that CASCADE ' +
      'took along, a constraint that the copy-and-paste of another rollback drops. CASCADE decides on the night itself what goes: ' +
      'whatever later migrations, or people by hand, have built on the object by then.',
    instead:
      'Drop what the migration made, each by its name, and without CASCADE: if something unexpected depends on it, PostgreSQL stops and says ' +
      'what.\n\n```sql\nDROP VIEW "active_passes";\nDROP TABLE "passes";\n```',
    policy: ['RB4'],
    presets: ['recommended'],
    severity: 'error',
    messages: {
      overreaches: {
        what: 'After the rollback, {{differences}}, though {{migration}} did not touch that.',
        help: 'Undo only what the migration did; where CASCADE takes more along, name what is to go instead.',
      },
      empties: {
        what: 'This rollback deletes all rows of {{tables}}, and {{migration}} has nothing to do with them.',
        help: 'Leave the statement out: a rollback takes back what its migration did. Delete the rows that the migration wrote by their keys.',
      },
      cascade: {
        what: 'CASCADE takes along whatever depends on {{object}} when this rollback runs, also what later migrations made.',
        help: 'Leave CASCADE out: PostgreSQL then stops and says what depends on it.',
      },
    },
    examples: {
      bad: [
        {
          title: 'a table that was there before',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'CREATE TABLE IF NOT EXISTS users (id int PRIMARY KEY);\nCREATE TABLE lists (id int PRIMARY KEY);',
          rollback: 'DROP TABLE lists;\nDROP TABLE users;',
          reports: ['overreaches'],
          proof: { rollback: { restores: false } },
        },
        {
          title: 'CASCADE takes a view along that was there before',
          history: [
            'CREATE TABLE users (id int PRIMARY KEY);\nCREATE VIEW user_ids AS SELECT id FROM users;',
          ],
          sql: 'ALTER TABLE users RENAME COLUMN id TO key;\nALTER TABLE users ADD COLUMN name text;',
          rollback:
            'ALTER TABLE users DROP COLUMN name;\nALTER TABLE users DROP COLUMN key CASCADE;\nALTER TABLE users ADD COLUMN id int PRIMARY KEY;',
          reports: ['overreaches'],
          proof: { rollback: { restores: false } },
        },
        {
          title: 'a table of other rows is emptied',
          history: ['CREATE TABLE plans (id int PRIMARY KEY);\nCREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'ALTER TABLE plans ADD COLUMN name text;',
          rollback: 'TRUNCATE users;\nALTER TABLE plans DROP COLUMN name;',
          reports: ['empties'],
          proof: {
            rows: 'INSERT INTO users VALUES (7);',
            rollback: { restores: true },
            query: { sql: 'SELECT count(*) FROM users', rows: [['0']] },
          },
        },
        {
          title: 'a constraint of another migration',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text CONSTRAINT users_email_key UNIQUE);'],
          sql: 'ALTER TABLE users ADD COLUMN name text;',
          rollback: 'ALTER TABLE users DROP COLUMN name, DROP CONSTRAINT users_email_key;',
          reports: ['overreaches'],
          proof: { rollback: { restores: false } },
        },
        {
          title: 'a NOT NULL that the migration did not drop',
          history: ['CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL);'],
          sql: 'ALTER TABLE users ALTER email TYPE varchar(300);',
          rollback: 'ALTER TABLE users ALTER email TYPE text, ALTER email DROP NOT NULL;',
          reports: ['overreaches'],
          proof: { rollback: { restores: false } },
        },
        {
          title: 'CASCADE that takes nothing along today',
          sql: 'CREATE TABLE lists (id int PRIMARY KEY);',
          rollback: 'DROP TABLE IF EXISTS lists CASCADE;',
          reports: ['cascade'],
          proof: { rollback: { restores: true } },
        },
      ],
      good: [
        {
          title: 'a table that the migration fills: whether all of it goes is for another rule to ask',
          history: ['CREATE TABLE plans (id int PRIMARY KEY);'],
          sql: 'INSERT INTO plans VALUES (1);',
          rollback: 'TRUNCATE plans;',
          proof: { rollback: { restores: true } },
        },
        {
          title: 'a table that a procedure of the migration may have filled',
          history: [
            'CREATE TABLE plans (id int PRIMARY KEY);\nCREATE PROCEDURE fill() LANGUAGE sql AS $$ INSERT INTO plans VALUES (1) $$;',
          ],
          sql: 'CALL fill();',
          rollback: 'TRUNCATE plans;',
          proof: { rollback: { restores: true } },
        },
        {
          title: 'what the migration made',
          history: ['CREATE TABLE users (id int PRIMARY KEY);'],
          sql: 'CREATE TABLE lists (id int PRIMARY KEY, owner int REFERENCES users);',
          rollback: 'DROP TABLE lists;',
          proof: { rollback: { restores: true } },
        },
        {
          title: 'dropped on the way and made again',
          history: ['CREATE TABLE t (a int, b int);\nCREATE VIEW v AS SELECT a FROM t;'],
          sql: 'DROP VIEW v;\nALTER TABLE t ALTER a TYPE bigint;\nCREATE VIEW v AS SELECT a FROM t;',
          rollback: 'DROP VIEW v;\nALTER TABLE t ALTER a TYPE int;\nCREATE VIEW v AS SELECT a FROM t;',
          proof: { rollback: { restores: true } },
        },
        {
          title: 'what is missing is what the migration took away: that is no-incomplete-rollback’s',
          history: ['CREATE TABLE t (a int, b int);'],
          sql: 'ALTER TABLE t DROP COLUMN b;\nALTER TABLE t ADD COLUMN c int;',
          rollback: 'ALTER TABLE t DROP COLUMN c;',
          proof: { rollback: { restores: false } },
        },
      ],
    },
  },
  on: {
    Rollback(migration, { report }) {
      const { rollbackOutcome: outcome } = migration;
      if (outcome === undefined) return;
      const emptied = rowsBeyondMigration(outcome, migration);
      const [emptying] = emptied;
      if (emptying !== undefined) {
        const tables = shortList(
          emptied.map(({ table }) => displayName(table)),
          4,
        ).join(', ');
        report({
          messageId: 'empties',
          at: emptying.step.operation,
          data: { tables, migration: migration.id },
        });
      }
      const { overreaching } = shortcomingsOf(outcome, migration);
      const [first] = overreaching;
      const at = first === undefined ? undefined : stepNear(first, outcome);
      if (at !== undefined) {
        const differences = shortList(overreaching.map(differenceWords), 5, 'differences');
        report({
          messageId: 'overreaches',
          at: at.statement,
          data: { differences, migration: migration.id },
        });
      }
      for (const { operation, statement } of outcome.steps) {
        if (!isCascading(operation) || statement === at?.statement) continue;
        report({
          messageId: 'cascade',
          at: { operation, part: 'cascade' },
          data: { object: droppedName(operation) },
          severity: 'info',
        });
      }
    },
  },
});

function droppedName(operation: CascadingDrop): string {
  switch (operation.kind) {
    case 'DropColumn':
      return `${displayName(operation.table)}.${quoteIdentifier(operation.column)}`;
    case 'DropConstraint':
      return quoteIdentifier(operation.constraint);
    case 'DropTable':
      return displayName(operation.table);
    case 'DropView':
    case 'DropMaterializedView':
      return displayName(operation.view);
    case 'DropType':
      return displayName(operation.type);
    case 'DropSequence':
      return displayName(operation.sequence);
    case 'DropFunction':
      return displayName(operation.routine);
    case 'DropObject':
      return displayName(operation.object);
    default:
      return operation satisfies never;
  }
}

const KINDS: ReadonlySet<string> = new Set<CascadingDrop['kind']>([
  'DropTable',
  'DropColumn',
  'DropConstraint',
  'DropView',
  'DropMaterializedView',
  'DropType',
  'DropSequence',
  'DropFunction',
  'DropObject',
]);

/** A DROP of whose kind others can depend on what it drops. */
function isCascading(operation: Operation): operation is CascadingDrop {
  return KINDS.has(operation.kind) && 'behavior' in operation && operation.behavior === 'cascade';
}
