import { addIndex } from './add-index.ts';
import type { ConstraintDefinition, ObjectName, OperationOf } from '../operations/types.ts';
import { childTablesOf, putTable, referencesTo, relationOf, tableOf } from './draft.ts';
import type { Draft } from './draft.ts';
import { leastCertain } from './doubt.ts';
import { copyOfTable, editTable, mapSame, replaced, saysOnly, tableOrStub } from './edit.ts';
import { certaintyOfPartitions, columnElement, newIndex } from './indexes.ts';
import { defaultConstraintName, hasConstraint } from './names.ts';
import { setNotNull, validateNotNull } from './not-null.ts';
import { inheritConstraint } from './partitions.ts';
import { followIndex } from './rename.ts';
import { resolveConstraint } from './resolve.ts';
import type { Constraint, Index, Table } from './types.ts';

/** How a constraint comes to a table. */
export interface ConstraintSource {
  /** CREATE TABLE: the table is empty, so NOT VALID has no meaning (transformCheckConstraints, transformFKConstraints). */
  readonly newTable?: boolean;
  /** ALTER TABLE ONLY: partitions and inheriting tables do not get it. */
  readonly only?: boolean;
}

type KeyDefinition = Extract<ConstraintDefinition, { type: 'primary key' | 'unique' }>;
type ForeignKeyDefinition = Extract<ConstraintDefinition, { type: 'foreign key' }>;

/** ALTER TABLE … ADD CONSTRAINT. @returns the operation with the constraint's name and columns filled in. */
export function addConstraintOperation(
  draft: Draft,
  operation: OperationOf<'AddConstraint'>,
): OperationOf<'AddConstraint'> {
  const table = tableOrStub(draft, operation.table, operation.ifExists);
  if (table === undefined) return operation;
  const only = saysOnly(operation);
  return { ...operation, constraint: addConstraint(draft, table.name, operation.constraint, { only }) };
}

/**
 * Adds a constraint to a table, with its index, and to the tables that inherit it.
 *
 * @param draft the catalog.
 * @param tableName a table of the catalog.
 * @param written the constraint as written.
 * @param source how it comes to the table.
 * @returns the definition with name and columns filled in. Where the table has a constraint of that name, nothing is added.
 */
export function addConstraint(
  draft: Draft,
  tableName: ObjectName,
  written: ConstraintDefinition,
  source: ConstraintSource = {},
): ConstraintDefinition {
  const table = withRoomFor(draft, tableOf(draft, tableName), written.name);
  if (table === undefined) return written;
  if (written.type === 'not null') {
    setNotNull(draft, table.name, written.column, {
      name: written.name,
      validated: !written.notValid,
      ...source,
    });
    return written;
  }
  const filled = fillIn(draft, table, written);
  const isImplicit = written.type === 'foreign key' && written.referencedColumns.length === 0;
  const name = filled.name ?? defaultConstraintName(draft, table, filled);
  const definition = filled.name === undefined ? { ...filled, name } : filled;
  if (hasConstraint(table, name)) {
    mergeLocal(draft, table, name);
    return definition;
  }
  if (definition.type === 'foreign key' && relationOf(draft, definition.references) === undefined)
    draft.fromEmpty = false;
  const constraint = newConstraint(draft, name, definition, source.newTable === true, isImplicit);
  const changed = copyOfTable(table);
  changed.constraints = [...table.constraints, constraint];
  putTable(draft, changed);
  addWhatItBrings(draft, table.name, constraint, source.only === true);
  return definition;
}

/** The table without a constraint that perhaps has the name of one that is added for sure. */
function withRoomFor(draft: Draft, table: Table | undefined, name: string | undefined): Table | undefined {
  const existing = table?.constraints.find((one) => one.name === name);
  if (table === undefined || existing?.certainty !== 'uncertain' || draft.certainty === 'uncertain')
    return table;
  const changed = copyOfTable(table);
  changed.constraints = table.constraints.filter((one) => one !== existing);
  changed.indexes = table.indexes.filter((one) => one.name !== existing.index);
  putTable(draft, changed);
  return tableOf(draft, table.name);
}

/** A constraint of this name is there: inherited so far, the table's own now; or a statement that PostgreSQL refuses. */
function mergeLocal(draft: Draft, table: Table, name: string): void {
  const existing = table.constraints.find((constraint) => constraint.name === name);
  if (existing === undefined || existing.local) return;
  putTable(draft, {
    ...table,
    constraints: replaced(table.constraints, existing, { ...existing, local: true }),
  });
}

/**
 * The index of the referenced table that a foreign key rests on: the primary key's if no columns were written, else the
 * oldest that has these columns in any order and is not deferrable (transformFkeyCheckAttrs, src/backend/commands/tablecmds.c).
 */
