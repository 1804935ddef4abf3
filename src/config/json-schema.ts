import { CONVENTION_SCHEMAS } from '../lint/conventions.ts';
import type { OptionSchema, OptionSchemas, Rule } from '../lint/rule.ts';
import { MAX_GLOB_LENGTH } from './globs.ts';
import { TOP_LEVEL_OPTIONS, type PropertyOption, type TopLevelOption } from './options.ts';
import { SEVERITIES } from './validate-rules.ts';
import { verifySchema } from './verify-settings.ts';

type JsonSchema = Readonly<Record<string, unknown>>;

/** The JSON schema of the configuration, for editors: the package exports it as `migration-lint/schema.json`. */
export function configurationSchema(rules: readonly Rule[]): JsonSchema {
  const properties = Object.fromEntries(
    Object.entries(TOP_LEVEL_OPTIONS).map(([name, option]) => [
      name,
      specialSchema(name, option, rules) ?? topLevelSchema(option),
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

/** The schema of an option whose contents a function of its own checks. */
function specialSchema(
  name: string,
  { description }: TopLevelOption,
  rules: readonly Rule[],
): JsonSchema | undefined {
  switch (name) {
    case 'rules':
      return rulesSchema(rules, description);
    case 'conventions':
      return { ...optionsSchema(CONVENTION_SCHEMAS), description };
    case 'verify':
      return verifySchema(description);
    case 'overrides': {
      const glob = { type: 'string', minLength: 1, maxLength: MAX_GLOB_LENGTH };
      const properties = {
        files: {
          description:
            'Globs over the paths of migrations, relative to this file, or over their ids; one with ! in front takes out.',
          anyOf: [glob, { type: 'array', items: glob, minItems: 1 }],
        },
        // The same as at the top level, whose schema is long.
        rules: { $ref: '#/properties/rules' },
      };
      const items = { type: 'object', additionalProperties: false, required: ['files', 'rules'], properties };
      return { type: 'array', description, items };
    }
    default:
      return undefined;
  }
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
    case 'list':
      return { type: 'array', description };
    case 'strings': {
      const text = { type: 'string', minLength: 1 };
      return { description, anyOf: [text, { type: 'array', items: text }] };
    }
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

function optionsSchema(schemas: OptionSchemas): JsonSchema {
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(
      Object.entries(schemas).map(([name, schema]) => [name, optionSchema(schema)]),
    ),
  };
}

function rulesSchema(rules: readonly Rule[], description: string): JsonSchema {
  const severity = { enum: [...SEVERITIES.keys()] };
  const ruleSchema = ({ meta }: Rule): JsonSchema => {
    const options = optionsSchema(meta.options ?? {});
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
    // Rules of plugins, whose options nobody knows here.
    patternProperties: { '^[a-z0-9-]+/': { anyOf: [severity, { type: 'array', minItems: 1, maxItems: 2 }] } },
    properties: Object.fromEntries(
      rules.flatMap((rule) =>
        [rule.meta.name, ...(rule.meta.aliases ?? [])].map((name) => [name, ruleSchema(rule)]),
      ),
    ),
  };
}

function optionSchema(schema: OptionSchema): JsonSchema {
  const follows = schema.convention === undefined ? '' : ` Default: conventions.${schema.convention}.`;
  const common = { description: schema.description + follows, default: schema.default };
  switch (schema.type) {
    case 'boolean':
      return { type: 'boolean', ...common };
    case 'integer':
      return {
        type: 'integer',
        minimum: schema.minimum ?? 0,
        ...(schema.maximum === undefined ? {} : { maximum: schema.maximum }),
        ...common,
      };
    case 'enum':
      return { enum: schema.values, ...common };
    case 'strings':
      return { type: 'array', items: { type: 'string' }, ...common };
    case 'folder':
      return { type: 'string', minLength: 1, ...common };
    default:
      return schema satisfies never;
  }
}
