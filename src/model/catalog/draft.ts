import type { ObjectName, TypeName } from '../operations/types.ts';
import { childrenOf, foreignKeysTo } from './catalog-view.ts';
import { findRelation, findRoutines, findType, plainSchema } from './lookup.ts';
import { keyOf, Store } from './store.ts';
import type { QualifiedName, Relation } from './store.ts';
import type { Certainty, Constraint, Origin, Routine, Sequence, Table, UserType, View } from './types.ts';

/**
 * The catalog while it is being written: the newest state of a store, with what the writing needs to know of the session
 * and of the operation at hand.
 */
export interface Draft {
  readonly store: Store;
  /** Major version, such as 15. */
  readonly postgresVersion: number;
  /** The schemas that names without one are searched in, `"$user"` left out. */
  searchPath: readonly string[];
  complete: boolean;
  /** Of the operation being applied. */
  origin: Origin;
  /** How certain we are that the operation happens. */
  certainty: Certainty;
}

/** @returns the newest state of a relation of any kind, or undefined. */
export function relationOf(draft: Draft, name: ObjectName): Relation | undefined {
  return findRelation(draft.store, draft.store.next, draft.searchPath, name);
}

/** @returns the newest state of a table, or undefined. */
export function tableOf(draft: Draft, name: ObjectName): Table | undefined {
  const relation = relationOf(draft, name);
  return relation?.kind === 'table' ? relation : undefined;
}

/** @returns the newest state of a view or materialized view, or undefined. */
export function viewOf(draft: Draft, name: ObjectName): View | undefined {
  const relation = relationOf(draft, name);
  return relation?.kind === 'view' || relation?.kind === 'materialized view' ? relation : undefined;
}

/** @returns the newest state of a sequence, or undefined. */
export function sequenceOf(draft: Draft, name: ObjectName): Sequence | undefined {
  const relation = relationOf(draft, name);
  return relation?.kind === 'sequence' ? relation : undefined;
}

/** @returns the newest state of a type, or undefined. */
export function typeOf(draft: Draft, name: ObjectName): UserType | undefined {
  return findType(draft.store, draft.store.next, draft.searchPath, name);
}

/** @returns the newest overloads of a routine. */
export function routinesOf(draft: Draft, name: ObjectName): readonly Routine[] {
  return findRoutines(draft.store, draft.store.next, draft.searchPath, name);
}

/** @returns the newest foreign keys that point at a table. */
export function referencesTo(
  draft: Draft,
  table: ObjectName,
): readonly { readonly table: Table; readonly constraint: Constraint }[] {
  return foreignKeysTo(draft.store, draft.store.next, table);
}

/** @returns the newest partitions and inheriting tables of a table. */
export function childTablesOf(draft: Draft, table: ObjectName): readonly Table[] {
  return childrenOf(draft.store, draft.store.next, table);
}

/** @returns the newest state of every table. */
export function* tablesOf(draft: Draft): IterableIterator<Table> {
  for (const relation of draft.store.relations.valuesAt(draft.store.next)) {
    if (relation.kind === 'table') yield relation;
  }
}

/** @returns the newest state of every view and materialized view. */
export function* viewsOf(draft: Draft): IterableIterator<View> {
  for (const relation of draft.store.relations.valuesAt(draft.store.next)) {
    if (relation.kind === 'view' || relation.kind === 'materialized view') yield relation;
  }
}

/** @returns the name with its schema; a resolved name has one. */
export function qualified(name: ObjectName): QualifiedName {
  return { schema: name.schema === undefined ? '' : plainSchema(name.schema), name: name.name };
}

/** @returns the key of a resolved name. */
export function nameKey(name: ObjectName): string {
  return keyOf(name.schema ?? '', name.name);
}

