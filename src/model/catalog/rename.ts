import type { ConstraintDefinition, ObjectName, OperationOf, TypeName } from '../operations/types.ts';
import { isSameName } from './catalog-view.ts';
import {
  childTablesOf,
  nameKey,
  putSequence,
  putTable,
  putType,
  putView,
  referencesTo,
  relationOf,
  removeRelation,
  sequenceOf,
  tableOf,
  tablesOf,
  typeKey,
  typeOf,
  viewOf,
} from './draft.ts';
import type { Draft } from './draft.ts';
import { editColumn, editTable, indexableOf, mapSame, putIndexes } from './edit.ts';
import { renameIn } from './expressions.ts';
import type { NameChange } from './expressions.ts';
import { forEachDefaultFrom, nextValue, ownedSequencesOf } from './sequences.ts';
import type { Column, Constraint, Index, Policy, Sequence, Table, View } from './types.ts';
import { readersOf } from './views.ts';

/**
 * Gives a relation of any kind another name or schema: what refers to it follows. A table's constraints and indexes keep
 * their names; they and the sequences that its columns own come along into another schema.
 *
 * @param draft the catalog.
 * @param from the relation as it is named now.
 * @param to its name from now on.
 */
export function moveRelation(draft: Draft, from: ObjectName, to: ObjectName): void {
  const relation = relationOf(draft, from);
  if (relation === undefined || relationOf(draft, to) !== undefined) return;
  switch (relation.kind) {
    case 'table':
      return moveTable(draft, relation, to);
    case 'view':
    case 'materialized view':
      return moveView(draft, relation, to);
    case 'sequence':
      return moveSequence(draft, relation, to);
    case 'index':
      return renameIndex(draft, relation.name, to.name);
  }
}

function moveTable(draft: Draft, table: Table, to: ObjectName): void {
  const from = table.name;
  const references = referencesTo(draft, from);
  const children = childTablesOf(draft, from);
  const sequences = ownedSequencesOf(draft, from);
  const readers = readersOf(draft, from);
  removeRelation(draft, from);
  const certainty = draft.certainty === 'certain' ? table.certainty : 'uncertain';
  const qualifier: NameChange = { what: 'qualifier', from: from.name, to: to.name };
  putTable(draft, { ...renamedInTable(table, qualifier), name: to, certainty });
  for (const { table: other } of references) {
    editTable(draft, isSameName(other.name, from) ? to : other.name, (before) => pointTo(before, from, to));
  }
  for (const child of children) editTable(draft, child.name, (before) => withParent(before, from, to));
  for (const view of readers) putView(draft, withReading(view, from, to));
  for (const sequence of sequences) {
    const ownedBy = { table: to, column: sequence.ownedBy?.column ?? '' };
    putSequence(draft, { ...sequence, ownedBy });
    if (from.schema !== to.schema) {
      moveRelation(draft, sequence.name, { schema: to.schema, name: sequence.name.name });
    }
  }
  followType(draft, from, to);
}

function pointTo(table: Table, from: ObjectName, to: ObjectName): Table {
  const constraints = mapSame(table.constraints, (constraint) => {
    const { definition } = constraint;
    if (definition.type !== 'foreign key' || !isSameName(definition.references, from)) return constraint;
    return { ...constraint, definition: { ...definition, references: to } };
  });
  return constraints === table.constraints ? table : { ...table, constraints };
}

function withParent(child: Table, from: ObjectName, to: ObjectName): Table {
  const inherits = mapSame(child.inherits, (parent) => (isSameName(parent, from) ? to : parent));
  const indexes = mapSame(child.indexes, (index) => {
    const { parent } = index;
    return parent === undefined || from.schema === to.schema
      ? index
      : { ...index, parent: { schema: to.schema, name: parent.name } };
  });
  const { partitionOf } = child;
  if (partitionOf === undefined || !isSameName(partitionOf.parent, from)) return { ...child, inherits };
  return { ...child, inherits, indexes, partitionOf: { ...partitionOf, parent: to } };
}

function withReading(view: View, from: ObjectName, to: ObjectName): View {
  return {
    ...view,
    reads: mapSame(view.reads, (name) => (isSameName(name, from) ? to : name)),
    columnReads: mapSame(view.columnReads, (one) =>
      isSameName(one.relation, from) ? { ...one, relation: to } : one,
    ),
  };
}

