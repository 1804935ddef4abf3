import { didYouMean } from '../input/text/nearest.ts';
import { describe as describeData, isRecord } from './values.ts';

/** Collects what is wrong with a value from JavaScript, part by part. A place is a path of keys such as `rules[0].meta.name`. */
export class Shape {
  readonly problems: string[] = [];

  /** Adds a problem: a clause that begins with its place. */
  problem(text: string): void {
    this.problems.push(text);
  }

  /** Adds that a part is not what it should be. */
  wrong(at: string, wanted: string, value: unknown): void {
    this.problem(
      value === undefined ? `${at} is missing: ${wanted}.` : `${at} is ${wanted}, not ${describe(value)}.`,
    );
  }

  /** Checks that a part is an object. @returns it; undefined if it is none */
  record(at: string, value: unknown, wanted: string): Readonly<Record<string, unknown>> | undefined {
    if (isRecord(value)) return value;
    this.wrong(at, wanted, value);
    return undefined;
  }

  /** Checks that a part is a text that says something. */
  text(at: string, value: unknown, wanted: string): void {
    if (typeof value !== 'string' || value.trim() === '') this.wrong(at, wanted, value);
  }

  /** Checks that a part is a list of texts, of some texts only if they are given. */
  texts(at: string, value: unknown, wanted: string, allowed?: readonly string[]): void {
    const fits = (item: unknown): boolean =>
      typeof item === 'string' && (allowed === undefined || allowed.includes(item));
    if (!Array.isArray(value) || !value.every(fits)) this.wrong(at, wanted, value);
  }

  /** Checks that an object has no keys but these; `at` ends with a dot, or is empty. */
  onlyKeys(at: string, value: Readonly<Record<string, unknown>>, allowed: readonly string[]): void {
    for (const key of Object.keys(value).filter((name) => !allowed.includes(name))) {
      this.problem(
        `${at}${key}: there is no such key.${didYouMean(key, allowed) || ` It has ${allowed.join(', ')}.`}`,
      );
    }
  }
}

/** A value of JavaScript in a few words. */
export function describe(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'symbol' || typeof value === 'bigint') return `a ${typeof value}`;
  try {
    return describeData(value);
  } catch {
    return 'an object';
  }
}
