import type { ToolVersion } from './types.ts';

type Parsed = Omit<ToolVersion, 'source'>;

/** An exact version, `6.19` or `6.19.3-dev.1`; undefined for anything else. */
export function parseVersion(text: string): Parsed | undefined {
  const match = /^v?(\d+)(?:\.(\d+))?(?:\.\d+)?(?:[-+(].*)?$/.exec(text.trim());
  return match === null
    ? undefined
    : { major: Number(match[1]), minor: Number(match[2] ?? 0), text: text.trim() };
}

/**
 * A range as package.json has it (`^6.19.0`, `~7.2`, `6.x`, `>=6 <8`): its lower bound, and the highest major it allows.
 * Undefined for what names no version: `latest`, `workspace:*`, `catalog:`, a git address.
 */
export function parseRange(text: string): Parsed | undefined {
  const range = text
    .trim()
    .replace(/^npm:(?:@?[^@]+@)?/, '')
    .replace(/^workspace:/, '');
  const match = /^(\^|~|>=|>|=|v)?\s*(\d+)(?:\.(\d+|[xX*]))?(?:\.(\d+|[xX*]))?([^|]*)$/.exec(range);
  if (match === null) return undefined;
  const [, operator = '', major = '', minor, patch, rest = ''] = match;
  const lower = { major: Number(major), minor: Number(minor ?? 0) || 0, text: text.trim() };
  const minorIsFixed = minor !== undefined && /^\d+$/.test(minor);
  if (operator === '~' && minorIsFixed) return lower;
  if (operator.startsWith('>')) return { ...lower, range: { upToMajor: upperMajor(rest) } };
  const exact = operator !== '^' && operator !== '~' && minorIsFixed && patch !== undefined;
  return exact ? lower : { ...lower, range: { upToMajor: lower.major } };
}

/** Of ` <8.0.0`: 7. Undefined if nothing bounds the range. */
function upperMajor(rest: string): number | undefined {
  const match = /<(=?)\s*(\d+)(?:\.(\d+))?/.exec(rest);
  if (match === null) return undefined;
  const [, inclusive, major = '', minor = '0'] = match;
  return inclusive === '=' || Number(minor) > 0 ? Number(major) : Number(major) - 1;
}
