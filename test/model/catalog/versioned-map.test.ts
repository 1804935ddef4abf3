import { array, assert, constantFrom, nat, option, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VersionedMap } from '../../../src/model/catalog/versioned-map.ts';

const name = (text: string): { schema: string; name: string } => ({ schema: 'public', name: text });

describe('VersionedMap', () => {
  it('answers for every point of the past like a copy made at that point', () => {
    const writes = array(
      record({ name: constantFrom('a', 'b', 'c'), value: option(nat(), { nil: undefined }) }),
    );
    assert(
      property(writes, (list) => {
        const map = new VersionedMap<number>();
        const copies: Map<string, number>[] = [new Map()];
        for (const [index, write] of list.entries()) {
          map.set(name(write.name), write.value, index + 1, 0);
          const copy = new Map(copies[index]);
          if (write.value === undefined) copy.delete(write.name);
          else copy.set(write.name, write.value);
          copies.push(copy);
        }
        for (const [point, copy] of copies.entries()) {
          for (const key of ['a', 'b', 'c']) expect(map.at(name(key), point)).toBe(copy.get(key));
          expect([...map.valuesAt(point)].toSorted()).toEqual([...copy.values()].toSorted());
        }
      }),
    );
  });

  it('keeps one value of a name while everything is in the past', () => {
    const map = new VersionedMap<number>();
    for (let point = 1; point <= 1000; point += 1) map.set(name('a'), point, point, point - 1);
    expect(map.size()).toEqual({ names: 1, values: 2 });
    expect(map.at(name('a'), 1000)).toBe(1000);
    expect(map.at(name('a'), 999)).toBe(999);
  });

  it('takes the last of several values of one point', () => {
    const map = new VersionedMap<string>();
    map.set(name('a'), 'first', 1, 0);
    map.set(name('a'), 'last', 1, 0);
    expect(map.at(name('a'), 1)).toBe('last');
    expect(map.at(name('a'), 0)).toBeUndefined();
  });

  it('keeps names of different schemas apart', () => {
    const map = new VersionedMap<string>();
    map.set({ schema: 'a.b', name: 'c' }, 'one', 1, 0);
    map.set({ schema: 'a', name: 'b.c' }, 'other', 1, 0);
    expect(map.in('a.b', 'c', 1)).toBe('one');
    expect(map.in('a', 'b.c', 1)).toBe('other');
    expect(map.in(undefined, 'c', 1)).toBeUndefined();
  });
});
