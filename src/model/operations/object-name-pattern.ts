import { cutName } from '../../input/sql/tokens.ts';
import type { GivenName } from './given-names.ts';

/**
 * Whether a name is one of those that a pattern describes.
 *
 * `{table}` stands for the table's name, `{columns}` for the columns with `_` between them, and every other placeholder
 * for one or more characters without a blank. Where PostgreSQL would cut what the pattern gives to 63 bytes, the cut name is right.
 *
 * @param pattern such as `idx_{table}_{columns}`.
 */
export function matchesObjectPattern(given: GivenName, pattern: string): boolean {
  const { name } = given;
  const known = knownParts(given);
  const parts = pattern.split(/\{([^{}]*)\}/);
  const isFree = (part: string, index: number): boolean => index % 2 === 1 && known[part] === undefined;
  const texts = parts.map((part, index) => (index % 2 === 0 ? part : (known[part] ?? '')));
  if (!parts.some(isFree)) {
    const whole = texts.join('');
    return name === whole || name === cutName(whole);
  }
  const sources = parts.map((part, index) =>
    isFree(part, index) ? '\\S+' : (texts[index] ?? '').replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`),
  );
  return new RegExp(`^${sources.join('')}$`, 'u').test(name);
}

/** A pattern with what is known of an object filled in: `idx_users_email` of `idx_{table}_{columns}`. */
export function filledPattern(given: GivenName, pattern: string): string {
  const known = knownParts(given);
  return cutName(pattern.replaceAll(/\{([^{}]*)\}/g, (whole, part: string) => known[part] ?? whole));
}

function knownParts({ kind, of, columns }: GivenName): Readonly<Record<string, string>> {
  return {
    // A table's own pattern cannot ask for its name.
    ...(kind !== 'table' && { table: of.name }),
    ...(columns.length > 0 && { columns: columns.join('_') }),
  };
}
