/** A half-open range of UTF-16 code units of a {@link SourceText}'s `text`: `start` inclusive, `end` exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A place as people count it: line from 1, column from 1 in UTF-16 code units (what SARIF, LSP and editors count). */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A file's text, decoded once. All spans of the program are UTF-16 offsets into `text`. */
export interface SourceText {
  /** Path inside the file tree it came from: `/` as separator, no leading `./`. */
  readonly path: string;
  /** The decoded text without a byte-order mark, line ends as written. */
  readonly text: string;
  /** How the bytes were decoded. */
  readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be';
  /** True if the file began with a byte-order mark. It is not part of `text`; a writer must put it back. */
  readonly byteOrderMark: boolean;
}

/** A span of one file: what findings, related places and fixes point at. */
export interface Place {
  readonly source: SourceText;
  readonly span: Span;
}
