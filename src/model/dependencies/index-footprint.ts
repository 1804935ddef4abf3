import type { Catalog } from '../catalog/types.ts';
import type { Expression, IndexElement, OperationOf } from '../operations/types.ts';
import type { FootprintBuilder } from './footprint.ts';
import { wordsIn } from './words-in.ts';

/** CREATE INDEX. */
export function addIndex(to: FootprintBuilder, operation: OperationOf<'CreateIndex'>): void {
  const { table, name, elements, include, where, unique } = operation;
  to.add('writes', name);
  to.add('writes', table.name, 'index', name ?? '*');
  to.add('provides', table.name, 'indexes');
  addElements(to, table.name, elements);
  for (const column of include) to.add('reads', table.name, 'column', column);
  addExpression(to, table.name, where);
  if (!unique) return;
  to.add('provides', table.name, 'keys');
  to.add('provides', table.name, 'rules');
  to.add('needs', table.name, 'rows');
}

/** A new index has to be there before the one that it replaces goes. */
export function addDroppedIndex(
  to: FootprintBuilder,
  { index, behavior }: OperationOf<'DropIndex'>,
  before: Catalog,
): void {
  const found = before.index(index);
  to.add('writes', index.name);
  if (found === undefined || behavior === 'cascade') {
    to.unknown = true;
    return;
  }
  const { name } = found.on.name;
  to.add('writes', name, 'index', index.name);
  to.add('provides', name, 'indexes');
  to.add('needs', name, 'indexes');
  if (!found.index.unique) return;
  to.add('provides', name, 'rules');
  to.add('writes', name, 'keys');
}

/** The keys of an index. */
export function addElements(to: FootprintBuilder, table: string, elements: readonly IndexElement[]): void {
  for (const { column, expression, operatorClass } of elements) {
    if (column !== undefined) to.add('reads', table, 'column', column);
    addExpression(to, table, expression);
    to.add('reads', operatorClass);
  }
}

/** What an expression about a table's row may name: its columns, and objects. */
export function addExpression(to: FootprintBuilder, table: string, expression: Expression | undefined): void {
  if (expression === undefined) return;
  for (const word of wordsIn(expression.text)) {
    to.add('reads', table, 'column', word);
    if (word !== table) to.add('reads', word);
  }
}
