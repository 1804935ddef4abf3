import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameSimilarity, wordsOf } from '../../../src/model/history/name-similarity.ts';
import { isVagueName } from '../../../src/model/history/vague-name.ts';

const identifier = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_]{0,20}$/);

describe('wordsOf', () => {
  it.each([
    ['display_name', ['display', 'name']],
    ['displayName', ['display', 'name']],
    ['DisplayName', ['display', 'name']],
    ['display-name', ['display', 'name']],
    ['APIKeyId', ['api', 'key', 'id']],
    ['accessTokensURL', ['access', 'tokens', 'url']],
    ['größe_im_lager', ['größe', 'im', 'lager']],
    ['__', []],
  ])('%s', (name, words) => {
    expect(wordsOf(name)).toEqual(words);
  });
});

describe('nameSimilarity', () => {
  it('is 1 for another way of writing, from 0 to 1 for all, and the same both ways', () => {
    expect(nameSimilarity('sessionToken', 'session_token')).toBe(1);
    expect(nameSimilarity('userId', 'user_id')).toBe(1);
    fc.assert(
      fc.property(identifier, identifier, (a, b) => {
        const similarity = nameSimilarity(a, b);
        expect(similarity).toBeGreaterThanOrEqual(0);
        expect(similarity).toBeLessThanOrEqual(1);
        expect(nameSimilarity(b, a)).toBeCloseTo(similarity, 10);
        expect(nameSimilarity(a, a)).toBe(1);
      }),
    );
  });

  it.each([
    ['username', 'user_name'],
    ['expires', 'expiresAt'],
    ['accessTokensUrls', 'accessTokensUrl'],
    ['maximumScheduleInstancesLimit', 'maximumSchedulesLimit'],
    ['apiConnectionId', 'connectionId'],
    ['waitpointTags', 'tags'],
  ])('finds %s and %s alike', (a, b) => {
    expect(nameSimilarity(a, b)).toBeGreaterThanOrEqual(0.5);
  });

  it.each([
    ['attributes', 'prompt'],
    ['createdAt', 'updatedAt'],
    ['is_active', 'address'],
    ['eventData', 'metadata'],
    ['icon', 'definitionId'],
  ])('does not find %s and %s alike', (a, b) => {
    expect(nameSimilarity(a, b)).toBeLessThan(0.5);
  });
});

describe('isVagueName', () => {
  it.each([
    '',
    'update',
    'updates',
    'fix',
    'changes',
    'migration1',
    'migration_2',
    'update_schema',
    'UpdateSchema',
    'update-schema',
    '2024_01_05',
    '20240105',
    'v2',
    'new_column',
    'add_columns',
    'add_index',
    'test',
    'wip',
    'db_changes',
    'misc_fixes',
    'temp2',
  ])('takes %j for vague', (name) => {
    expect(isVagueName(name)).toBe(true);
  });

  it.each([
    'init',
    'initial_migration',
    'init_schema',
    'baseline',
    'add_phone_number_to_users',
    'users',
    'stripe',
    'remove_legacy_table',
    'create_coupon_indexes',
    'fix_invoice_totals',
    'lfe_1234',
    'add_rls',
    'rename_shadow_to_internal',
  ])('does not take %j for vague', (name) => {
    expect(isVagueName(name)).toBe(false);
  });

  it('knows the words that are names in the migration', () => {
    expect(isVagueName('add_tests')).toBe(true);
    expect(isVagueName('add_tests', ['tests'])).toBe(false);
    expect(isVagueName('add_type', ['accountType'])).toBe(false);
    expect(isVagueName('add_column', ['accounts'])).toBe(true);
  });
});
