/** Conventions for migrations' names, and patterns with placeholders. */
import { wordsOf } from './name-similarity.ts';

/** The conventions that come with the linter. */
export type NameConvention = 'verb-first' | 'numbered' | 'snake-case' | 'verb-object-table';

interface Convention {
  /** What a name must be like, after a colon: `a verb and what it is about`. */
  readonly form: string;
  readonly example: string;
  readonly patterns: readonly string[];
  /** How many digits a version has; undefined where any will do. */
  readonly digits: number | undefined;
}

/** What each convention asks for. */
export const nameConventions: Readonly<Record<NameConvention, Convention>> = {
  'verb-first': {
    form: 'a verb (add, remove, update, create, fix or migrate) and what it is about',
    example: 'add-user-profile-table',
    patterns: ['add', 'remove', 'update', 'create', 'fix', 'migrate'].map((verb) => `${verb}_{what}`),
    digits: undefined,
  },
  numbered: {
    form: 'a number of four digits and words in lower case',
    example: '0002_user_tables',
    patterns: ['{what}'],
    digits: 4,
  },
  'snake-case': {
    form: 'two or more words in lower case',
    example: 'add_user_role_field',
    patterns: ['{what}_{more}'],
    digits: undefined,
  },
  'verb-object-table': {
    form: 'one of add_<field>_to_<table>, remove_<field>_from_<table>, rename_<old>_to_<new>_in_<table>, create_<table>, drop_<table>, add_index_<column>_<table>, enable_rls_<table> and migrate_<description>',
    example: 'add_company_size_to_client_kpi',
    patterns: [
      'add_{field}_to_{table}',
      'remove_{field}_from_{table}',
      'rename_{old}_to_{new}_in_{table}',
      'create_{table}',
      'drop_{table}',
      'add_index_{column}_{table}',
      'enable_rls_{table}',
      'migrate_{description}',
    ],
    digits: undefined,
  },
};

/**
 * Whether a migration's name is one of those that a pattern describes. A placeholder stands for one or more words, or within
 * a word for one or more letters and digits; all is in lower case. `-` and `_` are equal: Prisma rewrites the one to the
 * other.
 *
 * @param name the migration's name without its version.
 * @param pattern such as `add_{column}_to_{table}`.
 */
export function matchesNamePattern(name: string, pattern: string): boolean {
  const words = split(name);
  const parts = split(pattern);
  if (words.some((word) => !/^[a-z0-9]+$/.test(word))) return false;
  // Reachable ends after each part of the pattern: no way back, however many placeholders there are.
  let ends: ReadonlySet<number> = new Set([0]);
  for (const part of parts) {
    const next = new Set<number>();
    for (const end of ends) {
      const word = words[end];
      if (word !== undefined && matchesWord(word, part)) next.add(end + 1);
    }
    if (isPlaceholder(part)) {
      const first = Math.min(...next);
      for (let end = first; end <= words.length; end++) next.add(end);
    }
    ends = next;
  }
  return ends.has(words.length);
}

const split = (text: string): readonly string[] => text.replaceAll('-', '_').split('_');

const isPlaceholder = (part: string): boolean => /^\{[^{}]*\}$/.test(part);

function matchesWord(word: string, part: string): boolean {
  const [before = '', ...rest] = part.split(/\{[^{}]*\}/);
  const after = rest.at(-1);
  if (after === undefined) return word === part;
  return word.length > before.length + after.length && word.startsWith(before) && word.endsWith(after);
}

/** Names for the first migration, which need follow no convention: `init`, `initial_schema`, `baseline`, `squashed_migrations`. */
export function isFirstName(name: string): boolean {
  return ['init', 'initial', 'initialise', 'initialize', 'baseline', 'squashed'].includes(
    wordsOf(name)[0] ?? '',
  );
}

/** A name in lower case with underscores between its words: `AddInvoicePDF` → `add_invoice_pdf`. */
export function snakeCase(name: string): string {
  return wordsOf(name).join('_');
}
