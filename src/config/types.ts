import type { CustomLayout, LayoutName } from '../input/layouts/types.ts';
import type { TransactionWord } from '../input/runners/transaction-words.ts';
import type { Conventions } from '../lint/conventions.ts';
import type { BasePreset, RuleSetting, SettingsOverride } from '../lint/settings.ts';
import type { VerifySettings } from './verify-settings.ts';

/** What a validated configuration says by itself, key by key. What is undefined was not said. */
export interface SaidConfiguration {
  /** Presets and other configurations that this one builds on, first the weakest. */
  readonly extends: readonly string[];
  /** Packages or paths of plugins, as they were written. */
  readonly plugins: readonly string[];
  readonly preset: BasePreset | undefined;
  readonly rules: ReadonlyMap<string, RuleSetting>;
  readonly overrides: readonly RuleOverride[];
  readonly conventions: Partial<Conventions>;
  /** Folder of the migrations, relative to the configuration's. */
  readonly migrations: string | undefined;
  /** The layout, `custom` with its patterns. */
  readonly layout: LayoutName | undefined;
  readonly custom: CustomLayout | undefined;
  /** What the runner makes one transaction of. */
  readonly transaction: TransactionWord | undefined;
  /** A git revision: what is in it is applied. */
  readonly base: string | undefined;
  /** The id or version of the last applied migration. */
  readonly appliedThrough: string | undefined;
  /** Major version of PostgreSQL. */
  readonly postgres: number | undefined;
  /** Prisma's version, `6.19.0`, `7.4`, where it cannot be read from the project. */
  readonly prisma: string | undefined;
  /** In bytes. */
  readonly maxFileSize: number | undefined;
  /** Path of the baseline file, relative to the configuration's. */
  readonly baseline: string | undefined;
  /** Path of the statistics file, relative to the configuration's. */
  readonly statistics: string | undefined;
  readonly verify: VerifySettings | undefined;
}

/** A validated configuration, with everything that it extends. What is undefined was not said. */
export interface Configuration extends Omit<SaidConfiguration, 'extends'> {
  readonly preset: BasePreset;
  readonly conventions: Conventions;
}

/** Settings for the migrations that globs name. */
export interface RuleOverride extends SettingsOverride {
  /** The globs as they were written. */
  readonly files: readonly string[];
}

/** What is wrong in a configuration, at its key. */
export interface ConfigurationProblem {
  /** Path of keys, such as `rules.no-rename-column[0]`; empty for the whole. */
  readonly path: string;
  /** A sentence: what is wrong and what is allowed. */
  readonly message: string;
  /** The file it stands in, if that is not the configuration itself but one that it extends. */
  readonly file?: string;
}

/** Where a configuration was found, and what is in it. */
export interface FoundConfiguration {
  /** For people: the file's path, with `#migration-lint` for a key of package.json. */
  readonly path: string;
  readonly value: unknown;
  /** Absolute paths of other configurations in the same folder, which are not read. */
  readonly others?: readonly string[];
}
