import type { TypeName } from '../operations/types.ts';

/** The length that a text type without one has. */
const TEXTS: readonly string[] = ['text', 'citext', 'character varying', 'character'];

const WHOLE_NUMBERS: readonly string[] = ['smallint', 'integer', 'bigint'];

const MOMENTS: readonly string[] = ['timestamp without time zone', 'timestamp with time zone'];

/**
 * Whether a type cannot hold every value of another that people would expect to fit: a shorter text, a smaller number, fewer
 * digits, a float for an exact number, a date or whole seconds for a moment.
 *
 * @param from the type of the values.
 * @param to the type that shall hold them.
 * @returns false where the two are too different to compare, such as a text and a number.
 */
export function isNarrowerType(from: TypeName, to: TypeName): boolean {
  if (from.arrayDimensions > 0 !== to.arrayDimensions > 0) return false;
  if (TEXTS.includes(from.name) && TEXTS.includes(to.name)) return textLength(to) < textLength(from);
  if (MOMENTS.includes(from.name))
    return to.name === 'date' || (MOMENTS.includes(to.name) && fraction(to) < fraction(from));
  const [before, after] = [WHOLE_NUMBERS.indexOf(from.name), WHOLE_NUMBERS.indexOf(to.name)];
  if (before >= 0 && after >= 0) return after < before;
  if (from.name === 'double precision') return to.name === 'real';
  const exact = FLOAT_DIGITS.get(to.name);
  if (exact !== undefined) return decimalDigits(from) > exact;
  if (from.name !== 'numeric') return false;
  if (after >= 0) return decimals(from) > 0;
  return to.name === 'numeric' && (decimals(to) < decimals(from) || wholeDigits(to) < wholeDigits(from));
}

/** How many decimal digits a float type keeps, whatever they are (manual, 8.1.3). */
const FLOAT_DIGITS: ReadonlyMap<string, number> = new Map([
  ['real', 6],
  ['double precision', 15],
]);

const WHOLE_NUMBER_DIGITS: readonly number[] = [5, 10, 19];

/** How many decimal digits values have at most; 0 for what is no exact number. */
function decimalDigits({ name, modifiers }: TypeName): number {
  if (name === 'numeric') return modifiers.length === 0 ? Infinity : Number(modifiers[0]);
  return WHOLE_NUMBER_DIGITS[WHOLE_NUMBERS.indexOf(name)] ?? 0;
}

/** How many digits of a second's fraction fit: six unless the type says less (manual, 8.5). */
const fraction = ({ modifiers }: TypeName): number => Number(modifiers[0] ?? 6);

/** How many characters fit; `character` without a length is one (manual, 8.3). */
function textLength({ name, modifiers }: TypeName): number {
  const [length] = modifiers;
  if (length !== undefined) return Number(length);
  return name === 'character' ? 1 : Infinity;
}

const decimals = ({ modifiers }: TypeName): number =>
  modifiers.length === 0 ? Infinity : Number(modifiers[1] ?? 0);

const wholeDigits = ({ modifiers }: TypeName): number =>
  modifiers.length === 0 ? Infinity : Number(modifiers[0]) - Number(modifiers[1] ?? 0);
