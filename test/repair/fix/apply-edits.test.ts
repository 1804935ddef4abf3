import fc from 'fast-check';
import { expect, it } from 'vitest';
import { applyEdits } from '../../../src/repair/fix/apply-edits.ts';

const edit = (start: number, end: number, text: string) => ({ span: { start, end }, text });

it('makes the edits of one fix together, whatever their order', () => {
  const { text } = applyEdits('CREATE INDEX a ON t (x);', [
    { edits: [edit(13, 14, 'b'), edit(12, 12, ' CONCURRENTLY')] },
  ]);
  expect(text).toBe('CREATE INDEX CONCURRENTLY b ON t (x);');
});

it('lets a fix wait that touches what an earlier one has changed', () => {
  const first = { edits: [edit(0, 6, 'CREATE UNIQUE')] };
  const second = { edits: [edit(6, 12, ' INDEX'), edit(20, 21, 'y')] };
  const { text, made } = applyEdits('CREATE INDEX a ON t (x);', [first, second]);
  expect(made).toEqual([first]);
  expect(text).toBe('CREATE UNIQUE INDEX a ON t (x);');
});

it('makes no fix with an edit outside the text', () => {
  expect(applyEdits('abc', [{ edits: [edit(2, 4, 'x')] }])).toEqual({ text: 'abc', made: [] });
});

it('changes nothing but what its edits say', () => {
  const groups = fc.array(
    fc.record({ start: fc.nat(40), length: fc.nat(5), text: fc.string({ maxLength: 4 }) }),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(fc.string({ minLength: 45, maxLength: 60 }), groups, (text, wanted) => {
      const all = wanted.map(({ start, length, text: to }) => ({ edits: [edit(start, start + length, to)] }));
      const { text: result, made } = applyEdits(text, all);
      const sorted = made.flatMap(({ edits }) => edits).sort((a, b) => a.span.start - b.span.start);
      let at = 0;
      let expected = '';
      for (const { span, text: to } of sorted) {
        expected += text.slice(at, span.start) + to;
        at = span.end;
      }
      expect(result).toBe(expected + text.slice(at));
      // The first one that fits into the text is always made.
      if (all.length > 0) expect(made[0]).toBe(all[0]);
    }),
  );
});
