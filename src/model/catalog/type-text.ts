import type { TypeName } from '../operations/types.ts';
import { quoteName } from './identifiers.ts';

/**
 * A type as SQL wants it written.
 *
 * @param type a type of the catalog.
 * @returns such as `timestamp(3) without time zone`, `character varying(120)[]`, `public."Role"`.
 */
export function typeText(type: TypeName): string {
  const modifiers = type.modifiers.length === 0 ? '' : `(${type.modifiers.join(',')})`;
  return `${type.setOf ? 'SETOF ' : ''}${baseText(type, modifiers)}${'[]'.repeat(type.arrayDimensions)}`;
}

function baseText(type: TypeName, modifiers: string): string {
  if (type.schema !== undefined) return `${quoteName(type.schema)}.${quoteName(type.name)}${modifiers}`;
  // The precision stands inside: timestamp(3) with time zone.
  const zone = / with(out)? time zone$/.exec(type.name);
  if (zone !== null) return `${type.name.slice(0, zone.index)}${modifiers}${zone[0]}`;
  return `${isOwnType(type.name) ? type.name : quoteName(type.name)}${modifiers}`;
}

/** The names of PostgreSQL's own types that are more than one word or a keyword; the rest need no care. */
function isOwnType(name: string): boolean {
  return /^(bit varying|character|character varying|double precision|interval( .+)?|"char")$/.test(name);
}
