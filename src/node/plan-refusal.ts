import type { Catalog } from '../model/catalog/types.ts';
import { typeText } from '../model/catalog/type-text.ts';
import { whyNotDroppable } from '../model/history/droppable.ts';
import { displayName, quoteIdentifier } from '../model/operations/display-name.ts';
import type { ChangeWish } from '../report/planned-change.ts';
import type { Origin } from './plan-origin.ts';
import type { PlanTarget } from './plan-target.ts';
import { UsageError } from './usage-error.ts';

/**
 * Refuses a drop of what others need.
 *
 * @param catalog the schema at the end of the history.
 * @throws {UsageError} for a primary key, for what foreign keys point at, and for what views and the like are built on.
 */
export function refuseDrop({ change }: ChangeWish, { table, column }: PlanTarget, catalog: Catalog): void {
  const reason = change === 'drop' ? whyNotDroppable(table, column, catalog) : undefined;
  if (reason !== undefined)
    throw new UsageError(reason, 'Change what depends on it first; then plan the drop.');
}

/**
 * Refuses a change to the type that a column has. With `--using` its values change, though not its type.
 *
 * @param origin the change as a migration.
 * @throws {UsageError} if nothing would change.
 */
export function refuseSameType(
  wish: ChangeWish,
  { table, column }: PlanTarget,
  { migration }: Pick<Origin, 'migration'>,
): void {
  if (wish.change !== 'type' || wish.using !== undefined || column?.certainty !== 'certain') return;
  const [operation, ...others] = migration.operations;
  if (operation?.kind !== 'AlterColumnType' || others.length > 0) return;
  const type = typeText(column.type);
  if (typeText(operation.type) !== type || operation.collation !== column.collation) return;
  throw new UsageError(`${displayName(table.name)}.${quoteIdentifier(column.name)} is ${type} already.`);
}
