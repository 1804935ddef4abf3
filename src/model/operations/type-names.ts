/** Type names: the many spellings of the grammar, and the one that `format_type` prints. */
import type { Node, TypeName as TypeNode } from '@pgsql/types';
import { fieldsOf, stringOf, stringsOf, valueText } from './nodes.ts';
import type { TypeName } from './types.ts';

/** Types whose name in pg_type is not what `format_type` prints (PostgreSQL 18, read from pg_type). */
const printedNames: ReadonlyMap<string, string> = new Map([
  ['bool', 'boolean'],
  ['char', '"char"'],
  ['int2', 'smallint'],
  ['int4', 'integer'],
  ['int8', 'bigint'],
  ['float4', 'real'],
  ['float8', 'double precision'],
  ['varchar', 'character varying'],
  ['varbit', 'bit varying'],
  ['time', 'time without time zone'],
  ['timetz', 'time with time zone'],
  ['timestamp', 'timestamp without time zone'],
  ['timestamptz', 'timestamp with time zone'],
  ['any', '"any"'],
]);

/** Types of schema pg_catalog whose printed name is their own, those left out that only PostgreSQL's own code uses. */
const plainNames =
  'aclitem anyarray anycompatible anycompatiblearray anycompatiblemultirange anycompatiblenonarray ' +
  'anycompatiblerange anyelement anyenum anymultirange anynonarray anyrange bit box bpchar bytea cid cidr circle ' +
  'cstring date datemultirange daterange event_trigger fdw_handler gtsvector index_am_handler inet ' +
  'int2vector int4multirange int4range int8multirange int8range internal interval json jsonb jsonpath ' +
  'language_handler line lseg macaddr macaddr8 money name numeric nummultirange numrange oid oidvector path ' +
  'pg_ddl_command pg_lsn pg_node_tree pg_snapshot point polygon record refcursor regclass regcollation regconfig ' +
  'regdictionary regnamespace regoper regoperator regproc regprocedure regrole regtype table_am_handler text tid ' +
  'trigger tsm_handler tsmultirange tsquery tsrange tstzmultirange tstzrange tsvector txid_snapshot unknown uuid ' +
  'void xid xid8 xml';

const builtIn: ReadonlyMap<string, string> = new Map([
  ...plainNames.split(' ').map((name) => [name, name] as const),
  ...printedNames,
]);
const printedBuiltIn: ReadonlySet<string> = new Set([...builtIn.values(), 'character', '"bit"']);

/** serial and its kin stand for an integer type with a sequence (manual, 8.1.4). */
const serialTypes: ReadonlyMap<string, string> = new Map([
  ['smallserial', 'smallint'],
  ['serial2', 'smallint'],
  ['serial', 'integer'],
  ['serial4', 'integer'],
  ['bigserial', 'bigint'],
  ['serial8', 'bigint'],
]);

/** The bits of an interval's fields in its type modifier, in the order in which PostgreSQL prints them. */
const intervalFields: readonly (readonly [number, string])[] = [
  [4, 'year'],
  [2, 'month'],
  [8, 'day'],
  [1024, 'hour'],
  [2048, 'minute'],
  [4096, 'second'],
];
const fullRange = 0x7fff;

/** A type as the tree names it, in canonical form. */
export function typeNameOf(node: TypeNode | undefined): TypeName {
  const names = node?.names ?? [];
  const last = stringOf(names[names.length - 1]);
  const schema = names.length > 1 ? stringOf(names[names.length - 2]) : undefined;
  const dimensions = node?.arrayBounds?.length ?? 0;
  const setOf = node?.setof === true;
  if (node?.pct_type) {
    return plainType(undefined, `${stringsOf(names).join('.')}%TYPE`, [], dimensions, setOf);
  }
  if (schema !== undefined && schema !== 'pg_catalog') {
    return plainType(schema, last, modifiersOf(node?.typmods), dimensions, setOf);
  }
  const integer = schema === undefined ? serialTypes.get(last) : undefined;
  if (integer !== undefined) {
    return { ...plainType(undefined, integer, [], dimensions, setOf), serial: true };
  }
  return builtInType(last, node?.typmods, dimensions, setOf);
}

/** The types of a list of `TypeName` nodes. */
export function typeNamesOf(nodes: readonly Node[] | undefined): TypeName[] {
  return (nodes ?? []).map((node) => typeNameOf(fieldsOf(node, 'TypeName')));
}

