const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** When a migration was made, as its version tells. */
export interface VersionTime {
  /** Milliseconds since 1970, UTC: the first moment that the version can mean. */
  readonly from: number;
  /** The moment after the last one: a day later for a date. */
  readonly until: number;
}

/**
 * When a migration was made, if its version is a moment: `20240131093000` and shorter forms down to the date, the same with
 * separators (`2024-01-31-093000`, `2024_01_31`), or seconds or milliseconds since 1970.
 *
 * @param version as the layout gives it.
 * @returns milliseconds since 1970, UTC; undefined for a number (`0007`), and for a date that there is not (`20240231…`).
 */
export function versionMoment(version: string): number | undefined {
  return versionTime(version)?.from;
}

/** {@link versionMoment}, with how exact it is. */
export function versionTime(version: string): VersionTime | undefined {
  // Ten digits that begin with 1 are seconds between 2001 and 2033; a year begins with 2, or has 19 and eight digits at most.
  if (/^1\d{9}$/.test(version)) return span(Number(version) * SECOND, SECOND);
  if (/^1\d{12}$/.test(version)) return span(Number(version), 1);
  const match = WRITTEN.exec(version);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour, minute, second] = match
    .slice(1)
    .map((part: string | undefined) => (part === undefined ? undefined : Number(part)));
  const isTime = (hour ?? 0) < 24 && (minute ?? 0) < 60 && (second ?? 0) < 60;
  if (!isTime || day < 1 || day > daysIn(month, year)) return undefined;
  const time =
    daysUntil(year, month, day) * DAY + (hour ?? 0) * HOUR + (minute ?? 0) * MINUTE + (second ?? 0) * SECOND;
  if (hour === undefined) return span(time, DAY);
  if (minute === undefined) return span(time, HOUR);
  return span(time, second === undefined ? MINUTE : SECOND);
}

/** A year from 1970 on, month, day, then hour, minute and second as far as they are written. */
const WRITTEN =
  /^((?:19[7-9]|20\d)\d)[-_.]?(\d\d)[-_.]?(\d\d)(?:[-_.T]?(\d\d)(?:[-_.:]?(\d\d)(?:[-_.:]?(\d\d))?)?)?$/;

/**
 * The most hours that can have passed between two migrations.
 *
 * @returns undefined if one of the versions is no moment; 0 if the later one is before the earlier.
 */
export function mostHoursBetween(earlier: string, later: string): number | undefined {
  const from = versionTime(earlier);
  const until = versionTime(later);
  if (from === undefined || until === undefined) return undefined;
  return Math.max(0, until.until - from.from) / HOUR;
}

const span = (from: number, length: number): VersionTime => ({ from, until: from + length });

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

/** 0 for a month that there is not. */
function daysIn(month: number, year: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  if (month < 1 || month > 12) return 0;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** Days from 1970-01-01 to a date of the Gregorian calendar. */
function daysUntil(year: number, month: number, day: number): number {
  const leapDays = (before: number): number =>
    Math.floor((before - 1) / 4) - Math.floor((before - 1) / 100) + Math.floor((before - 1) / 400);
  let days = (year - 1970) * 365 + leapDays(year) - leapDays(1970) + day - 1;
  for (let one = 1; one < month; one++) days += daysIn(one, year);
  return days;
}
