/** ALTER TABLE and its kin, one operation for each action, in the order in which PostgreSQL executes them. */
import type { AlterTableCmd, AlterTableStmt, AlterTableType } from '@pgsql/types';
import { actionOperation } from './alter-table-actions.ts';
import type { Context } from './context.ts';
import { relationName, roleName } from './names.ts';
import { fieldsOf, valueText } from './nodes.ts';
import { columnOf } from './columns.ts';
import { objectTypeOf } from './object-types.ts';
import type { Operation, OperationBase } from './types.ts';

/**
 * The passes of ALTER TABLE: PostgreSQL sorts the actions into them, and runs pass by pass, in the written order within
 * one (src/backend/commands/tablecmds.c, ATPrepCmd; the same from 13 to 18 for what this table holds).
 */
const passes = {
  drop: 0,
  alterType: 1,
  addColumn: 2,
  setExpression: 3,
  columnAttributes: 4,
  addIndexConstraint: 5,
  addOtherConstraint: 6,
  miscellaneous: 7,
} as const;

const passOf: Readonly<Partial<Record<AlterTableType, number>>> = {
  AT_DropNotNull: passes.drop,
  AT_DropExpression: passes.drop,
  AT_DropIdentity: passes.drop,
  AT_DropColumn: passes.drop,
  AT_DropConstraint: passes.drop,
  AT_DropOids: passes.drop,
  AT_AlterColumnType: passes.alterType,
  AT_AddColumn: passes.addColumn,
  AT_SetExpression: passes.setExpression,
  AT_SetNotNull: passes.columnAttributes,
  AT_AddIdentity: passes.addOtherConstraint,
};

function passOfAction(command: AlterTableCmd): number {
  if (command.subtype === 'AT_ColumnDefault') {
    return command.def === undefined ? passes.drop : passes.addOtherConstraint;
  }
  if (command.subtype === 'AT_AddConstraint') {
    switch (fieldsOf(command.def, 'Constraint')?.contype) {
      case 'CONSTR_NOTNULL':
        return passes.columnAttributes;
      case 'CONSTR_PRIMARY':
      case 'CONSTR_UNIQUE':
      case 'CONSTR_EXCLUSION':
        return passes.addIndexConstraint;
      default:
        return passes.addOtherConstraint;
    }
  }
  return passOf[command.subtype ?? 'AT_DropOids'] ?? passes.miscellaneous;
}

/** ALTER TABLE, and ALTER INDEX, VIEW, MATERIALIZED VIEW, SEQUENCE, FOREIGN TABLE and TYPE where the grammar makes them the same. */
export function alterTable(node: AlterTableStmt, context: Context): readonly Operation[] {
  const commands = (node.cmds ?? []).map((item, action) => ({
    command: fieldsOf(item, 'AlterTableCmd') ?? {},
    action,
  }));
  if (commands.length > 1) commands.sort((a, b) => passOfAction(a.command) - passOfAction(b.command));
  return commands.map(({ command, action }) => {
    const base: OperationBase = { ...context.base, action };
    return operationOf(node, command, base, context);
  });
}

function operationOf(
  node: AlterTableStmt,
  command: AlterTableCmd,
  base: OperationBase,
  context: Context,
): Operation {
  if (command.subtype === 'AT_ChangeOwner') {
    return {
      kind: 'ChangeOwner',
      objectType: objectTypeOf(node.objtype),
      object: relationName(node.relation),
      argumentTypes: undefined,
      owner: roleName(command.newowner),
      ...base,
    };
  }
  switch (node.objtype) {
    case 'OBJECT_INDEX':
      return indexAction(node, command, base);
    case 'OBJECT_SEQUENCE':
      return sequenceAction(node, command, base);
    case 'OBJECT_TYPE':
      return attributeAction(node, command, base, context);
    default:
      return actionOperation(node, command, base, context);
  }
}

function indexAction(node: AlterTableStmt, command: AlterTableCmd, base: OperationBase): Operation {
  const index = relationName(node.relation);
  const partition = fieldsOf(command.def, 'PartitionCmd');
  if (command.subtype === 'AT_AttachPartition') {
    return { kind: 'AttachIndex', index, partitionIndex: relationName(partition?.name), ...base };
  }
  return { kind: 'AlterIndex', index, setting: indexSetting(command), ...base };
}

function indexSetting(command: AlterTableCmd): string {
  switch (command.subtype) {
    case 'AT_SetTableSpace':
      return `tablespace ${command.name ?? ''}`;
    case 'AT_SetStatistics':
      return `statistics ${valueText(command.def) ?? 'default'}`;
    default: {
      const names = (fieldsOf(command.def, 'List')?.items ?? []).map(
        (item) => fieldsOf(item, 'DefElem')?.defname,
      );
      return names.join(', ');
    }
  }
}

function sequenceAction(node: AlterTableStmt, command: AlterTableCmd, base: OperationBase): Operation {
  const persistence = command.subtype === 'AT_SetUnLogged' ? 'unlogged' : 'permanent';
  return {
    kind: 'AlterSequence',
    sequence: relationName(node.relation),
    ifExists: node.missing_ok === true,
    ownedBy: undefined,
    options: { persistence },
    ...base,
  };
}

const attributeChanges: Readonly<Partial<Record<AlterTableType, 'add' | 'drop' | 'alter'>>> = {
  AT_AddColumn: 'add',
  AT_DropColumn: 'drop',
};

function attributeAction(
  node: AlterTableStmt,
  command: AlterTableCmd,
  base: OperationBase,
  context: Context,
): Operation {
  const column = fieldsOf(command.def, 'ColumnDef');
  const definition =
    column && columnOf({ ...column, colname: command.name ?? column.colname ?? '' }, context.statement);
  return {
    kind: 'AlterCompositeType',
    type: relationName(node.relation),
    change: attributeChanges[command.subtype ?? 'AT_AlterColumnType'] ?? 'alter',
    attribute: command.name ?? definition?.name ?? '',
    definition,
    newName: undefined,
    ...base,
  };
}
