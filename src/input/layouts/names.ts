import type { MigrationEntry } from './types.ts';

/** The longest name that is given to a migration, in UTF-16 code units: file names end at 255 bytes. */
const LONGEST = 80;

/** A name in the style of the present ones: its words in lower case with `_` between them, or `-` where most names have that. */
export function nameLike(entries: readonly MigrationEntry[], words: string): string {
  let balance = 0;
  for (const { name } of entries) balance += Number(name.includes('-')) - Number(name.includes('_'));
  return nameWith(balance > 0 ? '-' : '_', words);
}

function nameWith(separator: string, words: string): string {
  let name = '';
  for (const word of words.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) {
    const longer = name === '' ? word.slice(0, LONGEST) : `${name}${separator}${word}`;
    if (longer.length > LONGEST) break;
    name = longer;
  }
  return name === '' ? 'migration' : name;
}
