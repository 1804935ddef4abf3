/** The actions of ALTER TABLE that add, drop or change a column. */
import type { AlterTableCmd, Node } from '@pgsql/types';
import type { ActionBase } from './alter-table-actions.ts';
import { columnOf, identityOf } from './columns.ts';
import type { Context } from './context.ts';
import { dottedName } from './names.ts';
import { fieldsOf, findOption, optionsOf, valueText } from './nodes.ts';
import { expressionOf, optionalExpression } from './source-text.ts';
import { behaviorOf } from './tables.ts';
import { typeNameOf } from './type-names.ts';
import type { AlterIdentity, Operation } from './types.ts';

/** An action on a column; undefined for all others. */
export function columnAction(
  command: AlterTableCmd,
  base: ActionBase,
  context: Context,
): Operation | undefined {
  const column = command.name ?? '';
  switch (command.subtype) {
    case 'AT_AddColumn':
    case 'AT_AddColumnToView': {
      const definition = columnOf(fieldsOf(command.def, 'ColumnDef') ?? {}, context.statement);
      return { kind: 'AddColumn', column: definition, ifNotExists: command.missing_ok === true, ...base };
    }
    case 'AT_DropColumn':
      return {
        kind: 'DropColumn',
        column,
        columnIfExists: command.missing_ok === true,
        behavior: behaviorOf(command.behavior),
        ...base,
      };
    case 'AT_AlterColumnType':
      return alterType(command, column, base, context);
    case 'AT_ColumnDefault':
      return command.def === undefined
        ? { kind: 'DropDefault', column, ...base }
        : {
            kind: 'SetDefault',
            column,
            default: expressionOf(context.statement, command.def, 'closed'),
            ...base,
          };
    case 'AT_SetNotNull':
      return { kind: 'SetNotNull', column, ...base };
    case 'AT_DropNotNull':
      return { kind: 'DropNotNull', column, ...base };
    case 'AT_SetExpression':
      return (
        command.def && {
          kind: 'SetExpression',
          column,
          expression: expressionOf(context.statement, command.def, 'closed'),
          ...base,
        }
      );
    case 'AT_DropExpression':
      return { kind: 'DropExpression', column, columnIfExists: command.missing_ok === true, ...base };
    default:
      return identityAction(command, column, base) ?? storageAction(command, column, base);
  }
}

function alterType(command: AlterTableCmd, column: string, base: ActionBase, context: Context): Operation {
  const definition = fieldsOf(command.def, 'ColumnDef');
  return {
    kind: 'AlterColumnType',
    column,
    type: typeNameOf(definition?.typeName),
    using: optionalExpression(context.statement, definition?.raw_default, 'closed'),
    collation: dottedName(definition?.collClause?.collname),
    ...base,
  };
}

function identityAction(command: AlterTableCmd, column: string, base: ActionBase): Operation | undefined {
  switch (command.subtype) {
    case 'AT_AddIdentity': {
      const letter = fieldsOf(command.def, 'Constraint')?.generated_when;
      return { kind: 'AddIdentity', column, identity: identityOf(letter), ...base };
    }
    case 'AT_SetIdentity':
      return { kind: 'AlterIdentity', column, identity: changedIdentity(command.def), ...base };
    case 'AT_DropIdentity':
      return { kind: 'DropIdentity', column, columnIfExists: command.missing_ok === true, ...base };
    default:
      return undefined;
  }
}

/** SET GENERATED gives the letter as a number; the sequence's options alone leave the kind as it is. */
function changedIdentity(node: Node | undefined): AlterIdentity['identity'] {
  const code = valueText(findOption(fieldsOf(node, 'List')?.items, 'generated')?.arg);
  return code === undefined ? undefined : identityOf(String.fromCharCode(Number(code)));
}

function storageAction(command: AlterTableCmd, column: string, base: ActionBase): Operation | undefined {
  switch (command.subtype) {
    case 'AT_SetStatistics':
      return {
        kind: 'AlterColumnStorage',
        column,
        setting: 'statistics',
        value: valueText(command.def),
        ...base,
      };
    case 'AT_SetStorage':
      return {
        kind: 'AlterColumnStorage',
        column,
        setting: 'storage',
        value: valueText(command.def),
        ...base,
      };
    case 'AT_SetCompression':
      return {
        kind: 'AlterColumnStorage',
        column,
        setting: 'compression',
        value: valueText(command.def),
        ...base,
      };
    case 'AT_SetOptions': {
      const options = optionsOf(fieldsOf(command.def, 'List')?.items);
      const text = Object.entries(options).map(([name, setting]) => `${name}=${setting}`);
      return { kind: 'AlterColumnStorage', column, setting: 'options', value: text.join(', '), ...base };
    }
    case 'AT_ResetOptions':
      return { kind: 'AlterColumnStorage', column, setting: 'options', value: undefined, ...base };
    default:
      return undefined;
  }
}
