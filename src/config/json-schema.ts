import type { OptionSchema, Rule } from '../lint/rule.ts';
import { TOP_LEVEL_OPTIONS, type PropertyOption, type TopLevelOption } from './options.ts';

type JsonSchema = Readonly<Record<string, unknown>>;

/** The JSON schema of the configuration, for editors: the package exports it as `migration-lint/schema.json`. */
export function configurationSchema(rules: readonly Rule[]): JsonSchema {
  const properties = Object.fromEntries(
    Object.entries(TOP_LEVEL_OPTIONS).map(([name, option]) => [
      name,
      name === 'rules' ? rulesSchema(rules, option.description) : topLevelSchema(option),
    ]),
  );
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Configuration of migration-lint',
    type: 'object',
    additionalProperties: false,
    properties,
  };
}

function topLevelSchema(option: TopLevelOption): JsonSchema {
  const { description } = option;
  switch (option.type) {
    case 'string':
      return {
        type: 'string',
        description,
        minLength: 1,
        ...(option.pattern === undefined ? {} : { pattern: option.pattern }),
      };
    case 'integer':
      return { type: 'integer', description, minimum: option.minimum, maximum: option.maximum };
    case 'enum':
      return { enum: option.values, description };
    case 'object':
      return { type: 'object', description };
    case 'enum or object':
      return { description, anyOf: [{ enum: option.values }, objectSchema(option.properties)] };
    default:
      return option satisfies never;
  }
}

function objectSchema(properties: Readonly<Record<string, PropertyOption>>): JsonSchema {
  return {
    type: 'object',
    additionalProperties: false,
    required: Object.keys(properties).filter((name) => properties[name]?.required === true),
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, { description, values, pattern }]) => [
        name,
        values === undefined
          ? { type: 'string', description, ...(pattern === undefined ? {} : { pattern }) }
          : { enum: values, description },
      ]),
    ),
  };
}

function rulesSchema(rules: readonly Rule[], description: string): JsonSchema {
  const severity = { enum: ['off', 'info', 'warning', 'error'] };
  const ruleSchema = ({ meta }: Rule): JsonSchema => {
    const options = {
      type: 'object',
      additionalProperties: false,
      properties: Object.fromEntries(
        Object.entries(meta.options ?? {}).map(([name, schema]) => [name, optionSchema(schema)]),
      ),
    };
    return {
      description: meta.summary,
      anyOf: [
        severity,
        { type: 'array', items: [severity, options], minItems: 1, maxItems: 2, additionalItems: false },
      ],
    };
  };
  return {
    type: 'object',
    description,
    additionalProperties: false,
    properties: Object.fromEntries(
      rules.flatMap((rule) =>
        [rule.meta.name, ...(rule.meta.aliases ?? [])].map((name) => [name, ruleSchema(rule)]),
      ),
    ),
  };
}

function optionSchema(schema: OptionSchema): JsonSchema {
  const common = { description: schema.description, default: schema.default };
  switch (schema.type) {
    case 'boolean':
      return { type: 'boolean', ...common };
    case 'integer':
      return { type: 'integer', minimum: schema.minimum ?? 0, ...common };
    case 'enum':
      return { enum: schema.values, ...common };
    case 'strings':
      return { type: 'array', items: { type: 'string' }, ...common };
    default:
      return schema satisfies never;
  }
}
