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
  | { readonly type: 'object'; readonly description: string };

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
  rules: {
    type: 'object',
    description:
      'Severity and options of single rules: "error", "warning", "info", "off" or [severity, options].',
  },
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
  maxFileSize: {
    type: 'integer',
    minimum: 1024,
    maximum: 104_857_600,
    description: 'Size in bytes above which a file is not read. Default: 5242880.',
  },
};
