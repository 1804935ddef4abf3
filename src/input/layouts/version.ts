/**
 * Splits a migration's id into its leading version and the rest: `0007-add-users` gives `0007` and `add-users`,
 * `V2__init` gives `2` and `init`, `init` gives no version.
 *
 * A version is the digits at the start, dots between them allowed, or a date (`2024_01_31`), with one letter `V` or `v`
 * before it allowed. More digits after an underscore belong to the name.
 */
export function splitVersion(id: string): { readonly version: string; readonly name: string } {
  const match = /^[Vv]?(\d{4}_\d{2}_\d{2}(?!\d)|\d+(?:\.\d+)*)(?:[-_. ]+|$|(?=[A-Za-z]))/.exec(id);
  if (match === null) return { version: '', name: id };
  return { version: match[1] ?? '', name: id.slice(match[0].length) };
}

/** Compares names as people count: runs of digits by their value, so that `2_b` comes before `10_a`. */
export function compareNaturally(a: string, b: string): number {
  const digits = leadingDigits(a);
  if (digits > 0 && digits === leadingDigits(b)) {
    const order = compareCodeUnits(a.slice(0, digits), b.slice(0, digits));
    if (order !== 0) return order;
  }
  const left = a.match(/\d+|\D+/g) ?? [];
  const right = b.match(/\d+|\D+/g) ?? [];
  for (const [index, part] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    const order = compareParts(part, other);
    if (order !== 0) return order;
  }
  return left.length - right.length || compareCodeUnits(a, b);
}

/** Compares by UTF-16 code units, as `<` does. */
export function compareCodeUnits(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** Compares ids of `.sql` files as their names compare by code units: `1_a.b` and `1_a` by what follows the ending. */
export function compareFileNames(a: string, b: string): number {
  return compareCodeUnits(`${a}.sql`, `${b}.sql`);
}

/**
 * Compares names by the number that they begin with, as tools do that read the version as an integer: `2_b` comes before
 * `010_a`. Names with the same number, or without one, compare by code units; those without one come last.
 */
export function compareByNumber(a: string, b: string): number {
  const left = /^\d+/.exec(a)?.[0];
  const right = /^\d+/.exec(b)?.[0];
  if (left === undefined || right === undefined) {
    return Number(left === undefined) - Number(right === undefined) || compareCodeUnits(a, b);
  }
  return compareDigits(left, right) || compareCodeUnits(a, b);
}

function leadingDigits(text: string): number {
  let at = 0;
  for (let code = text.charCodeAt(at); code >= 48 && code <= 57; code = text.charCodeAt(at)) at++;
  return at;
}

function compareParts(a: string, b: string): number {
  return /^\d/.test(a) && /^\d/.test(b) ? compareDigits(a, b) : compareCodeUnits(a, b);
}

/** Compares two runs of digits by value, however long they are. 0 also for `1` and `01`. */
export function compareDigits(a: string, b: string): number {
  const left = a.replace(/^0+/, '');
  const right = b.replace(/^0+/, '');
  return left.length - right.length || compareCodeUnits(left, right);
}
