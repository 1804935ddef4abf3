import { describe, expect, it } from 'vitest';
import { isLockedForAll, tablesLockedForKey } from '../../../src/model/effects/lock-windows.ts';
import type { Table } from '../../../src/model/catalog/types.ts';
import { objectKey } from '../../../src/model/operations/same-object.ts';

const users = { schema: 'public', name: 'users' };
const orders = { schema: 'public', name: 'orders' };

describe('isLockedForAll', () => {
  it.each([
    ['ACCESS EXCLUSIVE', users, true],
    ['ACCESS EXCLUSIVE', orders, false],
    ['EXCLUSIVE', users, false],
  ] as const)('%s on %j', (lock, relation, expected) => {
    expect(isLockedForAll(users, [{ relation, lock }])).toBe(expected);
  });
});

describe('tablesLockedForKey', () => {
  const existed = (known: readonly object[]) => (table: object) =>
    known.includes(table) ? ({} as Table) : undefined;

  it('names both ends of a key, and one where the other is new or the same', () => {
    expect(tablesLockedForKey(orders, users, existed([orders, users]))).toEqual([orders, users]);
    expect(tablesLockedForKey(orders, users, existed([orders]))).toEqual([orders]);
    expect(tablesLockedForKey(users, users, existed([users]))).toEqual([users]);
  });
});

describe('objectKey', () => {
  it('tells schemas and names apart', () => {
    const names = [
      { schema: 'a', name: 'b' },
      { schema: undefined, name: 'b' },
      { schema: undefined, name: 'ab' },
    ];
    expect(new Set(names.map(objectKey)).size).toBe(names.length);
  });
});
