import type { Comment } from '../../input/sql/types.ts';
import { timeOf } from '../../model/history/version-time.ts';
import type { WrittenDirective } from './directive.ts';

/** What every directive begins with. A text without it has none. */
export const MARK = 'migration-lint-disable';

const PARTS = /^-(?<scope>next-statement|file)(?:\s+(?<rules>.*?))??(?:\s+--+(?:\s+(?<reason>.*))?)?$/su;
const RULE = /^[\w-]+(?:\/[\w-]+)?$/u;
const UNTIL = /\s*\buntil\s+(?<date>\d{4}-\d{2}-\d{2})\.?$/u;

/**
 * Reads a comment as a directive: `migration-lint-disable-next-statement rule[, rule] -- reason [until 2026-12-31]`, or
 * `-disable-file` for the whole file.
 *
 * @returns undefined for a comment that is none.
 */
export function readDirective({ span, text }: Comment): WrittenDirective | undefined {
  const trimmed = text.trim();
  if (!trimmed.startsWith(MARK)) return undefined;
  const parts = PARTS.exec(trimmed.slice(MARK.length))?.groups;
  const names = (parts?.['rules'] ?? '').split(',').map((name) => name.trim());
  if (parts === undefined || !names.every((name) => RULE.test(name))) {
    return { span, scope: undefined, names: [], reason: undefined, until: undefined, problem: 'form' };
  }
  const scope = parts['scope'] === 'file' ? 'file' : 'next statement';
  const said = (parts['reason'] ?? '').trim();
  const until = UNTIL.exec(said)?.groups?.['date'];
  const reason = said.replace(UNTIL, '').trim() || undefined;
  const problem = reason === undefined ? 'reason' : isDay(until) ? undefined : 'date';
  return { span, scope, names, reason, until, problem };
}

/** Whether there is such a day; no day at all is fine. */
function isDay(date: string | undefined): boolean {
  return date === undefined || timeOf(date) !== undefined;
}
