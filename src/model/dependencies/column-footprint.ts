import { constraintUses, indexUses } from '../catalog/uses.ts';
import type { Catalog } from '../catalog/types.ts';
import type { OperationOf } from '../operations/types.ts';
import { addConstraint, addGoneConstraint } from './constraint-footprint.ts';
import type { FootprintBuilder } from './footprint.ts';
import { addExpression } from './index-footprint.ts';

/** ADD COLUMN, with its constraints. */
export function addColumn(to: FootprintBuilder, { table, column }: OperationOf<'AddColumn'>): void {
  for (const kind of ['column', 'null', 'default'] as const) to.add('writes', table.name, kind, column.name);
  to.add('reads', column.type.name);
  if (column.notNull) to.add('provides', table.name, 'rules');
  addExpression(to, table.name, column.default);
  addExpression(to, table.name, column.generated?.expression);
  if (column.identity !== undefined || column.type.serial)
    to.add('writes', `${table.name}_${column.name}_seq`);
  for (const constraint of column.constraints) addConstraint(to, table, constraint);
}

/** DROP COLUMN, with the indexes and constraints that go with it. */
export function addDroppedColumn(
  to: FootprintBuilder,
  { table, column, behavior }: OperationOf<'DropColumn'>,
  before: Catalog,
): void {
  for (const kind of ['column', 'null', 'default'] as const) to.add('writes', table.name, kind, column);
  const found = before.table(table);
  if (found === undefined || behavior === 'cascade') return to.add('writes', table.name);
  to.add('needs', table.name, 'readers');
  const type = found.columns.find((one) => one.name === column)?.type;
  if (type?.schema !== undefined) to.add('reads', type.name);
  for (const index of found.indexes)
    if (indexUses(index, column)) {
      to.add('writes', index.name);
      to.add('writes', table.name, 'index', index.name);
    }
  for (const constraint of found.constraints)
    if (constraintUses(constraint.definition, column)) addGoneConstraint(to, found, constraint);
  for (const view of before.readers(table)) to.add('writes', view.name.name);
  for (const sequence of before.sequences())
    if (sequence.ownedBy?.table.name === table.name && sequence.ownedBy.column === column)
      to.add('writes', sequence.name.name);
}

/** SET NOT NULL looks for NULLs, unless a CHECK that was validated, and is still there, says that there are none. */
export function addNotNull(to: FootprintBuilder, operation: OperationOf<'SetNotNull' | 'DropNotNull'>): void {
  const { table, column, kind } = operation;
  to.add('writes', table.name, 'null', column);
  to.add('reads', table.name, 'column', column);
  to.add('provides', table.name, 'rules');
  if (kind !== 'SetNotNull') return;
  to.add('needs', table.name, 'rows');
  to.add('needs', table.name, 'validity');
  to.add('reads', table.name, 'proofs');
}

/** SET DEFAULT and DROP DEFAULT. */
export function addDefault(to: FootprintBuilder, operation: OperationOf<'SetDefault' | 'DropDefault'>): void {
  const { table, column } = operation;
  to.add('writes', table.name, 'default', column);
  to.add('reads', table.name, 'column', column);
  to.add('provides', table.name, 'rules');
  if (operation.kind === 'SetDefault') addExpression(to, table.name, operation.default);
}
