import type { TypeName } from '../operations/types.ts';
import { quoteIdentifier } from '../operations/display-name.ts';
import { isBuiltInType } from '../operations/type-names.ts';

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
  if (type.schema !== undefined)
    return `${quoteIdentifier(type.schema)}.${quoteIdentifier(type.name)}${modifiers}`;
  // The precision stands inside: timestamp(3) with time zone.
  const zone = / with(out)? time zone$/.exec(type.name);
  if (zone !== null) return `${type.name.slice(0, zone.index)}${modifiers}${zone[0]}`;
  return `${isBuiltInType(type) ? type.name : quoteIdentifier(type.name)}${modifiers}`;
}
