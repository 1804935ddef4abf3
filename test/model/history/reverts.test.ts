import { describe, expect, it } from 'vitest';
import { revertClaim } from '../../../src/model/history/reverts.ts';

const EARLIER = [
  '20250101090000_add_users',
  '20250102090000_add_badge',
  '0003_add_tags',
  '20250104090000_add_badge',
].map((id) => ({ id, version: id.split('_', 1)[0] ?? '', name: id.slice(id.indexOf('_') + 1) }));

const claim = (name: string, text = ''): string | undefined => {
  const found = revertClaim({ name, text }, () => EARLIER);
  return found === undefined
    ? undefined
    : `${found.saidIn}: ${found.named.join()}${found.partial ? ' partly' : ''}`;
};

describe('revertClaim', () => {
  it.each([
    ['add_users', '', undefined],
    ['add_revert_reason', '', undefined],
    ['add_users', '-- Rollback: DROP TABLE users\nSELECT 1;', undefined],
    ['revert_migration', '', 'name: '],
    ['revert-add-users', '', 'name: 20250101090000_add_users'],
    ['rollback_of_migration_add_badge', '', 'name: 20250104090000_add_badge'],
    ['undo_20250102090000', '', 'name: 20250102090000_add_badge'],
    ['revert_3', '', 'name: 0003_add_tags'],
    ['tags', '-- Reverts migration 0003.\nSELECT 1;', 'comment: 0003_add_tags'],
    ['revert', '/* 20250101090000_add_users, in parts */ SELECT 1;', 'name: 20250101090000_add_users partly'],
    ['revert', 'SELECT 1; -- 20250101090000_add_users', 'name: '],
    ['tags', '-- This migration reverts the last one.\nSELECT 1;', 'comment: '],
    [
      'revert',
      '-- 20250101090000 and 20250102090000\n',
      'name: 20250101090000_add_users,20250102090000_add_badge',
    ],
  ])('%s %s', (name, text, expected) => {
    expect(claim(name, text)).toBe(expected);
  });

  it('does not ask for the earlier migrations where nothing is said', () => {
    const asked = (): never => {
      throw new Error('asked');
    };
    expect(revertClaim({ name: 'add_users', text: '-- CreateTable\n' }, asked)).toBeUndefined();
  });
});
