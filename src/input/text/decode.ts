import { isUtf8 } from 'node:buffer';
import type { Problem, ProblemKind } from '../sql/types.ts';
import type { SourceText } from './types.ts';

/** The largest file that is read unless told otherwise, in bytes: 5 MB. */
export const DEFAULT_MAX_BYTES = 5 * 1024 * 1024;

export interface DecodeOptions {
  /** The largest file that is read, in bytes. {@link DEFAULT_MAX_BYTES} by default. */
  readonly maxBytes?: number;
}

/** A file's text; for a refused file the empty text and the one problem that says why and what to do. */
export interface DecodedSource {
  readonly source: SourceText;
  readonly problems: readonly Problem[];
}

/**
 * Decodes a file's bytes: UTF-8, or UTF-16 if the file begins with its byte-order mark. Refuses, with one problem each,
 * what is larger than the cap, what is no valid text, and what holds a NUL, which would end the text for PostgreSQL.
 * `path` is the file's path in its tree, with `/`. Never throws.
 */
export function decodeSource(path: string, bytes: Uint8Array, options: DecodeOptions = {}): DecodedSource {
  const maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
  const encoding = encodingOf(bytes);
  if (bytes.length > maxBytes) return refuse(path, encoding, 'size', tooLarge(bytes.length, maxBytes));
  return encoding === 'utf-8' ? decodeUtf8(path, bytes) : decodeUtf16(path, bytes, encoding);
}

/** A source for a text that is at hand already: in tests, examples and generated files. */
export function sourceOf(path: string, text: string): SourceText {
  return { path, text, encoding: 'utf-8', byteOrderMark: false };
}

function encodingOf(bytes: Uint8Array): SourceText['encoding'] {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}

function decodeUtf8(path: string, bytes: Uint8Array): DecodedSource {
  const nul = bytes.indexOf(0);
  if (nul >= 0) {
    return looksLikeUtf16(bytes)
      ? refuse(
          path,
          'utf-8',
          'encoding',
          'Looks like UTF-16 without a byte-order mark; save the file as UTF-8',
        )
      : refuse(path, 'utf-8', 'nul', nulMessage(1 + countOf(bytes, 10, nul)));
  }
  if (!isUtf8(bytes)) return refuse(path, 'utf-8', 'encoding', invalidUtf8(bytes));
  const byteOrderMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const content = byteOrderMark ? bytes.subarray(3) : bytes;
  const text = Buffer.from(content.buffer, content.byteOffset, content.length).toString('utf8');
  return { source: { path, text, encoding: 'utf-8', byteOrderMark }, problems: [] };
}

function decodeUtf16(path: string, bytes: Uint8Array, encoding: 'utf-16le' | 'utf-16be'): DecodedSource {
  let text: string;
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    const name = encoding === 'utf-16le' ? 'UTF-16LE' : 'UTF-16BE';
    return refuse(
      path,
      encoding,
      'encoding',
      `Not valid ${name}, which its byte-order mark announces; save the file as UTF-8`,
    );
  }
  const nul = text.indexOf('\0');
  if (nul >= 0) return refuse(path, encoding, 'nul', nulMessage(text.slice(0, nul).split('\n').length));
  return { source: { path, text, encoding, byteOrderMark: true }, problems: [] };
}

/** True if most of every second byte is NUL, as in western text written as UTF-16. */
function looksLikeUtf16(bytes: Uint8Array): boolean {
  const sample = bytes.subarray(0, 4096);
  const half = Math.floor(sample.length / 2);
  const nuls = [0, 0];
  for (const [at, byte] of sample.entries()) if (byte === 0) nuls[at & 1] = (nuls[at & 1] ?? 0) + 1;
  return half > 0 && nuls.some((count, side) => count >= half * 0.6 && (nuls[1 - side] ?? 0) <= half * 0.1);
}

function invalidUtf8(bytes: Uint8Array): string {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const newline = bytes.indexOf(10, start);
    const end = newline < 0 ? bytes.length : newline + 1;
    if (!isUtf8(bytes.subarray(start, end))) break;
    start = end;
  }
  return `Not valid UTF-8: line ${line} holds other bytes; save the file as UTF-8`;
}

function countOf(bytes: Uint8Array, wanted: number, end: number): number {
  let count = 0;
  for (let at = 0; at < end; at++) if (bytes[at] === wanted) count++;
  return count;
}

function nulMessage(line: number): string {
  return `Line ${line} holds a NUL character`;
}

function tooLarge(size: number, cap: number): string {
  return `${megabytes(size)} MB is more than the limit of ${megabytes(cap)} MB; split the file, or raise maxFileSize in the configuration`;
}

function megabytes(bytes: number): string {
  return String(Math.ceil((bytes / (1024 * 1024)) * 100) / 100);
}

function refuse(
  path: string,
  encoding: SourceText['encoding'],
  kind: ProblemKind,
  message: string,
): DecodedSource {
  const source: SourceText = { path, text: '', encoding, byteOrderMark: false };
  return { source, problems: [{ kind, span: { start: 0, end: 0 }, message }] };
}
