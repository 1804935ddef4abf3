import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesTable, parseTablePattern } from '../../../src/lint/sizes/table-pattern.ts';

function matches(pattern: string, name: string, schema?: string): boolean {
  const parsed = parseTablePattern(pattern);
  if (parsed === undefined) throw new Error(`${pattern} is no pattern`);
  return matchesTable(parsed, { schema, name });
}

describe('the name of a table in a configuration', () => {
  it.each([
    ['settings', 'settings', 'public', true],
    ['settings', 'settings', undefined, true],
    ['settings', 'settings', 'app', false],
    ['settings', 'settings_old', 'public', false],
    ['Settings', 'settings', 'public', true],
    ['settings', 'Settings', 'public', true],
    ['"Settings"', 'Settings', 'public', true],
    ['"Settings"', 'settings', 'public', false],
    ['ref.*', 'countries', 'ref', true],
    ['ref.*', 'countries', 'public', false],
    ['*.audit_*', 'audit_log', 'app', true],
    ['*', 'anything', 'public', true],
    ['*', 'anything', 'app', false],
    ['"my ""odd"" one"."T.x"', 'T.x', 'my "odd" one', true],
    ['a*b*c', 'a-b-b-c', 'public', true],
    ['a*b*c', 'a-b-b', 'public', false],
  ])('%s and %s of %s: %s', (pattern, name, schema, expected) => {
    expect(matches(pattern, name, schema)).toBe(expected);
  });

  it.each(['', 'a.b.c', 'a.', '.a', '"a', 'a b', '""', 'a'.repeat(301)])('%j is none', (text) => {
    expect(parseTablePattern(text)).toBeUndefined();
  });

  it('has wildcards that mean what they mean in a regular expression', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '*'), minLength: 1, maxLength: 8 });
    const name = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 });
    fc.assert(
      fc.property(text, name, (pattern, table) => {
        const expected = new RegExp(`^${pattern.replaceAll('*', '.*')}$`, 'u').test(table);
        expect(matches(pattern, table)).toBe(expected);
      }),
      { numRuns: 1000 },
    );
  });

  it('costs little, however many wildcards it has', () => {
    expect(matches(`${'a*'.repeat(100)}b`, 'a'.repeat(2000))).toBe(false);
  });
});
