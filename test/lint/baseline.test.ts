import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { baselineEntry, baselineText, compareWithBaseline, parseBaseline } from '../../src/lint/baseline.ts';
import type { Finding } from '../../src/lint/finding.ts';

function finding(rule: string, path: string, fingerprint: string): Finding {
  return {
    rule,
    messageId: 'm',
    severity: 'error',
    message: `${rule} in ${path}.`,
    help: '',
    data: {},
    place: undefined,
    path,
    label: undefined,
    related: [],
    migration: undefined,
    effects: [],
    fingerprint,
  };
}

const a = finding('no-drop', 'm/1.sql', 'aa');
const b = finding('no-drop', 'm/2.sql', 'bb');
const c = finding('no-index', 'm/1.sql', 'cc');

describe('a baseline', () => {
  it('is a file of one sorted line a finding', () => {
    expect(baselineText([b, c, a].map(baselineEntry))).toMatchInlineSnapshot(`
      "{
        "version": 1,
        "findings": [
          {"path":"m/1.sql","rule":"no-drop","message":"no-drop in m/1.sql.","fingerprint":"aa"},
          {"path":"m/1.sql","rule":"no-index","message":"no-index in m/1.sql.","fingerprint":"cc"},
          {"path":"m/2.sql","rule":"no-drop","message":"no-drop in m/2.sql.","fingerprint":"bb"}
        ]
      }
      "
    `);
    expect(JSON.parse(baselineText([]))).toEqual({ version: 1, findings: [] });
  });

  it('tells new findings from known ones, and says what is not found any more', () => {
    const entries = [a, b].map(baselineEntry);
    const { fresh, known, stale } = compareWithBaseline([a, c], (item) => item, entries);
    expect(fresh).toEqual([c]);
    expect(known).toEqual([a]);
    expect(stale).toEqual([baselineEntry(b)]);
  });

  it('recognises a finding whose words have changed', () => {
    const { known } = compareWithBaseline([{ ...a, message: 'Said better.' }], (item) => item, [
      baselineEntry(a),
    ]);
    expect(known).toHaveLength(1);
  });

  it('written and read is the same, in whatever order', () => {
    const entry = fc.record({
      fingerprint: fc.string(),
      rule: fc.string(),
      path: fc.string(),
      message: fc.string(),
    });
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        const text = baselineText(entries);
        expect(parseBaseline(text)).toHaveLength(entries.length);
        expect(baselineText(parseBaseline(text))).toBe(text);
      }),
    );
  });

  it.each([
    ['{', /JSON/],
    ['[]', /it is no baseline/],
    ['{"version": 2, "findings": []}', /its version is 2/],
    ['{"version": 1, "findings": [{"rule": "x"}]}', /findings\[0\] lacks/],
  ])('%s is refused with the reason', (text, reason) => {
    expect(() => parseBaseline(text)).toThrow(reason);
  });
});
