/** A token of JavaScript or TypeScript, as far as a configuration file needs it. */
export interface ScriptToken {
  /** `unknown`: a template with substitutions. */
  readonly kind: 'name' | 'string' | 'punctuation' | 'unknown';
  /** A string's value; else as written. */
  readonly text: string;
}

const TOKEN =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'|`(?:\\[\s\S]|[^`\\])*`|[\p{ID_Start}$_][\p{ID_Continue}$]*|\.\.\.|\S/gu;

/**
 * The tokens of a script without its comments. Nothing is executed, and nothing is refused: what is not understood becomes
 * single characters.
 */
export function scriptTokens(text: string): ScriptToken[] {
  const tokens: ScriptToken[] = [];
  for (const [token] of text.matchAll(TOKEN)) {
    if (token.startsWith('//') || token.startsWith('/*')) continue;
    tokens.push(tokenOf(token));
  }
  return tokens;
}

function tokenOf(token: string): ScriptToken {
  if (/^["']/.test(token) && token.length > 1) return { kind: 'string', text: unescape(token.slice(1, -1)) };
  if (token.startsWith('`') && token.length > 1) {
    const inside = token.slice(1, -1);
    return inside.includes('${')
      ? { kind: 'unknown', text: token }
      : { kind: 'string', text: unescape(inside) };
  }
  return { kind: /^[\p{ID_Start}$_]/u.test(token) ? 'name' : 'punctuation', text: token };
}

function unescape(text: string): string {
  return text.replace(/\\(?:u\{([\dA-Fa-f]+)\}|u([\dA-Fa-f]{4})|([\s\S]))/g, (_, braced, four, single) => {
    const code = (braced ?? four) as string | undefined;
    return code === undefined ? String(single) : String.fromCodePoint(Number.parseInt(code, 16) % 0x110000);
  });
}
