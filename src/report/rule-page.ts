import type { BadExample, Example, GoodExample, Proof } from '../lint/examples.ts';
import type { OptionSchema, Rule } from '../lint/rule.ts';

/** The texts that a rule gives for its examples. */
export type ExampleMessages = ReadonlyMap<Example, readonly string[]>;

/**
 * The documentation page of a rule, made from what the rule says of itself.
 *
 * @param messages what the rule says of its bad examples; of those that are not in it, the messages are shown with placeholders.
 * @returns Markdown.
 */
export function rulePage(rule: Rule, family: string, messages: ExampleMessages = new Map()): string {
  const { meta } = rule;
  const facts = [
    rule.plugin === undefined ? `Family: ${family}` : `Plugin: ${rule.plugin}`,
    `severity: ${meta.severity}`,
    `presets: ${meta.presets.length === 0 ? 'none' : meta.presets.join(', ')}`,
    ...((meta.sizeMatters ?? false) === false ? [] : ['only information on small tables']),
    ...(meta.policy.length > 0 ? [`policy: ${meta.policy.join(', ')}`] : []),
    ...(meta.aliases === undefined ? [] : [`also known as ${meta.aliases.join(', ')}`]),
  ];
  return (
    [
      `# ${meta.name}`,
      `${meta.summary}.`,
      facts.join(' · '),
      '## Why',
      meta.rationale,
      '## Instead',
      meta.instead,
      ...(meta.whenNotToUse === undefined ? [] : ['## When not to use it', meta.whenNotToUse]),
      ...optionsSection(meta.options ?? {}),
      '## Reported',
      ...meta.examples.bad.map((example) => exampleSection(rule, example, messages.get(example))),
      '## Not reported',
      ...meta.examples.good.map((example) => exampleSection(rule, example)),
      '',
    ]
      .join('\n\n')
      .trimEnd() + '\n'
  );
}

/**
 * The list of all rules, as a page.
 *
 * @param presetNames the presets beside recommended and strict.
 */
export function ruleIndexPage(
  rules: readonly Rule[],
  families: Readonly<Record<string, string>>,
  presetNames: readonly string[],
): string {
  const names = [...new Set(Object.values(families))].sort();
  const sections = names.map((family) => {
    const rows = rules
      .filter(({ meta }) => families[meta.name] === family)
      .map(
        ({ meta }) =>
          `| [${meta.name}](${meta.name}.md) | ${meta.summary} | ${meta.severity} | ${meta.presets.join(', ')} |`,
      );
    return [`## ${family}`, '', '| rule | | severity | presets |', '|---|---|---|---|', ...rows].join('\n');
  });
  const inPreset = (name: string): number =>
    rules.filter(({ meta }) => meta.presets.some((preset) => preset === name)).length;
  const link = (name: string): string => `[${name}](../presets.md#${name})`;
  const presets = [
    `${rules.length} rules. On without a configuration are the ${inPreset('recommended')} of the preset ${link('recommended')}.`,
    `The others come with the presets that their row names: ${['strict', ...presetNames].map(link).join(', ')};`,
    'or one by one, in `rules`.',
  ].join(' ');
  return ['# Rules', presets, ...sections].join('\n\n') + '\n';
}

function optionsSection(options: Readonly<Record<string, OptionSchema>>): string[] {
  const rows = Object.entries(options).map(([name, schema]) => {
    const type =
      schema.type === 'enum' ? schema.values.map((value) => `\`${value}\``).join(', ') : schema.type;
    const follows = schema.convention === undefined ? '' : `, or \`conventions.${schema.convention}\``;
    return `| \`${name}\` | ${type} | \`${JSON.stringify(schema.default)}\`${follows} | ${schema.description} |`;
  });
  if (rows.length === 0) return [];
  return ['## Options', ['| option | type | default | |', '|---|---|---|---|', ...rows].join('\n')];
}

function exampleSection(
  rule: Rule,
  example: BadExample<string> | GoodExample,
  said: readonly string[] = [],
): string {
  const title = example.title.charAt(0).toUpperCase() + example.title.slice(1);
  const parts = [`### ${title}`];
  const circumstances = describeCircumstances(example);
  if (circumstances !== '') parts.push(circumstances);
  parts.push(...sqlBlock(example));
  if ('reports' in example) {
    const templates = [...new Set(example.reports)].map((id) =>
      withoutBraces(rule.meta.messages[id]?.what ?? id),
    );
    parts.push((said.length > 0 ? said.map(withoutTags) : templates).map((text) => `- ${text}`).join('\n'));
  }
  if (example.proof !== undefined) parts.push(`Proven on PostgreSQL: ${describeProof(example.proof)}.`);
  return parts.join('\n\n');
}

