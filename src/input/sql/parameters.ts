import { Lexer } from './lexer.ts';
import { foldName, unquoteName } from './tokens.ts';
import type { Variable } from './types.ts';

const MODES = new Set(['in', 'out', 'inout', 'variadic']);

/**
 * The parameters of a CREATE FUNCTION or CREATE PROCEDURE as variables, with the columns of RETURNS TABLE; one without a
 * name is `$1`, `$2` … Names that are also type words are told from types by what follows them. `text` is the statement
 * from `start` to `end`.
 */
export function parametersOf(text: string, start: number, end: number): readonly Variable[] {
  const lexer = new Lexer(text, start, end);
  while (lexer.nextToken()) {
    if (lexer.isCharacter(40)) break;
    if (lexer.isWord('as')) return [];
  }
  const variables = parametersIn(lexer, text);
  lexer.nextToken();
  if (!lexer.isWord('returns') || !lexer.nextToken() || !lexer.isWord('table')) return variables;
  lexer.nextToken();
  return lexer.isCharacter(40) ? [...variables, ...parametersIn(lexer, text)] : variables;
}

interface Part {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly kind: Lexer['kind'];
}

/** From after an opening parenthesis up to the one that closes it. */
function parametersIn(lexer: Lexer, text: string): readonly Variable[] {
  const variables: Variable[] = [];
  let parts: Part[] = [];
  let depth = 0;
  while (lexer.nextToken()) {
    const { kind, start, end, value } = lexer;
    const closes = lexer.isCharacter(41) && depth === 0;
    if (closes || (lexer.isCharacter(44) && depth === 0)) {
      if (parts.length > 0) variables.push(parameterOf(parts, text, variables.length + 1));
      parts = [];
      if (closes) break;
      continue;
    }
    if (lexer.isCharacter(40)) depth++;
    else if (lexer.isCharacter(41)) depth--;
    parts.push({ kind, start, end, text: value });
  }
  return variables;
}

function parameterOf(all: readonly Part[], text: string, position: number): Variable {
  const isWord = (part: Part | undefined, word: string): boolean =>
    part?.kind === 'word' && part.text.toLowerCase() === word;
  const defaultAt = all.findIndex(
    (part) => part.text === '=' || part.text === ':=' || isWord(part, 'default'),
  );
  const parts = withoutModes(defaultAt < 0 ? all : all.slice(0, defaultAt));
  const named = hasName(parts);
  const typeParts = withoutModes(named ? parts.slice(1) : parts);
  const slice = (range: readonly Part[]): string => text.slice(range[0]?.start ?? 0, range.at(-1)?.end ?? 0);
  return {
    name: named ? nameOf(parts[0]) : `$${position}`,
    type: slice(typeParts),
    defaultText: defaultAt < 0 ? undefined : slice(all.slice(defaultAt + 1)),
    parameter: true,
  };
}

function withoutModes(parts: readonly Part[]): readonly Part[] {
  let from = 0;
  while (
    from < parts.length - 1 &&
    parts[from]?.kind === 'word' &&
    MODES.has(parts[from]?.text.toLowerCase() ?? '')
  ) {
    from++;
  }
  return parts.slice(from);
}

/** Types of two words, which would look like a name and a type. */
const LONG_TYPES =
  /^(?:double\s+precision|character\s+varying|char\s+varying|national\s+|bit\s+varying|time\s+with|timestamp\s+with|interval\s+(?:year|month|day|hour|minute|second))/i;

/** A name and a type stand side by side: two names in a row, but for the types that are two words themselves. */
function hasName(parts: readonly Part[]): boolean {
  const [first, second] = parts;
  if (first === undefined || second === undefined) return false;
  const isName = (part: Part): boolean => part.kind === 'word' || part.kind === 'quoted-name';
  if (!isName(first) || !isName(second)) return false;
  if (first.kind === 'word' && first.text.toLowerCase() === 'setof') return false;
  return !LONG_TYPES.test(`${first.text} ${second.text} `);
}

function nameOf(part: Part | undefined): string {
  if (part === undefined) return '';
  return part.kind === 'quoted-name' ? unquoteName(part.text) : foldName(part.text);
}
