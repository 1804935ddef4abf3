/** A piece of text that a terminal draws as one: a character with its marks, an emoji of several code points, a tab. */
export interface Cell {
  readonly text: string;
  /** Columns that it takes: 0, 1 or 2, and more for a tab and for what has no glyph. */
  readonly width: number;
  /** UTF-16 offset in the text that the cells were made of. */
  readonly offset: number;
}

/** Columns from one tab stop to the next. */
const TAB = 4;

/** What would steer a terminal or reorder a line instead of being drawn. U+200C and U+200D are part of words and emoji. */
const UNSAFE = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Characters that are drawn two columns wide: Unicode's East Asian Width W and F outside the emoji. */
const WIDE =
  /^[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18cff}\u{1aff0}-\u{1b2ff}\u{20000}-\u{3fffd}]/u;

const EMOJI = /^\p{Emoji_Presentation}|\ufe0f/u;
const ZERO_WIDTH = /^[\p{M}\u200c\u200d]/u;
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

/** What can join its neighbours to one glyph, or is not drawn as it is. A text without it has one cell a character. */
const JOINING =
  /(?!\t)[\p{M}\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Extended_Pictographic}\p{Regional_Indicator}\p{Emoji_Modifier}\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff]/u;

/**
 * A text with everything that has no glyph replaced by something that has: `␛` for an escape character, `<U+202E>` for a
 * right-to-left override, `�` for half a surrogate pair. What comes out of a file cannot steer the terminal then.
 */
export function visibleText(text: string): string {
  return PRINTABLE_ASCII.test(text) ? text : text.replaceAll(UNSAFE, visibleCharacter);
}

function visibleCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  if (code >= 0xd800 && code < 0xe000) return '\ufffd';
  return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
}

/** How many columns a text of one line takes in a terminal, once it is made visible. */
export function displayWidth(text: string): number {
  if (PRINTABLE_ASCII.test(text)) return text.length;
  return cellsOf(text).reduce((sum, { width }) => sum + width, 0);
}

/**
 * Takes a line apart into what a terminal draws, with tabs as spaces up to the next tab stop and everything unsafe made
 * visible.
 */
export function cellsOf(line: string): readonly Cell[] {
  const cells: Cell[] = [];
  let column = 0;
  let offset = 0;
  for (const grapheme of graphemes(line)) {
    const cell = cellOf(grapheme, offset, column);
    cells.push(cell);
    column += cell.width;
    offset += grapheme.length;
  }
  return cells;
}

function cellOf(grapheme: string, offset: number, column: number): Cell {
  if (grapheme === '\t') {
    const width = TAB - (column % TAB);
    return { text: ' '.repeat(width), width, offset };
  }
  if (grapheme.length === 1 && grapheme >= ' ' && grapheme <= '~')
    return { text: grapheme, width: 1, offset };
  const text = visibleText(grapheme);
  return { text, width: text === grapheme ? graphemeWidth(text) : displayWidth(text), offset };
}

/** The characters of a text as people see them. The segmenter is slow: most texts do not need it. */
function graphemes(text: string): Iterable<string> {
  if (!JOINING.test(text)) return text;
  return Array.from(new Intl.Segmenter('en').segment(text), ({ segment }) => segment);
}

function graphemeWidth(grapheme: string): number {
  if (ZERO_WIDTH.test(grapheme)) return 0;
  return EMOJI.test(grapheme) || WIDE.test(grapheme) ? 2 : 1;
}

/**
 * Breaks a sentence at its spaces, and words that are too long anywhere. What is unsafe in it is made visible.
 *
 * @param first columns of the first line, at least 1.
 * @param rest columns of the lines after it, at least 1.
 * @returns one line at least.
 */
export function wrapText(text: string, first: number, rest = first): readonly string[] {
  const lines: string[] = [];
  let line = '';
  let room = first;
  const end = (): void => {
    lines.push(line);
    line = '';
    room = rest;
  };
  for (const word of visibleText(text).split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (displayWidth(joined) <= room) {
      line = joined;
      continue;
    }
    if (line !== '') end();
    for (const cell of displayWidth(word) <= room ? [] : cellsOf(word)) {
      if (line !== '' && displayWidth(line) + cell.width > room) end();
      line += cell.text;
    }
    if (line === '') line = word;
  }
  end();
  return lines;
}
