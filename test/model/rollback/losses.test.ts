import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { parseScript } from '../../../src/input/sql/parse-script.ts';
import { rollbackLosses } from '../../../src/model/rollback/losses.ts';
import { rollbackOutcome } from '../../../src/model/rollback/rollback-outcome.ts';
import { createReplay } from '../../support/replay.ts';

beforeAll(loadParser);

/** What a rollback destroys, as `table.column saved`. */
function losses(migration: string, rollback: string, history = ''): readonly string[] {
  const replay = createReplay();
  replay.run(history);
  const before = replay.catalog();
  replay.run(migration);
  const script = parseScript({ path: 'down.sql', text: rollback, encoding: 'utf-8', byteOrderMark: false });
  const scene = { script, transactions: [], migration: 1, id: '1', before };
  return rollbackLosses(rollbackOutcome(replay.builder, scene), 1).map(
    ({ table, column, saved }) =>
      `${table.name}${column === undefined ? '' : `.${column}`}${saved ? ' saved' : ''}`,
  );
}

const LISTS = 'CREATE TABLE lists (id int, name text);';

describe('rollbackLosses', () => {
  it.each([
    ['DROP TABLE lists;', ['lists']],
    ['ALTER TABLE lists DROP COLUMN name; DROP TABLE lists;', ['lists']],
    ['CREATE TABLE b AS SELECT * FROM lists; DROP TABLE lists;', ['lists saved']],
    ['CREATE TABLE b AS SELECT 1 AS id; DROP TABLE lists;', ['lists']],
    ['CREATE TEMP TABLE b AS SELECT * FROM lists; DROP TABLE lists;', ['lists']],
    ["COPY lists TO PROGRAM 'cat'; DROP TABLE lists;", ['lists saved']],
    ["DO $$ BEGIN EXECUTE format('x'); END $$; DROP TABLE lists;", ['lists saved']],
    ['DROP TABLE lists; CREATE TABLE lists AS SELECT 1 AS id;', ['lists saved']],
    ["DROP TABLE lists; DO $$ BEGIN RAISE EXCEPTION 'no'; END $$;", []],
    ['DO $$ BEGIN IF true THEN DROP TABLE lists; END IF; END $$;', []],
  ])('%s', (rollback, expected) => {
    expect(losses(LISTS, rollback)).toEqual(expected);
  });

  it('leaves out what the migration did not make, unless it is emptied', () => {
    expect(losses('SELECT 1;', 'DROP TABLE lists;', LISTS)).toEqual([]);
    expect(losses('SELECT 1;', 'TRUNCATE lists;', LISTS)).toEqual(['lists']);
  });
});
