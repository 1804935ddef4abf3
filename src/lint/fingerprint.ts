import { createHash } from 'node:crypto';
import type { Place } from '../input/text/types.ts';

/** Gives findings their fingerprints; equal findings of one run are numbered. */
export class Fingerprints {
  readonly #seen = new Map<string, number>();

  /**
   * A fingerprint that survives edits elsewhere in the file, moved lines and changed layout.
   *
   * @param parts what identifies the finding: rule, message, path, names.
   * @param place its place, whose text counts without white space; undefined if it has none.
   * @returns 32 hexadecimal digits.
   */
  of(parts: readonly string[], place: Place | undefined): string {
    const text =
      place === undefined
        ? ''
        : place.source.text.slice(place.span.start, place.span.end).replaceAll(/\s+/gu, ' ');
    const key = JSON.stringify([...parts, text]);
    const occurrence = (this.#seen.get(key) ?? 0) + 1;
    this.#seen.set(key, occurrence);
    return createHash('sha256').update(key).update(`\0${occurrence}`).digest('hex').slice(0, 32);
  }
}
