import type { Script } from '../../input/sql/types.ts';

/** Words of a comment that say that nothing is to be done. `This is an empty migration`, as Prisma writes it, is none. */
const WORDS =
  /\b(?:intentional(?:ly)?|deliberate(?:ly)?|on purpose|by design|purposely|purposefully|no-?op|nothing to do|left (?:blank|empty)|placeholder)\b/i;

/**
 * Whether a script without statements says in a comment that it is meant to be empty.
 *
 * @param script a script that could be read.
 */
export function saysDeliberatelyEmpty(script: Script): boolean {
  return script.comments.some(({ text }) => WORDS.test(text));
}
