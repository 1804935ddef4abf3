import { keywordCategory } from './keywords.ts';
import type { Lexer } from './lexer.ts';
import type { Token } from './types.ts';

/** PostgreSQL cuts names to this many UTF-8 bytes (NAMEDATALEN - 1). */
export const NAME_BYTES = 63;

/** The token that a lexer stands on, which must not be a comment or the end. `place` turns its offsets into the file's. */
export function tokenAt(lexer: Lexer, place: (offset: number) => number): Token {
  const text = lexer.value;
  const span = { start: place(lexer.start), end: place(lexer.end) };
  switch (lexer.kind) {
    case 'word': {
      const folded = foldName(text);
      return keywordCategory(folded) === undefined
        ? { span, text, kind: 'identifier', value: cutName(folded) }
        : { span, text, kind: 'keyword', value: folded.toUpperCase() };
    }
    case 'quoted-name':
      return { span, text, kind: 'identifier', value: cutName(unquoteName(text)) };
    case 'string':
    case 'dollar-string':
      return { span, text, kind: 'string', value: text };
    case 'number':
    case 'parameter':
      return { span, text, kind: lexer.kind, value: text };
    case 'operator':
    case 'line-comment':
    case 'block-comment':
    case 'end':
      return { span, text, kind: 'operator', value: text };
  }
}

/**
 * The name that a token stands for where the grammar expects a name: an identifier's value, a key word in lower case;
 * undefined for every other token.
 */
export function tokenName(token: Token): string | undefined {
  if (token.kind === 'identifier') return token.value;
  return token.kind === 'keyword' ? token.value.toLowerCase() : undefined;
}

/** True if the token is one of the key words or names, given in upper case, written without quotes. */
export function isWordToken(token: Token | undefined, ...words: readonly string[]): boolean {
  if (token === undefined || (token.kind !== 'keyword' && token.kind !== 'identifier')) return false;
  return words.includes(token.kind === 'keyword' ? token.value : token.text.toUpperCase());
}

/** Folds an unquoted name as PostgreSQL does in a UTF-8 database: ASCII letters to lower case, all others kept. */
export function foldName(name: string): string {
  // eslint-disable-next-line no-control-regex
  return /^[\x00-\x7f]*$/.test(name)
    ? name.toLowerCase()
    : name.replace(/[A-Z]+/g, (part) => part.toLowerCase());
}

/** The name between double quotes, doubled quotes undone, and Unicode escapes too in the `U&"…"` form (UESCAPE is not looked at). */
export function unquoteName(quoted: string): string {
  const unicode = quoted.charAt(0) !== '"';
  const inner = quoted.slice(unicode ? 3 : 1, quoted.endsWith('"') ? -1 : undefined).replaceAll('""', '"');
  return unicode ? decodeUnicodeEscapes(inner) : inner;
}

/** Undoes the `\XXXX` and `\+XXXXXX` escapes of U&"…" and U&'…'. */
export function decodeUnicodeEscapes(text: string): string {
  return text.replace(
    /\\(?:\\|([0-9A-Fa-f]{4})|\+([0-9A-Fa-f]{6}))/g,
    (escape, four?: string, six?: string) => {
      const digits = four ?? six;
      if (digits === undefined) return '\\';
      const code = Number.parseInt(digits, 16);
      return code > 0x10ffff
        ? escape
        : four === undefined
          ? String.fromCodePoint(code)
          : String.fromCharCode(code);
    },
  );
}

/**
 * Cuts a name as PostgreSQL does: as many whole characters as fit.
 *
 * @param limit in bytes of UTF-8.
 */
export function cutName(name: string, limit = NAME_BYTES): string {
  // A UTF-16 unit takes three bytes at most.
  if (name.length * 3 <= limit || Buffer.byteLength(name) <= limit) return name;
  let bytes = 0;
  let end = 0;
  for (const character of name) {
    bytes += Buffer.byteLength(character);
    if (bytes > limit) break;
    end += character.length;
  }
  return name.slice(0, end);
}
