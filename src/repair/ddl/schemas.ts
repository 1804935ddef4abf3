import type { Extension, SchemaObject } from '../../model/catalog/types.ts';
import { quoteIdentifier } from '../../model/operations/display-name.ts';
import { literal } from './words.ts';

/** CREATE SCHEMA, without its owner. */
export function createSchema({ name }: SchemaObject): string {
  return `CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(name)}`;
}

/** CREATE EXTENSION, in the schema and the version that it had. */
export function createExtension({ name, schema, version }: Extension): string {
  const where = schema === undefined || schema === 'public' ? '' : ` SCHEMA ${quoteIdentifier(schema)}`;
  const which = version === undefined ? '' : ` VERSION ${literal(version)}`;
  return `CREATE EXTENSION IF NOT EXISTS ${quoteIdentifier(name)}${where}${which}`;
}
