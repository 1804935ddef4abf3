import type { Database } from '../engines/types.ts';
import type { SampleCheck, SampleColumn, SampleSchema, SampleTable } from './schema.ts';
import { valuesOf, type Values } from './values.ts';

/** Values of some columns that go together. Null is NULL. */
export type Combination = Readonly<Record<string, string | null>>;

/** Columns whose values depend on each other, and what they may be. */
export interface Choice {
  readonly columns: readonly string[];
  readonly combinations: readonly Combination[];
}

/** How many values in all are tried, how many are kept, and how many a column gets at least. */
const TRIED = 8000;
const KEPT = 60;
const LEAST = 3;

/**
 * What the columns of a table may be so that its CHECKs, the conditions of its domains and the bounds of its partitions hold. PostgreSQL
 * itself tries the constants in each condition, those next to them, and ordinary and odd values of the type.
 *
 * @param known values that a column must have one of: those of a foreign key.
 */
export async function choicesOf(
  database: Database,
  schema: SampleSchema,
  table: SampleTable,
  known: ReadonlyMap<string, Values>,
): Promise<readonly Choice[]> {
  const checks = conditionsOf(table);
  const choices: Choice[] = [];
  for (const names of groupsOf(table, checks)) {
    const columns = table.columns.filter(({ name }) => names.has(name));
    const own = checks.filter((check) => check.columns.some((name) => names.has(name)));
    const pools = columns.map((column) => poolOf(schema, column, own, known.get(column.name)));
    const needsAsking = own.length > 0 || columns.some(({ type }) => domainChecks(schema, type).length > 0);
    const combinations = needsAsking
      ? await fitting(database, schema, columns, pools, own)
      : (pools[0] ?? []).map((value) => ({ [columns[0]?.name ?? '']: value }));
    choices.push({ columns: columns.map(({ name }) => name), combinations });
  }
  return choices;
}

function conditionsOf({ checks, partitions }: SampleTable): readonly SampleCheck[] {
  const usable = checks.filter(({ columns }) => (columns as readonly string[] | null) !== null);
  if (partitions.length === 0) return usable;
  const any = partitions.map(({ expression }) => `(${expression})`).join(' OR ');
  return [...usable, { expression: any, columns: partitions[0]?.columns ?? [] }];
}

/** The columns that share a condition, each group by itself. */
function groupsOf(table: SampleTable, checks: readonly SampleCheck[]): ReadonlySet<ReadonlySet<string>> {
  const groups = new Map(table.columns.map(({ name }) => [name, new Set([name])]));
  for (const { columns } of checks) {
    const merged = new Set(columns.flatMap((name) => [...(groups.get(name) ?? [])]));
    for (const name of merged) groups.set(name, merged);
  }
  return new Set(groups.values());
}

function poolOf(
  schema: SampleSchema,
  column: SampleColumn,
  checks: readonly SampleCheck[],
  known: Values | undefined,
): readonly (string | null)[] {
  const values = known ?? valuesOf(schema, column.type, column.modifier);
  const constants =
    known === undefined
      ? [...checks.map(({ expression }) => expression), ...domainChecks(schema, column.type)].flatMap(
          constantsOf,
        )
      : [];
  const all: (string | null)[] = [...new Set([...constants, ...values])];
  return column.required || isRequired(schema, column.type)
    ? all
    : [...all.slice(0, 1), null, ...all.slice(1)];
}

/** The conditions of a domain, and of those it is made of. */
function domainChecks(schema: SampleSchema, oid: number): readonly string[] {
  const type = schema.types.get(oid);
  return type?.form === 'd' ? [...(type.checks ?? []), ...domainChecks(schema, type.of)] : [];
}

