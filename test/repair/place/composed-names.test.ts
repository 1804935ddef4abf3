import fc from 'fast-check';
import { expect, it } from 'vitest';
import { composedNames } from '../../../src/repair/place/composed-names.ts';

it('lets one take the former name of another', () => {
  const first = new Map([
    ['7', '8'],
    ['8', '9'],
  ]);
  const second = new Map([
    ['8', '9'],
    ['9', '7'],
    ['5', '6'],
  ]);
  expect([...composedNames(first, second)]).toEqual([
    ['7', '9'],
    ['8', '7'],
    ['5', '6'],
  ]);
});

it('gives each thing the name that it has after both rounds', () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const round = fc.shuffledSubarray(names, { minLength: 5 });
  const asMap = (order: readonly string[]): ReadonlyMap<string, string> =>
    new Map(names.flatMap((name, index) => (order[index] === name ? [] : [[name, order[index] ?? '']])));
  fc.assert(
    fc.property(round, round, (one, other) => {
      const [first, second] = [asMap(one), asMap(other)];
      const both = composedNames(first, second);
      for (const name of names) {
        const between = first.get(name) ?? name;
        expect(both.get(name) ?? name).toBe(second.get(between) ?? between);
      }
    }),
  );
});