function indexBehind(
  draft: Draft,
  definition: ForeignKeyDefinition,
  isImplicit: boolean,
): string | undefined {
  const table = tableOf(draft, definition.references);
  if (isImplicit) return table?.constraints.find((one) => one.definition.type === 'primary key')?.index;
  const wanted = definition.referencedColumns;
  const deferrable = new Set(
    table?.constraints.filter((one) => one.definition.deferrable).map((constraint) => constraint.index),
  );
  return table?.indexes.find(
    (index) =>
      index.unique &&
      index.valid &&
      index.where === undefined &&
      !deferrable.has(index.name) &&
      index.elements.length === wanted.length &&
      index.elements.every(({ column }) => column !== undefined && wanted.includes(column)),
  )?.name;
}

/** @returns a constraint, as certain as the operation. `isImplicit`: a foreign key written without the referenced columns. */
export function newConstraint(
  draft: Draft,
  name: string,
  definition: ConstraintDefinition,
  newTable: boolean,
  isImplicit = false,
): Constraint {
  return {
    name,
    definition,
    validated: isValidated(definition, newTable),
    index: hasIndex(definition) ? name : undefined,
    referencedIndex:
      definition.type === 'foreign key' ? indexBehind(draft, definition, isImplicit) : undefined,
    comment: undefined,
    local: true,
    certainty: draft.certainty,
    origin: draft.origin,
  };
}

function isValidated(definition: ConstraintDefinition, newTable: boolean): boolean {
  if (definition.type === 'not null') return !definition.notValid;
  if (definition.type !== 'check' && definition.type !== 'foreign key') return true;
  return !definition.notEnforced && (newTable || !definition.notValid);
}

function hasIndex(definition: ConstraintDefinition): boolean {
  return definition.type === 'primary key' || definition.type === 'unique' || definition.type === 'exclude';
}

function addWhatItBrings(draft: Draft, table: ObjectName, constraint: Constraint, only: boolean): void {
  const { definition } = constraint;
  if (definition.type === 'primary key') {
    for (const column of definition.columns) setNotNull(draft, table, column, { only });
    completeReferences(draft, table, constraint.name, definition.columns);
  }
  if (definition.type === 'check' || definition.type === 'foreign key') {
    if (!only) for (const child of childTablesOf(draft, table)) inheritConstraint(draft, child, constraint);
    return;
  }
  const current = tableOf(draft, table);
  if (current === undefined) return;
  if ('usingIndex' in definition && definition.usingIndex !== undefined) {
    adoptIndex(draft, current, constraint.name, definition.usingIndex);
    return;
  }
  const index = indexOfConstraint(draft, constraint);
  const isOnlyParent = only && current.partitionBy !== undefined && childTablesOf(draft, table).length > 0;
  if (index === undefined) return;
  const certainty = only
    ? leastCertain(index.certainty, certaintyOfPartitions(draft, current))
    : index.certainty;
  addIndex(draft, current, { ...index, certainty, valid: !isOnlyParent }, only);
}

/** USING INDEX: the index becomes the constraint's, and takes its name. */
function adoptIndex(draft: Draft, table: Table, constraint: string, indexName: string): void {
  const indexes = mapSame(table.indexes, (index) =>
    index.name === indexName ? { ...index, name: constraint, constraint } : index,
  );
  putTable(draft, { ...table, indexes });
  if (indexName !== constraint) followIndex(draft, table, indexName, constraint);
}

/** @returns the index that PostgreSQL builds for a constraint. */
export function indexOfConstraint(draft: Draft, constraint: Constraint): Index | undefined {
  const { definition, name } = constraint;
  switch (definition.type) {
    case 'primary key':
    case 'unique':
      return {
        ...newIndex(draft, name, definition.columns.map(columnElement), definition.include),
        unique: true,
        nullsNotDistinct: definition.nullsNotDistinct,
        constraint: name,
      };
    case 'exclude':
      return {
        ...newIndex(draft, name, definition.elements),
        method: definition.method,
        where: definition.where,
        constraint: name,
      };
    case 'check':
    case 'foreign key':
    case 'not null':
      return undefined;
  }
}

function fillIn(draft: Draft, table: Table, written: ConstraintDefinition): ConstraintDefinition {
  const definition = resolveConstraint(draft, written);
  switch (definition.type) {
    case 'primary key':
    case 'unique':
      return fromIndex(table, definition);
    case 'foreign key':
      return withReferencedColumns(draft, definition);
    case 'check':
    case 'not null':
    case 'exclude':
      return definition;
  }
}

