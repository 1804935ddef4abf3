/**
 * Whether a migration's version comes before a number that people write for one.
 *
 * Of dotted versions the first part counts: `1.2` is before 2, not before 1. Dates count without their separators
 * (`2024_05_06` as 20240506). Numbers of eight digits and more are dates or moments, and are compared from the front, so that
 * 20240506 and 20240506120000 can be told apart from 20260101.
 *
 * @param version as the layout gives it; one without digits at its start is before nothing.
 * @param since a whole number; nothing is before 0.
 */
export function isVersionBefore(version: string, since: number): boolean {
  const digits = digitsOf(version);
  if (digits === '' || since <= 0) return false;
  const bound = BigInt(since).toString();
  if (digits.length < DATE_LENGTH || bound.length < DATE_LENGTH) return BigInt(digits) < BigInt(bound);
  const length = Math.max(digits.length, bound.length);
  return digits.padEnd(length, '0') < bound.padEnd(length, '0');
}

const DATE_LENGTH = 8;

function digitsOf(version: string): string {
  const number = /^\d{4}([._-])\d\d\1\d\d/.test(version)
    ? version.replaceAll(/\D/g, '')
    : (/^\d+/.exec(version)?.[0] ?? '');
  return number.replace(/^0+(?=\d)/, '');
}
