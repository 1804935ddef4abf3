import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { createReplay } from '../../support/replay.ts';

beforeAll(loadParser);

function tablesAfter(sql: string): readonly string[] {
  const replay = createReplay();
  replay.run(sql);
  return [...replay.catalog().tables()].map((table) => table.name.name);
}

describe('savepoints', () => {
  it('hide older ones of the same name until they are released', () => {
    const both = 'BEGIN; SAVEPOINT a; CREATE TABLE x (); SAVEPOINT a; CREATE TABLE y ();';
    expect(tablesAfter(`${both} ROLLBACK TO a; COMMIT`)).toEqual(['x']);
    expect(tablesAfter(`${both} ROLLBACK TO a; RELEASE a; ROLLBACK TO a; COMMIT`)).toEqual([]);
    expect(tablesAfter(`${both} RELEASE a; COMMIT`)).toEqual(['x', 'y']);
  });

  it('go with an older one that is released', () => {
    const sql =
      'BEGIN; SAVEPOINT a; SAVEPOINT b; CREATE TABLE x (); RELEASE a; CREATE TABLE y (); ROLLBACK TO b; COMMIT';
    // PostgreSQL refuses ROLLBACK TO b: there is no such savepoint any more.
    expect(tablesAfter(sql)).toEqual(['x', 'y']);
  });
});

describe('AND CHAIN', () => {
  it('begins the next transaction', () => {
    const chained = 'BEGIN; CREATE TABLE x (); COMMIT AND CHAIN; CREATE TABLE y ();';
    expect(tablesAfter(`${chained} ROLLBACK AND CHAIN; CREATE TABLE z (); ROLLBACK`)).toEqual(['x']);
    expect(tablesAfter(`${chained} ROLLBACK AND CHAIN; CREATE TABLE z (); COMMIT`)).toEqual(['x', 'z']);
    expect(tablesAfter('BEGIN; COMMIT AND NO CHAIN; CREATE TABLE y (); ROLLBACK')).toEqual(['y']);
  });

  it('begins nothing outside a transaction, where PostgreSQL refuses it', () => {
    expect(tablesAfter('COMMIT AND CHAIN; CREATE TABLE x (); ROLLBACK')).toEqual(['x']);
  });
});