function describeCircumstances(example: Example): string {
  const facts = [
    ...(example.name === undefined
      ? []
      : [`the migration is called \`${[example.name].flat().join('`, `')}\``]),
    ...(example.version === undefined
      ? []
      : [`the pending version \`${[example.version].flat().join('`, `')}\``]),
    ...(example.withoutScript === true ? ['a folder without its script'] : []),
    ...(example.strays === undefined ? [] : [`\`${example.strays.join('`, `')}\` beside the migrations`]),
    ...(example.runner === undefined ? [] : [RUNNERS[example.runner]]),
    ...(example.withoutTransaction === true ? ['the migration asks for no transaction'] : []),
    ...(example.postgres === undefined ? [] : [`PostgreSQL ${example.postgres}`]),
    ...(example.options === undefined ? [] : [`options \`${JSON.stringify(example.options)}\``]),
  ];
  return facts.length === 0 ? '' : `With: ${facts.join(', ')}.`;
}

const RUNNERS: Readonly<Record<NonNullable<Example['runner']>, string>> = {
  'prisma-6': 'Prisma 6, which sends a file as one transaction',
  'prisma-7.4': 'Prisma 7.4, which commits each statement by itself',
  goose: 'goose, which opens a transaction around each file',
  'golang-migrate': 'golang-migrate, which sends a file as one query',
  diesel: 'Diesel, which opens a transaction around each file',
  sqlx: 'SQLx, which opens a transaction around each file',
  dbmate: 'dbmate, which opens a transaction around each file',
  supabase: 'Supabase, which sends a file as one pipeline',
  flyway: 'Flyway, which opens a transaction around each file, unless its statements refuse one',
  drizzle: 'Drizzle, which runs all pending migrations in one transaction',
  plain: 'a runner that is not known',
  wrapping: 'a runner that opens a transaction around each file',
};

/** The example's scripts as one block. */
function sqlBlock(example: Example): readonly string[] {
  const given = typeof example.sql === 'string' ? [example.sql] : example.sql;
  const pending = example.withoutScript === true ? [] : given;
  const sections = [
    ...(example.history ?? []).map((sql) => section('applied before', sql)),
    ...pending.map((sql) => section('pending', sql)),
    ...(example.rollback === undefined ? [] : [section('its rollback', example.rollback)]),
  ];
  return sections.length === 0 ? [] : [['```sql', sections.join('\n\n'), '```'].join('\n')];
}

function section(name: string, sql: string): string {
  const text = sql.trim();
  return text === '' ? `-- ${name}: an empty file` : `-- ${name}\n${text}`;
}

function describeProof(proof: Proof): string {
  const facts = [
    ...Object.entries(proof.lock ?? {}).map(([table, mode]) => `${mode} on \`${table}\``),
    ...(proof.rewrites ?? []).map((table) => `\`${table}\` is rewritten`),
    ...(proof.scans?.length === 0
      ? ['no table is scanned']
      : (proof.scans ?? []).map((table) => `\`${table}\` is scanned`)),
    ...(proof.error === undefined ? [] : [`it fails with SQLSTATE ${proof.error}`]),
    ...(proof.query === undefined
      ? []
      : [`afterwards \`${proof.query.sql}\` gives ${describeRows(proof.query.rows)}`]),
    ...(proof.beforehand === undefined
      ? []
      : [`before it, \`${proof.beforehand.sql}\` fails with SQLSTATE ${proof.beforehand.error}`]),
    ...(proof.afterwards === undefined
      ? []
      : [`afterwards \`${proof.afterwards.sql}\` fails with SQLSTATE ${proof.afterwards.error}`]),
  ];
  return facts.length === 0 ? 'it runs' : facts.join(', ');
}

/** What a query gives: `1, Ada; 2, NULL`. */
function describeRows(rows: readonly (readonly (string | null)[])[]): string {
  if (rows.length === 0) return 'no rows';
  const value = (text: string | null): string => text ?? 'NULL';
  const shown = rows.map((row) => row.map((text) => (text === '' ? "''" : value(text))).join(', '));
  return shown.join('; ');
}

/** A message in which Markdown sees no tag: `<table>` would not be shown. */
const withoutTags = (text: string): string => text.replaceAll(/<(?=[a-z/!?])/giu, String.raw`\<`);

/** A message with its placeholders as words to be filled in: `Creating *index* blocks …`. */
const withoutBraces = (text: string): string => text.replaceAll(/\{\{(\w+)\}\}/gu, '*$1*');
