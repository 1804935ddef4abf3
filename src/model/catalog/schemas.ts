import type { OperationOf } from '../operations/types.ts';
import type { Draft } from './draft.ts';
import type { SchemaObject } from './types.ts';

/** CREATE SCHEMA. Without a name it is its owner's. */
export function createSchema(draft: Draft, operation: OperationOf<'CreateSchema'>): void {
  const { store } = draft;
  const { name, owner } = operation;
  if (store.schemas.in(undefined, name, store.next) !== undefined) return;
  store.write(
    store.schemas,
    { schema: undefined, name },
    {
      name,
      owner,
      privileges: [],
      comment: undefined,
      origin: draft.origin,
    },
  );
}

/** @returns a schema that no migration creates, such as `public`. */
export function schemaFromTheStart(name: string): SchemaObject {
  return { name, owner: undefined, privileges: [], comment: undefined, origin: undefined };
}

/** CREATE EXTENSION. Its members are not known, so the catalog lacks them. */
export function createExtension(draft: Draft, operation: OperationOf<'CreateExtension'>): void {
  const { store } = draft;
  const { name, version } = operation;
  if (store.extensions.in(undefined, name, store.next) !== undefined) return;
  const schema = operation.schema ?? draft.searchPath[0];
  store.write(store.extensions, { schema: undefined, name }, { name, schema, version, origin: draft.origin });
}
