import type { PropertyOption, TopLevelOption } from './options.ts';
import { didYouMean } from '../input/text/nearest.ts';
import { PRESET_NAMES } from './presets.ts';
import { describe, isRecord, own, type ReportProblem } from './values.ts';

/**
 * Checks the value of one option of the top level.
 *
 * @returns false if it is not what it should be, which has been reported.
 */
export function checkOption(
  path: string,
  option: TopLevelOption,
  value: unknown,
  report: ReportProblem,
): boolean {
  const wrong = (wanted: string, hint = ''): false => {
    report(path, `${path} is ${wanted}, not ${describe(value)}.${hint}`);
    return false;
  };
  switch (option.type) {
    case 'string':
      if (typeof value !== 'string' || value === '') return wrong('a text');
      if (option.pattern !== undefined && !new RegExp(option.pattern, 'u').test(value))
        return wrong(option.wanted);
      return true;
    case 'integer':
      if (
        !Number.isInteger(value) ||
        (value as number) < option.minimum ||
        (value as number) > option.maximum
      ) {
        return wrong(`a whole number from ${option.minimum} to ${option.maximum}`);
      }
      return true;
    case 'enum':
      return (
        isOneOf(option.values, value) ||
        wrong(
          `one of ${option.values.join(', ')}`,
          hintOf(value, option.values) || (path === 'preset' ? extendsHint(value) : ''),
        )
      );
    case 'object':
      return isRecord(value) || wrong('an object');
    case 'list':
      return Array.isArray(value) || wrong('a list');
    case 'strings':
      return (
        isText(value) || (Array.isArray(value) && value.every(isText)) || wrong('a text, or a list of texts')
      );
    case 'enum or object':
      if (isOneOf(option.values, value)) return true;
      return isRecord(value)
        ? checkProperties(path, option.properties, value, report)
        : wrong(`one of ${option.values.join(', ')}, or an object`, hintOf(value, option.values));
    default:
      return option satisfies never;
  }
}

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';

const isOneOf = (values: readonly string[], value: unknown): boolean =>
  typeof value === 'string' && values.includes(value);

const hintOf = (value: unknown, values: readonly string[]): string =>
  typeof value === 'string' ? didYouMean(value, values) : '';

/** The other presets are added to the base: `preset` is what they are added to. */
const extendsHint = (value: unknown): string =>
  typeof value === 'string' && (PRESET_NAMES as readonly string[]).includes(value)
    ? ` Write "extends": ["${value}"].`
    : '';

function checkProperties(
  path: string,
  properties: Readonly<Record<string, PropertyOption>>,
  value: Readonly<Record<string, unknown>>,
  report: ReportProblem,
): boolean {
  const problems: [at: string, message: string][] = [];
  const names = Object.keys(properties);
  for (const name of Object.keys(value).filter((key) => !names.includes(key))) {
    problems.push([
      `${path}.${name}`,
      `${path} has no ${name}.${didYouMean(name, names) || ` It has ${names.join(', ')}.`}`,
    ]);
  }
  for (const [name, { required, values, pattern, wanted }] of Object.entries(properties)) {
    const item = own(value, name);
    const at = `${path}.${name}`;
    if (item === undefined) {
      if (required === true) problems.push([path, `${path} needs ${name}, ${wanted ?? 'a text'}.`]);
    } else if (values !== undefined && !values.includes(item as string)) {
      problems.push([at, `${name} is one of ${values.join(', ')}, not ${describe(item)}.`]);
    } else if (typeof item !== 'string' || (pattern !== undefined && !new RegExp(pattern, 'u').test(item))) {
      problems.push([at, `${name} is ${wanted ?? 'a text'}, not ${describe(item)}.`]);
    }
  }
  for (const [at, message] of problems) report(at, message);
  return problems.length === 0;
}
