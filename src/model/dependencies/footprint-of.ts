import type { AppliedOperation } from '../catalog/builder.ts';
import type { Catalog } from '../catalog/types.ts';
import type { ObjectName, Operation, OperationOf } from '../operations/types.ts';
import { addColumn, addDefault, addDroppedColumn, addNotNull } from './column-footprint.ts';
import { addConstraint, addDroppedConstraint, addValidation } from './constraint-footprint.ts';
import { FootprintBuilder, type Footprint } from './footprint.ts';
import { addDroppedIndex, addExpression, addIndex } from './index-footprint.ts';
import { wordsIn } from './words-in.ts';

/**
 * What operations touch, taken together. Of the commands that change settings of the session nothing is said: whoever moves
 * statements must see to it that they run with the settings that they ran with.
 *
 * @param applied with the schema around each.
 */
export function footprintOf(applied: readonly AppliedOperation[]): Footprint {
  const footprint = new FootprintBuilder();
  for (const one of applied) if (one.operation.run !== 'called') addOperation(footprint, one);
  return footprint.finish();
}

function addOperation(to: FootprintBuilder, applied: AppliedOperation): void {
  const { operation } = applied;
  switch (operation.kind) {
    case 'Do':
    case 'SetVariable':
      return;
    case 'CreateIndex':
      return addIndex(to, operation);
    case 'DropIndex':
      return addDroppedIndex(to, operation, applied.before);
    case 'AddColumn':
      return addColumn(to, operation);
    case 'DropColumn':
      return addDroppedColumn(to, operation, applied.before);
    case 'RenameColumn':
      for (const kind of ['column', 'null', 'default'] as const)
        for (const name of [operation.column, operation.newName])
          to.add('writes', operation.table.name, kind, name);
      return;
    case 'SetNotNull':
    case 'DropNotNull':
      return addNotNull(to, operation);
    case 'SetDefault':
    case 'DropDefault':
      return addDefault(to, operation);
    case 'AddConstraint':
      return addConstraint(to, operation.table, operation.constraint);
    case 'DropConstraint':
      return addDroppedConstraint(to, operation, applied.before);
    case 'ValidateConstraint':
      return addValidation(to, operation, applied.before);
    case 'SetRowSecurity':
    case 'SetTriggerState':
    case 'SetRuleState':
    case 'SetTableOptions':
    case 'AlterColumnStorage':
      to.add('writes', operation.table.name, 'settings');
      return to.add('provides', operation.table.name, 'rules');
    case 'CreateTrigger':
    case 'DropTrigger':
      return addTrigger(to, operation);
    case 'CreateFunction':
      return addFunction(to, operation);
    case 'CreateView':
    case 'CreateMaterializedView':
      return addNew(to, operation.view, textOf(operation));
    case 'CreateTableAs':
      return addNew(to, operation.table, textOf(operation));
    case 'DropView':
    case 'DropMaterializedView':
      for (const { name } of applied.before.view(operation.view)?.reads ?? [])
        to.add('provides', name, 'readers');
      return addWhole(to, operation);
    case 'CommentOn':
      return addComment(to, operation);
    case 'Insert':
    case 'Update':
    case 'Delete':
    case 'Merge':
    case 'Truncate':
    case 'Copy':
      return addRows(to, operation, applied.before);
    case 'Opaque':
    case 'Call':
    case 'TransactionControl':
    case 'BodyTransactionControl':
    case 'Raise':
    case 'LockTable':
    case 'CreateExtension':
    case 'AlterExtension':
    case 'AlterDefaultPrivileges':
    case 'ClusterWide':
    case 'Other':
      to.unknown = true;
      return;
    default:
      return addWhole(to, operation);
  }
}