function builtInType(
  written: string,
  modifierNodes: readonly Node[] | undefined,
  dimensions: number,
  setOf: boolean,
): TypeName {
  if (written === 'interval' && modifierNodes !== undefined) {
    return intervalType(modifiersOf(modifierNodes), dimensions, setOf);
  }
  const modifiers = modifiersOf(modifierNodes);
  // Without a length, bpchar and bit are not what CHARACTER and BIT mean (a length of 1), and are printed apart.
  if (written === 'bpchar' && modifiers.length > 0) {
    return plainType(undefined, 'character', modifiers, dimensions, setOf);
  }
  if (written === 'bit' && modifiers.length === 0) {
    return plainType(undefined, '"bit"', modifiers, dimensions, setOf);
  }
  const printed = builtIn.get(written);
  if (printed !== undefined) return plainType(undefined, printed, modifiers, dimensions, setOf);
  // `_int4` is the name of `int4[]` in pg_type.
  const element = written.startsWith('_') ? builtIn.get(written.slice(1)) : undefined;
  if (element !== undefined) return plainType(undefined, element, modifiers, dimensions + 1, setOf);
  return plainType(undefined, written, modifiers, dimensions, setOf);
}

function intervalType(modifiers: readonly string[], dimensions: number, setOf: boolean): TypeName {
  const range = Number(modifiers[0] ?? fullRange);
  const fields = range === fullRange ? [] : intervalFields.filter(([bit]) => (range & bit) !== 0);
  const first = fields[0]?.[1];
  const last = fields[fields.length - 1]?.[1];
  const suffix = first === undefined ? '' : first === last ? ` ${first}` : ` ${first} to ${last}`;
  return plainType(undefined, `interval${suffix}`, modifiers.slice(1), dimensions, setOf);
}

const noModifiers: readonly string[] = [];

function modifiersOf(nodes: readonly Node[] | undefined): readonly string[] {
  return nodes === undefined ? noModifiers : nodes.map((node) => valueText(node) ?? columnText(node));
}

/** A modifier that is a bare word, such as PostGIS's `geometry(Point, 4326)`, parses as a column's name. */
function columnText(node: Node): string {
  return stringsOf(fieldsOf(node, 'ColumnRef')?.fields).join('.');
}

function plainType(
  schema: string | undefined,
  name: string,
  modifiers: readonly string[],
  arrayDimensions: number,
  setOf: boolean,
): TypeName {
  return { schema, name, modifiers, arrayDimensions, serial: false, setOf };
}

/** True for a type of PostgreSQL's own, by its canonical name; false for names that a schema has to answer for. */
export function isBuiltInType(type: TypeName): boolean {
  return type.schema === undefined && (printedBuiltIn.has(type.name) || type.name.startsWith('interval '));
}

/**
 * The name of a type as {@link TypeName.name} has it, for any of the names that people know it by.
 *
 * @param written such as `varchar`, `int8`, `decimal`; another type's name, also with a schema, stays as it is.
 */
export function canonicalTypeName(written: string): string {
  const name = written.trim().toLowerCase();
  return spokenNames.get(name) ?? builtIn.get(name) ?? written.trim();
}

/** Names of the grammar that no type in pg_type has, or another one than is meant. */
const spokenNames: ReadonlyMap<string, string> = new Map([
  ['int', 'integer'],
  ['float', 'double precision'],
  ['decimal', 'numeric'],
  ['dec', 'numeric'],
  ['char', 'character'],
  ['nchar', 'character'],
]);

/**
 * A type as `format_type` prints it, modifiers and array brackets included: `timestamp(3) without time zone`,
 * `character varying(20)[]`. PostgreSQL prints one pair of brackets whatever the number of dimensions.
 */
export function formatType(type: TypeName): string {
  const name = type.schema === undefined ? type.name : `${type.schema}.${type.name}`;
  const [precision, scale] = type.modifiers;
  // A scale that nobody wrote is 0.
  const isWhole = name === 'numeric' && precision !== undefined && scale === undefined;
  const printedModifiers = isWhole ? [precision, '0'] : type.modifiers;
  const modifiers = printedModifiers.length === 0 ? '' : `(${printedModifiers.join(',')})`;
  const zone = /^(time|timestamp)( with(?:out)? time zone)$/.exec(name);
  const printed = zone ? `${zone[1]}${modifiers}${zone[2]}` : name + modifiers;
  return type.arrayDimensions > 0 ? `${printed}[]` : printed;
}
