import { describe, expect, it } from 'vitest';
import type { HeldPlace } from '../../src/lint/finding.ts';
import type { Effect } from '../../src/model/effects/types.ts';
import { findingLockLine, heldLine, lockLine } from '../../src/report/lock-line.ts';
import { finding, placeOf, source } from '../support/report.ts';

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

describe('heldLine', () => {
  const file = source('a.sql', 'SELECT 1;\nALTER TABLE users ADD x int;\nALTER TABLE posts ADD x int;\n');
  const held = (name: string, needle: string, given: Partial<HeldPlace> = {}): HeldPlace => ({
    relation: { schema: 'public', name },
    lock: 'ACCESS EXCLUSIVE',
    since: placeOf(file, needle),
    ...given,
  });

  it.each<[HeldPlace[], string]>([
    [[], ''],
    [
      [held('users', 'ALTER TABLE users')],
      'under ACCESS EXCLUSIVE on users since line 2, which keeps reads and writes waiting until the transaction ends',
    ],
    [
      [held('users', 'ALTER TABLE users'), held('other', 'ALTER TABLE users')],
      'under ACCESS EXCLUSIVE on users and other since line 2, which keeps reads and writes waiting until the transaction ends',
    ],
    [
      [held('users', 'ALTER TABLE users'), held('posts', 'ALTER TABLE posts', { lock: 'SHARE' })],
      'under ACCESS EXCLUSIVE on users since line 2 and SHARE on posts since line 3, which keep reads and writes waiting until the transaction ends',
    ],
    [
      ['SELECT', 'ALTER TABLE u', 'ALTER TABLE p'].flatMap((needle) =>
        (['SHARE', 'ACCESS EXCLUSIVE'] as const).map((lock) => held('a', needle, { lock })),
      ),
      'under SHARE on a since line 1, ACCESS EXCLUSIVE on a since line 1, SHARE on a since line 2 and more locks, which keep reads and writes waiting until the transaction ends',
    ],
  ])('says what is held since when (%#)', (locks, line) => {
    expect(heldLine(locks, 'a.sql')).toBe(line);
  });

  it('keeps the same line of two files apart', () => {
    const other = source('c.sql', 'SELECT 1;\nALTER TABLE posts ADD x int;\n');
    const elsewhere = { ...held('posts', 'ALTER TABLE posts'), since: placeOf(other, 'ALTER TABLE posts') };
    expect(
      heldLine(
        [held('users', 'ALTER TABLE users', { lock: 'SHARE' }), { ...elsewhere, lock: 'SHARE' }],
        'a.sql',
      ),
    ).toBe(
      'under SHARE on users since line 2 and SHARE on posts since line 2 of c.sql, which keep writes waiting until the transaction ends',
    );
  });

  it('names another file', () => {
    expect(heldLine([held('users', 'ALTER TABLE users')], 'b.sql')).toBe(
      'under ACCESS EXCLUSIVE on users since line 2 of a.sql, which keeps reads and writes waiting until the transaction ends',
    );
  });

  it('stands behind what the operation takes itself', () => {
    const found = finding({
      path: 'a.sql',
      effects: [effect('users', { lock: 'SHARE', work: 'index build' })],
      held: [held('users', 'ALTER TABLE users')],
    });
    expect(findingLockLine(found)).toBe(
      'SHARE on users while the index is built, under ACCESS EXCLUSIVE on users since line 2, which keeps reads and writes waiting until the transaction ends',
    );
  });
});
