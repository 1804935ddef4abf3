import type { OptionSchema } from '../lint/rule.ts';

/** Takes note of a mistake: its path of keys, and a sentence. */
export type ReportProblem = (path: string, message: string) => void;

/** True for an object as JSON has it. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A property of the object's own: a configuration may have a key `constructor`, and nothing is called that. */
export function own<Value>(object: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** A value as a message quotes it, cut where it is long. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** Names with `/` between them: a path with `\\` would be one name elsewhere. */
function isFolder(path: string): boolean {
  return path
    .split('/')
    .every((name) => /^[^\\:*?"<>|\p{Cc}]+$/u.test(name) && name !== '.' && name !== '..');
}

/** What the option should be, if the value is not that. */
export function wantedValue(schema: OptionSchema, value: unknown): string | undefined {
  switch (schema.type) {
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'true or false';
    case 'integer': {
      const { minimum = 0, maximum } = schema;
      const number = Number.isSafeInteger(value) ? (value as number) : NaN;
      if (number >= minimum && number <= (maximum ?? Infinity)) return undefined;
      return `a whole number from ${minimum}${maximum === undefined ? '' : ` to ${maximum}`}`;
    }
    case 'enum':
      return schema.values.includes(value as string) ? undefined : `one of ${schema.values.join(', ')}`;
    case 'strings':
      return Array.isArray(value) && value.every((item) => typeof item === 'string')
        ? undefined
        : 'a list of texts';
    case 'folder':
      return typeof value === 'string' && isFolder(value)
        ? undefined
        : 'a folder, by a relative path without . and ..';
    default:
      return schema satisfies never;
  }
}
