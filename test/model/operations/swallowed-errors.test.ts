import { beforeAll, describe, expect, it } from 'vitest';
import { parseScript } from '../../../src/input/sql/parse-script.ts';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { swallowedErrors } from '../../../src/model/operations/swallowed-errors.ts';

beforeAll(loadParser);

function found(handler: string, guarded = 'UPDATE users SET id = 1;'): readonly string[] {
  const text = `DO $$ BEGIN\n  ${guarded}\nEXCEPTION ${handler}\nEND $$;`;
  const { statements } = parseScript({ path: 'a.sql', text, encoding: 'utf-8', byteOrderMark: false });
  return statements.flatMap((statement) =>
    swallowedErrors(statement).map(({ mentions }) => (mentions ? 'mentions' : 'swallows')),
  );
}

describe('a handler of an exception', () => {
  it.each([
    ['WHEN OTHERS THEN NULL;', ['swallows']],
    ['WHEN OTHERS THEN', ['swallows']],
    ['WHEN unique_violation OR others THEN RETURN;', ['swallows']],
    ["WHEN OTHERS THEN RAISE WARNING '%', SQLERRM;", ['mentions']],
    ['WHEN duplicate_object THEN NULL; WHEN OTHERS THEN NULL;', ['swallows']],
    ['WHEN duplicate_object THEN NULL;', []],
    ["WHEN SQLSTATE '42710' THEN NULL;", []],
    ['WHEN OTHERS THEN RAISE;', []],
    ["WHEN OTHERS THEN IF SQLSTATE <> '42710' THEN RAISE; END IF;", []],
    ['WHEN OTHERS THEN INSERT INTO errors VALUES (SQLERRM);', []],
  ])('%s', (handler, expected) => {
    expect(found(handler)).toEqual(expected);
  });

  it('is of no interest where nothing runs that could be lost', () => {
    expect(found('WHEN OTHERS THEN NULL;', 'NULL;')).toEqual([]);
  });
});
