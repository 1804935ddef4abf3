import type { ObjectName, OperationOf, TypeName } from '../operations/types.ts';
import { putSequence, putTable, putType, putView, relationOf, tableOf, typeOf } from './draft.ts';
import type { Draft } from './draft.ts';
import { dropExtension, dropRelation, dropSchema, dropType } from './drop.ts';
import { columnOf, indexableOf, mapSame, putIndexes, replaced } from './edit.ts';
import { moveRelation } from './rename.ts';
import { renameSchema } from './rename-schema.ts';
import { moveType } from './rename-types.ts';
import { editRoutines, moveRoutine } from './routines.ts';
import { renamePart } from './table-rules.ts';
import { renameDomainConstraint } from './types-and-domains.ts';
import type { Sequence, Table, View } from './types.ts';

const relationTypes = new Set(['table', 'view', 'materialized view', 'sequence', 'index', 'foreign table']);
const routineTypes = new Set(['function', 'procedure', 'aggregate', 'routine']);

function isType(objectType: string): boolean {
  return objectType === 'type' || objectType === 'domain';
}

/** ALTER … RENAME of what has no operation of its own. */
export function renameObject(draft: Draft, operation: OperationOf<'Rename'>): void {
  const { objectType, object, newName, table } = operation;
  if (relationTypes.has(objectType)) {
    const relation = relationOf(draft, object);
    if (relation !== undefined) moveRelation(draft, relation.name, { ...relation.name, name: newName });
  } else if (routineTypes.has(objectType)) {
    moveRoutine(draft, object, operation.argumentTypes, { name: newName });
  } else if (isType(objectType)) {
    const type = typeOf(draft, object);
    if (type !== undefined) moveType(draft, type.name, { ...type.name, name: newName });
  } else if (objectType === 'schema') renameSchema(draft, object.name, newName);
  else if (objectType === 'domain constraint' && table !== undefined) {
    renameDomainConstraint(draft, table, object.name, newName);
  } else if (table !== undefined) {
    if (objectType === 'trigger') renamePart(draft, table, 'triggers', object.name, newName);
    if (objectType === 'rule') renamePart(draft, table, 'rules', object.name, newName);
    if (objectType === 'policy') renamePart(draft, table, 'policies', object.name, newName);
  }
}

/** ALTER … SET SCHEMA. */
export function setSchema(draft: Draft, operation: OperationOf<'SetSchema'>): void {
  const { objectType, object, newSchema } = operation;
  if (relationTypes.has(objectType)) {
    const relation = relationOf(draft, object);
    if (relation !== undefined && relation.kind !== 'index') {
      moveRelation(draft, relation.name, { schema: newSchema, name: relation.name.name });
    }
  } else if (routineTypes.has(objectType)) {
    moveRoutine(draft, object, operation.argumentTypes, { schema: newSchema });
  } else if (isType(objectType)) {
    const type = typeOf(draft, object);
    if (type !== undefined) moveType(draft, type.name, { schema: newSchema, name: type.name.name });
  } else if (objectType === 'extension') {
    const { store } = draft;
    const extension = store.extensions.in(undefined, object.name, store.next);
    if (extension !== undefined)
      store.write(store.extensions, { ...object, schema: undefined }, { ...extension, schema: newSchema });
  }
}

/** DROP of what has no operation of its own. */
export function dropObject(draft: Draft, operation: OperationOf<'DropObject'>): void {
  const { objectType, object, behavior } = operation;
  const cascade = behavior === 'cascade';
  if (objectType === 'schema') dropSchema(draft, object.name, cascade);
  else if (objectType === 'extension') dropExtension(draft, object.name, cascade);
  else if (relationTypes.has(objectType)) dropRelation(draft, object, cascade);
  else if (isType(objectType)) dropType(draft, object, cascade);
}

/** What ALTER … OWNER and COMMENT ON change. */
type Note = { readonly owner: string | undefined } | { readonly comment: string | undefined };

/** ALTER … OWNER TO. */
export function changeOwner(draft: Draft, operation: OperationOf<'ChangeOwner'>): void {
  const { objectType, object, argumentTypes, owner } = operation;
  note(draft, objectType, object, argumentTypes, { owner });
}

function note(
  draft: Draft,
  objectType: string,
  object: ObjectName,
  argumentTypes: readonly TypeName[] | undefined,
  change: Note,
): void {
  const { store } = draft;
  if (relationTypes.has(objectType)) noteOnRelation(draft, object, change);
  else if (routineTypes.has(objectType)) {
    editRoutines(draft, object, argumentTypes, (routine) => ({ ...routine, ...change }));
  } else if (isType(objectType)) {
    const type = typeOf(draft, object);
    if (type !== undefined) putType(draft, { ...type, ...change });
  } else if (objectType === 'schema') {
    const schema = store.schemas.in(undefined, object.name, store.next);
    if (schema !== undefined)
      store.write(store.schemas, { ...object, schema: undefined }, { ...schema, ...change });
  }
}

function noteOnRelation(draft: Draft, name: ObjectName, change: Note): void {
  const relation = relationOf(draft, name);
  if (relation === undefined) return;
  switch (relation.kind) {
    case 'table':
      return putTable(draft, { ...relation, ...change } satisfies Table);
    case 'view':
    case 'materialized view':
      return putView(draft, { ...relation, ...change } satisfies View);
    case 'sequence':
      return putSequence(draft, { ...relation, ...change } satisfies Sequence);
    case 'index': {
      const on = indexableOf(draft, relation.on);
      if (on === undefined || !('comment' in change)) return;
      const { comment } = change;
      const indexes = mapSame(on.indexes, (index) =>
        index.name === relation.name.name ? { ...index, comment } : index,
      );
      return putIndexes(draft, on, indexes);
    }
  }
}

/** COMMENT ON. */
export function commentOn(draft: Draft, operation: OperationOf<'CommentOn'>): void {
  const { objectType, object, comment } = operation;
  if (objectType === 'column') return commentOnColumn(draft, operation);
  if (objectType === 'constraint' || objectType === 'table constraint') {
    const table = operation.table === undefined ? undefined : tableOf(draft, operation.table);
    const constraint = table?.constraints.find((one) => one.name === object.name);
    if (table === undefined || constraint === undefined) return;
    const constraints = replaced(table.constraints, constraint, { ...constraint, comment });
    return putTable(draft, { ...table, constraints });
  }
  note(draft, objectType, object, operation.argumentTypes, { comment });
}

function commentOnColumn(draft: Draft, operation: OperationOf<'CommentOn'>): void {
  const table = tableOf(draft, operation.table ?? operation.object);
  const column = table === undefined ? undefined : columnOf(table, operation.column ?? operation.object.name);
  if (table === undefined || column === undefined) return;
  const { comment } = operation;
  putTable(draft, { ...table, columns: replaced(table.columns, column, { ...column, comment }) });
}
