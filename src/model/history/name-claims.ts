/** What a migration's name claims that it does, read from names such as `add_email_to_users` in any way of writing. */
import { wordsOf } from './name-similarity.ts';

/** One claim of a name. The words are in lower case, fillers such as `column` and `the` left out. */
export type NameClaim =
  /**
   * Something comes: `add_email_to_users`; `to` is empty where the name does not say where. `ofTable`: by its verb, `create`,
   * it can be a table that is named.
   */
  | {
      readonly kind: 'adds';
      readonly what: readonly string[];
      readonly to: readonly string[];
      readonly ofTable: boolean;
    }
  /** Something goes: `remove_fax_from_users`; `drop_audit_logs`, which can be a table. */
  | {
      readonly kind: 'removes';
      readonly what: readonly string[];
      readonly from: readonly string[];
      readonly ofTable: boolean;
    }
  /** `rename_client_id_to_external_id_in_integrations`. */
  | { readonly kind: 'renames'; readonly what: readonly string[]; readonly to: readonly string[] }
  /** `add_index_tenant_id_client_kpis`: `what` are column and table. Empty for `create_coupon_indexes`, which may name a purpose. */
  | { readonly kind: 'indexes'; readonly what: readonly string[] }
  /** `enable_rls_financials`; `all` for `enable_rls_all_tables`. */
  | { readonly kind: 'enables row security'; readonly what: readonly string[]; readonly all: boolean }
  /** `backfill_country`: rows change. */
  | { readonly kind: 'changes data'; readonly what: readonly string[] };

const ADD: ReadonlySet<string> = new Set([
  'add',
  'adds',
  'added',
  'adding',
  'create',
  'creates',
  'created',
  'creating',
]);
const REMOVE: ReadonlySet<string> = new Set([
  'remove',
  'removes',
  'removed',
  'removing',
  'drop',
  'drops',
  'dropped',
  'dropping',
]);
const RENAME: ReadonlySet<string> = new Set(['rename', 'renames', 'renamed', 'renaming']);
const ENABLE: ReadonlySet<string> = new Set(['enable', 'enables', 'enabled', 'add', 'added']);
const VERBS: ReadonlySet<string> = new Set([
  ...ADD,
  ...REMOVE,
  ...RENAME,
  'enable',
  'update',
  'change',
  'make',
  'fix',
  'set',
  'move',
]);
const INDEX: ReadonlySet<string> = new Set(['index', 'indexes', 'indices', 'idx', 'idxs']);

/** Words that tell what kind of thing it is, or nothing at all, but not which one. */
const FILLERS: ReadonlySet<string> = new Set(
  `
  a an the new old missing some more other another optional required nullable null not unique default defaults all any
  column columns field fields table tables model models index indexes indices idx constraint constraints key keys foreign
  primary pk fk fkey enum enums type types value values relation relations relationship reference references cascade
  trigger triggers function functions view views policy policies schema schemas database db migration support for on in
  of with by and or as is at back again if exists to from into per only via using
  `
    .trim()
    .split(/\s+/),
);

/**
 * The claims of a name, one for each part that an `and` before a verb begins: `add_a_and_drop_b` claims two. A name that does
 * not begin with a verb claims nothing, and neither does one whose first word only sounds like one (`add_ons`).
 *
 * @param name the migration's name without its version.
 * @param dataVerbs first words that claim a change of rows, in lower case: `backfill`.
 */
export function claimsOf(name: string, dataVerbs: ReadonlySet<string> = new Set()): readonly NameClaim[] {
  return partsOf(wordsOf(name)).flatMap((words) => claimOf(words, dataVerbs) ?? []);
}

/** Cut before `and verb`. */
function partsOf(words: readonly string[]): readonly (readonly string[])[] {
  const parts: string[][] = [[]];
  words.forEach((word, index) => {
    const next = words[index + 1] ?? '';
    if ((word === 'and' || word === 'then') && VERBS.has(next)) parts.push([]);
    else parts.at(-1)?.push(word);
  });
  return parts;
}

