import type { CustomLayout, LayoutName } from '../input/layouts/types.ts';
import type { TransactionWord } from '../input/runners/transaction-words.ts';
import type { RuleSetting } from '../lint/settings.ts';

/** A validated configuration. What is undefined was not said. */
export interface Configuration {
  readonly preset: 'recommended' | 'strict';
  readonly rules: ReadonlyMap<string, RuleSetting>;
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
}

/** What is wrong in a configuration, at its key. */
export interface ConfigurationProblem {
  /** Path of keys, such as `rules.no-rename-column[0]`; empty for the whole. */
  readonly path: string;
  /** A sentence: what is wrong and what is allowed. */
  readonly message: string;
}

/** Where a configuration was found, and what is in it. */
export interface FoundConfiguration {
  /** For people: the file's path, with `#migration-lint` for a key of package.json. */
  readonly path: string;
  readonly value: unknown;
}
