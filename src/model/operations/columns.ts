/** Column definitions of CREATE TABLE, ADD COLUMN and composite types. */
import type { ColumnDef, Constraint } from '@pgsql/types';
import type { Statement } from '../../input/sql/types.ts';
import { columnConstraints } from './constraints.ts';
import { dottedName } from './names.ts';
import { fieldsOf } from './nodes.ts';
import { expressionOf } from './source-text.ts';
import { typeNameOf } from './type-names.ts';
import type { ColumnDefinition, Expression } from './types.ts';

/** A column as it is defined. */
export function columnOf(node: ColumnDef, statement: Statement): ColumnDefinition {
  const name = node.colname ?? '';
  const type = typeNameOf(node.typeName);
  let notNull = type.serial || node.is_not_null === true;
  let notNullName: string | undefined;
  let defaultValue: Expression | undefined;
  let generated: ColumnDefinition['generated'];
  let identity: ColumnDefinition['identity'];
  for (const item of node.constraints ?? []) {
    const constraint = fieldsOf(item, 'Constraint');
    switch (constraint?.contype) {
      case 'CONSTR_NOTNULL':
        notNullName = constraint.conname ?? notNullName;
        notNull = true;
        break;
      case 'CONSTR_PRIMARY':
        notNull = true;
        break;
      case 'CONSTR_DEFAULT':
        if (constraint.raw_expr)
          defaultValue = expressionOf(statement, constraint.raw_expr, 'column default');
        break;
      case 'CONSTR_GENERATED':
        generated = generatedOf(constraint, statement);
        break;
      case 'CONSTR_IDENTITY':
        identity = identityOf(constraint.generated_when);
        notNull = true;
        break;
      default:
    }
  }
  return {
    name,
    type,
    notNull,
    ...(notNullName !== undefined && { notNullName }),
    default: defaultValue,
    generated,
    identity,
    collation: dottedName(node.collClause?.collname),
    constraints: columnConstraints(node.constraints, statement, name),
  };
}

function generatedOf(constraint: Constraint, statement: Statement): ColumnDefinition['generated'] {
  if (constraint.raw_expr === undefined) return undefined;
  return {
    storage: constraint.generated_kind === 'v' ? 'virtual' : 'stored',
    expression: expressionOf(statement, constraint.raw_expr, 'closed'),
  };
}

/** The meaning of pg_attribute's letter for an identity column. */
export function identityOf(letter: string | undefined): 'always' | 'by default' {
  return letter === 'a' ? 'always' : 'by default';
}
