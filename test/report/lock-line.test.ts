import { describe, expect, it } from 'vitest';
import type { Effect } from '../../src/model/effects/types.ts';
import { lockLine } from '../../src/report/lock-line.ts';

function effect(name: string, given: Partial<Effect> = {}): Effect {
  return {
    relation: { schema: 'public', name },
    lock: 'ACCESS EXCLUSIVE',
    work: 'metadata',
    online: false,
    ...given,
  };
}

describe('lockLine', () => {
  it.each<[Effect[], string]>([
    [[], ''],
    [[effect('users')], 'ACCESS EXCLUSIVE on users, metadata only'],
    [[effect('User', { lock: 'SHARE', work: 'index build' })], 'SHARE on "User" while the index is built'],
    [[effect('users', { work: 'scan' })], 'ACCESS EXCLUSIVE on users while the table is scanned'],
    [[effect('users', { work: 'rewrite' })], 'ACCESS EXCLUSIVE on users while the table is rewritten'],
    [
      [effect('users', { lock: 'ROW EXCLUSIVE', work: 'rows' })],
      'ROW EXCLUSIVE on users while the rows are processed',
    ],
    [
      [effect('users', { lock: 'SHARE UPDATE EXCLUSIVE', work: 'index build', online: true })],
      'SHARE UPDATE EXCLUSIVE on users while the index is built, reads and writes go on',
    ],
    [
      [effect('orders', { work: 'scan' }), effect('users', { lock: 'SHARE ROW EXCLUSIVE' })],
      'ACCESS EXCLUSIVE on orders while the table is scanned; SHARE ROW EXCLUSIVE on users, metadata only',
    ],
    [
      [effect('a', { work: 'rewrite' }), effect('b', { work: 'rewrite' })],
      'ACCESS EXCLUSIVE on a and b while the tables are rewritten',
    ],
    [['a', 'b', 'c', 'd'].map((name) => effect(name)), 'ACCESS EXCLUSIVE on a, b, c and d, metadata only'],
    [
      ['a', 'b', 'c', 'd', 'e'].map((name) => effect(name)),
      'ACCESS EXCLUSIVE on a, b, c and 2 more relations, metadata only',
    ],
    [[effect('a'), effect('a')], 'ACCESS EXCLUSIVE on a, metadata only'],
  ])('says what is held while what is done (%#)', (effects, line) => {
    expect(lockLine(effects)).toBe(line);
  });
});
