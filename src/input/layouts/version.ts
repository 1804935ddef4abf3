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

function compareParts(a: string, b: string): number {
  if (!/^\d/.test(a) || !/^\d/.test(b)) return compareCodeUnits(a, b);
  const left = a.replace(/^0+/, '');
  const right = b.replace(/^0+/, '');
  return left.length - right.length || compareCodeUnits(left, right);
}