function moveView(draft: Draft, view: View, to: ObjectName): void {
  const readers = readersOf(draft, view.name);
  removeRelation(draft, view.name);
  putView(draft, { ...view, name: to });
  for (const reader of readers) putView(draft, withReading(reader, view.name, to));
}

function moveSequence(draft: Draft, sequence: Sequence, to: ObjectName): void {
  removeRelation(draft, sequence.name);
  putSequence(draft, { ...sequence, name: to });
  forEachDefaultFrom(draft, sequence.name, (table, column) => {
    editColumn(draft, table.name, column, (before) => ({ ...before, default: nextValue(to) }));
  });
}

/** ALTER INDEX … RENAME: a constraint that owns the index is renamed along. */
export function renameIndex(draft: Draft, name: ObjectName, newName: string): void {
  const entry = relationOf(draft, name);
  const on = entry?.kind === 'index' ? indexableOf(draft, entry.on) : undefined;
  const index = on?.indexes.find((one) => one.name === entry?.name.name);
  if (on === undefined || index === undefined) return;
  if (relationOf(draft, { schema: on.name.schema, name: newName }) !== undefined) return;
  if (on.kind === 'table') return renameKey(draft, on, index, newName);
  putIndexes(draft, on, mapSame(on.indexes, (one) => (one === index ? { ...one, name: newName } : one)));
}

/** An index and the constraint on it always have the same name. */
function renameKey(draft: Draft, table: Table, index: Index, newName: string): void {
  const constraint = index.constraint === undefined ? undefined : newName;
  const renamed: Index = { ...index, name: newName, constraint };
  putTable(draft, {
    ...table,
    indexes: mapSame(table.indexes, (one) => (one === index ? renamed : one)),
    constraints: mapSame(table.constraints, (one) =>
      one.index === index.name ? { ...renamedConstraint(one, newName), index: newName } : one,
    ),
  });
  const from = { schema: table.name.schema, name: index.name };
  for (const child of childTablesOf(draft, table.name)) {
    editTable(draft, child.name, (before) => ({
      ...before,
      indexes: mapSame(before.indexes, (one) =>
        one.parent !== undefined && isSameName(one.parent, from)
          ? { ...one, parent: { ...from, name: newName } }
          : one,
      ),
    }));
  }
}

function renamedConstraint(constraint: Constraint, name: string): Constraint {
  return { ...constraint, name, definition: { ...constraint.definition, name } };
}

/** ALTER TABLE … RENAME CONSTRAINT: its index is renamed along, and the CHECKs that other tables inherit from it. */
export function renameConstraint(draft: Draft, operation: OperationOf<'RenameConstraint'>): void {
  const visit = (name: ObjectName): void => {
    const table = tableOf(draft, name);
    const constraint = table?.constraints.find((one) => one.name === operation.constraint);
    if (table === undefined) return;
    if (constraint === undefined) return renameNotNull(draft, table, operation);
    const index = table.indexes.find((one) => one.name === constraint.index);
    if (index !== undefined) return renameKey(draft, table, index, operation.newName);
    putTable(draft, {
      ...table,
      constraints: mapSame(table.constraints, (one) =>
        one === constraint ? renamedConstraint(one, operation.newName) : one,
      ),
    });
    if (constraint.definition.type !== 'check') return;
    for (const child of childTablesOf(draft, table.name)) visit(child.name);
  };
  visit(operation.table);
}

function renameNotNull(draft: Draft, table: Table, operation: OperationOf<'RenameConstraint'>): void {
  const column = table.columns.find((one) => one.notNullConstraint?.name === operation.constraint);
  if (column?.notNullConstraint === undefined) return;
  const notNullConstraint = { ...column.notNullConstraint, name: operation.newName };
  editColumn(draft, table.name, column.name, (before) => ({ ...before, notNullConstraint }));
  for (const child of childTablesOf(draft, table.name)) renameNotNull(draft, child, operation);
}