function claimOf(words: readonly string[], dataVerbs: ReadonlySet<string>): NameClaim | undefined {
  const [verb = '', ...rest] = words;
  if (rest.length === 0) return undefined;
  const security = rowSecurityClaim(verb, rest);
  if (security !== undefined) return security;
  if (dataVerbs.has(verb)) return { kind: 'changes data', what: telling(rest) };
  if (ADD.has(verb)) {
    if (rest.some((word) => INDEX.has(word)) && isAboutIndexes(rest))
      return { kind: 'indexes', what: namesIndexed(rest) ? telling(rest) : [] };
    const [what, to] = cutAt(rest, ['to', 'on', 'in', 'into']);
    return { kind: 'adds', what: telling(what), to: telling(to), ofTable: verb.startsWith('creat') };
  }
  if (REMOVE.has(verb)) {
    const [what, from] = cutAt(rest, ['from', 'on', 'in']);
    return { kind: 'removes', what: telling(what), from: telling(from), ofTable: verb.startsWith('drop') };
  }
  if (RENAME.has(verb)) {
    const [what, to] = cutAt(rest, ['to', 'as', 'into']);
    return { kind: 'renames', what: telling(what), to: telling(to) };
  }
  return undefined;
}

/** `add_index_…`, `create_…_indexes`, `add_…_idx_to_…`; not `add_index_value_to_scores`, whose column is called so. */
function isAboutIndexes(words: readonly string[]): boolean {
  const [what] = cutAt(words, ['to', 'on', 'in', 'for', 'into']);
  return INDEX.has(what.at(-1) ?? '') || (INDEX.has(what[0] ?? '') && !words.includes('to'));
}

/** `index_tenant_id_client_kpis`, not `index_for_search`. */
const namesIndexed = ([first, second]: readonly string[]): boolean => first === 'index' && second !== 'for';

function rowSecurityClaim(verb: string, rest: readonly string[]): NameClaim | undefined {
  if (!ENABLE.has(verb)) return undefined;
  const text = rest.join(' ');
  const named = /^(rls|row level security|row security)\b/.exec(text);
  if (named === null) return undefined;
  const words = rest.slice(named[0].split(' ').length);
  return { kind: 'enables row security', what: telling(words), all: words.includes('all') };
}

/** The words before the last of some prepositions, and those after it. */
function cutAt(
  words: readonly string[],
  prepositions: readonly string[],
): readonly [readonly string[], readonly string[]] {
  const at = words.findLastIndex((word, index) => index > 0 && prepositions.includes(word));
  return at < 0 ? [words, []] : [words.slice(0, at), words.slice(at + 1)];
}

const telling = (words: readonly string[]): readonly string[] =>
  words.filter((word) => !FILLERS.has(word) && !/^\d+$/.test(word));

/**
 * Whether a word of a name and a word of an object's name can mean the same: equal but for an ending (`kpi`, `kpis`), one the
 * beginning of the other (`org`, `organization`), or one inside the other (`execution`, `preexecutions`).
 *
 * @param word from {@link claimsOf}.
 * @param other in lower case.
 */
export function isSameWord(word: string, other: string): boolean {
  const [a, b] = [stemOf(word), stemOf(other)];
  if (a === b) return true;
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  if (short.length >= 3 && long.startsWith(short)) return true;
  return short.length >= 4 && (long.includes(short) || commonStart(a, b) >= Math.max(4, short.length - 2));
}

/** Without the endings of plurals and of verbs: `properties` → `propert`, `statuses` → `status`, `blocked` → `block`. */
function stemOf(word: string): string {
  const stem = word.replace(/(?:ies|y)$/u, '').replace(/(?:ing|ed|es|s|e)$/u, '');
  return stem.length >= 3 ? stem : word;
}

function commonStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}
