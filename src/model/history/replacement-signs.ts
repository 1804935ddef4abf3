import { nameSimilarity, wordsOf } from './name-similarity.ts';

/** Words that mark a name as the coming one of two. */
const NEW_WORDS: ReadonlySet<string> = new Set([
  'new',
  'next',
  'v2',
  'v3',
  'v4',
  'replacement',
  'tmp',
  'temp',
]);

/** Words that mark a name as the going one of two. */
const OLD_WORDS: ReadonlySet<string> = new Set([
  'old',
  'legacy',
  'deprecated',
  'obsolete',
  'v1',
  'previous',
  'prev',
]);

/** Words that mark a table or a column as kept aside, or as a record of what was: it takes nothing's place. */
const SAVED_WORDS: ReadonlySet<string> = new Set([
  'archive',
  'archived',
  'archives',
  'audit',
  'audits',
  'backup',
  'backups',
  'bak',
  'copy',
  'deleted',
  'dump',
  'history',
  'histories',
  'initial',
  'log',
  'logs',
  'original',
  'revision',
  'revisions',
  'saved',
  'snapshot',
  'snapshots',
  'staging',
  'version',
  'versions',
]);

/** Names are alike from here on: see {@link nameSimilarity}. */
const ALIKE = 0.5;

/** Whether two names share half of their words or letters. */
export function areAlike(old: string, new_: string): boolean {
  return nameSimilarity(old, new_) >= ALIKE;
}

/**
 * Whether names say that one takes the other's place: they are equal but for a mark (`email` and `email_new`, `users` and
 * `users_v2`, `old_name` and `name`) or for their way of writing (`userId` and `user_id`), the old one has a mark of its own
 * (`legacy_price`), or the new one has one and a word in common (`new_email_address` for `email`).
 */
export function areMarked(old: string, new_: string): boolean {
  const left = marksOf(old);
  const right = marksOf(new_);
  if (right.old) return false;
  if (left.rest.join('') === right.rest.join('')) return true;
  return left.old || (right.new && right.rest.some((word) => left.rest.includes(word)));
}

/** Whether a name says that what it names is a saved copy, or a record of what was. */
export function isSavedName(name: string): boolean {
  const { words, old } = marksOf(name);
  return old || words.some((word) => SAVED_WORDS.has(word)) || words.some((word) => /^\d{6,}$/.test(word));
}

/** Whether a comment on a table or column says that it is not to be used any more. */
export function saysDeprecated(comment: string | undefined): boolean {
  if (comment === undefined) return false;
  return /\b(?:deprecated|obsolete|superseded|replaced by|renamed to|use \S+ instead|to be (?:dropped|removed)|do not use)/i.test(
    comment,
  );
}

/** Words of a migration's name or first comment that say that something takes another's place. */
const SAYING =
  /(?<![\p{L}\p{N}])(?:renam(?:e[sd]?|ing)|replac(?:e[sd]?|ing|ements?)|expand|contract|dual[ _-]writes?)(?![\p{L}\p{N}])/iu;

/** Whether a migration says that it renames or replaces: in its name, or in the comments before its first statement. */
export function saysReplacement(id: string, script: string): boolean {
  return SAYING.test(wordsOf(id).join(' ')) || SAYING.test(firstComments(script));
}

/** The comments that a script begins with, as written. */
export function firstComments(script: string): string {
  const comments = /\s+|--[^\n]*|\/\*[\s\S]*?\*\//y;
  let end = 0;
  while (comments.test(script)) end = comments.lastIndex;
  return script.slice(0, end);
}

function marksOf(name: string): {
  readonly words: readonly string[];
  readonly rest: readonly string[];
  readonly new: boolean;
  readonly old: boolean;
} {
  // `v2` at the end is often written together with the word before it: `usersV2`.
  const words = wordsOf(name).flatMap((word) => {
    const match = /^(.+)(v[2-4])$/.exec(word);
    return match === null ? [word] : [match[1] ?? '', match[2] ?? ''];
  });
  const isMark = (word: string): boolean => NEW_WORDS.has(word) || OLD_WORDS.has(word);
  return {
    words,
    rest: words.filter((word) => !isMark(word)),
    new: words.some((word) => NEW_WORDS.has(word)),
    old: words.some((word) => OLD_WORDS.has(word)),
  };
}