/** ALTER TABLE … RENAME COLUMN, of views too: constraints, indexes, policies, foreign keys and children follow. */
export function renameColumn(draft: Draft, tableName: ObjectName, from: string, to: string): void {
  const view = viewOf(draft, tableName);
  if (view !== undefined) {
    const names = (list: readonly string[]): readonly string[] =>
      mapSame(list, (name) => (name === from ? to : name));
    const indexes = mapSame(view.indexes, (index) => renamedInIndex(index, { what: 'column', from, to }, names));
    putView(draft, { ...view, columnNames: names(view.columnNames), indexes });
    followColumnInViews(draft, view.name, from, to);
    return;
  }
  const table = tableOf(draft, tableName);
  if (table === undefined || !table.columns.some((column) => column.name === from)) return;
  if (table.columns.some((column) => column.name === to)) return;
  putTable(draft, withColumnNamed(draft, table, from, to));
  for (const { table: other } of referencesTo(draft, table.name)) {
    editTable(draft, other.name, (before) => withReferencedColumn(before, table.name, from, to));
  }
  for (const sequence of ownedSequencesOf(draft, table.name)) {
    if (sequence.ownedBy?.column !== from) continue;
    putSequence(draft, { ...sequence, ownedBy: { table: table.name, column: to } });
  }
  followColumnInViews(draft, table.name, from, to);
  for (const child of childTablesOf(draft, table.name)) renameColumn(draft, child.name, from, to);
}

function followColumnInViews(draft: Draft, relation: ObjectName, from: string, to: string): void {
  for (const view of readersOf(draft, relation)) {
    const columnReads = mapSame(view.columnReads, (one) =>
      one.column === from && isSameName(one.relation, relation) ? { ...one, column: to } : one,
    );
    if (columnReads !== view.columnReads) putView(draft, { ...view, columnReads });
  }
}

function withColumnNamed(draft: Draft, table: Table, from: string, to: string): Table {
  const renamed = renamedInTable(table, { what: 'column', from, to });
  const columns = mapSame(renamed.columns, (column) =>
    column.name === from
      ? { ...column, name: to, certainty: draft.certainty === 'certain' ? column.certainty : 'uncertain' }
      : column,
  );
  return { ...renamed, columns };
}

function withReferencedColumn(table: Table, target: ObjectName, from: string, to: string): Table {
  const constraints = mapSame(table.constraints, (constraint) => {
    const { definition } = constraint;
    if (definition.type !== 'foreign key' || !isSameName(definition.references, target)) return constraint;
    const referencedColumns = mapSame(definition.referencedColumns, (name) => (name === from ? to : name));
    return { ...constraint, definition: { ...definition, referencedColumns } };
  });
  return { ...table, constraints };
}

/** @returns the table with a name changed in all its expressions; for a column, also where its parts list columns. */
export function renamedInTable(table: Table, change: NameChange): Table {
  const names = (list: readonly string[]): readonly string[] =>
    change.what === 'column' ? mapSame(list, (name) => (name === change.from ? change.to : name)) : list;
  return {
    ...table,
    columns: mapSame(table.columns, (column) => renamedInColumn(column, change)),
    constraints: mapSame(table.constraints, (constraint) => {
      const definition = renamedInConstraint(constraint.definition, change, names);
      return definition === constraint.definition ? constraint : { ...constraint, definition };
    }),
    indexes: mapSame(table.indexes, (index) => renamedInIndex(index, change, names)),
    policies: mapSame(table.policies, (policy) => renamedInPolicy(policy, change)),
    triggers: mapSame(table.triggers, (trigger) => {
      const columns = names(trigger.columns);
      return columns === trigger.columns ? trigger : { ...trigger, columns };
    }),
    partitionBy: table.partitionBy && {
      ...table.partitionBy,
      elements: mapSame(table.partitionBy.elements, (element) => renamedInElement(element, change)),
    },
  };
}

function renamedInColumn(column: Column, change: NameChange): Column {
  const value = renameIn(column.default, change);
  const expression = renameIn(column.generated?.expression, change);
  if (value === column.default && expression === column.generated?.expression) return column;
  const generated =
    expression === undefined || column.generated === undefined
      ? column.generated
      : { ...column.generated, expression };
  return { ...column, default: value, generated };
}

function renamedInConstraint(
  definition: ConstraintDefinition,
  change: NameChange,
  names: (list: readonly string[]) => readonly string[],
): ConstraintDefinition {
  switch (definition.type) {
    case 'primary key':
    case 'unique':
      return { ...definition, columns: names(definition.columns), include: names(definition.include) };
    case 'foreign key':
      return { ...definition, columns: names(definition.columns) };
    case 'check': {
      const expression = renameIn(definition.expression, change);
      return expression === definition.expression ? definition : { ...definition, expression };
    }
    case 'not null':
      return { ...definition, column: names([definition.column])[0] ?? definition.column };
    case 'exclude': {
      const elements = mapSame(definition.elements, (element) => renamedInElement(element, change));
      return { ...definition, elements, where: renameIn(definition.where, change) };
    }
  }
}

