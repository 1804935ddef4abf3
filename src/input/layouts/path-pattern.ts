/** A pattern of paths, ready to be used. */
export interface PathPattern {
  match(path: string): PatternMatch | undefined;
  /** The path with these texts in the placeholders' places, and nothing in those of `*` and `**`. */
  pathFor(values: { readonly version: string; readonly name: string }): string;
}

/** What a path has in the places of a pattern's placeholders. */
export interface PatternMatch {
  readonly version: string | undefined;
  readonly name: string | undefined;
  /** From the first `{version}` or `{name}` to the end of the last one; the path without `.sql` if there is none. */
  readonly id: string;
  /** How many characters of the path the pattern names itself. */
  readonly fixed: number;
}

const PIECE = /\{version\}|\{name\}|\*\*\/?|\*/g;
/** A date with separators, or digits with single separators inside, as few as the rest of the pattern allows. */
const VERSION = String.raw`\d{4}[-_.]\d{2}[-_.]\d{2}(?!\d)|\d+(?:[-_.]\d+)*?`;

/** Compiles a pattern with the placeholders `{version}` and `{name}`, `*` for a part of a name and `**` for folders. */
export function compilePattern(pattern: string): PathPattern {
  const pieces = pattern.split(/(\{version\}|\{name\}|\*\*\/?|\*)/);
  const seen = new Set<string>();
  const source = pieces.map((piece) => sourceOf(piece, seen)).join('');
  const expression = new RegExp(`^${source}$`, 'd');
  const fixed = pattern.replace(PIECE, '').length;
  return {
    match(path) {
      const found = expression.exec(path);
      if (found === null) return undefined;
      const spans = [found.indices?.groups?.['version'], found.indices?.groups?.['name']].filter(
        (span) => span !== undefined,
      );
      const version = found.groups?.['version'];
      const name = found.groups?.['name'];
      if (spans.length === 0) return { version, name, id: path.replace(/\.sql$/i, ''), fixed };
      const start = Math.min(...spans.map(([from]) => from));
      const end = Math.max(...spans.map(([, to]) => to));
      return { version, name, id: path.slice(start, end), fixed };
    },
    pathFor: ({ version, name }) =>
      pattern
        .replaceAll('{version}', () => version)
        .replaceAll('{name}', () => name)
        .replaceAll(/\*\*\/?|\*/g, ''),
  };
}

function sourceOf(piece: string, seen: Set<string>): string {
  switch (piece) {
    case '{version}':
      return group('version', VERSION, seen);
    case '{name}':
      return group('name', '[^/]+?', seen);
    case '**/':
      return '(?:[^/]+/)*';
    case '**':
      return '.*';
    case '*':
      return '[^/]*';
    default:
      return piece.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
  }
}

/** A group of that name; where it comes again, the same text. */
function group(name: string, source: string, seen: Set<string>): string {
  if (seen.has(name)) return String.raw`\k<${name}>`;
  seen.add(name);
  return `(?<${name}>${source})`;
}