/** Everything that the text of an operation may name, changed or made, and read to the last row. */
function addWhole(to: FootprintBuilder, operation: Operation): void {
  if (operation.kind === 'Grant' && operation.allInSchema) to.unknown = true;
  if (operation.kind === 'Select') return addSelect(to, operation);
  for (const word of wordsIn(textOf(operation))) to.add('writes', word);
  for (const value of Object.values(operation)) if (isObjectName(value)) to.add('writes', value.name);
}

/** Also those that stand outside of the text: the table that an action is of. */
function isObjectName(value: unknown): value is ObjectName {
  return typeof value === 'object' && value !== null && 'schema' in value && 'name' in value;
}

/** What is made of others: these are read whole. */
function addNew(to: FootprintBuilder, { name }: ObjectName, text: string): void {
  for (const word of wordsIn(text)) {
    to.add('reads', word);
    to.add('needs', word);
  }
  to.add('writes', name);
}

/** A function that is called can do anything; PostgreSQL's own, and plain reading, do nothing to the schema. */
function addSelect(to: FootprintBuilder, operation: OperationOf<'Select'>): void {
  for (const word of wordsIn(textOf(operation))) {
    to.add(operation.calls.length > 0 ? 'writes' : 'reads', word);
    to.add('needs', word);
  }
}

function textOf(operation: Operation): string {
  const { source, span } = operation.action === undefined ? operation.statement : operation.at();
  return source.text.slice(span.start, span.end);
}

function addTrigger(to: FootprintBuilder, operation: OperationOf<'CreateTrigger' | 'DropTrigger'>): void {
  const { table, name } = operation;
  to.add('writes', table.name, 'trigger', name);
  to.add('provides', table.name, 'rules');
  to.add('needs', table.name, 'rows');
  if (operation.kind === 'DropTrigger') return;
  to.add('reads', operation.function.name);
  for (const column of operation.columns) to.add('reads', table.name, 'column', column);
  addExpression(to, table.name, operation.when);
}

/** The body of a PL/pgSQL function is bound when it is called: what it names must be there, no more. */
function addFunction(to: FootprintBuilder, operation: OperationOf<'CreateFunction'>): void {
  const isLate = operation.language === 'plpgsql' && !operation.resolvedBody;
  for (const word of wordsIn(operation.definition)) to.add('reads', word, isLate ? 'self' : '*');
  to.add('writes', operation.routine.name);
}

function addComment(to: FootprintBuilder, { object, column, table }: OperationOf<'CommentOn'>): void {
  if (column !== undefined) {
    const on = (table ?? object).name;
    to.add('reads', on, 'column', column);
    return to.add('writes', on, 'comment', column);
  }
  if (table !== undefined) {
    to.add('reads', table.name, 'constraint', object.name);
    to.add('writes', table.name, 'comment', object.name);
  }
  to.add('reads', object.name, 'constraint');
  to.add('writes', object.name, 'comment', '');
}

type RowsOperation = OperationOf<'Insert' | 'Update' | 'Delete' | 'Merge' | 'Truncate' | 'Copy'>;

/** Rows are written by the rules that are in force, and found through indexes. */
function addRows(to: FootprintBuilder, operation: RowsOperation, before: Catalog): void {
  const table = operation.table?.name;
  const text = textOf(operation);
  for (const word of wordsIn(text)) {
    if (word === table) continue;
    to.add('reads', word);
    to.add('needs', word);
    to.add('reads', table, 'column', word);
  }
  if (table === undefined || operation.kind === 'Truncate') return addWhole(to, operation);
  to.add('provides', table, 'rows');
  for (const part of ['rows', 'rules', 'indexes', 'keys'] as const) to.add('needs', table, part);
  const found = operation.table === undefined ? undefined : before.table(operation.table);
  const takesAll = /\*/.test(text) || ('columns' in operation && operation.columns.length === 0);
  if (takesAll || found === undefined || found.triggers.length > 0) to.add('reads', table, 'column');
  for (const column of found?.columns ?? [])
    if (column.type.schema !== undefined) to.add('reads', column.type.name);
}
