import type { ObjectName } from '../operations/types.ts';
import { withoutCycles } from './ancestry.ts';
import { childrenOf, foreignKeysTo, isView, readersAt } from './catalog-view.ts';
import { doubtedObject, doubtedTable } from './doubt.ts';
import { findRelation, findRoutines, findType, plainSchema } from './lookup.ts';
import type { QualifiedName, Relation, Store } from './store.ts';
import type { Timeouts } from './timeouts.ts';
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
  /** The session's time zone in lower case, where a script has set it. */
  timeZone: string | undefined;
  /** Those that the session has set. */
  timeouts: Timeouts;
  complete: boolean;
  /** See {@link Catalog.lastUnseen}. */
  lastUnseen: number | undefined;
  /** See {@link Catalog.fromEmpty}. */
  fromEmpty: boolean;
  /** Of the operation being applied. */
  origin: Origin;
  /** How certain we are that the operation happens. */
  certainty: Certainty;
}

/** Notes that something unseen may have happened in the migration at hand. */
export function noteUnseen(draft: Draft, migration = draft.origin.migration): void {
  draft.complete = false;
  draft.lastUnseen = Math.max(draft.lastUnseen ?? 0, migration);
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
  return relation !== undefined && isView(relation) ? relation : undefined;
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

/** @returns a table's name and those of all that inherit from it, at whatever distance: each once, however many ways lead to it. */
export function familyOf(draft: Draft, table: ObjectName): readonly ObjectName[] {
  const family = new Map([[`${table.schema ?? ''}\u0000${table.name}`, table]]);
  // A map's values include those that are added while they are gone through.
  for (const member of family.values()) {
    for (const { name } of childTablesOf(draft, member))
      family.set(`${name.schema ?? ''}\u0000${name.name}`, name);
  }
  return [...family.values()];
}

/** @returns the newest state of every table. */
export function tablesOf(draft: Draft): readonly Table[] {
  const { relations, next } = draft.store;
  return relations.valuesAt(next).filter((relation) => relation.kind === 'table');
}

/** @returns the newest state of the views and materialized views that read a relation. */
export function readersOf(draft: Draft, relation: ObjectName): readonly View[] {
  return readersAt(draft.store, draft.store.next, relation);
}

/** @returns the name with its schema; a resolved name has one. */
export function qualified(name: ObjectName): QualifiedName {
  return { schema: name.schema === undefined ? '' : plainSchema(name.schema), name: name.name };
}

/** Writes a table that is new or changed, with its indexes' names and what it depends on. */
export function putTable(draft: Draft, written: Table): void {
  const { store } = draft;
  const { name } = written;
  const before = store.relations.at(name, store.next);
  const previous = before?.kind === 'table' ? before : undefined;
  const doubtful =
    draft.certainty === 'uncertain' && previous !== undefined ? doubtedTable(previous, written) : written;
  const table = withoutCycles(store, doubtful, previous);
  store.write(store.relations, name, table);
  putIndexNames(draft, table, previous);
  if (previous !== undefined && !keepsNames(previous, table)) store.freeNames();
  for (const column of added(previous?.columns, table.columns)) {
    if (column.type.schema !== undefined) store.typedTables.add(column.type, name);
    if (column.notNullConstraint !== undefined) {
      store.constraintNames.add({ schema: name.schema, name: column.notNullConstraint.name }, name);
    }
  }
  for (const constraint of added(previous?.constraints, table.constraints)) {
    store.constraintNames.add({ schema: name.schema, name: constraint.name }, name);
    if (constraint.definition.type === 'foreign key') {
      store.referencing.add(constraint.definition.references, name);
    }
  }
  for (const parent of added(previous?.inherits, table.inherits)) store.children.add(parent, name);
  if (table.partitionOf !== undefined) store.children.add(table.partitionOf.parent, name);
}

/** @returns whether all constraints and NOT NULL constraints still have their names. */
function keepsNames(before: Table, after: Table): boolean {
  return keepsAll(before.constraints, after.constraints) && keepsAll(before.columns, after.columns);
}

/** Writes a view that is new or changed. */
export function putView(draft: Draft, written: View): void {
  const { store } = draft;
  const view = doubtedObject(written, draft.certainty);
  const { name } = view;
  const before = store.relations.at(name, store.next);
  const previous = before?.kind === view.kind ? before : undefined;
  store.write(store.relations, name, view);
  putIndexNames(draft, view, previous);
  for (const relation of view.reads) store.readers.add(relation, name);
}

/** Writes a sequence that is new or changed. */
export function putSequence(draft: Draft, written: Sequence): void {
  const { store } = draft;
  const sequence = doubtedObject(written, draft.certainty);
  store.write(store.relations, sequence.name, sequence);
  if (sequence.ownedBy !== undefined) store.ownedSequences.add(sequence.ownedBy.table, sequence.name);
}

/** Writes a type that is new or changed. */
export function putType(draft: Draft, written: UserType): void {
  const { store } = draft;
  const type = doubtedObject(written, draft.certainty);
  store.write(store.types, type.name, type);
  if (type.kind !== 'domain') return;
  for (const constraint of type.constraints) {
    store.constraintNames.add({ schema: type.name.schema, name: constraint.name }, type.name);
  }
}

/** Takes a relation away, with the names of its indexes; nothing that depends on it is touched. */
export function removeRelation(draft: Draft, name: ObjectName): void {
  const { store } = draft;
  const relation = store.relations.at(name, store.next);
  if (relation === undefined) return;
  store.write(store.relations, name, undefined);
  noteRemoval(draft);
  if (!('indexes' in relation)) return;
  for (const index of relation.indexes) {
    store.write(store.relations, { schema: name.schema, name: index.name }, undefined);
  }
}

/** What an operation that perhaps runs took away may be there still: absence proves nothing any more. */
export function noteRemoval(draft: Draft): void {
  if (draft.certainty === 'uncertain') noteUnseen(draft);
}

/** What perhaps depends on something is perhaps left when that is dropped with all that depends on it. */
export function noteDoubt(draft: Draft, certainty: Certainty): void {
  if (certainty === 'uncertain') noteUnseen(draft);
}

function putIndexNames(draft: Draft, on: Table | View, previous: Table | View | undefined): void {
  if (previous?.indexes === on.indexes) return;
  const { store } = draft;
  const schema = on.name.schema ?? '';
  const before = previous?.indexes ?? [];
  const shared = sharedStart(before, on.indexes);
  const entered = added(before.slice(shared), on.indexes.slice(shared));
  for (const { name } of added(on.indexes.slice(shared), before.slice(shared))) {
    if (entered.some((index) => index.name === name)) continue;
    store.write(store.relations, { schema, name }, undefined);
  }
  for (const { name } of entered) {
    const entry = { kind: 'index', name: { schema, name }, on: qualified(on.name) } as const;
    store.write(store.relations, entry.name, entry);
  }
}

/** @returns the elements of `after` that `before` lacks; both have what they share in the same order. */
function added<Element>(
  before: readonly Element[] | undefined,
  after: readonly Element[],
): readonly Element[] {
  if (before === after) return [];
  if (before === undefined || before.length === 0) return after;
  const found: Element[] = [];
  // Most changes append: comparing what both begin with costs least.
  const shared = sharedStart(before, after);
  let at = shared;
  for (let next = shared; next < after.length; next += 1) {
    const element = after[next] as Element;
    const known = at === before.length ? -1 : before.indexOf(element, at);
    if (known < 0) found.push(element);
    else at = known + 1;
  }
  return found;
}

/** @returns how many elements both lists begin with. */
function sharedStart(one: readonly unknown[], other: readonly unknown[]): number {
  const length = Math.min(one.length, other.length);
  let shared = 0;
  while (shared < length && one[shared] === other[shared]) shared += 1;
  return shared;
}

/** @returns whether no element of `before` is gone or replaced. */
function keepsAll(before: readonly unknown[], after: readonly unknown[]): boolean {
  return before === after || sharedStart(before, after) === before.length;
}
