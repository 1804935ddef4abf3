import type { Place } from '../../input/text/types.ts';
import type { Script } from '../../input/sql/types.ts';
import { versionMoment } from './version-time.ts';

/** A line `Field: value` of the comments at the beginning of a script. */
export interface HeaderField {
  /** As written: `Affected rows`. */
  readonly name: string;
  /** Empty where nothing is written. */
  readonly value: string;
  readonly place: Place;
}

/** What a header says that its file belies. */
export interface HeaderContradiction {
  readonly field: HeaderField;
  /** What the file says: its name, its version or the day of its version. */
  readonly actual: string;
}

/** A name of up to four words, a colon, and a value. */
const FIELD = /^[\s*]*([A-Za-z][\w-]*(?: [\w-]+){0,3}) *:(?!:)[ \t]*(.*?)[\s*]*$/;

/**
 * The fields of a script's header: the lines `Field: value` in the comments that stand before its first statement.
 *
 * @returns in file order; empty where there is no header.
 */
export function headerOf(script: Script): readonly HeaderField[] {
  const { source, comments } = script;
  const end = script.statements[0]?.span.start ?? source.text.length;
  const start = script.within?.start ?? 0;
  const fields: HeaderField[] = [];
  for (const { span } of comments) {
    if (span.start < start || span.start > end) continue;
    let at = span.start;
    for (const line of source.text.slice(span.start, span.end).split('\n')) {
      const bare = line.replace(/^\s*(?:--+|\/\*+)/, '').replace(/\*+\/\s*$/, '');
      const [, name, value = ''] = FIELD.exec(bare) ?? [];
      const place = { source, span: { start: at, end: at + line.trimEnd().length } };
      if (name !== undefined) fields.push({ name, value, place });
      at += line.length + 1;
    }
  }
  return fields;
}

/** Whether two names of a field are one: case, `_` and `-` do not count. */
export function isSameField(a: string, b: string): boolean {
  const plain = (name: string): string =>
    name
      .toLowerCase()
      .replaceAll(/[-_ ]+/g, ' ')
      .trim();
  return plain(a) === plain(b);
}

/** A template's words that were never filled in: `[Description]`, `<purpose>`, `TODO`, `…`, `YYYY-MM-DD`. */
const PLACEHOLDER =
  /^(?:\[[^\]]*\]|<[^>]*>|\{[^}]*\}|(?:todo|tbd|fixme|xxx+)\b.{0,3}|\?+|\.{2,}|…|-+|_+|y{4}-m{2}-d{2})$/i;

/** Whether a field says nothing: empty, or a template's placeholder. */
export function isUnfilled({ value }: HeaderField): boolean {
  return value === '' || PLACEHOLDER.test(value);
}

/**
 * What the header says of the migration's name, version and date that is not so. Of a `Migration` only a name counts, no
 * sentence; a date may be a day off, since versions have no time zone.
 *
 * @param header of {@link headerOf}.
 */
export function headerContradictions(
  header: readonly HeaderField[],
  migration: { readonly id: string; readonly name: string; readonly version: string },
): readonly HeaderContradiction[] {
  return header.flatMap((field) => {
    const actual = isUnfilled(field) ? undefined : contradictionOf(field, migration);
    return actual === undefined ? [] : [{ field, actual }];
  });
}

const DAY = 24 * 3_600_000;

function contradictionOf(
  { name, value }: HeaderField,
  migration: { readonly id: string; readonly name: string; readonly version: string },
): string | undefined {
  if (isSameField(name, 'migration')) {
    const said = plainName(value);
    const isName = /^[\w.-]+$/.test(said) && said.includes('_');
    const isSo = said === plainName(migration.id) || said === plainName(migration.name);
    return isName && !isSo ? migration.name : undefined;
  }
  if (isSameField(name, 'version')) {
    const isSo = /^\d+$/.test(value) ? numberOf(value) === numberOf(migration.version) : true;
    return isSo || migration.version === '' ? undefined : migration.version;
  }
  if (!isSameField(name, 'date')) return undefined;
  const said = /^\d{4}-\d\d-\d\d/.exec(value)?.[0];
  const actual = migration.version.length < 8 ? undefined : versionMoment(migration.version);
  const day = said === undefined ? undefined : versionMoment(said);
  if (actual === undefined || day === undefined) return undefined;
  const isNear = actual > day - DAY && actual < day + 2 * DAY;
  // A version in seconds since 1970 shows nobody its day.
  const [, year, month, date] = /^((?:19|20)\d\d)\D?(\d\d)\D?(\d\d)/.exec(migration.version) ?? [];
  return isNear || year === undefined ? undefined : `${year}-${month}-${date}`;
}

const plainName = (text: string): string =>
  text
    .trim()
    .replace(/(?:\/migration)?\.sql$/, '')
    .replaceAll('-', '_')
    .toLowerCase();

const numberOf = (digits: string): string => digits.replaceAll(/\D/g, '').replace(/^0+(?=\d)/, '');
