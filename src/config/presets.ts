import type { Conventions } from '../lint/conventions.ts';
import type { RuleEntry } from '../lint/plugin.ts';
import type { PresetName, Rule } from '../lint/rule.ts';

/** Every preset. A record, so that a name that is added, removed or misspelt fails to compile here. */
const names: Readonly<Record<PresetName, true>> = {
  recommended: true,
  strict: true,
  supabase: true,
  'policy-a': true,
  'policy-b': true,
  'policy-c': true,
  'policy-d': true,
  'policy-e': true,
};

/** The names that `extends` knows, and that a rule can be in. */
export const PRESET_NAMES: readonly PresetName[] = Object.keys(names) as PresetName[];

/** What a preset says besides turning on the rules that name it. */
export interface PresetContents {
  /** One sentence: whom it is for. */
  readonly summary: string;
  readonly rules?: Readonly<Record<string, RuleEntry>>;
  readonly conventions?: Partial<Conventions>;
}

/** The presets that are built upon others: the sides that teams take. */
export type BuiltPresets = Readonly<Record<Exclude<PresetName, 'recommended' | 'strict'>, PresetContents>>;

/** Whether a text is the name of a preset. */
export function isPresetName(name: string): name is PresetName {
  return Object.hasOwn(names, name);
}

/**
 * A preset as it would stand in a file. `recommended` and `strict` say which of all rules are on; the others turn on the rules
 * that name them, and say how rules and conventions differ, so that they can stand beside each other.
 *
 * @param rules all rules there are; those of plugins name presets, too.
 */
export function presetConfiguration(
  name: PresetName,
  rules: readonly Rule[],
  presets: BuiltPresets,
): Readonly<Record<string, unknown>> {
  if (name === 'recommended' || name === 'strict') return { preset: name };
  const { rules: said, conventions } = presets[name];
  const own = rules.filter(({ meta }) => meta.presets.includes(name));
  return {
    rules: { ...Object.fromEntries(own.map(({ meta }) => [meta.name, meta.severity])), ...said },
    ...(conventions !== undefined && { conventions }),
  };
}
