import { textOffsets, type TextOffsets } from '../text/offsets.ts';
import type { SourceText, Span } from '../text/types.ts';

/**
 * A text as it was handed to the parser, with its way back to the file. It is the file itself, or a piece of it, or a
 * piece in which something was replaced or unquoted.
 */
export class ParsedText {
  readonly source: SourceText;
  readonly text: string;
  readonly #toSource: (offset: number) => number;
  #offsets: TextOffsets | undefined;

  /** `toSource` turns a UTF-16 offset of `text` into one of the source; it must be monotonic. */
  constructor(source: SourceText, text: string, toSource: (offset: number) => number) {
    this.source = source;
    this.text = text;
    this.#toSource = toSource;
  }

  /** The UTF-16 offset in the source of a UTF-16 offset in `text`. */
  toSource(offset: number): number {
    return this.#toSource(offset);
  }

  /** The span in the source of a range of `text`. */
  spanOf(start: number, end: number): Span {
    return { start: this.#toSource(start), end: this.#toSource(end) };
  }

  /** The conversions of `text`, made at the first call. */
  get offsets(): TextOffsets {
    return (this.#offsets ??= textOffsets(this.text));
  }
}

const same = (offset: number): number => offset;

/** A whole file, or a text of the same length in its stead. */
export function wholeText(source: SourceText, text = source.text): ParsedText {
  return new ParsedText(source, text, same);
}

/** A text that stands at `start` in the source, unit for unit. */
export function pieceText(source: SourceText, text: string, start: number): ParsedText {
  return new ParsedText(source, text, (offset) => start + offset);
}
