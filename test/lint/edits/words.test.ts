import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { moveAfter } from '../../../src/lint/edits/insert.ts';
import { insertWords, removeWords, replaceWords } from '../../../src/lint/edits/words.ts';
import { operationsOf } from '../../../src/model/operations/operations-of.ts';
import type { Operation } from '../../../src/model/operations/types.ts';
import { edited, scriptOf, statementOf } from './edited.ts';

beforeAll(loadParser);

const operation = (text: string): Operation => operationsOf(statementOf(text, 0))[0]!;

describe('words of a statement', () => {
  it('puts words behind others, in their case', () => {
    const upper = 'REFRESH /* why */ MATERIALIZED VIEW "v";';
    expect(edited(upper, insertWords(operation(upper), ['MATERIALIZED', 'VIEW'], 'CONCURRENTLY'))).toBe(
      'REFRESH /* why */ MATERIALIZED VIEW CONCURRENTLY "v";',
    );
    const lower = 'drop table a, "B";';
    expect(edited(lower, insertWords(operation(lower), ['DROP', 'TABLE'], 'IF EXISTS'))).toBe(
      'drop table if exists a, "B";',
    );
  });

  it('looks in its own action only, and not in brackets', () => {
    const text = 'ALTER TABLE a ADD b int DEFAULT (1), DROP COLUMN c;';
    const drop = operationsOf(statementOf(text, 0)).find(({ kind }) => kind === 'DropColumn')!;
    expect(edited(text, insertWords(drop, ['DROP', 'COLUMN'], 'IF EXISTS'))).toBe(
      'ALTER TABLE a ADD b int DEFAULT (1), DROP COLUMN IF EXISTS c;',
    );
    expect(insertWords(drop, ['ADD'], 'IF NOT EXISTS')).toBeUndefined();
  });

  it('replaces and takes words out, with the white space before them', () => {
    const text = 'SET  LOCAL lock_timeout = 1;';
    expect(edited(text, removeWords(operation(text), ['LOCAL']))).toBe('SET lock_timeout = 1;');
    expect(edited(text, replaceWords(operation(text), ['LOCAL'], 'SESSION'))).toBe(
      'SET  SESSION lock_timeout = 1;',
    );
  });
});

describe('moveAfter', () => {
  const moved = (text: string, from: number, to: number): string | undefined => {
    const { statements } = scriptOf(text);
    return edited(text, moveAfter(statements[from]!, statements[to]!));
  };

  it('takes the comments of a statement along', () => {
    expect(moved('-- the table\nDROP TABLE a; -- last\n\n-- the view\nDROP VIEW v;\n', 0, 1)).toBe(
      '-- the view\nDROP VIEW v;\n-- the table\nDROP TABLE a; -- last\n',
    );
  });

  it('gives each its semicolon, and keeps line ends', () => {
    expect(moved('DROP TABLE a;\r\nDROP VIEW v', 0, 1)).toBe('DROP VIEW v;\r\nDROP TABLE a;');
    expect(moved('DROP TABLE a; DROP VIEW v; SELECT 1;', 0, 1)).toBe('DROP VIEW v; DROP TABLE a; SELECT 1;');
  });
});
