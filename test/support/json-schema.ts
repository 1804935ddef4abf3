/** The part of JSON Schema 2020-12 that the project's schemas use. Any other keyword is refused. */
type Schema = Readonly<Record<string, unknown>>;

const ANNOTATIONS = new Set(['$schema', '$defs', 'title', 'description']);

/**
 * Checks a value against a schema.
 *
 * @param root the whole schema, whose `$defs` a `$ref` names.
 * @returns what is wrong, with the path to it; empty if nothing is.
 * @throws {Error} on a keyword that this check does not know.
 */
export function schemaErrors(
  value: unknown,
  root: Schema,
  schema: Schema = root,
  path = '$',
): readonly string[] {
  return Object.entries(schema).flatMap(([keyword, expected]) =>
    ANNOTATIONS.has(keyword) ? [] : keywordErrors(keyword, expected, value, root, schema, path),
  );
}

function keywordErrors(
  keyword: string,
  expected: unknown,
  value: unknown,
  root: Schema,
  schema: Schema,
  path: string,
): readonly string[] {
  const unless = (holds: boolean): readonly string[] =>
    holds ? [] : [`${path}: ${keyword} ${JSON.stringify(expected)}, not ${JSON.stringify(value)}`];
  switch (keyword) {
    case 'const':
      return unless(value === expected);
    case 'enum':
      return unless((expected as readonly unknown[]).includes(value));
    case 'type':
      return unless([expected].flat().some((type) => hasType(value, type)));
    case 'minimum':
      return unless(typeof value !== 'number' || value >= (expected as number));
    case 'pattern':
      return unless(typeof value !== 'string' || new RegExp(expected as string, 'u').test(value));
    case 'required':
      return (expected as readonly string[])
        .filter((key) => isObject(value) && !(key in value))
        .map((key) => `${path}: lacks ${key}`);
    case 'properties':
      return Object.entries(expected as Record<string, Schema>).flatMap(([key, property]) =>
        isObject(value) && key in value ? schemaErrors(value[key], root, property, `${path}.${key}`) : [],
      );
    case 'additionalProperties':
      return Object.entries(isObject(value) ? value : {})
        .filter(([key]) => !(key in ((schema['properties'] as object | undefined) ?? {})))
        .flatMap(([key, each]) => schemaErrors(each, root, expected as Schema, `${path}.${key}`));
    case 'items':
      return (Array.isArray(value) ? value : []).flatMap((each: unknown, index) =>
        schemaErrors(each, root, expected as Schema, `${path}[${index}]`),
      );
    case '$ref':
      return schemaErrors(value, root, definition(root, expected as string), path);
    default:
      throw new Error(`the schema check does not know ${keyword}`);
  }
}

function definition(root: Schema, reference: string): Schema {
  const found = (root['$defs'] as Record<string, Schema>)[reference.replace('#/$defs/', '')];
  if (found === undefined) throw new Error(`no ${reference}`);
  return found;
}

function hasType(value: unknown, type: unknown): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isObject(value);
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
