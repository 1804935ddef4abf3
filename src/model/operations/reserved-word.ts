import { keywordCategory, type KeywordCategory } from '../../input/sql/keywords.ts';

/**
 * What kind of key word a name is, if it cannot stand everywhere without quotes (pg_get_keywords() of PostgreSQL 18): `reserved`
 * cannot be the name of anything, `type-name` of a function or type alone, `column-name` of anything but these.
 *
 * @param name as PostgreSQL keeps it.
 * @returns undefined for unreserved words and for what is no key word.
 */
export function reservedWord(name: string): Exclude<KeywordCategory, 'unreserved'> | undefined {
  const category = keywordCategory(name);
  return category === 'unreserved' ? undefined : category;
}
