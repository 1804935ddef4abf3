/**
 * The configurations that `extends` knows by a name, as they would stand in a file. A preset of this package says which rules
 * are on with `preset`; others are data of the same form.
 */
export const PRESETS: ReadonlyMap<string, Readonly<Record<string, unknown>>> = new Map([
  ['recommended', { preset: 'recommended' }],
  ['strict', { preset: 'strict' }],
]);
