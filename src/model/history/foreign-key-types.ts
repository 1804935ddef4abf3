/** Which types the two sides of a foreign key can have. */
import type { Catalog } from '../catalog/types.ts';
import type { ObjectName, TypeName } from '../operations/types.ts';
import { isNarrowerType } from './narrower-type.ts';
import { baseType } from './type-families.ts';

/**
 * How the type of a foreign key's column stands to the type of the column that it refers to.
 *
 * - `same`: alike, lengths and precisions aside; text and varchar are alike as well.
 * - `narrower`: a smaller integer, so that later keys do not fit.
 * - `different`: PostgreSQL compares them, but they are not alike.
 * - `incomparable`: PostgreSQL has no operator for it, and refuses the key (42804).
 */
export type KeyTypeMatch = 'same' | 'narrower' | 'different' | 'incomparable';

const INTEGERS: readonly string[] = ['smallint', 'integer', 'bigint'];
const TEXTS: readonly string[] = ['text', 'character varying'];
const MOMENTS: readonly string[] = ['date', 'timestamp without time zone', 'timestamp with time zone'];

/** The other types that a column may have to refer to one of this type, as PostgreSQL 18 answers (see the test). */
const COMPARABLE: ReadonlyMap<string, readonly string[]> = new Map([
  ...INTEGERS.map((name) => [name, INTEGERS] as const),
  ...TEXTS.map((name) => [name, [...TEXTS, 'character', 'citext', 'name']] as const),
  ...MOMENTS.map((name) => [name, MOMENTS] as const),
  ['numeric', INTEGERS],
  ['real', [...INTEGERS, 'numeric', 'double precision']],
  ['double precision', [...INTEGERS, 'numeric', 'real']],
  ['character', TEXTS],
  ['name', [...TEXTS, 'character']],
  ['time with time zone', ['time without time zone']],
  ['interval', ['time without time zone']],
  ['inet', ['cidr']],
  ['cidr', ['inet']],
  ['bit', ['bit varying']],
  ['bit varying', ['bit']],
  ['oid', INTEGERS],
  ['citext', []],
  ['time without time zone', []],
  ['boolean', []],
  ['uuid', []],
  ['jsonb', []],
  ['bytea', []],
  ['macaddr', []],
  ['money', []],
]);

/**
 * Compares the types of the two sides of a foreign key, domains followed to what they are made of.
 *
 * @param type of the column with the key.
 * @param referenced type of the column that it refers to.
 * @param catalog the schema at that point.
 * @returns undefined where one of the types is not known, and of domains over enums and arrays, which PostgreSQL treats in ways
 *   of their own.
 */
export function keyTypeMatch(
  type: TypeName,
  referenced: TypeName,
  catalog: Catalog,
): KeyTypeMatch | undefined {
  const [from, to] = [knownBase(type, catalog), knownBase(referenced, catalog)];
  if (from === undefined || to === undefined) return undefined;
  if (from.arrayDimensions > 0 || to.arrayDimensions > 0) {
    const isSame = from.arrayDimensions > 0 === to.arrayDimensions > 0 && isSameName(from, to);
    return isSame ? 'same' : 'incomparable';
  }
  if (isSameName(from, to) || (TEXTS.includes(from.name) && TEXTS.includes(to.name))) return 'same';
  if (COMPARABLE.get(to.name)?.includes(from.name) !== true) return 'incomparable';
  const isShort = INTEGERS.includes(from.name) && INTEGERS.includes(to.name) && isNarrowerType(to, from);
  return isShort ? 'narrower' : 'different';
}

/** The type behind a domain, if it is one of PostgreSQL's own in the table, or an enum. */
function knownBase(type: TypeName, catalog: Catalog): TypeName | undefined {
  const { type: base } = baseType(type, catalog);
  const user = catalog.type({ schema: base.schema, name: base.name });
  if (user !== undefined) {
    const isPlainEnum = user.kind === 'enum' && user.certainty === 'certain' && base === type;
    return isPlainEnum ? { ...base, schema: user.name.schema } : undefined;
  }
  if (base !== type && base.arrayDimensions > 0) return undefined;
  // An extension's type can lie in any schema; another type of a name that PostgreSQL has too is not known.
  const isOwn = base.schema === undefined || base.schema === 'pg_catalog' || base.name === 'citext';
  return isOwn && COMPARABLE.has(base.name) ? { ...base, schema: undefined } : undefined;
}

const isSameName = (one: ObjectName, other: ObjectName): boolean =>
  one.name === other.name && one.schema === other.schema;
