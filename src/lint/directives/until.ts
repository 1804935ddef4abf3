const NAMES = [
  ['today', 'tomorrow', 'tonight', 'week', 'weekend', 'month', 'quarter', 'year'],
  ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'],
  ['january', 'february', 'march', 'april', 'may', 'june', 'july'],
  ['august', 'september', 'october', 'november', 'december'],
].flat();

/** `tomorrow`, `next week`, `the end of May`: a time in words, and nothing behind it. */
const IN_WORDS = new RegExp(`^(?:the )?(?:end of )?(?:the |this |next )?(?:${NAMES.join('|')})$`, 'iu');

/**
 * What a reason gives as its end that is no day as in `2026-12-31`: `until 31.12.2026`, `until 2027`, `until tomorrow`. Taken for
 * a part of the reason, such a directive would count for ever.
 *
 * What follows the last `until`, up to the next comma, semicolon or bracket, is meant as a time if it has a digit, or is a time
 * in words. All else (`until the audit is over`) belongs to the reason.
 *
 * @returns what stands there in place of a day; undefined if nothing does.
 */
export function timeThatIsNoDay(reason: string): string | undefined {
  const [, rest = ''] = /.*\buntil:?\s+(.*)$/isu.exec(reason) ?? [];
  const [clause = ''] = rest.split(/[,;()]/u);
  const said = clause.trim().replace(/\.$/u, '');
  return /\d/u.test(said) || IN_WORDS.test(said) ? said : undefined;
}