/** The constants of an expression, numbers with those next to them, and texts of the lengths that its numbers may ask for. */
function constantsOf(expression: string): readonly string[] {
  const texts = [...expression.matchAll(/'((?:[^']|'')*)'/gu)].map(([, text]) =>
    (text ?? '').replaceAll("''", "'"),
  );
  const numbers = [
    ...expression
      .replaceAll(/'(?:[^']|'')*'(?!::(?:int|num|big|small|double|real))/gu, '')
      .matchAll(/-?\d+(?:\.\d+)?/gu),
  ].map(Number);
  const near = numbers.flatMap((number) => [number, number + 1, number - 1]);
  const lengths = /length|~/u.test(expression) ? near.filter((number) => number > 0 && number <= 500) : [];
  return [
    ...texts,
    ...near.map(String),
    ...lengths.map((length) => 'a'.repeat(length)),
    ...texts.flatMap(likePattern),
    ...texts.flatMap(patternSample),
  ];
}

/** A text that a pattern of LIKE takes: `%@%` → `a@a`. */
function likePattern(text: string): readonly string[] {
  return /[%_]/u.test(text) ? [text.replaceAll(/[%_]/gu, 'a')] : [];
}

/** A text that a simple regular expression takes: `^[A-Z]{3}-\d+$` → `AAA-0`. Not every kind of expression; PostgreSQL tells. */
function patternSample(pattern: string): readonly string[] {
  if (!/[\^$[\\(+*?]/u.test(pattern)) return [];
  const items =
    pattern.match(/(?:\[\^?\]?[^\]]*\]|\\.|\((?:\?:)?|\)|\||\^|\$|.)(?:[+*?]|\{\d+(?:,\d*)?\})?/gsu) ?? [];
  const sample = items.map(itemSample).join('');
  return sample === '' ? [] : [sample, sample.toUpperCase(), sample.toLowerCase()];
}

function itemSample(item: string): string {
  const [, what = '', repeat = ''] = /^(.*?)([+*?]|\{\d+(?:,\d*)?\})?$/su.exec(item) ?? [];
  const times = repeat.startsWith('{')
    ? Number(/\d+/u.exec(repeat)?.[0])
    : repeat === '*' || repeat === '?'
      ? 0
      : 1;
  return characterOf(what).repeat(times);
}

const CLASSES: Readonly<Record<string, string>> = { d: '1', w: 'a', s: ' ' };

