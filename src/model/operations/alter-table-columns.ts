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
      return { ...base, kind: 'AddColumn', column: definition, ifNotExists: command.missing_ok === true };
    }
    case 'AT_DropColumn':
      return {
        ...base,
        kind: 'DropColumn',
        column,
        columnIfExists: command.missing_ok === true,
        behavior: behaviorOf(command.behavior),
      };
    case 'AT_AlterColumnType':
      return alterType(command, column, base, context);
    case 'AT_ColumnDefault':
      return command.def === undefined
        ? { ...base, kind: 'DropDefault', column }
        : { ...base, kind: 'SetDefault', column, default: expressionOf(context.statement, command.def, 'closed') };
    case 'AT_SetNotNull':
      return { ...base, kind: 'SetNotNull', column };
    case 'AT_DropNotNull':
      return { ...base, kind: 'DropNotNull', column };
    case 'AT_SetExpression':
      return (
        command.def && {
          ...base,
          kind: 'SetExpression',
          column,
          expression: expressionOf(context.statement, command.def, 'closed'),
        }
      );
    case 'AT_DropExpression':
      return { ...base, kind: 'DropExpression', column, columnIfExists: command.missing_ok === true };
    default:
      return identityAction(command, column, base) ?? storageAction(command, column, base);
  }
}

function alterType(
  command: AlterTableCmd,
  column: string,
  base: ActionBase,
  context: Context,
): Operation {
  const definition = fieldsOf(command.def, 'ColumnDef');
  return {
    ...base,
    kind: 'AlterColumnType',
    column,
    type: typeNameOf(definition?.typeName),
    using: optionalExpression(context.statement, definition?.raw_default, 'closed'),
    collation: dottedName(definition?.collClause?.collname),
  };
}

function identityAction(command: AlterTableCmd, column: string, base: ActionBase): Operation | undefined {
  switch (command.subtype) {
    case 'AT_AddIdentity': {
      const letter = fieldsOf(command.def, 'Constraint')?.generated_when;
      return { ...base, kind: 'AddIdentity', column, identity: identityOf(letter) };
    }
    case 'AT_SetIdentity':
      return { ...base, kind: 'AlterIdentity', column, identity: changedIdentity(command.def) };
    case 'AT_DropIdentity':
      return { ...base, kind: 'DropIdentity', column, columnIfExists: command.missing_ok === true };
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
  const value = valueText(command.def);
  switch (command.subtype) {
    case 'AT_SetStatistics':
      return { ...base, kind: 'AlterColumnStorage', column, setting: 'statistics', value };
    case 'AT_SetStorage':
      return { ...base, kind: 'AlterColumnStorage', column, setting: 'storage', value };
    case 'AT_SetCompression':
      return { ...base, kind: 'AlterColumnStorage', column, setting: 'compression', value };
    case 'AT_SetOptions': {
      const options = optionsOf(fieldsOf(command.def, 'List')?.items);
      const text = Object.entries(options).map(([name, setting]) => `${name}=${setting}`);
      return { ...base, kind: 'AlterColumnStorage', column, setting: 'options', value: text.join(', ') };
    }
    case 'AT_ResetOptions':
      return { ...base, kind: 'AlterColumnStorage', column, setting: 'options', value: undefined };
    default:
      return undefined;
  }
}
