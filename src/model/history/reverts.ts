import { wordsOf } from './name-similarity.ts';

/** What of a migration can say that it takes another one back. */
export interface NamedScript {
  /** Without the version: `revert_add_users`. */
  readonly name: string;
  /** The script as written, from its first character on. */
  readonly text: string;
}

/** A migration that can be named. */
export interface NamedMigration {
  readonly id: string;
  readonly version: string;
  readonly name: string;
}

/** That a migration takes an earlier one back, as it says itself. */
export interface RevertClaim {
  /** Where it says so. */
  readonly saidIn: 'name' | 'comment';
  /** The ids of the earlier migrations that it names, by their ids, versions or names; empty where it names none. */
  readonly named: readonly string[];
  /** True if it says that it takes back a part. */
  readonly partial: boolean;
}

const NAME_WORDS: ReadonlySet<string> = new Set([
  'revert',
  'reverts',
  'reverted',
  'reverting',
  'undo',
  'undoes',
  'rollback',
]);
/** Words between the verb and the name: `revert_of_migration_add_users`. */
const FILLERS: ReadonlySet<string> = new Set(['of', 'the', 'migration', 'back']);
const COMMENT =
  /^[\s*]*(?:this(?: (?:migration|script|file|change))? (?:reverts|undoes|rolls back)\b|(?:reverts?|undoes|undo)(?: migration)?\s*:|(?:reverts?|undoes) migration\b|(?:revert|undo|rollback) of\b|revert\s+["'“`])/imu;
const PARTIAL = /\bpart(?:s|ly|ial|ially)?\b/iu;
/** White space, line comments and block comments without others inside, from where it is asked on. */
const LEADING = /(?:\s+|--[^\n]*|\/\*[\s\S]*?\*\/)*/uy;

/**
 * Whether a migration says that it takes another one back: its name begins with `revert`, `undo` or `rollback`, or a comment before its
 * first statement says so (`-- Reverts: 20250101090000_add_users`).
 *
 * @param script its name and its text.
 * @param earlier the migrations before it, in replay order; they are asked for only where it says so.
 * @returns undefined where it says nothing of the kind.
 */
export function revertClaim(
  { name, text }: NamedScript,
  earlier: () => readonly NamedMigration[],
): RevertClaim | undefined {
  const words = wordsOf(name);
  const isNamed = NAME_WORDS.has(words[0] ?? '') || (words[0] === 'roll' && words[1] === 'back');
  const comments = leadingComments(text);
  if (!isNamed && !COMMENT.test(comments)) return undefined;
  const what = isNamed ? words.slice(1) : [];
  while (FILLERS.has(what[0] ?? '')) what.shift();
  return {
    saidIn: isNamed ? 'name' : 'comment',
    named: namedIn({ words: what, comments }, earlier()),
    partial: PARTIAL.test(comments) || what.some((word) => PARTIAL.test(word)),
  };
}

/** The comments before the first statement, with their marks, as one text. */
function leadingComments(text: string): string {
  LEADING.lastIndex = 0;
  return (LEADING.exec(text)?.[0] ?? '').replaceAll(/^\s*(?:--+|\/\*+)/gmu, '');
}

/** What a migration says: the words of its name behind the verb, and its first comments. */
interface Said {
  readonly words: readonly string[];
  readonly comments: string;
}

/** The best way to name a migration is its id, then its version, then its name; of several with one name the latest. */
function namedIn({ words, comments }: Said, earlier: readonly NamedMigration[]): readonly string[] {
  const written = new Set(
    comments.match(/[\p{L}\p{N}_.-]+/gu)?.map((token) => token.replace(/[.:-]+$/u, '')),
  );
  const rest = words.join('_');
  const byId = earlier.filter(({ id }) => written.has(id) || (id !== '' && wordsOf(id).join('_') === rest));
  if (byId.length > 0) return byId.map(({ id }) => id);
  const numbers = new Set(words.filter((word) => /^\d+$/u.test(word)).map(withoutZeros));
  const byVersion = earlier.filter(
    ({ version }) =>
      /\d/u.test(version) &&
      (numbers.has(withoutZeros(version)) ||
        (version.length >= LONG_VERSION && written.has(version)) ||
        saysNumber(comments, version)),
  );
  if (byVersion.length > 0) return byVersion.map(({ id }) => id);
  const byName = earlier.filter(
    ({ name }) =>
      name !== '' &&
      (wordsOf(name).join('_') === rest || (/\p{L}[_-]\p{L}/u.test(name) && written.has(name))),
  );
  return byName.slice(-1).map(({ id }) => id);
}

/** A number of so many digits is nothing else than a version. */
const LONG_VERSION = 8;

/** A short version counts where a word before it says that it is one: `migration 0005`. */
function saysNumber(comments: string, version: string): boolean {
  if (version.length >= LONG_VERSION || !/^\d+$/u.test(version)) return false;
  return new RegExp(
    `\\b(?:migration|version|reverts?|undoes|undo|of)\\s*[:#]?\\s*0*${withoutZeros(version)}\\b`,
    'iu',
  ).test(comments);
}

const withoutZeros = (digits: string): string => digits.replace(/^0+(?=\d)/u, '');
