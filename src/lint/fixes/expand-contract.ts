import { namesSpeakFor } from '../../model/history/replacements.ts';
import { pageKey } from '../../model/history/page-key.ts';
import { whyNotNewType, whyNotReplaceable } from '../../model/history/replaceable-column.ts';
import { quoteIdentifier } from '../../model/operations/display-name.ts';
import { isSameObject } from '../../model/operations/same-object.ts';
import type {
  AddColumn,
  AlterColumnType,
  Delete,
  DropColumn,
  DropTable,
  ObjectName,
  Operation,
  RenameColumn,
  Update,
} from '../../model/operations/types.ts';
import type { FixRequest } from '../fix.ts';
import { isMovable, type FixScene } from './scene.ts';

/** The fix that renames a column step by step: expand, backfill, and the contract as a draft. */
export function renameColumnFix(operation: RenameColumn, scene: FixScene): FixRequest | undefined {
  if (!isReplaceable(operation, scene)) return undefined;
  const title = `adds ${quoteIdentifier(operation.newName)} beside it, kept in step by a trigger, backfills it, and drafts the drop of ${quoteIdentifier(operation.column)}`;
  return { kind: 'plan', safety: 'unsafe', title, plan: { plan: 'rename column', operation } };
}

/** The same for a drop that stands beside the column it becomes, in one migration. To read only where their names do not speak for it. */
export function replaceDroppedColumnFix(
  operation: DropColumn,
  replacement: AddColumn,
  scene: FixScene,
): FixRequest | undefined {
  const { operations } = scene.migration;
  if (!operations.includes(replacement) || !isMovable(replacement, scene)) return undefined;
  if (!isReplaceable(operation, scene) || operation.behavior === 'cascade' || replacement.ifNotExists)
    return undefined;
  const before = scene.catalog.table(operation.table)?.columns.find(({ name }) => name === operation.column);
  const isLikely = before !== undefined && namesSpeakFor(operation, before, replacement, operations);
  const [old, added] = [quoteIdentifier(operation.column), quoteIdentifier(replacement.column.name)];
  const title =
    old === added
      ? `keeps ${old} until a new column has its values, and drafts the swap of the two`
      : `keeps ${old} in step with ${added} by a trigger, backfills ${added}, and drafts the drop of ${old}`;
  const plan = { plan: 'replace dropped column', operation, replacement } as const;
  return isLikely
    ? { kind: 'plan', safety: 'unsafe', title, plan }
    : { kind: 'plan', safety: 'display-only', title: `if ${added} is ${old} renamed: ${title}`, plan };
}

/** The fix that changes a column's type by a second column. */
export function changeTypeFix(operation: AlterColumnType, scene: FixScene): FixRequest | undefined {
  if (!isReplaceable(operation, scene) || whyNotNewType(operation.type, scene.catalog) !== undefined)
    return undefined;
  const title = 'fills a column of the new type by a trigger and a backfill, and drafts the swap of the two';
  return { kind: 'plan', safety: 'unsafe', title, plan: { plan: 'change type', operation } };
}

function isReplaceable(operation: RenameColumn | DropColumn | AlterColumnType, scene: FixScene): boolean {
  if (!isMovable(operation, scene) || !keepsItsName(operation.table, operation, scene)) return false;
  const table = scene.catalog.table(operation.table);
  return table !== undefined && whyNotReplaceable(table, operation.column, scene.catalog) === undefined;
}

/** The fix that leaves NOT NULL for later, when every row has a value that somebody has chosen. */
export function requireLaterFix(operation: AddColumn, scene: FixScene): FixRequest | undefined {
  if (!isPlainColumn(operation, scene)) return undefined;
  const title = 'adds it without NOT NULL, and drafts the backfill, whose value you choose, and the NOT NULL';
  return { kind: 'plan', safety: 'unsafe', title, plan: { plan: 'require later', operation } };
}

/** The fix that gives the rows that are there their default in batches. */
export function fillWithDefaultFix(operation: AddColumn, scene: FixScene): FixRequest | undefined {
  if (!isPlainColumn(operation, scene)) return undefined;
  const last = operation.column.notNull ? ', and makes it NOT NULL' : '';
  const title = `adds it first, then its default, fills it in batches${last}`;
  return { kind: 'plan', safety: 'safe', title, plan: { plan: 'fill with default', operation } };
}

function isPlainColumn(operation: AddColumn, scene: FixScene): boolean {
  const { column, ifNotExists, table: name } = operation;
  const table = scene.catalog.table(name);
  if (ifNotExists || table === undefined || table.partitionBy !== undefined || table.inherits.length > 0)
    return false;
  if (column.constraints.length > 0 || column.notNullName !== undefined || pageKey(table) === undefined)
    return false;
  if (column.identity !== undefined || column.generated !== undefined || column.type.serial) return false;
  return isMovable(operation, scene) && keepsItsName(name, operation, scene);
}

/** The fix that drafts drops for a later release; columns that inserts must have a value of are relaxed now. */
export function draftDropFix(
  operations: readonly (DropColumn | DropTable)[],
  scene: FixScene,
): FixRequest | undefined {
  const isFit = operations.every((operation) => {
    if (!isMovable(operation, scene) || !keepsItsName(operation.table, operation, scene)) return false;
    // A list of tables is one statement, and stays one.
    return operation.action !== undefined || isOnly(operation, scene);
  });
  if (!isFit || operations.length === 0) return undefined;
  const title = 'drafts the drop for a later release';
  return { kind: 'plan', safety: 'safe', title, plan: { plan: 'drop later', operations } };
}

function isOnly(operation: DropColumn | DropTable, { migration }: FixScene): boolean {
  return migration.operations.every(
    (other) => other === operation || other.statement !== operation.statement,
  );
}

/** The fix that writes in batches, in a migration of its own. */
export function batchedWriteFix(operation: Update | Delete, scene: FixScene): FixRequest | undefined {
  const table = scene.catalog.table(operation.table);
  if (table === undefined || pageKey(table) === undefined || operation.loop !== undefined) return undefined;
  if (!isMovable(operation, scene) || !keepsItsName(operation.table, operation, scene)) return undefined;
  const title = 'does it batch by batch, in a migration of its own';
  return { kind: 'plan', safety: 'unsafe', title, plan: { plan: 'batched write', operation } };
}

/** Whether the table is there under its name when the migration has run: steps that come later name it so. */
function keepsItsName(
  table: ObjectName,
  operation: Operation,
  { migration: { operations } }: FixScene,
): boolean {
  return operations.slice(operations.indexOf(operation) + 1).every((other) => {
    if (other.run === 'called') return true;
    if (other.kind === 'SetSchema') return !isSameObject(other.object, table);
    const ends = other.kind === 'RenameTable' || other.kind === 'DropTable';
    return !ends || !isSameObject(other.table, table);
  });
}