function renamedInIndex(
  index: Index,
  change: NameChange,
  names: (list: readonly string[]) => readonly string[],
): Index {
  const elements = mapSame(index.elements, (element) => renamedInElement(element, change));
  const include = names(index.include);
  const where = renameIn(index.where, change);
  if (elements === index.elements && include === index.include && where === index.where) return index;
  return { ...index, elements, include, where };
}

function renamedInElement(element: Index['elements'][number], change: NameChange): Index['elements'][number] {
  if (change.what === 'column' && element.column === change.from) return { ...element, column: change.to };
  const expression = renameIn(element.expression, change);
  return expression === element.expression ? element : { ...element, expression };
}

function renamedInPolicy(policy: Policy, change: NameChange): Policy {
  const using = renameIn(policy.using, change);
  const withCheck = renameIn(policy.withCheck, change);
  if (using === policy.using && withCheck === policy.withCheck) return policy;
  return { ...policy, using, withCheck };
}

/** Gives a type another name or schema: columns, domains and expressions follow. */
export function moveType(draft: Draft, from: ObjectName, to: ObjectName): void {
  const type = typeOf(draft, from);
  if (type === undefined || typeOf(draft, to) !== undefined) return;
  draft.store.write(draft.store.types, nameKey(type.name), undefined);
  putType(draft, { ...type, name: to });
  followType(draft, type.name, to);
  for (const other of [...draft.store.types.valuesAt(draft.store.next)]) {
    if (other.kind !== 'domain' || !isSameName(other.base, type.name)) continue;
    putType(draft, { ...other, base: { ...other.base, schema: to.schema, name: to.name } });
  }
}

/** Columns of a type that has another name now, and casts to it in their tables' expressions. */
function followType(draft: Draft, from: ObjectName, to: ObjectName): void {
  const change: NameChange = { what: 'type', from: from.name, to: to.name };
  const key = typeKey({ schema: from.schema, name: from.name });
  for (const tableKey of draft.store.typedTables.of(key)) {
    const table = draft.store.relations.at(tableKey, draft.store.next);
    if (table?.kind !== 'table' || !table.columns.some((column) => isOfType(column.type, from))) continue;
    const renamed = from.name === to.name ? table : renamedInTable(table, change);
    const columns = renamed.columns.map((column) =>
      isOfType(column.type, from)
        ? { ...column, type: { ...column.type, schema: to.schema, name: to.name } }
        : column,
    );
    putTable(draft, { ...renamed, columns });
  }
}

function isOfType(type: TypeName, name: ObjectName): boolean {
  return type.name === name.name && type.schema === name.schema;
}

/** ALTER SCHEMA … RENAME: everything in it moves. */
export function renameSchema(draft: Draft, from: string, to: string): void {
  const { store } = draft;
  const schema = store.schemas.at(from, store.next);
  store.write(store.schemas, from, undefined);
  if (schema !== undefined) store.write(store.schemas, to, { ...schema, name: to });
  for (const relation of [...store.relations.valuesAt(store.next)]) {
    if (relation.kind === 'index' || relation.name.schema !== from) continue;
    // An owned sequence has come along with its table by now.
    if (relation.kind === 'sequence' && sequenceOf(draft, relation.name) === undefined) continue;
    moveRelation(draft, relation.name, { schema: to, name: relation.name.name });
  }
  for (const type of [...store.types.valuesAt(store.next)]) {
    if (type.name.schema === from) moveType(draft, type.name, { schema: to, name: type.name.name });
  }
  for (const overloads of [...store.routines.valuesAt(store.next)]) {
    const [first] = overloads;
    if (first?.name.schema !== from) continue;
    store.write(store.routines, nameKey(first.name), undefined);
    const name = { schema: to, name: first.name.name };
    store.write(
      store.routines,
      nameKey(name),
      overloads.map((one) => ({ ...one, name: { ...one.name, schema: to } })),
    );
  }
}

/** @returns every table, for what a rename of a function has to follow. */
export function followFunction(draft: Draft, from: ObjectName, to: ObjectName): void {
  const change: NameChange = { what: 'function', from: from.name, to: to.name };
  for (const table of [...tablesOf(draft)]) {
    const triggers = mapSame(table.triggers, (trigger) =>
      trigger.function.name === from.name && (trigger.function.schema ?? from.schema) === from.schema
        ? { ...trigger, function: to }
        : trigger,
    );
    const renamed = from.name === to.name ? table : renamedInTable(table, change);
    if (triggers !== table.triggers || renamed !== table) putTable(draft, { ...renamed, triggers });
  }
}
