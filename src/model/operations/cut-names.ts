import { cutName, foldName, NAME_BYTES, unquoteName } from '../../input/sql/tokens.ts';
import type { Script, Statement } from '../../input/sql/types.ts';
import type { Place } from '../../input/text/types.ts';

/** A name that is written longer than PostgreSQL keeps it. */
export interface CutName {
  /** As it is written, quotes and case folding undone. */
  readonly written: string;
  /** As PostgreSQL keeps it. */
  readonly kept: string;
  /** Bytes of UTF-8 that are written. */
  readonly bytes: number;
  readonly place: Place;
}

/**
 * Where a statement writes a name that PostgreSQL cuts to 63 bytes (NAMEDATALEN - 1, `truncate_identifier`), with a notice at
 * most. The parse tree has the names cut, so that the tokens are read: call it only for a name that {@link mayBeCut}.
 *
 * @param name as PostgreSQL keeps it.
 * @returns the first place in the statement; undefined where it is written as it is kept.
 */
export function cutNameIn(statement: Statement, name: string): CutName | undefined {
  for (const { kind, text, span, value } of statement.tokens()) {
    if (kind !== 'identifier' || value !== name) continue;
    const written = text.endsWith('"') ? unquoteName(text) : foldName(text);
    const bytes = Buffer.byteLength(written);
    if (bytes > NAME_BYTES)
      return { written, kept: cutName(written), bytes, place: { source: statement.source, span } };
  }
  return undefined;
}

/** Whether a name, as PostgreSQL keeps it, is so long that more of it may be written: a last character can take four bytes. */
export function mayBeCut(name: string): boolean {
  return name.length * 3 > NAME_BYTES - 4 && Buffer.byteLength(name) > NAME_BYTES - 4;
}

/** A character that takes more than a byte, or a run of so many that a name can be: one by one they are found sooner than together. */
const LONG: readonly RegExp[] = [/[\u0080-\uffff]/, /\b[\w$]{60}/, /"[^"\n]{60}/];

/** Whether a script may hold a name that PostgreSQL cuts: asked once, it spares most scripts a look at each of their names. */
export function mayHoldCutName({ source }: Pick<Script, 'source'>): boolean {
  return LONG.some((long) => long.test(source.text));
}
