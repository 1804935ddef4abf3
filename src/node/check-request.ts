import { isAbsolute } from 'node:path';
import { didYouMean } from '../input/text/nearest.ts';
import { describe, isRecord } from '../config/values.ts';
import { NAMED_LAYOUTS } from '../input/layouts/layouts.ts';
import { listed } from '../report/words.ts';
import { EXCLUSIVE_KEYS } from './contradictions.ts';
import type { LintRequest } from './types.ts';
import { UsageError } from './usage-error.ts';

/** What a key takes, for people, and whether a value is that. */
interface Wanted {
  readonly words: string;
  readonly fits: (value: unknown) => boolean;
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
const TEXT: Wanted = { words: 'a text', fits: isText };
const FLAG: Wanted = { words: 'true or false', fits: (value) => typeof value === 'boolean' };
const TEXTS: Wanted = { words: 'a list of texts', fits: isTexts };
const RULES: Wanted = {
  words: 'a list of names of rules, at least one',
  fits: (value) => isTexts(value) && (value as readonly unknown[]).length > 0,
};

/** What each key of a request takes. A key that is undefined is not said. */
const KEYS: Readonly<Record<keyof LintRequest, Wanted>> = {
  cwd: {
    words: 'the absolute path of a folder',
    fits: (value) => isText(value) && isAbsolute(value),
  },
  paths: TEXTS,
  config: TEXT,
  base: TEXT,
  appliedThrough: TEXT,
  all: FLAG,
  staged: FLAG,
  changed: FLAG,
  since: TEXT,
  after: TEXT,
  ignorePatterns: TEXTS,
  stdin: { words: '{ text, path? }: a text or its bytes, and where it would lie', fits: isScript },
  layout: {
    words: `one of ${NAMED_LAYOUTS.join(', ')}`,
    fits: (value) => (NAMED_LAYOUTS as readonly unknown[]).includes(value),
  },
  postgres: {
    words: 'a major version from 13 to 18',
    fits: (value) => Number.isInteger(value) && (value as number) >= 13 && (value as number) <= 18,
  },
  prisma: TEXT,
  rules: { words: 'an object of settings by the names of rules', fits: isRecord },
  only: RULES,
  skip: TEXTS,
  baseline: { words: 'the path of a file, or false', fits: (value) => value === false || isText(value) },
  now: { words: 'a valid Date', fits: (value) => isDate(value) && !Number.isNaN(value.getTime()) },
  environment: { words: 'an object of variables, such as process.env', fits: isEnvironment },
  timing: FLAG,
};

/**
 * Refuses a request that no run can be made of, as the command line does: unknown keys, values of other types, and keys that
 * contradict each other.
 *
 * @param request whatever a program without types may give.
 * @param without keys that make no sense here.
 * @throws {UsageError} that names the key.
 */
export function checkRequest(request: unknown, without: readonly (keyof LintRequest)[] = []): void {
  if (!isRecord(request)) throw new UsageError(`A request is an object, not ${shown(request)}.`);
  const known = Object.keys(KEYS).filter((key) => !without.includes(key as keyof LintRequest));
  for (const [key, value] of Object.entries(request)) {
    if (!known.includes(key))
      throw new UsageError(
        `A request has no key ${key} here.${didYouMean(key, known)}`,
        `The keys are ${known.join(', ')}.`,
      );
    const { words, fits } = KEYS[key as keyof LintRequest];
    if (value !== undefined && !fits(value))
      throw new UsageError(`${key} of the request is ${words}, not ${shown(value)}.`);
  }
  refuseContradictions(request);
}

function refuseContradictions(request: Readonly<Record<string, unknown>>): void {
  for (const { keys, why } of EXCLUSIVE_KEYS) {
    const said = keys.filter((key) => request[key] !== undefined && request[key] !== false);
    if (said.length > 1) throw new UsageError(`${listed(said)} of the request contradict each other.`, why);
  }
  const { stdin, paths } = request as LintRequest;
  if (stdin !== undefined && paths !== undefined && paths.length > 0)
    throw new UsageError(
      'stdin and paths of the request contradict each other.',
      'stdin.path says where its script would lie.',
    );
}

/** A value as a message shows it. */
function shown(value: unknown): string {
  if (isDate(value)) return 'an invalid Date';
  return ['function', 'symbol', 'bigint'].includes(typeof value) ? `a ${typeof value}` : describe(value);
}

/** A Date, also one of another realm. */
function isDate(value: unknown): value is Date {
  return Object.prototype.toString.call(value) === '[object Date]';
}

function isScript(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { text, path, ...rest } = value;
  const isContent = typeof text === 'string' || ArrayBuffer.isView(text);
  return isContent && (path === undefined || isText(path)) && Object.keys(rest).length === 0;
}

function isEnvironment(value: unknown): boolean {
  return (
    isRecord(value) && Object.values(value).every((item) => item === undefined || typeof item === 'string')
  );
}
