import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { operationsOfKind, operationsOn, runsBefore } from '../../../src/model/history/deploy-operations.ts';
import { isEmptiedBefore, isTruncatedBefore } from '../../../src/model/history/emptied-tables.ts';
import { inPublic, replayed } from './read.ts';

beforeAll(loadParser);

const LOGS = 'CREATE TABLE logs (id int); CREATE TABLE other (id int);';
const INDEX = 'CREATE INDEX logs_id ON logs (id);';

function emptied(...sql: readonly string[]): string {
  const { migrations, last } = replayed(LOGS, ...sql);
  const deploy = migrations.slice(1);
  const index = last('CreateIndex');
  if (isTruncatedBefore(inPublic('logs'), index, deploy)) return 'truncated';
  return isEmptiedBefore(inPublic('logs'), index, deploy) ? 'emptied' : 'no';
}

describe('an emptied table', () => {
  it.each([
    ['truncated', [`TRUNCATE logs; ${INDEX}`]],
    ['truncated', ['TRUNCATE other, logs;', INDEX]],
    ['emptied', [`DELETE FROM logs; ${INDEX}`]],
    ['emptied', [`DELETE FROM logs WHERE true; ${INDEX}`]],
    ['truncated', [`DELETE FROM logs; TRUNCATE logs; ${INDEX}`]],
    ['no', [`${INDEX} TRUNCATE logs;`]],
    ['no', [`TRUNCATE other; ${INDEX}`]],
    ['no', [`DELETE FROM logs WHERE id = 1; ${INDEX}`]],
    ['no', [`TRUNCATE logs; INSERT INTO logs VALUES (1); ${INDEX}`]],
    ['no', [`DO $$ BEGIN IF random() > 0.5 THEN TRUNCATE logs; END IF; END $$; ${INDEX}`]],
    ['no', [`CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN TRUNCATE logs; END $$; ${INDEX}`]],
  ])('is %s by %j', (expected, sql) => {
    expect(emptied(...sql)).toBe(expected);
  });

  it('is asked for each operation by itself', () => {
    const sql = `${INDEX} DELETE FROM logs; DROP INDEX logs_id; ${INDEX} TRUNCATE logs; INSERT INTO logs VALUES (1);
      DROP INDEX logs_id; ${INDEX} TRUNCATE logs; DROP INDEX logs_id; ${INDEX}`;
    const deploy = replayed(LOGS, sql).migrations.slice(1);
    const indexes = operationsOfKind('CreateIndex', deploy);
    const table = inPublic('logs');
    expect(indexes.map((index) => isEmptiedBefore(table, index, deploy))).toEqual([false, true, false, true]);
    expect(indexes.map((index) => isTruncatedBefore(table, index, deploy))).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });

  it('was not emptied by this deploy if an earlier one did it', () => {
    const { migrations, last } = replayed(LOGS, 'TRUNCATE logs;', INDEX);
    expect(isTruncatedBefore(inPublic('logs'), last('CreateIndex'), migrations.slice(2))).toBe(false);
  });
});

describe('the operations of a deploy', () => {
  const { migrations } = {
    migrations: () =>
      replayed(LOGS, 'ALTER TABLE logs ADD a int;', 'ALTER TABLE other ADD b int, DROP id;').migrations,
  };

  it('are found by table and by kind, in order', () => {
    const deploy = migrations();
    expect(operationsOn(inPublic('logs'), deploy).map(({ kind }) => kind)).toEqual([
      'CreateTable',
      'AddColumn',
    ]);
    expect(operationsOn({ schema: 'app', name: 'logs' }, deploy)).toEqual([]);
    expect(operationsOfKind('AddColumn', deploy).map(({ column }) => column.name)).toEqual(['a', 'b']);
    expect(operationsOfKind('Truncate', deploy)).toEqual([]);
  });

  it('run in PostgreSQL’s order: what an ALTER TABLE drops goes before what it adds', () => {
    const deploy = migrations();
    const [add] = operationsOfKind('AddColumn', deploy).slice(-1);
    const [drop] = operationsOfKind('DropColumn', deploy);
    if (add === undefined || drop === undefined) throw new Error('not found');
    expect(runsBefore(drop, add, deploy)).toBe(true);
    expect(runsBefore(add, drop, deploy)).toBe(false);
    expect(runsBefore(add, add, deploy)).toBe(false);
  });
});
