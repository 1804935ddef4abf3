import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';

/**
 * Checks a value against a schema, draft 7 or 2020-12 as its `$schema` says.
 *
 * @returns what is wrong, with the path to it; empty if nothing is.
 * @throws {Error} if the schema itself is wrong.
 */
export function schemaErrors(value: unknown, schema: Readonly<Record<string, unknown>>): readonly string[] {
  const options = { allErrors: true, strict: true, strictTypes: false, strictTuples: false } as const;
  const ajv = String(schema['$schema']).includes('2020-12') ? new Ajv2020(options) : new Ajv(options);
  const validate = ajv.compile(schema);
  validate(value);
  return (validate.errors ?? []).map(
    ({ instancePath, keyword, message }) => `${instancePath}: ${keyword}: ${message ?? ''}`,
  );
}
