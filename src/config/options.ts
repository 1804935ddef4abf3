import { NAMED_LAYOUTS } from '../input/layouts/layouts.ts';
import { TRANSACTION_WORDS } from '../input/runners/transaction-words.ts';

/** One option of the configuration's top level: what is allowed, and a sentence of documentation. */
export type TopLevelOption =
  | {
      readonly type: 'string';
      readonly description: string;
      readonly pattern?: string;
      readonly wanted: string;
    }
  | {
      readonly type: 'integer';
      readonly description: string;
      readonly minimum: number;
      readonly maximum: number;
    }
  | { readonly type: 'enum'; readonly description: string; readonly values: readonly string[] }
  /** An object, or a list of objects, that is checked by a function of its own. */
  | { readonly type: 'object'; readonly description: string }
  | { readonly type: 'list'; readonly description: string }
  /** A text, or a list of texts. */
  | { readonly type: 'strings'; readonly description: string }
  /** One of some names, or an object that describes what no name stands for. */
  | {
      readonly type: 'enum or object';
      readonly description: string;
      readonly values: readonly string[];
      readonly properties: Readonly<Record<string, PropertyOption>>;
    };

/** A property of an object among the options: a text, or one of some names. */
export interface PropertyOption {
  readonly description: string;
  readonly required?: boolean;
  readonly values?: readonly string[];
  /** A regular expression that the text matches, and what that means for people. */
  readonly pattern?: string;
  readonly wanted?: string;
}

const PATTERN = {
  // At most three of `*` and {name} in a part of the path: each multiplies the ways in which a file's name can match.
  pattern: String.raw`^(?!/)(?!(?:.*/)?\.\.(?:/|$))(?!(?:.*/)?[^/]*?(?:(?:\*+|\{name\})[^/*{]*(?:\{version\}[^/*{]*)*){4}).*\{(?:version|name)\}`,
  wanted:
    'a path below the migrations folder with {version} or {name} in it, and at most three of * and {name} in a part of it',
};

const TRANSACTION =
  'What the runner makes one transaction of, if not what the tool does by itself: "deploy" (all pending migrations together), "file" (it opens one around each), "query" (it sends each file as one query), "statement" (each commits by itself).';

/** The options of the configuration's top level. The validator and the published JSON schema are made from this table. */
export const TOP_LEVEL_OPTIONS: Readonly<Record<string, TopLevelOption>> = {
  $schema: {
    type: 'string',
    description: 'Path of the JSON schema, for editors. Ignored.',
    wanted: 'a path',
  },
  preset: {
    type: 'enum',
    values: ['recommended', 'strict'],
    description: 'The set of rules that is on. Default: recommended.',
  },
  extends: {
    type: 'strings',
    description:
      'Configurations that this one builds on, later ones over earlier ones: names of presets, paths of JSON or YAML files ("./shared.json") and files of packages ("package/config.json").',
  },
  plugins: {
    type: 'strings',
    description:
      'Packages with further rules, which are then called namespace/name. A path ("./rules.mjs") only in a configuration that --config names.',
  },
  rules: {
    type: 'object',
    description:
      'Severity and options of single rules: "error", "warning", "info", "off" or [severity, options].',
  },
  overrides: {
    type: 'list',
    description:
      'Other severities and options for some migrations: { "files": globs over their paths or ids, "rules": as above }. The last one that matches wins.',
  },
  conventions: {
    type: 'object',
    description: 'What the team has settled for all rules. An option of a single rule wins over it.',
  },
  migrations: {
    type: 'string',
    description:
      'Folder of the migrations, relative to this file. Default: every project of the repository is found by its files.',
    wanted: 'a path',
  },
  layout: {
    type: 'enum or object',
    description:
      'The tool whose migrations these are, where their files do not say it; or patterns of a layout of your own.',
    values: NAMED_LAYOUTS,
    properties: {
      up: {
        description:
          'Path of the forward scripts below the migrations folder: "{version}_{name}.sql". "*" stands for a part of a name, "**" for folders.',
        required: true,
        ...PATTERN,
      },
      down: { description: 'Path of the rollback scripts: "rollback/{version}_*.sql".', ...PATTERN },
      transaction: { description: TRANSACTION, values: TRANSACTION_WORDS },
    },
  },
  transaction: { type: 'enum', values: TRANSACTION_WORDS, description: TRANSACTION },
  base: {
    type: 'string',
    description: 'A git revision. Migrations in it are applied; all others are pending.',
    wanted: 'a git revision',
  },
  appliedThrough: {
    type: 'string',
    description: 'The id or version of the last migration that production has. Later ones are pending.',
    wanted: 'a migration id or version',
  },
  postgres: {
    type: 'integer',
    minimum: 13,
    maximum: 18,
    description: 'Major version of the PostgreSQL that the migrations run on. Default: 15.',
  },
  prisma: {
    type: 'string',
    pattern: String.raw`^\d+\.\d+(\.\d+)?(-.+)?$`,
    description:
      "Version of Prisma that deploys the migrations, where the project's lock file does not say it.",
    wanted: 'a version such as 6.19.0',
  },
  baseline: {
    type: 'string',
    description:
      'File of the findings that are known and not shown again, relative to this file. Default: .migrationlint-baseline.json, if it is there.',
    wanted: 'a path',
  },
  statistics: {
    type: 'string',
    description:
      'File of the sizes of tables, relative to this file; migration-lint stats writes it. Default: .migrationlint-statistics.json, if it is there.',
    wanted: 'a path',
  },
  verify: {
    type: 'object',
    description: 'What migration-lint verify runs, and where.',
  },
  maxFileSize: {
    type: 'integer',
    minimum: 1024,
    maximum: 104_857_600,
    description: 'Size in bytes above which a file is not read. Default: 5242880.',
  },
};
