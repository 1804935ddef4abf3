import { json } from './json.ts';
import { sarif } from './sarif.ts';
import { stylish } from './stylish.ts';
import type { Reporter } from './types.ts';

/** The names that `--format` takes. */
export type FormatName = 'stylish' | 'json' | 'sarif';

/** Every format by its name. */
export const reporters: Readonly<Record<FormatName, Reporter>> = { stylish, json, sarif };
