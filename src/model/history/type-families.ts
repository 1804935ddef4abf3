/** Which of PostgreSQL's types go together: what an assignment casts by itself, and what an operator compares. */
import type { Catalog } from '../catalog/types.ts';
import type { TypeName } from '../operations/types.ts';

/** Types with assignment casts and comparisons between each other, as `pg_cast` and `pg_operator` of PostgreSQL 13 to 18 have them. */
type Family = 'text' | 'number' | 'moment' | 'json' | 'boolean' | 'uuid' | 'bytes' | 'enum';

const FAMILIES: ReadonlyMap<string, Family> = new Map([
  ['text', 'text'],
  ['character varying', 'text'],
  ['character', 'text'],
  ['citext', 'text'],
  ['smallint', 'number'],
  ['integer', 'number'],
  ['bigint', 'number'],
  ['numeric', 'number'],
  ['real', 'number'],
  ['double precision', 'number'],
  ['date', 'moment'],
  ['timestamp without time zone', 'moment'],
  ['timestamp with time zone', 'moment'],
  ['json', 'json'],
  ['jsonb', 'json'],
  ['boolean', 'boolean'],
  ['uuid', 'uuid'],
  ['bytea', 'bytes'],
]);

/** A type as it lies on disk: a domain's base type. `checked` is true if a domain on the way checks its values. */
export interface BaseType {
  readonly type: TypeName;
  readonly checked: boolean;
}

/** The type behind a domain, and behind the domain that this is made of. A type that is no domain stands for itself. */
export function baseType(type: TypeName, catalog: Catalog): BaseType {
  let base = type;
  let checked = false;
  // A domain cannot be made of itself; the bound is for a catalog that has been told otherwise.
  for (let depth = 0; depth < 32; depth++) {
    const domain = catalog.type({ schema: base.schema, name: base.name });
    if (domain?.kind !== 'domain' || base.arrayDimensions > 0) return { type: base, checked };
    checked ||= domain.notNull || domain.constraints.length > 0;
    base = domain.base;
  }
  return { type: base, checked };
}

/** Whether it is known how PostgreSQL converts a type: one of its own common types, an enum or domain of the history, or an array of these. */
export function isUnderstood(type: TypeName, catalog: Catalog): boolean {
  const { type: base } = baseType(type, catalog);
  return familyOf(base, catalog) !== undefined || OTHERS.has(base.name);
}

/** Types of which the work of a change is measured, but that have no family. */
const OTHERS: ReadonlySet<string> = new Set([
  'bit',
  'bit varying',
  'cidr',
  'inet',
  'interval',
  'time without time zone',
  'time with time zone',
]);

function familyOf(type: TypeName, catalog: Catalog): Family | undefined {
  const known = FAMILIES.get(type.name);
  if (known !== undefined) return known;
  return catalog.type({ schema: type.schema, name: type.name })?.kind === 'enum' ? 'enum' : undefined;
}

/**
 * Whether ALTER COLUMN … TYPE without USING fails with 42804: there is no cast that an assignment makes by itself. Every type
 * has one to text; none but texts have one from it.
 *
 * @returns false where one of the types is not known.
 */
export function lacksAssignmentCast(from: TypeName, to: TypeName, catalog: Catalog): boolean {
  const [old, new_] = [baseType(from, catalog).type, baseType(to, catalog).type];
  const families = [familyOf(old, catalog), familyOf(new_, catalog)];
  const [before, after] = families;
  if (before === undefined || after === undefined) return false;
  if (old.arrayDimensions > 0 !== new_.arrayDimensions > 0)
    return new_.arrayDimensions > 0 || after !== 'text';
  if (after === 'text') return false;
  return before !== after || (before === 'enum' && old.name !== new_.name);
}

/**
 * Whether running code, and foreign keys, can go on comparing and writing a column whose type changes: there are operators
 * between the two types. Between families there are none (42883).
 *
 * @returns true where one of the types is not known.
 */
export function haveCommonOperators(from: TypeName, to: TypeName, catalog: Catalog): boolean {
  const [old, new_] = [baseType(from, catalog).type, baseType(to, catalog).type];
  const [before, after] = [familyOf(old, catalog), familyOf(new_, catalog)];
  if (before === undefined || after === undefined) return true;
  if (old.arrayDimensions > 0 !== new_.arrayDimensions > 0) return false;
  // Nothing compares two json, so that no code does; it can be written to a text.
  if (old.name === 'json' && after === 'text') return true;
  return before === after && (before !== 'enum' || old.name === new_.name);
}
