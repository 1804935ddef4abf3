import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { emptyDatabase, type Database } from '../../support/pglite.ts';
import {
  displayName,
  displayNames,
  quoteIdentifier,
  shortList,
} from '../../../src/model/operations/display-name.ts';

describe('quoteIdentifier', () => {
  let database: Database;
  beforeAll(async () => {
    database = await emptyDatabase();
  });

  /** What PostgreSQL makes of each name, in one round trip. */
  async function quotedByPostgres(names: readonly string[]): Promise<readonly string[]> {
    const { rows } = await database.query<{ quoted: string }>(
      'SELECT quote_ident(name) AS quoted FROM unnest($1::text[]) WITH ORDINALITY AS given (name, place) ORDER BY place',
      [names],
    );
    return rows.map(({ quoted }) => quoted);
  }

  it('quotes every keyword as PostgreSQL does', async () => {
    const { rows } = await database.query<{ word: string }>('SELECT word FROM pg_get_keywords()');
    const words = rows.map(({ word }) => word);
    expect(words.length).toBeGreaterThan(450);
    expect(words.map(quoteIdentifier)).toEqual(await quotedByPostgres(words));
  });

  it('quotes any other name as PostgreSQL does', async () => {
    const characters = Array.from('abzAZ_019 $"\'.-é😀\n\\\u001b');
    const names = fc.sample(
      fc.array(fc.constantFrom(...characters), { maxLength: 6 }).map((parts) => parts.join('')),
      { numRuns: 500, seed: 1 },
    );
    expect(names.map(quoteIdentifier)).toEqual(await quotedByPostgres(names));
  });
});

describe('displayName', () => {
  it.each([
    [{ schema: undefined, name: 'users' }, 'users'],
    [{ schema: 'public', name: 'users' }, 'users'],
    [{ schema: 'public', name: 'User' }, '"User"'],
    [{ schema: 'auth', name: 'user' }, 'auth."user"'],
    [{ schema: 'My App', name: 'say "hi"' }, '"My App"."say ""hi"""'],
  ])('shows %j as %s', (name, shown) => {
    expect(displayName(name)).toBe(shown);
  });
});

describe('displayNames', () => {
  const named = (names: string): readonly string[] =>
    displayNames(
      names.split(' ').map((name) => ({ schema: 'public', name })),
      'tables',
    );

  it('names each once', () => {
    expect(named('a b a B')).toEqual(['a', 'b', '"B"']);
  });

  it('counts the rest of more than four', () => {
    expect(named('a b c d')).toEqual(['a', 'b', 'c', 'd']);
    expect(named('a b c d e')).toEqual(['a', 'b', 'c', '2 more tables']);
  });
});

describe('shortList', () => {
  it.each([
    [['a', 'b', 'c'], 3, 'files', ['a', 'b', 'c']],
    [['a', 'b', 'c', 'd'], 3, 'files', ['a', 'b', '2 more files']],
    [['a', 'b', 'c', 'd'], 3, '', ['a', 'b', '2 more']],
    [[], 3, 'files', []],
  ])('of %j shows at most %i %s', (texts, most, kind, shown) => {
    expect(shortList(texts, most, kind)).toEqual(shown);
  });
});
