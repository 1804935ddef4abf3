import { wordsOf } from './name-similarity.ts';

/** Words that say no more than that something was done to a database. */
const VAGUE_WORDS: ReadonlySet<string> = new Set(
  `
  add adds added adding adjust adjusted adjustment adjustments all alter altered alters and another attempt bug bugfix
  change changed changes changing cleanup clean column columns constraint constraints correct corrected correction
  corrections create created creates data database databases db debug delete deleted deletes drop dropped drops edit edited
  edits everything field fields final fix fixed fixes fixing foreign hotfix improve improved improvement improvements index
  indexes indices it key keys latest little many migrate migrated migration migrations minor misc miscellaneous model models
  modification modifications modified modify more my new newest next old other patch prisma refactor refactored refactoring
  relation relations remove removed removes removing rename renamed renames retry revert schema schemas script small some
  something sql step stuff table tables temp temporary test testing tests the thing things tmp try tweak tweaked tweaks type
  types unnamed untitled update updated updates updating various version wip work
  `
    .trim()
    .split(/\s+/),
);

/** Words for the first migration, which needs no other name. */
const FIRST_WORDS: ReadonlySet<string> = new Set([
  'init',
  'initial',
  'initialise',
  'initialize',
  'baseline',
  'squashed',
]);

/**
 * Whether a migration's name does not say what changes: every word of it is a general one (`update_schema`, `fix2`), a
 * number or a date, or there is no name at all.
 *
 * @param name the migration's name without its version: `add_users`. `init` and its kin are not vague.
 * @param objects names of tables, columns and other objects that the migration touches: a word of these is never vague, so
 *   that a table called `tests` can be named.
 */
export function isVagueName(name: string, objects: readonly string[] = []): boolean {
  const words = wordsOf(splitNumbers(name));
  if (words.some((word) => FIRST_WORDS.has(word))) return false;
  if (!words.every((word) => VAGUE_WORDS.has(word) || /^(\d+|v)$/.test(word))) return false;
  return !objects.some((object) => wordsOf(object).some((word) => words.includes(word)));
}

/** `fix2` → `fix 2`. */
function splitNumbers(name: string): string {
  return (name.match(/\d+|\D+/g) ?? []).join(' ');
}
