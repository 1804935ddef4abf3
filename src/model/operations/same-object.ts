import type { ObjectName } from './types.ts';

/**
 * Whether two names mean the same object: equal names, and equal schemas where both are known.
 *
 * @param a a name, resolved or as written.
 * @param b another.
 */
export function isSameObject(a: ObjectName, b: ObjectName): boolean {
  return a.name === b.name && (a.schema === b.schema || a.schema === undefined || b.schema === undefined);
}

/**
 * A name as the key of a map. An unknown schema is one of its own here, so that names are to be resolved first.
 *
 * @param name a resolved name.
 */
export function objectKey({ schema, name }: ObjectName): string {
  return `${schema ?? ''}\0${name}`;
}
