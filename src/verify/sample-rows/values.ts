import type { SampleSchema, SampleType } from './schema.ts';

/** Values as PostgreSQL reads them, to be put in quotes. The first is ordinary; odd ones follow. */
export type Values = readonly string[];

const LONG = 'Lorem ipsum dolor sit amet, '.repeat(12).trim();

/** What a text may be, also where a CHECK wants something like an address, a code or a number. */
const TEXTS: Values = [
  'sample',
  'second sample',
  'Zoë O’Neil “x” \\ %',
  LONG,
  ' leading and trailing ',
  'user@example.com',
  'other@example.org',
  'https://example.com/path?a=1',
  'abc-def',
  'abc_def',
  'abc',
  'ABC',
  'A',
  'en',
  'USD',
  '12345',
  '1',
  '0',
  '+14155550123',
  '#a1b2c3',
  '2024-02-29',
  '10:30',
  '1.2.3',
  '/a/b',
  '{}',
  '127.0.0.1',
  '0a1b2c3d-0000-4000-8000-000000000001',
  '0123456789abcdef0123456789abcdef',
  '0123456789abcdef0123456789abcdef01234567',
  '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
  '',
];

const INTEGERS: Values = ['1', '2', '3', '0', '7', '10', '42', '100', '-1', '1000', '30000'];

const SIMPLE: Readonly<Record<string, Values>> = {
  bool: ['true', 'false'],
  int2: INTEGERS,
  int4: [...INTEGERS, '2000000000'],
  int8: [...INTEGERS, '5000000000'],
  float4: ['1.5', '0', '-2.25', '100', '0.5'],
  float8: ['1.5', '0', '-2.25', '100', '0.5', '1e10'],
  money: ['1.50', '0', '100'],
  date: ['2024-02-29', '2020-01-01', '1999-12-31', '2030-06-15'],
  timestamp: ['2024-02-29 12:34:56.789', '2020-01-01 00:00:00', '1999-12-31 23:59:59', '2030-06-15 08:00:00'],
  timestamptz: [
    '2024-02-29 12:34:56.789+00',
    '2020-01-01 00:00:00+00',
    '1999-12-31 23:59:59+05',
    '2030-06-15 08:00:00+00',
  ],
  time: ['12:34:56', '00:00:00', '23:59:59'],
  timetz: ['12:34:56+00', '00:00:00+02'],
  interval: ['1 day', '01:30:00', '2 mons', '-1 day'],
  uuid: Array.from({ length: 12 }, (_, at) => `0a1b2c3d-0000-4000-8000-${String(at + 1).padStart(12, '0')}`),
  json: ['{"a": 1}', '[]', '{}', '"text"', 'null'],
  jsonb: ['{"a": 1}', '[]', '{}', '"text"', '{"b": {"c": [1, 2]}}', 'null'],
  jsonpath: ['$.a', '$'],
  bytea: ['\\x0102', '\\x', '\\xff00ff'],
  inet: ['127.0.0.1', '10.0.0.0/8', '::1'],
  cidr: ['10.0.0.0/8', '192.168.1.0/24', '::/0'],
  macaddr: ['08:00:2b:01:02:03', '08:00:2b:01:02:04'],
  macaddr8: ['08:00:2b:01:02:03:04:05', '08:00:2b:01:02:03:04:06'],
  point: ['(1,2)', '(0,0)'],
  line: ['{1,2,3}', '{1,0,0}'],
  lseg: ['[(0,0),(1,1)]'],
  box: ['(1,1),(0,0)'],
  path: ['[(0,0),(1,1)]'],
  polygon: ['((0,0),(1,1),(1,0))'],
  circle: ['<(0,0),1>'],
  tsvector: ["'a' 'b'", "'c':1"],
  tsquery: ["'a' & 'b'", "'c'"],
  xml: ['<a/>', '<b>1</b>'],
  oid: ['1', '2', '3'],
  xid: ['1', '2'],
  xid8: ['1', '2'],
  cid: ['1', '2'],
  tid: ['(0,1)', '(0,2)'],
  pg_lsn: ['0/1', '0/2'],
  txid_snapshot: ['10:20:10,14'],
  pg_snapshot: ['10:20:10,14'],
  char: ['a', 'b'],
  refcursor: ['a', 'b'],
  regclass: ['pg_class', 'pg_type'],
  regtype: ['integer', 'text'],
  regproc: ['now'],
  regnamespace: ['pg_catalog'],
  regrole: ['pg_monitor'],
  hstore: ['a=>1', 'b=>NULL', ''],
  ltree: ['a.b', 'a', 'a.c.d'],
  lquery: ['a.*'],
  ltxtquery: ['a & b'],
  cube: ['(1,2)', '(0,0)'],
  isbn: ['0-393-04002-X'],
  semver: ['1.2.3', '2.0.0'],
};

