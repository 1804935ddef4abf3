/** What is known of a value without running anything. Everything here allows too much rather than too little. */

/** How values of a type compare: texts and enum values by what they are, numbers, truth values; undefined for all else. */
export type Family = 'text' | 'number' | 'boolean';

/** The values that an expression can have. */
export interface Value {
  /** It can be NULL. */
  readonly null: boolean;
  /** It can be something else. */
  readonly value: boolean;
  /** What it is if it is not NULL, where that is one thing. */
  readonly constant?: string | number | boolean | undefined;
  /** Bounds of a whole number. */
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  /** Two values with one symbol are equal, or both NULL. */
  readonly symbol?: string | undefined;
  readonly family?: Family | undefined;
  /** Of an array, how many elements it can have. */
  readonly elements?: { readonly low: number; readonly high: number } | undefined;
}

export const anything: Value = { null: true, value: true };
export const nothing: Value = { null: true, value: false };
export const notNull: Value = { null: false, value: true };

/** A constant. */
export function known(constant: string | number | boolean): Value {
  if (typeof constant === 'number')
    return {
      ...notNull,
      constant,
      family: 'number',
      ...(Number.isInteger(constant) ? { low: constant, high: constant } : {}),
    };
  return typeof constant === 'boolean'
    ? { ...notNull, constant, family: 'boolean' }
    : { ...notNull, constant };
}

/** A whole number between two bounds, never NULL. */
export function between(low: number, high: number): Value {
  return low === high ? known(low) : { ...notNull, low, high, family: 'number' };
}

/** A truth value that can be what is given as true. */
export function truth(canBeTrue: boolean, canBeFalse: boolean, canBeNull: boolean): Value {
  if (!canBeTrue && !canBeFalse) return nothing;
  const one = canBeTrue !== canBeFalse ? { constant: canBeTrue } : {};
  return { null: canBeNull, value: true, family: 'boolean', ...one };
}

/** True if a condition can hold. */
export function canBeTrue({ value, constant }: Value): boolean {
  return value && constant !== false;
}

/** True if a condition can be false, which NULL is not. */
export function canBeFalse({ value, constant }: Value): boolean {
  return value && constant !== true;
}

/** True if a condition always holds. */
export function isTrue(value: Value): boolean {
  return value.value && !value.null && value.constant === true;
}

/** True if a condition is always false, and not NULL. */
export function isFalse(value: Value): boolean {
  return value.value && !value.null && value.constant === false;
}

/** A value that can be what any of these can be. */
export function either(values: readonly Value[]): Value {
  const [first = nothing, ...others] = values;
  return others.reduce(join, first);
}

function join(a: Value, b: Value): Value {
  if (!a.value) return { ...b, null: true, symbol: undefined };
  if (!b.value) return { ...a, null: true, symbol: undefined };
  const bounded = a.low !== undefined && b.low !== undefined && a.high !== undefined && b.high !== undefined;
  return {
    null: a.null || b.null,
    value: true,
    constant: a.constant === b.constant ? a.constant : undefined,
    low: bounded ? Math.min(a.low, b.low) : undefined,
    high: bounded ? Math.max(a.high, b.high) : undefined,
    symbol: a.symbol === b.symbol ? a.symbol : undefined,
    family: a.family === b.family ? a.family : undefined,
    elements:
      a.elements && b.elements
        ? { low: Math.min(a.elements.low, b.elements.low), high: Math.max(a.elements.high, b.elements.high) }
        : undefined,
  };
}

/** How two values that are not NULL can stand to each other. */
interface Order {
  readonly equal: boolean;
  readonly less: boolean;
  readonly greater: boolean;
}

const anyOrder: Order = { equal: true, less: true, greater: true };

function orderOf(a: Value, b: Value): Order {
  if (a.symbol !== undefined && a.symbol === b.symbol) return { equal: true, less: false, greater: false };
  const bounds = [a.low, a.high, b.low, b.high];
  if (bounds.some((bound) => bound !== undefined) && isWhole(a) && isWhole(b)) {
    const { low: aLow = -Infinity, high: aHigh = Infinity } = a;
    const { low: bLow = -Infinity, high: bHigh = Infinity } = b;
    return { equal: aLow <= bHigh && bLow <= aHigh, less: aLow < bHigh, greater: aHigh > bLow };
  }
  if (a.constant === undefined || b.constant === undefined) return anyOrder;
  if (a.constant === b.constant) return { equal: true, less: false, greater: false };
  return { equal: !differ(a, b), less: true, greater: true };
}

/** True for a number that is known to be whole: one with bounds. */
function isWhole({ low, high }: Value): boolean {
  return low !== undefined || high !== undefined;
}

/** Whether two constants that are written differently are different for every type and collation that they can have. */
function differ(a: Value, b: Value): boolean {
  if (typeof a.constant === 'boolean' && typeof b.constant === 'boolean') return true;
  if (typeof a.constant === 'number' && typeof b.constant === 'number') return true;
  const isText = a.family === 'text' || b.family === 'text';
  if (!isText || typeof a.constant !== 'string' || typeof b.constant !== 'string') return false;
  // Types and collations can take letters of either case, and blanks at the end, for the same.
  return fold(a.constant) !== fold(b.constant);
}

const fold = (text: string): string => text.trim().toLowerCase().normalize('NFKD').replaceAll(/\p{M}/gu, '');

/** a operator b, for `=`, `<>`, `<`, `<=`, `>` and `>=`. */
export function compare(operator: string, a: Value, b: Value): Value {
  if (!a.value || !b.value) return nothing;
  const { equal, less, greater } = orderOf(a, b);
  const canBeNull = a.null || b.null;
  switch (operator) {
    case '=':
      return truth(equal, less || greater, canBeNull);
    case '<>':
      return truth(less || greater, equal, canBeNull);
    case '<':
      return truth(less, equal || greater, canBeNull);
    case '<=':
      return truth(less || equal, greater, canBeNull);
    case '>':
      return truth(greater, less || equal, canBeNull);
    case '>=':
      return truth(greater || equal, less, canBeNull);
    default:
      return truth(true, true, true);
  }
}

/** a IS DISTINCT FROM b: NULL is equal to NULL, and never the outcome. */
export function isDistinct(a: Value, b: Value): Value {
  if (a.symbol !== undefined && a.symbol === b.symbol) return truth(false, true, false);
  const both = a.value && b.value;
  const { equal, less, greater } = both ? orderOf(a, b) : { equal: false, less: false, greater: false };
  const differs = (a.null && b.value) || (a.value && b.null) || less || greater;
  return truth(differs, (a.null && b.null) || equal, false);
}

/** NOT a. */
export function not(a: Value): Value {
  return truth(canBeFalse(a), canBeTrue(a), a.null);
}

/** The values joined by AND. */
export function and(values: readonly Value[]): Value {
  return truth(
    values.every(canBeTrue),
    values.some(canBeFalse),
    values.some((value) => value.null) && values.every((value) => value.null || canBeTrue(value)),
  );
}

/** The values joined by OR. */
export function or(values: readonly Value[]): Value {
  return not(and(values.map(not)));
}
