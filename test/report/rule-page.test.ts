import { expect, it } from 'vitest';
import type { Example, Proof } from '../../src/lint/examples.ts';
import { rulePage } from '../../src/report/rule-page.ts';
import { rule } from '../support/report.ts';

/** The page of a rule with one bad example. */
function page(example: Partial<Example> & { readonly proof?: Proof }, said: readonly string[] = []): string {
  const bad = { title: 'one', sql: 'DROP TABLE a;', reports: ['renames'], ...example } as const;
  const examples = { bad: [bad], good: [{ title: 'none', sql: 'SELECT 1;' }] } as const;
  return rulePage(rule('no-a', { examples }), 'history', new Map([[bad, said]]));
}

it.each([
  [[], 'no rows'],
  [[[null]], 'NULL'],
  [
    [
      ['1', null],
      ['2', ''],
    ],
    "1, NULL; 2, ''",
  ],
] as const)('a query that gives %j gives %s', (rows, text) => {
  expect(page({ proof: { query: { sql: 'SELECT x', rows } } })).toContain(
    `afterwards \`SELECT x\` gives ${text}.`,
  );
});

it('an empty script is called so, and a missing one has no block', () => {
  expect(page({ sql: '' })).toContain('```sql\n-- pending: an empty file\n```');
  expect(page({ sql: '', withoutScript: true }).match(/```sql\n-- pending/gu)).toHaveLength(1);
});

it('shows what the rule says of an example, else the message with its placeholders', () => {
  expect(page({}, ['Dropping add_<x> loses it.'])).toContain('- Dropping add_\\<x> loses it.');
  expect(page({})).toContain('- Dropping *old* while adding *new*');
});