const TEXT_TYPES: ReadonlySet<string> = new Set(['text', 'varchar', 'bpchar', 'name', 'citext', 'unknown']);

/** A domain in a domain, an array of composites of arrays … */
const DEEPEST = 6;

/**
 * Values of a type.
 *
 * @param modifier the length, precision and scale as pg_attribute has them; -1 for none.
 * @returns none for a type that nobody knows.
 */
export function valuesOf(schema: SampleSchema, oid: number, modifier: number, depth = 0): Values {
  const type = schema.types.get(oid);
  if (type === undefined || depth > DEEPEST) return [];
  switch (type.form) {
    case 'e':
      return type.labels ?? [];
    case 'd':
      return valuesOf(schema, type.of, type.modifier, depth + 1);
    case 'c':
      return compositeValues(schema, type, depth);
    case 'r':
      return rangeValues(schema, type, depth);
    case 'm':
      return [
        '{}',
        ...rangeValues(schema, type, depth).map((range) => (range === 'empty' ? '{}' : `{${range}}`)),
      ].toReversed();
    default:
      return type.array ? arrayValues(schema, type, modifier, depth) : baseValues(type.name, modifier);
  }
}

function baseValues(name: string, modifier: number): Values {
  if (TEXT_TYPES.has(name)) return shortened(TEXTS, name === 'name' ? 63 : modifier - 4);
  switch (name) {
    case 'numeric':
      return numericValues(modifier);
    case 'bit':
      return ['1', '0'].map((bit) => bit.repeat(Math.max(1, modifier)));
    case 'varbit':
      return ['1', '0', '10'].map((bits) => bits.slice(0, modifier > 0 ? modifier : 9));
    case 'vector':
    case 'halfvec':
      return ['1', '0.5'].map(
        (one) => `[${Array.from({ length: Math.max(1, modifier) }, () => one).join(',')}]`,
      );
    case 'sparsevec':
      return [`{1:1}/${Math.max(1, modifier)}`];
    default:
      return SIMPLE[name] ?? [];
  }
}

/** Texts of at most a length, each once. */
function shortened(texts: Values, length: number): Values {
  return length <= 0 ? texts : [...new Set(texts.map((text) => Array.from(text).slice(0, length).join('')))];
}

/** A modifier is 4 more than the precision in its upper half and the scale, of 11 bits with a sign, in its lower half. */
function numericValues(modifier: number): Values {
  if (modifier < 4) return ['1', '2.5', '0', '100', '-1', '10', '12345.678'];
  const precision = ((modifier - 4) >> 16) & 0xffff;
  const scale = (((modifier - 4) & 0x7ff) ^ 1024) - 1024;
  const limit = 10 ** (precision - scale);
  return ['1', '2', '0', '10', '100', '-1', '0.5', '3', '5'].filter(
    (value) => Math.abs(Number(value)) < limit,
  );
}

function arrayValues(schema: SampleSchema, type: SampleType, modifier: number, depth: number): Values {
  const items = valuesOf(schema, type.of, modifier, depth + 1)
    .slice(0, 3)
    .map(arrayItem);
  const [first] = items;
  return first === undefined ? ['{}'] : [`{${first}}`, `{${items.join(',')}}`, '{}', `{${first},${first}}`];
}

function arrayItem(value: string): string {
  return `"${value.replaceAll(/["\\]/gu, String.raw`\$&`)}"`;
}

function compositeValues(schema: SampleSchema, type: SampleType, depth: number): Values {
  const attributes = (type.attributes ?? []).map((attribute) =>
    valuesOf(schema, attribute.type, attribute.modifier, depth + 1),
  );
  return [0, 1].map((at) => {
    const items = attributes.map((values) => values[at % Math.max(1, values.length)]);
    return `(${items.map((item) => (item === undefined ? '' : `"${item.replaceAll(/["\\]/gu, '$&$&')}"`)).join(',')})`;
  });
}

function rangeValues(schema: SampleSchema, type: SampleType, depth: number): Values {
  const bounds = [...valuesOf(schema, type.of, -1, depth + 1)].slice(0, 2);
  const [first] = bounds;
  if (first === undefined) return ['empty'];
  const quoted = bounds.map((bound) => `"${bound.replaceAll(/["\\]/gu, '$&$&')}"`);
  return [...quoted.map((bound) => `[${bound},${bound}]`), `[${quoted[0]},)`, 'empty'];
}
