import { didYouMean } from '../input/text/nearest.ts';
import { describe, isRecord, type ReportProblem } from './values.ts';

/** What the configuration says about `verify`. What is undefined was not said. */
export interface VerifySettings {
  /** Files of SQL that are run before the first migration, relative to the configuration's folder, in this order. */
  readonly prelude: readonly string[];
  /** Where migrations are run: the embedded PGlite, or an embedded server of this major version. */
  readonly engine: EngineName | undefined;
  /** Seconds that a script may take. */
  readonly timeLimit: number | undefined;
}

/** An engine as people name it. */
export type EngineName = 'pglite' | number;

/** The major versions that an engine can have. */
export const ENGINE_VERSIONS = { first: 13, last: 18 } as const;

/** What can be asked of a migration, as people name it. */
export const CHECK_CHOICES = ['applies', 'rollback', 'effects', 'rows', 'backfills'] as const;

/** One of them. */
export type CheckChoice = (typeof CHECK_CHOICES)[number];

/** The longest time limit in seconds: a day. */
export const LONGEST_TIME_LIMIT = 86_400;

/** The settings of `verify`: what each takes, for people and as a JSON schema. */
const SETTINGS: Readonly<
  Record<
    keyof VerifySettings,
    { readonly schema: object; readonly wanted: string; fits(value: unknown): boolean }
  >
> = {
  prelude: {
    schema: {
      description:
        'Files of SQL that verify runs before the first migration, relative to this file: what the platform provides. No other command runs them.',
      anyOf: [
        { type: 'string', minLength: 1 },
        { type: 'array', items: { type: 'string', minLength: 1 } },
      ],
    },
    wanted: 'a path, or a list of paths',
    fits: (value) => isText(value) || (Array.isArray(value) && value.every(isText)),
  },
  engine: {
    schema: {
      description:
        'Where verify runs the migrations: "pglite", the embedded PostgreSQL that comes along, or an embedded server of a major version from 13 to 18. Default: pglite.',
      anyOf: [
        { enum: ['pglite'] },
        { type: 'integer', minimum: ENGINE_VERSIONS.first, maximum: ENGINE_VERSIONS.last },
      ],
    },
    wanted: `pglite, or a major version from ${ENGINE_VERSIONS.first} to ${ENGINE_VERSIONS.last}`,
    fits: (value) => value === 'pglite' || isWhole(value, ENGINE_VERSIONS.first, ENGINE_VERSIONS.last),
  },
  timeLimit: {
    schema: {
      type: 'integer',
      minimum: 1,
      maximum: LONGEST_TIME_LIMIT,
      description: 'Seconds that a script may take in verify. Default: 60.',
    },
    wanted: `a whole number from 1 to ${LONGEST_TIME_LIMIT}`,
    fits: (value) => isWhole(value, 1, LONGEST_TIME_LIMIT),
  },
};

/**
 * Checks the settings of `verify` and gives them their types.
 *
 * @returns what is right of them; undefined if nothing is said.
 */
export function verifySettings(value: unknown, report: ReportProblem): VerifySettings | undefined {
  if (!isRecord(value)) return undefined;
  const names = Object.keys(SETTINGS);
  const right = new Map<string, unknown>();
  for (const [name, item] of Object.entries(value)) {
    const setting = Object.hasOwn(SETTINGS, name) ? SETTINGS[name as keyof VerifySettings] : undefined;
    const path = `verify.${name}`;
    if (setting === undefined)
      report(path, `verify has no ${name}.${didYouMean(name, names) || ` It has ${names.join(', ')}.`}`);
    else if (setting.fits(item)) right.set(name, item);
    else report(path, `${name} is ${setting.wanted}, not ${describe(item)}.`);
  }
  return {
    prelude: [right.get('prelude') ?? []].flat() as string[],
    engine: right.get('engine') as EngineName | undefined,
    timeLimit: right.get('timeLimit') as number | undefined,
  };
}

/** The JSON schema of the settings. */
export function verifySchema(description: string): Readonly<Record<string, unknown>> {
  const properties = Object.fromEntries(Object.entries(SETTINGS).map(([name, { schema }]) => [name, schema]));
  return { type: 'object', description, additionalProperties: false, properties };
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isWhole(value: unknown, minimum: number, maximum: number): boolean {
  return Number.isInteger(value) && (value as number) >= minimum && (value as number) <= maximum;
}
