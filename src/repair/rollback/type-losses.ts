import { typeText } from '../../model/catalog/type-text.ts';
import type { Catalog } from '../../model/catalog/types.ts';
import type { TypeName } from '../../model/operations/types.ts';
import { elementType, isString } from './assigned-types.ts';

/**
 * What becomes of the values of a column whose type goes back.
 *
 * @param from the type that they have, as `catalogAfter` knows it.
 * @param to the type that they had, as `catalogBefore` knows it.
 * @returns for people, such as `the values of t.a go back to date: …`, without the part before the colon.
 */
export function valuesGoingBack(
  from: TypeName,
  to: TypeName,
  { catalogBefore, catalogAfter }: { readonly catalogBefore: Catalog; readonly catalogAfter: Catalog },
): string {
  const [given, kept] = [elementType(from, catalogAfter).type, elementType(to, catalogBefore).type];
  const silent = silentLosses(given, kept);
  const isBounded = kept.name !== 'text' && kept.name !== 'citext';
  const holdsAll = !isBounded && to.name === kept.name;
  const other = silent.length === 0 ? 'a value' : 'any other value';
  return [
    'what the change cut off, rounded or worked out anew stays so',
    ...silent,
    ...(holdsAll ? [] : [`${other} that does not fit stops the rollback`]),
  ].join('; ');
}

/** What a cast takes from values without an error (each executed on PostgreSQL 18). */
function silentLosses(from: TypeName, to: TypeName): readonly string[] {
  if (from.schema !== undefined && from.name !== 'citext') return [];
  return [
    ...textLosses(from, to),
    ...numberLosses(from, to),
    ...timeLosses(from, to),
    ...otherLosses(from, to),
  ];
}

function textLosses(from: TypeName, to: TypeName): readonly string[] {
  if (!isString(to)) return [];
  if (to.name === 'name') return ['what is longer than 63 bytes is cut off without an error'];
  if (from.name === 'character' && to.name !== 'character')
    return ['blanks at the end of a value are cut off without an error'];
  const isLimited = to.name === 'character' || to.modifiers.length > 0;
  return isLimited && isString(from)
    ? ['blanks at the end of a value that is too long are cut off without an error']
    : [];
}

const WHOLE_NUMBERS: readonly string[] = ['smallint', 'integer', 'bigint'];
const INEXACT: readonly string[] = ['real', 'double precision'];

function numberLosses(from: TypeName, to: TypeName): readonly string[] {
  // No cast leads from json to a number: its text is read.
  const isText = isString(from) || from.name === 'json';
  const isFraction = [...INEXACT, 'numeric', 'jsonb'].includes(from.name);
  if (WHOLE_NUMBERS.includes(to.name))
    return isFraction ? ['fractions are rounded to whole numbers without an error'] : [];
  if (to.name === 'money')
    return isFraction || isText ? ['fractions are rounded to those that money has without an error'] : [];
  if (INEXACT.includes(to.name)) {
    const isExact = from.name === 'smallint' || (from.name === 'integer' && to.name === 'double precision');
    const isWider = from.name === 'real' || from.name === to.name;
    const isNumber = isFraction || isText || [...WHOLE_NUMBERS, 'oid'].includes(from.name);
    return isNumber && !isExact && !isWider
      ? [`digits beyond those that ${to.name} keeps are rounded off without an error`]
      : [];
  }
  if (to.name !== 'numeric') return [];
  const rounded = [
    ...(from.name === 'real' ? ['a number is rounded to 6 digits without an error'] : []),
    ...(from.name === 'double precision' ? ['a number is rounded to 15 digits without an error'] : []),
  ];
  const scale = to.modifiers.length === 0 ? Infinity : Number(to.modifiers[1] ?? 0);
  const given =
    from.name === 'numeric' && from.modifiers.length > 0 ? Number(from.modifiers[1] ?? 0) : Infinity;
  const hasMore = (isFraction || isText || from.name === 'money') && given > scale;
  return hasMore
    ? [...rounded, `digits behind the point beyond ${scale} are rounded off without an error`]
    : rounded;
}

const CLOCKS = /^(?:timestamp|time) with/;

function timeLosses(from: TypeName, to: TypeName): readonly string[] {
  const hasDate = from.name.startsWith('timestamp') || isString(from);
  const losses: string[] = [];
  if (to.name === 'date' && hasDate) losses.push('the time of day is cut off without an error');
  const isTime = to.name.startsWith('time ');
  if (isTime && (from.name.startsWith('timestamp') || from.name === 'interval' || isString(from)))
    losses.push('the date or the days are cut off without an error');
  const isZoned = (name: string): boolean => name.endsWith('with time zone');
  const isClock = CLOCKS.test(to.name) || to.name === 'date';
  if (isClock && from.name !== to.name && (isZoned(from.name) || isZoned(to.name)))
    losses.push('each value is converted in the time zone of the session');
  if (isString(from) && isClock && !isZoned(to.name))
    losses.push('the time zone is left out without an error');
  const digits = ({ modifiers }: TypeName): number => Number(modifiers.at(-1) ?? 6);
  const isFine =
    isString(from) || ((CLOCKS.test(from.name) || from.name === 'interval') && digits(from) > digits(to));
  if (isFine && (CLOCKS.test(to.name) || to.name === 'interval'))
    losses.push(`fractions of a second are rounded to ${digits(to)} digits without an error`);
  return losses;
}

function otherLosses(from: TypeName, to: TypeName): readonly string[] {
  if (to.name === 'boolean' && from.name === 'integer') return ['every number but 0 becomes true'];
  if (to.name === 'bit' && WHOLE_NUMBERS.includes(from.name))
    return [`bits that do not fit into ${typeText(to)} are cut off without an error`];
  if (to.name === 'jsonb' && (from.name === 'json' || isString(from)))
    return ['of a key that stands twice only the last value stays'];
  if (to.name === 'cidr' && from.name === 'inet') return ['bits right of the netmask become 0'];
  return [];
}
