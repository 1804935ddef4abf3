import { sequenceOf } from './draft.ts';
import type { Draft } from './draft.ts';
import { moveRelation } from './rename.ts';
import { followFunction, moveType } from './rename-types.ts';

/** ALTER SCHEMA … RENAME: everything in it moves. */
export function renameSchema(draft: Draft, from: string, to: string): void {
  const { store } = draft;
  const schema = store.schemas.in(undefined, from, store.next);
  store.write(store.schemas, { schema: undefined, name: from }, undefined);
  if (schema !== undefined)
    store.write(store.schemas, { schema: undefined, name: to }, { ...schema, name: to });
  for (const relation of store.relations.valuesAt(store.next)) {
    if (relation.kind === 'index' || relation.name.schema !== from) continue;
    // An owned sequence has come along with its table by now.
    if (relation.kind === 'sequence' && sequenceOf(draft, relation.name) === undefined) continue;
    moveRelation(draft, relation.name, { schema: to, name: relation.name.name });
  }
  for (const type of store.types.valuesAt(store.next)) {
    if (type.name.schema === from) moveType(draft, type.name, { schema: to, name: type.name.name });
  }
  for (const overloads of store.routines.valuesAt(store.next)) {
    const [first] = overloads;
    if (first?.name.schema !== from) continue;
    store.write(store.routines, first.name, undefined);
    const name = { schema: to, name: first.name.name };
    store.write(
      store.routines,
      name,
      overloads.map((one) => ({ ...one, name: { ...one.name, schema: to } })),
    );
    followFunction(draft, { schema: from, name: first.name.name }, name);
  }
}