/** USING INDEX: columns and, where none is written, the name come from the index. */
function fromIndex(table: Table, definition: KeyDefinition): KeyDefinition {
  const index = table.indexes.find((one) => one.name === definition.usingIndex);
  if (definition.usingIndex === undefined) return definition;
  const columns = index?.elements.flatMap(({ column }) => (column === undefined ? [] : [column]));
  return {
    ...definition,
    name: definition.name ?? definition.usingIndex,
    columns: columns ?? definition.columns,
    include: index?.include ?? definition.include,
    nullsNotDistinct: index?.nullsNotDistinct ?? definition.nullsNotDistinct,
  };
}

/** REFERENCES table without columns: its primary key's. */
function withReferencedColumns(draft: Draft, definition: ForeignKeyDefinition): ForeignKeyDefinition {
  if (definition.referencedColumns.length > 0) return definition;
  const target = tableOf(draft, definition.references);
  const key = target?.constraints.find((constraint) => constraint.definition.type === 'primary key');
  if (key === undefined || !('columns' in key.definition)) return definition;
  return { ...definition, referencedColumns: key.definition.columns };
}

/**
 * Foreign keys without columns that came before the primary key: in one ALTER TABLE, PostgreSQL adds the REFERENCES of a
 * column after the keys of all actions.
 */
function completeReferences(
  draft: Draft,
  target: ObjectName,
  referencedIndex: string,
  referencedColumns: readonly string[],
): void {
  for (const { table, constraint } of referencesTo(draft, target)) {
    const { definition } = constraint;
    if (definition.type !== 'foreign key' || definition.referencedColumns.length > 0) continue;
    const completed = { ...constraint, referencedIndex, definition: { ...definition, referencedColumns } };
    editTable(draft, table.name, (before) => ({
      ...before,
      constraints: replaced(before.constraints, constraint, completed),
    }));
  }
}

function editConstraint(
  draft: Draft,
  table: ObjectName,
  name: string,
  edit: (constraint: Constraint) => Constraint,
): void {
  editTable(draft, table, (before) => {
    const constraint = before.constraints.find((one) => one.name === name);
    if (constraint === undefined) return before;
    const certainty = leastCertain(constraint.certainty, draft.certainty);
    return {
      ...before,
      constraints: replaced(before.constraints, constraint, { ...edit(constraint), certainty }),
    };
  });
}

/** ALTER TABLE … VALIDATE CONSTRAINT, on the tables that inherit it too. */
export function validateConstraint(draft: Draft, table: ObjectName, name: string): void {
  const before = tableOf(draft, table);
  const notNull = before?.columns.find((column) => column.notNullConstraint?.name === name);
  if (before !== undefined && notNull !== undefined) {
    validateNotNull(draft, before, notNull.name);
    return;
  }
  editConstraint(draft, table, name, (constraint) => ({ ...constraint, validated: true }));
  for (const child of childTablesOf(draft, before?.name ?? table)) {
    if (hasConstraint(child, name)) validateConstraint(draft, child.name, name);
  }
}

/** ALTER TABLE … ALTER CONSTRAINT: when it is checked, and whether; the partitions' foreign keys follow. */
export function alterConstraint(draft: Draft, operation: OperationOf<'AlterConstraint'>): void {
  const alter = (table: ObjectName, name: string): void => {
    editConstraint(draft, table, name, (constraint) => alteredConstraint(constraint, operation));
    const foreignKey = tableOf(draft, table)?.constraints.find((one) => one.name === name)?.definition;
    if (foreignKey?.type !== 'foreign key') return;
    for (const child of childTablesOf(draft, table)) {
      const own = child.constraints.find((one) => !one.local && isSameForeignKey(one.definition, foreignKey));
      if (own !== undefined) alter(child.name, own.name);
    }
  };
  alter(operation.table, operation.constraint);
}

function isSameForeignKey(definition: ConstraintDefinition, other: ForeignKeyDefinition): boolean {
  return (
    definition.type === 'foreign key' &&
    definition.columns.join('\0') === other.columns.join('\0') &&
    definition.references.name === other.references.name &&
    definition.references.schema === other.references.schema
  );
}

function alteredConstraint(constraint: Constraint, operation: OperationOf<'AlterConstraint'>): Constraint {
  const { definition } = constraint;
  const timing = {
    deferrable: operation.deferrable ?? definition.deferrable,
    initiallyDeferred: operation.initiallyDeferred ?? definition.initiallyDeferred,
  };
  if (definition.type !== 'foreign key') return { ...constraint, definition: { ...definition, ...timing } };
  const notEnforced = operation.enforced === undefined ? definition.notEnforced : !operation.enforced;
  // Enforcing a foreign key again checks every row; no longer enforced, it proves nothing.
  const validated = operation.enforced ?? constraint.validated;
  return { ...constraint, validated, definition: { ...definition, ...timing, notEnforced } };
}
