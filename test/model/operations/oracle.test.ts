import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { oracleFacts, ourFacts } from './oracle.ts';
import { operations } from './read.ts';

const name = fc.constantFrom('a', 'b_1', '"C d"', '"T"', 'order_id', '"select"');
const table = fc.oneof(
  name,
  fc.tuple(fc.constantFrom('s', '"S"'), name).map((parts) => parts.join('.')),
);
const type = fc
  .tuple(
    fc.constantFrom(
      'int',
      'bigint',
      'text',
      'varchar(20)',
      'numeric(10, 2)',
      'decimal',
      'bool',
      'uuid',
      'jsonb',
      'timestamp(3)',
      'timestamptz',
      'double precision',
      'date',
      '"Mood"',
      's.mood',
      'real',
      'smallint',
    ),
    fc.constantFrom('', '', '[]'),
  )
  .map((parts) => parts.join(''));
const optional = (arbitrary: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constant(''),
    arbitrary.map((text) => ` ${text}`),
  );
const join = (...parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.tuple(...parts).map((texts) => texts.join(' '));
const columns = fc.uniqueArray(name, { minLength: 1, maxLength: 3 }).map((names) => `(${names.join(', ')})`);
const action = fc.constantFrom('CASCADE', 'SET NULL', 'RESTRICT', 'NO ACTION', 'SET DEFAULT');
const references = fc
  .tuple(
    table,
    optional(columns),
    optional(action.map((text) => `ON DELETE ${text}`)),
    optional(action.map((text) => `ON UPDATE ${text}`)),
  )
  .map((parts) => `REFERENCES ${parts.join('')}`);
const tableConstraint = fc
  .tuple(
    optional(name.map((text) => `CONSTRAINT ${text}`)),
    fc.oneof(
      columns.map((text) => `PRIMARY KEY ${text}`),
      columns.map((text) => `UNIQUE ${text}`),
      fc.constant('CHECK (a > 0)'),
      join(columns, references).map((text) => `FOREIGN KEY ${text}`),
    ),
  )
  .map((parts) => parts.join(''));
const column = fc
  .tuple(
    name,
    fc.oneof(type, fc.constantFrom('serial', 'bigserial')),
    optional(fc.constantFrom("DEFAULT 'x'", 'DEFAULT now()', 'DEFAULT 5')),
    optional(fc.constantFrom('NOT NULL', 'NULL')),
    optional(fc.oneof(fc.constantFrom('PRIMARY KEY', 'UNIQUE', 'CHECK (a > 0)'), references)),
  )
  .map(([columnName, columnType, ...rest]) => `${columnName} ${columnType}${rest.join('')}`);

const createTable = fc
  .tuple(
    fc.constantFrom('', 'IF NOT EXISTS '),
    table,
    fc.array(column, { minLength: 1, maxLength: 4 }),
    fc.array(tableConstraint, { maxLength: 2 }),
  )
  .map(
    ([exists, tableName, defined, constraints]) =>
      `CREATE TABLE ${exists}${tableName} (${[...defined, ...constraints].join(', ')})`,
  );
const ifExists = fc.constantFrom('', 'IF EXISTS ');
const behavior = fc.constantFrom('', ' CASCADE', ' RESTRICT');
const change = fc.oneof(
  column.map((text) => `ADD COLUMN ${text}`),
  column.map((text) => `ADD COLUMN IF NOT EXISTS ${text}`),
  fc.tuple(ifExists, name, behavior).map((parts) => `DROP COLUMN ${parts.join('')}`),
  fc.tuple(ifExists, name, behavior).map((parts) => `DROP CONSTRAINT ${parts.join('')}`),
  tableConstraint.map((text) => `ADD ${text}`),
  fc
    .tuple(name, fc.constantFrom('SET NOT NULL', 'DROP NOT NULL', 'DROP DEFAULT', "SET DEFAULT 'x'"))
    .map((parts) => `ALTER COLUMN ${parts.join(' ')}`),
  fc.tuple(name, type).map(([columnName, columnType]) => `ALTER COLUMN ${columnName} TYPE ${columnType}`),
);
const alterTable = fc
  .tuple(table, fc.array(change, { minLength: 1, maxLength: 4 }))
  .map(([tableName, changes]) => `ALTER TABLE ${tableName} ${changes.join(', ')}`);
const createIndex = fc
  .tuple(
    fc.constantFrom('', 'UNIQUE '),
    fc.constantFrom('', 'CONCURRENTLY '),
    name,
    table,
    fc.constantFrom('', ' USING btree', ' USING gin'),
    fc.array(
      fc
        .tuple(fc.oneof(name, fc.constant('lower(a)')), fc.constantFrom('', ' DESC', ' ASC'))
        .map((parts) => parts.join('')),
      { minLength: 1, maxLength: 3 },
    ),
    fc.constantFrom('', ' WHERE a > 1'),
  )
  .map(
    ([unique, concurrently, index, tableName, method, keys, where]) =>
      `CREATE ${unique}INDEX ${concurrently}${index} ON ${tableName}${method} (${keys.join(', ')})${where}`,
  );
const rows = fc.oneof(
  fc
    .tuple(table, name, fc.constantFrom('', ' WHERE a = 1'))
    .map(([t, c, where]) => `UPDATE ${t} SET ${c} = 1${where}`),
  fc.tuple(table, fc.constantFrom('', ' WHERE a = 1')).map(([t, where]) => `DELETE FROM ${t}${where}`),
  fc.tuple(table, columns).map(([t, c]) => `INSERT INTO ${t} ${c} SELECT * FROM u`),
  fc
    .tuple(table, fc.integer({ min: 1, max: 3 }))
    .map(([t, n]) => `INSERT INTO ${t} (x) VALUES ${Array(n).fill('(1)').join(', ')}`),
  table.map((t) => `TRUNCATE TABLE ${t}`),
);
const drops = fc
  .tuple(fc.constantFrom('TABLE', 'INDEX', 'TYPE'), ifExists, table, behavior)
  .map(([what, exists, object, how]) => `DROP ${what} ${exists}${object}${how}`);
const renames = fc.oneof(
  fc.tuple(table, name).map(([t, to]) => `ALTER TABLE ${t} RENAME TO ${to}`),
  fc.tuple(table, name, name).map(([t, from, to]) => `ALTER TABLE ${t} RENAME COLUMN ${from} TO ${to}`),
  fc.tuple(table, name, name).map(([t, from, to]) => `ALTER TABLE ${t} RENAME CONSTRAINT ${from} TO ${to}`),
  fc.tuple(table, name).map(([t, to]) => `ALTER INDEX ${t} RENAME TO ${to}`),
);

describe('our operations agree with an independent parser', () => {
  it.each([
    ['CREATE TABLE', createTable],
    ['ALTER TABLE', alterTable],
    ['CREATE INDEX', createIndex],
    ['rows', rows],
    ['DROP', drops],
    ['RENAME', renames],
  ])('%s', (_, arbitrary) => {
    let compared = 0;
    fc.assert(
      fc.property(arbitrary, (sql) => {
        const expected = oracleFacts(sql);
        // It cannot read everything; where it cannot, there is nothing to compare.
        if (expected === undefined) return;
        compared++;
        // Our actions are sorted by pass.
        expect(ourFacts(operations(sql)).toSorted()).toEqual(expected.toSorted());
      }),
      { numRuns: 80 },
    );
    expect(compared).toBeGreaterThan(20);
  });
});
