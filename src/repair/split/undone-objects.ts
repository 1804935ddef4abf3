import type { ObjectName, Operation } from '../../model/operations/types.ts';

/**
 * What an operation makes, drops or changes, as keys that an operation which undoes it has as well: `index orders_user_id_idx`. By
 * bare names, since a rollback may write a name with its schema and the migration without.
 */
export function undoneObjects(operation: Operation): readonly string[] {
  const on = (table: ObjectName, kind: string, name: string): string => `${kind} ${table.name}.${name}`;
  switch (operation.kind) {
    case 'CreateIndex':
      return [`index ${operation.name ?? ''}`];
    case 'DropIndex':
      return [`index ${operation.index.name}`];
    case 'RenameIndex':
      return [`index ${operation.index.name}`, `index ${operation.newName}`];
    case 'AddColumn':
      return [on(operation.table, 'column', operation.column.name)];
    case 'DropColumn':
      return [on(operation.table, 'column', operation.column)];
    case 'RenameColumn':
      return [operation.column, operation.newName].map((name) => on(operation.table, 'renamed', name));
    case 'SetNotNull':
    case 'DropNotNull':
      return [on(operation.table, 'not null', operation.column)];
    case 'SetDefault':
    case 'DropDefault':
      return [on(operation.table, 'default', operation.column)];
    case 'AlterColumnType':
      return [on(operation.table, 'type', operation.column)];
    case 'AddConstraint':
      return [on(operation.table, 'constraint', operation.constraint.name ?? '')];
    case 'DropConstraint':
      return [on(operation.table, 'constraint', operation.constraint)];
    case 'CreateTable':
    case 'CreateTableAs':
    case 'DropTable':
      return [`table ${operation.table.name}`];
    case 'CreateView':
    case 'DropView':
    case 'CreateMaterializedView':
    case 'DropMaterializedView':
      return [`view ${operation.view.name}`];
    case 'CreateEnum':
    case 'CreateDomain':
    case 'CreateType':
    case 'DropType':
      return [`type ${operation.type.name}`];
    case 'CreateFunction':
    case 'DropFunction':
      return [`function ${operation.routine.name}`];
    case 'CreateTrigger':
    case 'DropTrigger':
    case 'CreatePolicy':
    case 'DropPolicy':
      return [on(operation.table, 'trigger', operation.name)];
    case 'CreateSequence':
    case 'DropSequence':
      return [`sequence ${operation.sequence.name}`];
    case 'Insert':
    case 'Update':
    case 'Delete':
    case 'Merge':
      return [`rows ${operation.table.name}`];
    default:
      return [];
  }
}
