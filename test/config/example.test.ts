import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { rules } from '../../rules/index.ts';
import { configurationSchema } from '../../src/config/json-schema.ts';
import { CONVENTION_SCHEMAS } from '../../src/lint/conventions.ts';
import { TOP_LEVEL_OPTIONS } from '../../src/config/options.ts';
import { validateConfiguration } from '../../src/config/validate.ts';
import { schemaErrors } from '../support/json-schema.ts';

const example = JSON.parse(
  readFileSync(fileURLToPath(new URL('../../.migrationlintrc.example.json', import.meta.url)), 'utf8'),
) as { readonly conventions: object };

it('the example configuration is right, for us and for editors', () => {
  expect(validateConfiguration(example, rules).problems).toEqual([]);
  expect(schemaErrors(example, configurationSchema(rules))).toEqual([]);
});

it('shows every option but the one that contradicts another', () => {
  const shown = [...Object.keys(example), 'appliedThrough'];
  expect(shown.sort()).toEqual(Object.keys(TOP_LEVEL_OPTIONS).sort());
});

it('shows every convention', () => {
  expect(Object.keys(example.conventions).sort()).toEqual(Object.keys(CONVENTION_SCHEMAS).sort());
});