function characterOf(what: string): string {
  if (/^(?:[\^$|)]|\((?:\?:)?)$/u.test(what)) return '';
  if (what.startsWith('\\')) return CLASSES[what[1] ?? ''] ?? what[1] ?? '';
  if (what.startsWith('[')) {
    const inside = what.slice(1, -1);
    if (inside.startsWith('^')) return ['a', '1', '-'].find((one) => !inside.includes(one)) ?? '';
    if (/^\[:(?:alpha|alnum|lower)/u.test(inside)) return 'a';
    return inside.startsWith('\\') ? (CLASSES[inside[1] ?? ''] ?? '') : (inside[0] ?? '');
  }
  return what === '.' ? 'a' : what;
}

/** Has PostgreSQL say which values fit. One value of which it cannot make the type spoils a query, so those are sorted out first. */
async function fitting(
  database: Database,
  schema: SampleSchema,
  columns: readonly SampleColumn[],
  pools: readonly (readonly (string | null)[])[],
  checks: readonly SampleCheck[],
): Promise<readonly Combination[]> {
  const most = Math.max(LEAST, Math.floor(TRIED ** (1 / columns.length)));
  const readable = columns.map((column, at) => readableOf(schema, column, pools[at] ?? []).slice(0, most));
  const sources = columns.map((column, at) => {
    const rows = (readable[at] ?? []).map(
      (value, row) => `(${literal(value)}::${plainType(schema, column)}, ${row})`,
    );
    return `(VALUES ${rows.join(', ')}) AS ${identifier(`c${at}`)}(${identifier(column.name)}, i${at})`;
  });
  if (readable.some((values) => values.length === 0)) return [];
  const conditions = [
    ...checks.map(({ expression }) => `(${expression}) IS NOT FALSE`),
    ...columns.flatMap(({ name, type }) =>
      domainChecks(schema, type).map(
        (check) => `(SELECT (${check}) FROM (SELECT ${identifier(name)} AS value) AS domain) IS NOT FALSE`,
      ),
    ),
  ];
  const sql = `SELECT ${columns.map((_, at) => `i${at}`).join(', ')} FROM ${sources.join(', ')}
    ${conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`} LIMIT ${KEPT}`;
  const rows = await attempt(database, () => database.rows<Record<string, number>>(sql));
  return (rows ?? []).map((row) =>
    Object.fromEntries(columns.map(({ name }, at) => [name, readable[at]?.[row[`i${at}`] ?? 0] ?? null])),
  );
}

/** A column's type, or what its domain is made of: a value that the domain refuses would spoil the query. */
function plainType(schema: SampleSchema, { type, typeName }: SampleColumn): string {
  const base = schema.types.get(type);
  if (base?.form !== 'd') return typeName;
  let under = schema.types.get(base.of);
  while (under?.form === 'd') under = schema.types.get(under.of);
  return under === undefined ? typeName : `${identifier(under.schema)}.${identifier(under.name)}`;
}

function isRequired(schema: SampleSchema, oid: number): boolean {
  const type = schema.types.get(oid);
  return type?.form === 'd' && (type.required || isRequired(schema, type.of));
}

const INTEGER = /^-?\d{1,9}$/u;

/** Leaves out what is no value of the type, as far as that can be told without asking. */
function readableOf(
  schema: SampleSchema,
  { type, typeName, modifier }: SampleColumn,
  pool: readonly (string | null)[],
): readonly (string | null)[] {
  const base = baseOf(schema, type);
  const own = new Set<string | null>(valuesOf(schema, type, modifier));
  const length = /^character(?: varying)?\((\d+)\)$/u.exec(typeName)?.[1];
  return pool.filter((value) => {
    if (value === null || own.has(value)) return true;
    if (/^(?:text|varchar|bpchar|citext|name)$/u.test(base))
      return length === undefined || value.length <= Number(length);
    if (/^int[48]$|^numeric$|^float/u.test(base))
      return INTEGER.test(value) || (base !== 'int4' && base !== 'int8' && /^-?\d{1,9}\.\d+$/u.test(value));
    if (base === 'int2') return INTEGER.test(value) && Math.abs(Number(value)) < 32_768;
    if (/^(?:date|timestamp|timestamptz)$/u.test(base))
      return /^\d{4}-\d\d-\d\d(?: [\d:.+-]+)?$/u.test(value);
    if (base === 'uuid') return /^[\da-f-]{36}$/u.test(value);
    return false;
  });
}

function baseOf(schema: SampleSchema, oid: number): string {
  const type = schema.types.get(oid);
  return type?.form === 'd' ? baseOf(schema, type.of) : (type?.name ?? '');
}

/** Runs something that may fail, without failing the transaction around it. Undefined if it failed. */
export async function attempt<Result>(
  database: Database,
  run: () => Promise<Result>,
): Promise<Result | undefined> {
  await database.execute('SAVEPOINT migration_lint_sample');
  try {
    const result = await run();
    await database.execute('RELEASE SAVEPOINT migration_lint_sample');
    return result;
  } catch {
    await database.execute(
      'ROLLBACK TO SAVEPOINT migration_lint_sample; RELEASE SAVEPOINT migration_lint_sample',
    );
    return undefined;
  }
}

/** A value as SQL. */
export function literal(value: string | null): string {
  if (value === null) return 'NULL';
  const quoted = `'${value.replaceAll("'", "''")}'`;
  return value.includes('\\') ? ` E${quoted.replaceAll('\\', '\\\\')}` : quoted;
}

/** A name as SQL. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