/** Writes a table that is new or changed, with its indexes' names and what it depends on. */
export function putTable(draft: Draft, table: Table): void {
  const { store } = draft;
  const key = nameKey(table.name);
  const before = store.relations.at(key, store.next);
  const previous = before?.kind === 'table' ? before : undefined;
  store.write(store.relations, key, table);
  putIndexNames(draft, table, previous);
  for (const column of added(previous?.columns, table.columns)) {
    if (column.type.schema !== undefined) store.typedTables.add(typeKey(column.type), key);
    if (column.notNullConstraint !== undefined) {
      store.constraintNames.add(keyOf(table.name.schema ?? '', column.notNullConstraint.name), key);
    }
  }
  for (const constraint of added(previous?.constraints, table.constraints)) {
    store.constraintNames.add(keyOf(table.name.schema ?? '', constraint.name), key);
    if (constraint.definition.type === 'foreign key') {
      store.referencing.add(nameKey(constraint.definition.references), key);
    }
  }
  for (const parent of added(previous?.inherits, table.inherits)) store.children.add(nameKey(parent), key);
  if (table.partitionOf !== undefined) store.children.add(nameKey(table.partitionOf.parent), key);
}

/** Writes a view that is new or changed. */
export function putView(draft: Draft, view: View): void {
  const { store } = draft;
  const key = nameKey(view.name);
  const before = store.relations.at(key, store.next);
  const previous = before?.kind === view.kind ? before : undefined;
  store.write(store.relations, key, view);
  putIndexNames(draft, view, previous as View | undefined);
  for (const relation of view.reads) store.readers.add(nameKey(relation), key);
}

/** Writes a sequence that is new or changed. */
export function putSequence(draft: Draft, sequence: Sequence): void {
  const { store } = draft;
  const key = nameKey(sequence.name);
  store.write(store.relations, key, sequence);
  if (sequence.ownedBy !== undefined) store.ownedSequences.add(nameKey(sequence.ownedBy.table), key);
}

/** Writes a type that is new or changed. */
export function putType(draft: Draft, type: UserType): void {
  const { store } = draft;
  const key = nameKey(type.name);
  store.write(store.types, key, type);
  if (type.kind !== 'domain') return;
  for (const constraint of type.constraints) {
    store.constraintNames.add(keyOf(type.name.schema ?? '', constraint.name), key);
  }
}

/** Takes a relation away, with the names of its indexes; nothing that depends on it is touched. */
export function removeRelation(draft: Draft, name: ObjectName): void {
  const { store } = draft;
  const key = nameKey(name);
  const relation = store.relations.at(key, store.next);
  if (relation === undefined) return;
  store.write(store.relations, key, undefined);
  if (!('indexes' in relation)) return;
  for (const index of relation.indexes) {
    store.write(store.relations, keyOf(name.schema ?? '', index.name), undefined);
  }
}

/** @returns the key of a user's type; `''` as schema for PostgreSQL's own. */
export function typeKey(type: Pick<TypeName, 'schema' | 'name'>): string {
  return keyOf(type.schema ?? '', type.name);
}

function putIndexNames(draft: Draft, on: Table | View, previous: Table | View | undefined): void {
  if (previous?.indexes === on.indexes) return;
  const { store } = draft;
  const schema = on.name.schema ?? '';
  const names = new Set(on.indexes.map((index) => index.name));
  for (const index of previous?.indexes ?? []) {
    if (!names.delete(index.name)) store.write(store.relations, keyOf(schema, index.name), undefined);
  }
  for (const name of names) {
    const entry = { kind: 'index', name: { schema, name }, on: qualified(on.name) } as const;
    store.write(store.relations, keyOf(schema, name), entry);
  }
}

/** @returns the elements of `after` that `before` lacks. */
function added<Element>(
  before: readonly Element[] | undefined,
  after: readonly Element[],
): readonly Element[] {
  if (before === after) return [];
  if (before === undefined || before.length === 0) return after;
  const known = new Set(before);
  return after.filter((element) => !known.has(element));
}
