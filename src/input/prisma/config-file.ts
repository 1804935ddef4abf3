import { scriptTokens, type ScriptToken } from './javascript-tokens.ts';

/** What a prisma.config.ts says about places, paths as written: relative to the file's folder. */
export interface PrismaConfig {
  readonly schema: string | undefined;
  /** `migrations: { path }`. */
  readonly migrations: string | undefined;
  /** The settings of these that are there and are no plain text: `schema`, `migrations.path`, or `the file` as a whole. */
  readonly unreadable: readonly string[];
}

/**
 * Reads a prisma.config.ts (or .js, .mjs …) without running it: a pull request may have changed it.
 *
 * It understands `defineConfig({ … })`, `export default { … }`, `module.exports = { … }` and a constant of the file in their
 * place; as values strings, constants of the file that are strings, and `path.join` or `path.resolve` of such, with
 * `__dirname`, `import.meta.dirname` and `process.cwd()` as the file's folder.
 */
export function readPrismaConfig(text: string): PrismaConfig {
  const reader = new Reader(scriptTokens(text));
  const config = reader.configuration();
  if (config === undefined) return { schema: undefined, migrations: undefined, unreadable: ['the file'] };
  const unreadable: string[] = [];
  const value = (tokens: readonly ScriptToken[] | undefined, name: string): string | undefined => {
    if (tokens === undefined) return undefined;
    const text = reader.text(tokens);
    if (text === undefined) unreadable.push(name);
    return text;
  };
  const migrations = config.get('migrations');
  const inside = migrations === undefined ? undefined : reader.object(migrations);
  if (migrations !== undefined && inside === undefined) unreadable.push('migrations');
  return {
    schema: value(config.get('schema'), 'schema'),
    migrations: value(inside?.get('path'), 'migrations.path'),
    unreadable,
  };
}

type Properties = ReadonlyMap<string, readonly ScriptToken[]>;

const OPENING = new Set(['{', '(', '[']);
const CLOSING = new Set(['}', ')', ']']);
/** How many constants may stand for one another. */
const MAXIMUM_STEPS = 8;

class Reader {
  readonly #tokens: readonly ScriptToken[];

  constructor(tokens: readonly ScriptToken[]) {
    this.#tokens = tokens;
  }

  /** The object that the file exports. */
  configuration(): Properties | undefined {
    const exported = this.#after('export', 'default') ?? this.#after('module', '.', 'exports', '=');
    return exported === undefined ? undefined : this.object(exported);
  }

  /** The object that an expression is: written there, or a constant's, or `defineConfig`'s argument. */
  object(expression: readonly ScriptToken[], steps = 0): Properties | undefined {
    const [first, second] = expression;
    if (first === undefined || steps > MAXIMUM_STEPS) return undefined;
    if (first.text === '{' && first.kind === 'punctuation') return properties(expression);
    if (first.kind !== 'name') return undefined;
    if (second?.text === '(' || second?.text === '<') {
      const open = expression.findIndex(({ kind, text }) => kind === 'punctuation' && text === '(');
      return this.object(expression.slice(open + 1), steps + 1);
    }
    const constant = this.#constant(first.text);
    return constant === undefined ? undefined : this.object(constant, steps + 1);
  }

  /** The text that an expression is; undefined if that cannot be told without running it. */
  text(expression: readonly ScriptToken[], steps = 0): string | undefined {
    const [first, ...rest] = withoutAssertion(expression);
    if (first === undefined || steps > MAXIMUM_STEPS) return undefined;
    if (first.kind === 'string') return rest.length === 0 ? first.text : undefined;
    if (first.kind !== 'name') return undefined;
    if (rest.length === 0 && first.text !== '__dirname') {
      const constant = this.#constant(first.text);
      return constant === undefined ? undefined : this.text(constant, steps + 1);
    }
    const written = [first, ...rest].map(({ text }) => text).join('');
    if (/^(?:__dirname|import\.meta\.dirname|process\.cwd\(\))$/.test(written)) return '.';
    if (!/^(?:(?:path|nodePath)\.)?(?:posix\.)?(?:join|resolve)\(/.test(written)) return undefined;
    return this.#joined(expression, steps);
  }

  #joined(call: readonly ScriptToken[], steps: number): string | undefined {
    const open = call.findIndex(({ text }) => text === '(');
    const parts = split(call.slice(open + 1)).map((argument) => this.text(argument, steps + 1));
    return parts.includes(undefined) ? undefined : parts.join('/');
  }

  /** The expression that `const name = …` gives a name. */
  #constant(name: string): readonly ScriptToken[] | undefined {
    const at = this.#tokens.findIndex(
      ({ text, kind }, index) =>
        kind === 'name' &&
        text === name &&
        ['const', 'let', 'var'].includes(this.#tokens[index - 1]?.text ?? ''),
    );
    if (at < 0) return undefined;
    const equals = this.#tokens.findIndex(
      ({ text, kind }, index) => index > at && kind === 'punctuation' && text === '=',
    );
    return equals < 0 ? undefined : expressionAt(this.#tokens.slice(equals + 1));
  }

  #after(...words: readonly string[]): readonly ScriptToken[] | undefined {
    const at = this.#tokens.findIndex((_, index) =>
      words.every((word, offset) => this.#tokens[index + offset]?.text === word),
    );
    return at < 0 ? undefined : expressionAt(this.#tokens.slice(at + words.length));
  }
}

/** The tokens up to a semicolon, or up to the next statement where there is none. */
function expressionAt(tokens: readonly ScriptToken[]): readonly ScriptToken[] {
  let depth = 0;
  for (const [index, { kind, text }] of tokens.entries()) {
    if (kind === 'punctuation' && OPENING.has(text)) depth++;
    if (kind === 'punctuation' && CLOSING.has(text)) depth--;
    if (depth < 0 || (depth === 0 && index > 0 && isEnd(kind, text))) return tokens.slice(0, index);
  }
  return tokens;
}

function isEnd(kind: ScriptToken['kind'], text: string): boolean {
  return kind === 'punctuation'
    ? text === ';'
    : ['const', 'let', 'var', 'export', 'import', 'function'].includes(text);
}

/** `x as const`, `x satisfies Y`, `x!`: x. */
function withoutAssertion(expression: readonly ScriptToken[]): readonly ScriptToken[] {
  const at = expression.findIndex(
    ({ kind, text }) =>
      (kind === 'name' && (text === 'as' || text === 'satisfies')) ||
      (kind === 'punctuation' && text === '!'),
  );
  return at < 0 ? expression : expression.slice(0, at);
}

/** The properties of the object literal that the tokens begin with. */
function properties(tokens: readonly ScriptToken[]): Properties {
  const found = new Map<string, readonly ScriptToken[]>();
  for (const [key, ...rest] of split(tokens.slice(1))) {
    if (key === undefined || key.kind === 'punctuation') continue;
    const [colon, ...value] = rest;
    if (colon === undefined) found.set(key.text, [key]);
    else if (colon.text === ':') found.set(key.text, value);
  }
  return found;
}

/** What commas separate, up to the bracket that closes what is open before the first token. */
function split(tokens: readonly ScriptToken[]): ScriptToken[][] {
  const parts: ScriptToken[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    const mark = token.kind === 'punctuation' ? token.text : '';
    if (OPENING.has(mark)) depth++;
    if (CLOSING.has(mark) && depth-- === 0) break;
    if (mark === ',' && depth === 0) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts.filter((part) => part.length > 0);
}
