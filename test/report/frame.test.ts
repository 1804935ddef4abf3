import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sourceFrame, type FramePaint, type Mark } from '../../src/report/frame.ts';
import { cellsOf, displayWidth } from '../../src/report/terminal-text.ts';
import { placeOf, source } from '../support/report.ts';

const plain = (text: string): string => text;
const PAINT: FramePaint = { gutter: plain, finding: plain, related: plain };

/** The frame of a text with the places of some of its parts marked: the first one's finding, then related ones. */
function frameOf(text: string, needles: readonly (readonly [string, string?])[], width = 100): string {
  const file = source('a.sql', text);
  const marks = needles.map(([needle, label], index): Mark => ({
    span: placeOf(file, needle).span,
    label,
    kind: index === 0 ? 'finding' : 'related',
  }));
  return sourceFrame(file, marks, width, PAINT).join('\n');
}

describe('sourceFrame', () => {
  it('marks places on several lines in file order, the finding first on a line of both', () => {
    expect(frameOf('DROP a, DROP b;\nDROP c;\n', [['DROP b', 'this'], ['DROP a', 'that'], ['c']])).toBe(
      [
        '     1 │ DROP a, DROP b;',
        '       │         ^^^^^^ this',
        '       │ ------ that',
        '     2 │ DROP c;',
        '       │      -',
      ].join('\n'),
    );
  });

  it('shows one line between two marks and leaves out more', () => {
    expect(frameOf('a\nb\n\n\nc\n\nd', [['a'], ['c'], ['d']])).toBe(
      [
        '     1 │ a',
        '       │ ^',
        '       ⋮',
        '     5 │ c',
        '       │ -',
        '     6 │',
        '     7 │ d',
        '       │ -',
      ].join('\n'),
    );
  });

  it('marks each line of a short statement', () => {
    expect(frameOf('UPDATE t\r\n  SET a = 1\r\n\r\n', [['UPDATE t\r\n  SET a = 1', 'all']])).toBe(
      ['     1 │ UPDATE t', '       │ ^^^^^^^^', '     2 │   SET a = 1', '       │   ^^^^^^^^^ all'].join(
        '\n',
      ),
    );
  });

  it('marks the first line of a long statement and names the last', () => {
    const text = 'CREATE TABLE t (\n  a int,\n  b int\n);';
    expect(frameOf(text, [[text.slice(0, -1), 'here']])).toBe(
      ['     1 │ CREATE TABLE t (', '       │ ^^^^^^^^^^^^^^^^ … to line 4: here'].join('\n'),
    );
  });

  it('aligns with tabs, wide characters, combining marks and emoji', () => {
    expect(frameOf('\tDROP "注文é😀", DROP b;', [['DROP b']])).toBe(
      ['     1 │     DROP "注文é😀", DROP b;', '       │                     ^^^^^^'].join('\n'),
    );
  });

  it('cuts a long line around the mark', () => {
    const text = `${'SELECT 1; '.repeat(2000)}DROP TABLE users; ${'SELECT 2; '.repeat(2000)}`;
    expect(frameOf(text, [['DROP TABLE users', 'gone']], 60)).toBe(
      [
        '     1 │ …; SELECT 1; DROP TABLE users; SELECT 2; SELECT 2;…',
        '       │              ^^^^^^^^^^^^^^^^ gone',
      ].join('\n'),
    );
  });

  it('shows a long line twice where its marks do not fit on the screen together', () => {
    const text = `INSERT INTO t ${'SELECT 1; '.repeat(2000)}DROP TABLE t;`;
    expect(frameOf(text, [['DROP TABLE t'], ['INSERT INTO t', 'rows']], 60)).toBe(
      [
        '     1 │ …; SELECT 1; DROP TABLE t;',
        '       │              ^^^^^^^^^^^^',
        '     1 │ INSERT INTO t SELECT 1; SELECT 1; SELECT 1; SELECT…',
        '       │ ------------- rows',
      ].join('\n'),
    );
  });

  it('cuts between characters', () => {
    const text = `${'😀'.repeat(300)}DROP TABLE users;`;
    const rows = ['', 'x'].map((shift) => frameOf(shift + text, [['DROP TABLE users']], 60).split('\n'));
    for (const [code = '', marker = ''] of rows) {
      expect(code).toMatch(/^ {5}1 │ …(?:😀)+DROP TABLE users;$/u);
      expect(marker.indexOf('^')).toBe(displayWidth(code.slice(0, code.indexOf('DROP'))));
    }
  });

  it('puts a label that has no room behind the marker below it', () => {
    expect(
      frameOf('ALTER TABLE t DROP a;', [['DROP a', 'holds data since the very first migration']], 60),
    ).toBe(
      [
        '     1 │ ALTER TABLE t DROP a;',
        '       │               ^^^^^^',
        '       │               holds data since the very first',
        '       │               migration',
      ].join('\n'),
    );
  });

  it('marks the end of a file with one caret', () => {
    const file = source('a.sql', 'SELECT');
    const frame = sourceFrame(
      file,
      [{ span: { start: 6, end: 6 }, label: undefined, kind: 'finding' }],
      80,
      PAINT,
    );
    expect(frame).toEqual(['     1 │ SELECT', '       │       ^']);
  });

  const characters = fc.constantFrom(
    'a',
    ' b',
    '注',
    'e\u0301',
    '😀',
    '👩‍👩‍👧',
    '\t',
    '\u001b',
    '\u202e',
    '; DROP c',
  );
  const lines = fc
    .record({
      before: fc.array(characters, { maxLength: 80 }),
      marked: fc.array(characters, { minLength: 1, maxLength: 30 }),
      after: fc.array(characters, { maxLength: 80 }),
    })
    .map((parts) => ({
      before: parts.before.join(''),
      // The mark begins and ends with a letter, so that it is no part of a cluster and not trimmed.
      marked: `x${parts.marked.join('')}x`,
      after: parts.after.join(''),
    }));

  it('never gets wider than asked for', () => {
    fc.assert(
      fc.property(lines, fc.integer({ min: 40, max: 120 }), ({ before, marked, after }, width) => {
        const start = before.length;
        const mark: Mark = {
          span: { start, end: start + marked.length },
          label: 'some label',
          kind: 'finding',
        };
        const rows = sourceFrame(source('a.sql', before + marked + after), [mark], width, PAINT);
        expect(Math.max(...rows.map(displayWidth))).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('has the marker exactly under what is marked', () => {
    fc.assert(
      fc.property(lines, ({ before, marked, after }) => {
        const start = before.length;
        const mark: Mark = { span: { start, end: start + marked.length }, label: undefined, kind: 'finding' };
        const [code = '', marker = ''] = sourceFrame(
          source('a.sql', before + marked + after),
          [mark],
          2000,
          PAINT,
        );
        const left = marker.indexOf('^');
        const columns = cellsOf(code).flatMap(({ text, width }) => [
          text,
          ...Array<string>(Math.max(0, width - 1)).fill(''),
        ]);
        const under = columns.slice(left, marker.length).join('');
        expect([under.at(0), under.at(-1)]).toEqual(['x', 'x']);
        expect(displayWidth(under)).toBe(marker.length - left);
      }),
    );
  });
});
