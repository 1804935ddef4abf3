import type { LayoutName } from '../../input/layouts/types.ts';
import { versionMoment } from './version-time.ts';

/** What is wrong with a version, seen by itself and beside the others of its project. */
export type VersionFault =
  | { readonly kind: 'no version' }
  | { readonly kind: 'no date'; readonly date: string }
  | { readonly kind: 'future' }
  /** It has other digits than the rest. `place`: where the tool puts it by that, for people: `before all of them`. */
  | { readonly kind: 'length'; readonly digits: number; readonly place: string };

/** What a version is judged by. */
export interface VersionScene {
  readonly layout: LayoutName;
  /** How many digits the versions of the project have. */
  readonly usualDigits: number | undefined;
  /** Versions later than this are in the future; undefined where nobody says what day it is. */
  readonly latest: Date | undefined;
}

/** Versions of eight digits and more are dates or moments, shorter ones numbers. */
const DATE_LENGTH = 8;
/** A date and a time without seconds: beside those with seconds it is out of place for a minute at most. */
const MINUTE_LENGTH = 12;

/** Tools that compare versions as text, so that `10` comes before `9`. */
const TEXTUAL: readonly LayoutName[] = ['prisma', 'diesel', 'dbmate', 'supabase'];

/**
 * What is wrong with a migration's version: none where the others have one, a date that there is not, a moment that is yet to
 * come, or so many or so few digits that the tool sorts it wrongly.
 *
 * @param version as the layout gives it.
 * @returns the first that is found; undefined if nothing is wrong, and always for Drizzle, whose journal settles the order.
 */
export function versionFault(version: string, scene: VersionScene): VersionFault | undefined {
  const { layout, usualDigits, latest } = scene;
  if (layout === 'drizzle' || usualDigits === undefined) return undefined;
  if (version === '') return { kind: 'no version' };
  const digits = version.replaceAll(/\D/g, '');
  // What is called 0_init stands for all that was there before.
  if (/^0*$/.test(digits)) return undefined;
  const time = digits.length >= DATE_LENGTH ? versionMoment(version) : undefined;
  // The date of a moment is one that there is.
  const date = time === undefined ? /^(?:19|20)\d{6}/.exec(digits)?.[0] : undefined;
  if (usualDigits >= DATE_LENGTH && date !== undefined && versionMoment(date) === undefined)
    return { kind: 'no date', date };
  const place = misplaced(digits.length, usualDigits, layout, version.includes('.'));
  if (place !== undefined) return { kind: 'length', digits: digits.length, place };
  const isFuture = time !== undefined && latest !== undefined && time > latest.getTime();
  return isFuture ? { kind: 'future' } : undefined;
}

function misplaced(digits: number, usual: number, layout: LayoutName, hasParts: boolean): string | undefined {
  // The parts of a dotted version are compared one by one.
  if (digits === usual || hasParts) return undefined;
  if (digits < DATE_LENGTH && usual < DATE_LENGTH) {
    // As numbers, 9 and 10 are in order.
    return TEXTUAL.includes(layout) ? 'by its digits from the left, not by its value' : undefined;
  }
  const isDate = digits >= DATE_LENGTH && usual >= DATE_LENGTH;
  if (TEXTUAL.includes(layout) && isDate) {
    return digits < Math.min(usual, MINUTE_LENGTH) ? 'before all others of the same day' : undefined;
  }
  return digits < usual ? 'before all of them' : 'after all of them, and after all that are to come';
}
