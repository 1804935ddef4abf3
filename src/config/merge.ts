import { DEFAULT_CONVENTIONS } from '../lint/conventions.ts';
import { mergeSettings } from '../lint/settings.ts';
import type { Configuration, SaidConfiguration } from './types.ts';

/** What one file or preset says, and its name for people. */
export interface ConfigurationLayer {
  readonly said: SaidConfiguration;
  readonly source: string;
}

/** Where the values of a configuration come from. */
export type Origins = ReadonlyMap<string, string>;

/** The options that the strongest layer says for all. */
type WholeOption =
  | 'preset'
  | 'migrations'
  | 'transaction'
  | 'postgres'
  | 'prisma'
  | 'maxFileSize'
  | 'baseline'
  | 'statistics'
  | 'verify';

/**
 * Puts configurations together, later ones over earlier ones: rules, their options and conventions one by one, overrides all in
 * order, everything else as a whole.
 *
 * @returns the configuration, and the source of each value that was said, by its path of keys: `postgres`,
 *   `rules.no-data-loss`, `rules.require-rollback.when`, `conventions.soakHours`, `overrides[0]`.
 */
export function mergeConfigurations(layers: readonly ConfigurationLayer[]): {
  readonly configuration: Configuration;
  readonly origins: Origins;
} {
  const origins = new Map<string, string>();
  const last = <Key extends WholeOption>(key: Key): SaidConfiguration[Key] | undefined => {
    const layer = layers.findLast(({ said }) => said[key] !== undefined);
    if (layer !== undefined) origins.set(key, layer.source);
    return layer?.said[key];
  };
  // A layout of patterns and a named one exclude each other, as do the two ways to say what is applied.
  const layout = layers.findLast(({ said }) => said.layout !== undefined);
  const applied = layers.findLast(({ said }) => said.base !== undefined || said.appliedThrough !== undefined);
  for (const { said, source } of layers) noteOrigins(said, source, origins);
  if (layout !== undefined) origins.set('layout', layout.source);
  if (applied !== undefined)
    origins.set(applied.said.base === undefined ? 'appliedThrough' : 'base', applied.source);
  const overrides = layers.flatMap(({ said, source }) =>
    said.overrides.map((override) => ({ override, source })),
  );
  overrides.forEach(({ source }, index) => void origins.set(`overrides[${index}]`, source));
  return {
    origins,
    configuration: {
      preset: last('preset') ?? 'recommended',
      rules: mergeSettings(layers.map(({ said }) => said.rules)),
      plugins: [...new Set(layers.flatMap(({ said }) => said.plugins))],
      overrides: overrides.map(({ override }) => override),
      conventions: Object.assign(
        {},
        DEFAULT_CONVENTIONS,
        ...layers.map(({ said }) => said.conventions),
      ) as Configuration['conventions'],
      migrations: last('migrations'),
      layout: layout?.said.layout,
      custom: layout?.said.custom,
      transaction: last('transaction'),
      base: applied?.said.base,
      appliedThrough: applied?.said.appliedThrough,
      postgres: last('postgres'),
      prisma: last('prisma'),
      maxFileSize: last('maxFileSize'),
      baseline: last('baseline'),
      statistics: last('statistics'),
      verify: last('verify'),
    },
  };
}

function noteOrigins(said: SaidConfiguration, source: string, origins: Map<string, string>): void {
  for (const [name, { options }] of said.rules) {
    origins.set(`rules.${name}`, source);
    for (const option of Object.keys(options)) origins.set(`rules.${name}.${option}`, source);
  }
  for (const name of Object.keys(said.conventions)) origins.set(`conventions.${name}`, source);
}
