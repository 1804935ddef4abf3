import { describe, expect, it } from 'vitest';
import { commentedRefusal } from '../../../src/input/layouts/commented-sections.ts';
import { withGooseMarks } from '../../../src/input/layouts/goose-marks.ts';

const BLOCK = 'DO $$\nBEGIN\n  PERFORM 1;\nEND\n$$;';
const MARKED = `-- +goose StatementBegin\n${BLOCK}\n-- +goose StatementEnd`;
const file = (up: string, down: string): string => `-- +goose Up\n${up}\n\n-- +goose Down\n${down}\n`;

describe('goose’s marks in a changed file', () => {
  it.each([
    [
      'a new block in Down',
      ['SELECT 1;', 'SELECT 2;'],
      ['SELECT 1;', `SELECT 2;\n${BLOCK}`],
      `SELECT 2;\n${MARKED}`,
    ],
    ['a block alone', ['SELECT 1;', 'SELECT 2;'], ['SELECT 1;', BLOCK], MARKED],
    [
      'one more statement between marks',
      ['SELECT 1;', MARKED],
      ['SELECT 1;', MARKED.replace('$$;', () => '$$;\nDROP TABLE a;')],
      `${MARKED}\nDROP TABLE a;`,
    ],
    [
      'marks between marks',
      ['SELECT 1;', MARKED],
      ['SELECT 1;', MARKED.replace('$$;', () => `$$;\n${MARKED}`)],
      `${MARKED}\n${MARKED}`,
    ],
    [
      'a last statement without a semicolon',
      ['SELECT 1;', 'SELECT 2;'],
      ['SELECT 1;', 'SELECT 3'],
      'SELECT 3;',
    ],
  ])('%s', (_, before, after, expected) => {
    const [old, changed] = [before, after].map(([up = '', down = '']) => file(up, down));
    const marked = withGooseMarks(old ?? '', changed ?? '');
    expect(marked).toBe(file('SELECT 1;', expected));
    expect(commentedRefusal(marked, 'rollback')).toBeUndefined();
    expect(withGooseMarks(changed ?? '', marked)).toBe(marked);
  });

  it('come into Up as well, with the line ends of the file', () => {
    const lines = (text: string): string => text.replaceAll('\n', '\r\n');
    const marked = withGooseMarks(lines(file('SELECT 1;', 'SELECT 2;')), lines(file(BLOCK, 'SELECT 2;')));
    expect(marked).toBe(lines(file(MARKED, 'SELECT 2;')));
  });

  it.each([
    ['what goose could not read before', file('SELECT 1;', BLOCK), file('SELECT 1;', `${BLOCK}\nSELECT 1;`)],
    ['another tool’s file', '-- migrate:up\nSELECT 1;\n', `-- migrate:up\n${BLOCK}\n`],
    ['a section that has not changed', file('SELECT 1;', BLOCK), file('SELECT 2;', BLOCK)],
    [
      'several statements that are sent as one already',
      file('SELECT 1;', MARKED.replace(BLOCK, 'SELECT 1;\nSELECT 2;')),
      file('SELECT 1;', MARKED.replace(BLOCK, 'SELECT 1;\nSELECT 3;')),
    ],
  ])('leave %s alone', (_, before, after) => {
    expect(withGooseMarks(before, after)).toBe(after);
  });
});
