import {
  canonicalTypeName,
  columnTypePlace,
  defineRule,
  newColumns,
  type AddColumn,
  type CreateTable,
  type RuleContext,
  type TypeName,
} from 'migration-lint';

const messages = {
  disallowed: {
    what: '{{column}} of {{table}} is {{type}}, which the team does not want in new tables.',
    help: 'Use another type, or take it off the option types once everybody agrees.',
  },
} as const;

const options = {
  types: {
    type: 'strings',
    default: ['hstore', 'xml'],
    description:
      'Types that no column of a new table may have, by any of their names: `varchar`, `int2`, `xml`.',
  },
} as const;

export default defineRule({
  meta: {
    name: 'no-disallowed-type',
    summary: 'Disallow columns of types that the team does not want in new tables',
    rationale:
      'Teams agree on a few types, so that their tools, their code and their exports know them all. Types that came from somewhere ' +
      'else (`xml`, `hstore` beside `jsonb`) stay for ever once rows are in them. Only columns of new tables are judged.',
    instead:
      'Name the types in the option:\n\n```json\n"no-disallowed-type": ["warning", { "types": ["xml", "hstore", "real"] }]\n```',
    policy: ['IX4'],
    presets: [],
    severity: 'warning',
    options,
    messages,
    examples: {
      bad: [
        { title: 'xml', sql: 'CREATE TABLE orders (id int, invoice xml);', reports: ['disallowed'] },
        {
          title: 'by another name, and an array',
          sql: 'CREATE TABLE orders (weights float4[], size int2);',
          options: { types: ['real', 'smallint'] },
          reports: ['disallowed', 'disallowed'],
        },
        {
          title: 'an extension’s type in a schema',
          sql: 'CREATE TABLE orders (id int, tags extensions.hstore);',
          reports: ['disallowed'],
        },
      ],
      good: [
        { title: 'other types', sql: 'CREATE TABLE orders (id int, data jsonb);' },
        {
          title: 'a column of an existing table',
          history: ['CREATE TABLE orders (id int);'],
          sql: 'ALTER TABLE orders ADD COLUMN invoice xml;',
        },
      ],
    },
  },
  on: { CreateTable: judge, AddColumn: judge },
});

type Context = RuleContext<typeof messages, typeof options>;

function judge(operation: CreateTable | AddColumn, context: Context): void {
  const { options: settings, report } = context;
  const unwanted = new Set(settings.types.map(canonicalTypeName));
  for (const { name, type } of newColumns(operation, context)) {
    if (!isAmong(type, unwanted)) continue;
    const data = { column: name, table: operation.table, type: type.name };
    report({ messageId: 'disallowed', at: columnTypePlace(operation, name), data });
  }
}

/** A type in a schema is meant with that schema, and without one. */
function isAmong({ schema, name }: TypeName, names: ReadonlySet<string>): boolean {
  return names.has(name) || (schema !== undefined && names.has(`${schema}.${name}`));
}
