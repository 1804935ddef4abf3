import type { Catalog } from '../../model/catalog/types.ts';
import { baseType } from '../../model/history/type-families.ts';
import type { TypeName } from '../../model/operations/types.ts';

/** Types that every other is assigned to by itself, as text (manual, CREATE CAST: automatic I/O conversion casts). */
const STRINGS: ReadonlySet<string> = new Set(['text', 'citext', 'character varying', 'character', 'name']);

const NUMBERS: readonly string[] = ['smallint', 'integer', 'bigint', 'numeric', 'real', 'double precision'];

const MOMENTS: readonly string[] = ['date', 'timestamp without time zone', 'timestamp with time zone'];

/** What a value is assigned to by itself, beside its own type and strings (executed on PostgreSQL 18 for all pairs). */
const ASSIGNED: ReadonlyMap<string, readonly string[]> = new Map([
  ['smallint', [...NUMBERS, 'oid']],
  ['integer', [...NUMBERS, 'oid', 'money']],
  ['bigint', [...NUMBERS, 'oid', 'money']],
  ['numeric', [...NUMBERS, 'money']],
  ['real', NUMBERS],
  ['double precision', NUMBERS],
  ['oid', ['integer', 'bigint']],
  ['money', ['numeric']],
  ['json', ['jsonb']],
  ['jsonb', ['json']],
  ['date', MOMENTS],
  ['timestamp without time zone', [...MOMENTS, 'time without time zone']],
  ['timestamp with time zone', [...MOMENTS, 'time without time zone', 'time with time zone']],
  ['time without time zone', ['time with time zone', 'interval']],
  ['time with time zone', ['time without time zone']],
  ['interval', ['time without time zone']],
  ['inet', ['cidr']],
  ['cidr', ['inet']],
  ['bit', ['bit varying']],
  ['bit varying', ['bit']],
]);

/** A type without the domains and arrays around it. */
export interface ElementType {
  readonly type: TypeName;
  readonly isArray: boolean;
}

/** The type that a domain, or an array's elements, are of; of a domain over an array, of an array of domains, too. */
export function elementType(type: TypeName, catalog: Catalog): ElementType {
  const outer = baseType(type, catalog).type;
  const inner = baseType({ ...outer, arrayDimensions: 0 }, catalog).type;
  return { type: inner, isArray: outer.arrayDimensions > 0 };
}

/** Whether a type is one of texts: text, citext, varchar, char and name. */
export function isString({ name }: TypeName): boolean {
  return STRINGS.has(name);
}

/**
 * Whether ALTER COLUMN … TYPE needs no USING. One without it fails with 22001 at a text that is too long, where an explicit cast cuts it.
 *
 * @returns false where the types are not known to be assigned by themselves.
 */
export function isAssignedByItself(from: ElementType, to: ElementType): boolean {
  if (to.isArray && !from.isArray) return false;
  if (isString(to.type)) return true;
  if (from.isArray !== to.isArray) return false;
  if (from.type.name === to.type.name) return [from, to].every(({ type }) => type.schema === undefined);
  return ASSIGNED.get(from.type.name)?.includes(to.type.name) === true;
}

/** Casts that only USING makes (executed on PostgreSQL 18 for all pairs); bytea and integers since 18 alone, so left out. */
const CASTS: ReadonlyMap<string, readonly string[]> = new Map([
  ['integer', ['boolean', 'bit']],
  ['bigint', ['bit']],
  ['boolean', ['integer']],
  ['jsonb', [...NUMBERS, 'boolean']],
  ['bit', ['integer', 'bigint']],
]);

const KNOWN: ReadonlySet<string> = new Set([...ASSIGNED.keys(), 'boolean', 'uuid', 'bytea', 'macaddr']);

/** Whether a cast in USING must go through text, because there is none between the two types: such as from one enum to another. */
export function isCastThroughText(from: ElementType, to: ElementType): boolean {
  if (from.isArray && !to.isArray) return true;
  if (isString(from.type)) return false;
  const types = [from.type, to.type];
  if (from.isArray !== to.isArray || types.some(({ schema }) => schema !== undefined)) return true;
  if (types.some(({ name }) => !KNOWN.has(name))) return false;
  return CASTS.get(from.type.name)?.includes(to.type.name) !== true;
}
