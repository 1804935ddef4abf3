import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { daysSinceMeasured, parseStatistics, statisticsText } from '../../../src/lint/sizes/statistics.ts';

const day = fc
  .date({ min: new Date('1970-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

describe('a statistics file', () => {
  it('has one table a line, sorted, and nothing but counts', () => {
    const tables = [
      { schema: 'public', name: 'users', rows: 12, bytes: 16_384 },
      { schema: 'app', name: 'Log "x"', rows: undefined, bytes: 8192 },
      { schema: 'public', name: 'a', rows: 0, bytes: undefined },
    ];
    expect(statisticsText({ measured: '2026-11-20', tables })).toBe(
      [
        '{',
        '  "version": 1,',
        '  "measured": "2026-11-20",',
        '  "tables": [',
        String.raw`    {"schema":"app","name":"Log \"x\"","rows":null,"bytes":8192},`,
        '    {"schema":"public","name":"a","rows":0,"bytes":null},',
        '    {"schema":"public","name":"users","rows":12,"bytes":16384}',
        '  ]',
        '}',
        '',
      ].join('\n'),
    );
  });

  it('is read as it was written', () => {
    const count = fc.option(fc.maxSafeNat(), { nil: undefined });
    const table = fc.record({ schema: fc.string(), name: fc.string(), rows: count, bytes: count });
    const tables = fc.uniqueArray(table, { selector: ({ schema, name }) => `${schema}\0${name}` });
    fc.assert(
      fc.property(fc.record({ measured: day, tables }), (statistics) => {
        const read = parseStatistics(statisticsText(statistics));
        expect(read.measured).toBe(statistics.measured);
        expect(read.tables).toHaveLength(statistics.tables.length);
        expect(read.tables).toEqual(expect.arrayContaining(statistics.tables));
        expect(statisticsText(read)).toBe(statisticsText(statistics));
      }),
    );
  });

  it.each([
    ['{', /JSON/u],
    ['[]', /^it is no statistics file$/u],
    ['{ "version": 1, "findings": [] }', /^it is no statistics file$/u],
    ['{ "version": 2, "tables": [] }', /^its version is 2, and this program reads 1$/u],
    ['{ "version": 1, "tables": [], "measured": "today" }', /^measured is no date such as "2026-11-20"$/u],
    ['{ "version": 1, "tables": [], "measured": "2026-02-30" }', /^measured is no date/u],
    ['{ "version": 1, "measured": "2026-01-01", "tables": [1] }', /^tables\[0\] is no object/u],
    [
      '{ "version": 1, "measured": "2026-01-01", "tables": [{ "schema": "public" }] }',
      /^tables\[0\] lacks a text for schema or name$/u,
    ],
    [
      '{ "version": 1, "measured": "2026-01-01", "tables": [{ "schema": "a", "name": "b", "rows": -1, "bytes": null }] }',
      /^tables\[0\] lacks a whole number from 0, or null, for rows or bytes$/u,
    ],
    [
      '{ "version": 1, "measured": "2026-01-01", "tables": [{ "schema": "a", "name": "b", "rows": 1 }] }',
      /^tables\[0\] lacks a whole number/u,
    ],
  ])('%s is none', (text, message) => {
    expect(() => parseStatistics(text)).toThrow(message);
  });

  it('has an age, as the calendar has it', () => {
    fc.assert(
      fc.property(day, day, (measured, today) => {
        const expected = Math.round((Date.parse(today) - Date.parse(measured)) / 86_400_000);
        expect(daysSinceMeasured({ measured }, today)).toBe(expected);
      }),
    );
  });
});
