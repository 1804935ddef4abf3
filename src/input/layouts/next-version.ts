/** A version that is a time: how long its unit is, and how a time is written in it. */
interface TimeForm {
  /** Milliseconds of the smallest part: what the next version is later by, at least. */
  readonly unit: number;
  read(digits: string): number | undefined;
  write(time: number): string;
}

const SECOND = 1000;
/** Of the digits of an ISO time: `20240131`, with minutes, with seconds, with milliseconds. */
const CALENDAR_UNITS: ReadonlyMap<number, number> = new Map([
  [8, 86_400 * SECOND],
  [12, 60 * SECOND],
  [14, SECOND],
  [17, 1],
]);
const UNIX_UNITS: ReadonlyMap<number, number> = new Map([
  [10, SECOND],
  [13, 1],
]);
/** Plausible times: numbers outside are no times. */
const EARLIEST = Date.UTC(2000, 0, 1);
const LATEST = Date.UTC(2100, 0, 1);

/** The time as 14 digits, UTC: `20240131235959`. */
export function timestampOf(now: Date): string {
  return calendarDigits(now.getTime(), 14);
}

/**
 * Versions that can come after one, the one to prefer first, in the same form: for a time (`20240131235959`, `2024-01-31-235959`,
 * `1706745599`) now, and the next time that the form can say; for a number the next number, at least as wide.
 */
export function versionsAfter(previous: string, now: Date): readonly string[] {
  const digits = previous.replaceAll(/\D/g, '');
  const form = timeForm(digits.length);
  const time = form?.read(digits);
  if (form === undefined || time === undefined) return [nextNumber(previous)];
  return [now.getTime(), time + form.unit].map((next) => refill(previous, form.write(next)));
}

/** As {@link versionsAfter}, for tools that write timestamps: after a version that is none, now comes first. */
export function timestampsAfter(previous: string, now: Date): readonly string[] {
  const versions = versionsAfter(previous, now);
  return /^\d{14}$/.test(previous) ? versions : [timestampOf(now), ...versions];
}

/** The next number: the last run of digits counted up, its width kept. */
function nextNumber(version: string): string {
  return version.replace(/\d+(?=\D*$)/, (digits) => String(BigInt(digits) + 1n).padStart(digits.length, '0'));
}

function timeForm(length: number): TimeForm | undefined {
  const calendar = CALENDAR_UNITS.get(length);
  if (calendar !== undefined) {
    const write = (time: number): string => calendarDigits(time, length);
    return { unit: calendar, write, read: (digits) => readCalendar(digits, length) };
  }
  const unit = UNIX_UNITS.get(length);
  if (unit === undefined) return undefined;
  return {
    unit,
    write: (time) => String(Math.floor(time / unit)),
    read: (digits) => plausible(Number(digits) * unit),
  };
}

function calendarDigits(time: number, length: number): string {
  return new Date(time).toISOString().replaceAll(/\D/g, '').slice(0, length);
}

/** Undefined for what is no time, such as a 32nd of January. */
function readCalendar(digits: string, length: number): number | undefined {
  const [, year, month, day, hour = '0', minute = '0', second = '0', rest = '0'] =
    /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?(\d{3})?)?$/.exec(digits) ?? [];
  const parts = [year, month, day, hour, minute, second, rest].map(Number);
  const [y = NaN, m = NaN, d = NaN, h = NaN, min = NaN, s = NaN, ms = NaN] = parts;
  const time = Date.UTC(y, m - 1, d, h, min, s, ms);
  if (plausible(time) === undefined || calendarDigits(time, length) !== digits) return undefined;
  return time;
}

function plausible(time: number): number | undefined {
  return time >= EARLIEST && time < LATEST ? time : undefined;
}

/** Puts digits into the places of a version's digits. */
function refill(version: string, digits: string): string {
  let at = 0;
  return version.replaceAll(/\d/g, () => digits[at++] ?? '');
}
