import { displayNames } from '../operations/display-name.ts';
import type { Catalog, Table } from '../catalog/types.ts';
import type { ObjectName, Operation, Update } from '../operations/types.ts';
import { tablesLostByCascade } from './cascade-loss.ts';
import { columnExistedBefore, dataLossOf, isDestructive, type DataLoss } from './data-loss.ts';
import type { History } from './history.ts';
import { columnName } from './impact.ts';
import { isTableSaved, savedCopies, type Viewpoint } from './saved-copies.ts';

/** How much data a migration may cost: none, some or what has a copy, all of something. */
export type DataLossRisk = 'low' | 'medium' | 'high';

/** Whether the database can be brought back to where it was; what the new code has written since is another matter. */
export type Reversibility = 'yes' | 'with data loss' | 'no';

/** What an operation takes from rows that were there before the deploy. */
export interface LossRisk {
  readonly risk: DataLossRisk;
  /** Whether a rollback can bring the values back: from a copy, only in part, or not at all. */
  readonly reversible: Reversibility;
  /** As a predicate: `destroys every row of users`. */
  readonly text: string;
}

/** Where an operation stands. */
export interface LossScene {
  /** The schema just before the operation. */
  readonly before: Catalog;
  readonly history: History;
  /** A table as it was before the deploy; undefined if the deploy created it. */
  readonly existed: (table: ObjectName) => Table | undefined;
}

/**
 * The data-loss risk of one operation.
 * - high: a table, a column, all rows or a part of every value goes, and no migration has copied it.
 * - medium: it goes, but there is a copy; chosen rows are deleted; values are overwritten.
 *
 * @param operation with resolved names.
 * @returns undefined for an operation that takes nothing.
 */
export function lossRiskOf(operation: Operation, scene: LossScene): LossRisk | undefined {
  if (operation.run === 'called') return undefined;
  if (operation.kind === 'Update') return overwriting(operation, scene);
  if (operation.kind === 'Merge' && scene.existed(operation.table) !== undefined) {
    const text = `changes or deletes rows of ${displayNames([operation.table], 'tables').join('')}`;
    return { risk: 'medium', reversible: 'with data loss', text };
  }
  if (!isDestructive(operation)) return undefined;
  const viewpoint = { history: scene.history, catalog: scene.before, operation };
  const others = lostByCascade(operation, scene);
  if (operation.kind === 'DropObject') return others;
  const loss = dataLossOf(operation, scene.existed(operation.table), scene.before.table(operation.table));
  if (loss !== undefined) return ofLoss(loss, operation.table, viewpoint);
  if (operation.kind === 'Delete' && scene.existed(operation.table) !== undefined) {
    const text = `deletes chosen rows of ${displayNames([operation.table], 'tables').join('')}`;
    return { risk: 'medium', reversible: 'with data loss', text };
  }
  return others;
}

function ofLoss(loss: DataLoss, now: ObjectName, viewpoint: Viewpoint): LossRisk {
  const name = displayNames([now], 'tables').join('');
  switch (loss.what) {
    case 'table':
    case 'rows': {
      const saved = isTableSaved({ name: now, columns: loss.table.columns }, viewpoint);
      return judged(loss.what === 'table' ? `drops ${name} with its rows` : `empties ${name}`, saved);
    }
    case 'column':
      return judged(
        `drops ${columnName(now, loss.column)} with its values`,
        savedCopies(now, loss.column, viewpoint).length > 0,
      );
    case 'values': {
      const saved = savedCopies(now, loss.column, viewpoint).length > 0;
      const found = judged(`loses a part of the values of ${columnName(now, loss.column)}`, saved);
      return found.reversible === 'no' && loss.how !== 'ignores the old value'
        ? { ...found, reversible: 'with data loss' }
        : found;
    }
    default:
      return loss satisfies never;
  }
}

function judged(text: string, saved: boolean): LossRisk {
  return saved
    ? { risk: 'medium', reversible: 'yes', text: `${text}, of which there is a copy` }
    : { risk: 'high', reversible: 'no', text: `${text}, of which no migration has made a copy` };
}

function lostByCascade(operation: Viewpoint['operation'], scene: LossScene): LossRisk | undefined {
  const lost = tablesLostByCascade(operation, scene.before).filter(
    ({ name }) => scene.existed(name) !== undefined,
  );
  if (lost.length === 0) return undefined;
  const names = displayNames(
    lost.map(({ name }) => name),
    'tables',
  );
  return judged(`destroys every row of ${names.join(', ')}`, false);
}

/**
 * An UPDATE overwrites what columns held, but for columns that the deploy added, that it asks to be NULL, and whose values
 * it takes from elsewhere for a replacement.
 */
function overwriting(operation: Update, scene: LossScene): LossRisk | undefined {
  const { table, assignments, where } = operation;
  const old = scene.existed(table);
  if (old === undefined) return undefined;
  const now = scene.before.table(table);
  const empty = new Set(
    where.conditions.filter(({ form }) => form === 'is null').map(({ column }) => column),
  );
  const overwritten = assignments.find(
    ({ column }) =>
      !empty.has(column) &&
      columnExistedBefore(old, now, column) &&
      scene.history.replacedBy(table, column, operation) === undefined,
  );
  if (overwritten === undefined) return undefined;
  const text = `overwrites values of ${columnName(table, overwritten.column)}`;
  return { risk: 'medium', reversible: 'with data loss', text };
}
