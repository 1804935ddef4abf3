import type { ColumnKind } from '../operations/kind-groups.ts';
import { quoteIdentifier } from '../operations/display-name.ts';
import type { AddColumn, AlterColumnType, ObjectName } from '../operations/types.ts';
import { columnExistedBefore } from './data-loss.ts';
import {
  adds,
  columnName,
  relaxes,
  removes,
  setNotNull,
  swaps,
  tunes,
  type Impact,
  type ImpactScene,
  type ImpactTable,
} from './impact.ts';
import { typeChangeOf } from './type-change.ts';

/** ALTER TABLE's actions on columns. What they do to a table of the same deploy belongs to its creation. */
export const columnImpacts: ImpactTable<ColumnKind> = {
  AddColumn: addColumn,
  DropColumn: ({ table, column }, scene) =>
    isOld(table, column, scene)
      ? removes(`drops ${columnName(table, column)}, which running code may use`)
      : undefined,
  RenameColumn: ({ table, column, newName }, scene) =>
    isOld(table, column, scene)
      ? swaps(`renames ${columnName(table, column)} to ${quoteIdentifier(newName)}`)
      : undefined,
  AlterColumnType: alterColumnType,
  SetDefault: ({ table, column }, scene) =>
    onOld(table, column, scene, () => tunes(`changes the default of ${columnName(table, column)}`)),
  DropDefault({ table, column }, scene) {
    const after = scene.after.table(table)?.columns.find(({ name }) => name === column);
    if (after?.default !== undefined) return undefined;
    return onOld(table, column, scene, () =>
      after?.notNull === true
        ? removes(
            `drops the default of ${columnName(table, column)}, which is NOT NULL: INSERTs that leave it out fail`,
          )
        : tunes(`drops the default of ${columnName(table, column)}`),
    );
  },
  SetNotNull: ({ table, column }, scene) => setNotNull(table, column, scene),
  DropNotNull: ({ table, column }, scene) =>
    onOld(table, column, scene, () => relaxes(`lets ${columnName(table, column)} be NULL`)),
  SetExpression: ({ table, column }, scene) =>
    onOld(table, column, scene, () => tunes(`computes ${columnName(table, column)} in another way`)),
  DropExpression: ({ table, column }, scene) =>
    onOld(table, column, scene, () => tunes(`no longer computes ${columnName(table, column)}`)),
  AddIdentity: ({ table, column }, scene) =>
    onOld(table, column, scene, () => relaxes(`lets PostgreSQL number ${columnName(table, column)}`)),
  AlterIdentity: ({ table, column }, scene) =>
    onOld(table, column, scene, () => tunes(`changes how PostgreSQL numbers ${columnName(table, column)}`)),
  DropIdentity: ({ table, column }, scene) =>
    onOld(table, column, scene, () =>
      removes(`no longer numbers ${columnName(table, column)}: INSERTs that leave it out fail`),
    ),
  AlterColumnStorage: ({ table, column }, scene) =>
    onOld(table, column, scene, () => tunes(`changes how ${columnName(table, column)} is stored`)),
};

/** Whether running code may know a column: it was there before the deploy. */
function isOld(table: ObjectName, column: string, { before, existed }: ImpactScene): boolean {
  const old = existed(table);
  return old !== undefined && columnExistedBefore(old, before.table(table), column);
}

const onOld = (
  table: ObjectName,
  column: string,
  scene: ImpactScene,
  impact: () => Impact,
): Impact | undefined => (isOld(table, column, scene) ? impact() : undefined);

function addColumn({ table, column }: AddColumn, scene: ImpactScene): Impact {
  const name = columnName(table, column.name);
  if (scene.existed(table) === undefined) return adds(`adds ${name}`);
  const filled =
    column.default !== undefined ||
    column.generated !== undefined ||
    column.identity !== undefined ||
    column.type.serial;
  if (column.notNull && !filled)
    return swaps(`adds ${name}, which is NOT NULL without a default: running code cannot insert`);
  if (filled) return adds(`adds ${name}`);
  // Rows that are there have no value: what reads the column must expect NULL.
  return { ...adds(`adds ${name}, which is NULL in every row`), change: 'low risk' };
}

function alterColumnType(operation: AlterColumnType, scene: ImpactScene): Impact | undefined {
  const name = columnName(operation.table, operation.column);
  if (!isOld(operation.table, operation.column, scene)) return undefined;
  const table = scene.before.table(operation.table);
  const column = table?.columns.find((one) => one.name === operation.column);
  if (table === undefined || column === undefined) return swaps(`changes the type of ${name}`);
  const change = typeChangeOf(operation, table, column, scene.before);
  if (change === undefined || change.failsRunningCode) return swaps(`changes the type of ${name}`);
  if (change.work !== 'rewrite')
    return relaxes(`changes the type of ${name}, which old values fit as they are`);
  if (change.misfit !== undefined || change.loss !== undefined) return removes(`narrows the type of ${name}`);
  return { ...relaxes(`changes the type of ${name}, which is rewritten`), change: 'breaking' };
}
