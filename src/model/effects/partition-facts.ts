import type { A_Expr, Node } from '@pgsql/types';
import type { Column, Table } from '../catalog/types.ts';
import { constantText, fieldsOf, stringOf } from '../operations/nodes.ts';
import { constantOf, isNull } from '../operations/constants.ts';
import { columnNames } from '../operations/queries.ts';
import { typeNameOf } from '../operations/type-names.ts';
import { sameType } from './type-change.ts';

/** A constant of a column's type: its text, and its place in the type's order where that can be told from the text. */
export interface Constant {
  readonly text: string;
  readonly order: number | string | undefined;
  /** True if it is another value than every constant with another text or order. */
  readonly distinct: boolean;
}

/** What is certain of a column's values that are not NULL. */
export type Fact =
  | { readonly operator: '<' | '<=' | '>=' | '>'; readonly value: Constant }
  | { readonly operator: 'in'; readonly values: readonly Constant[] };

/**
 * What a table's validated CHECK constraints say of a column, where they compare it with constants: `=`, `<` and its kin,
 * BETWEEN, IN, `= ANY (ARRAY[…])`, and equalities joined by OR.
 */
export function factsOf(table: Table, column: Column): readonly Fact[] {
  return table.constraints.flatMap(({ definition, validated }) =>
    definition.type === 'check' && validated && !definition.notEnforced
      ? factsIn(definition.expression.tree, column)
      : [],
  );
}

function factsIn(node: Node | undefined, column: Column): readonly Fact[] {
  const operation = fieldsOf(node, 'BoolExpr');
  if (operation?.boolop === 'AND_EXPR') {
    return (operation.args ?? []).flatMap((part) => factsIn(part, column));
  }
  if (operation?.boolop === 'OR_EXPR') return alternatives(operation.args ?? [], column);
  const expression = fieldsOf(node, 'A_Expr');
  return expression === undefined ? [] : comparison(expression, column);
}

/** `k = 1 OR k = 2`, also `k IS NULL OR k = 1`: one of the values, if any. */
function alternatives(nodes: readonly Node[], column: Column): readonly Fact[] {
  const values: Constant[] = [];
  for (const node of nodes) {
    const test = fieldsOf(node, 'NullTest');
    if (test?.nulltesttype === 'IS_NULL' && isColumn(test.arg, column)) continue;
    const [fact, ...rest] = factsIn(node, column);
    if (fact?.operator !== 'in' || rest.length > 0) return [];
    values.push(...fact.values);
  }
  return [{ operator: 'in', values }];
}

const MIRRORED: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '=': '=' };

function comparison({ kind, name, lexpr, rexpr }: A_Expr, column: Column): readonly Fact[] {
  const operator = stringOf(name?.[0]);
  if (!isColumn(lexpr, column)) {
    const mirrored = MIRRORED[operator];
    const isMirrored = kind === 'AEXPR_OP' && mirrored !== undefined && isColumn(rexpr, column);
    return isMirrored ? compared(mirrored, lexpr, column) : [];
  }
  switch (kind) {
    case 'AEXPR_OP':
      return compared(operator, rexpr, column);
    case 'AEXPR_BETWEEN': {
      const [low, high] = fieldsOf(rexpr, 'List')?.items ?? [];
      return [...compared('>=', low, column), ...compared('<=', high, column)];
    }
    case 'AEXPR_IN':
      return operator === '=' ? oneOf(fieldsOf(rexpr, 'List')?.items, column) : [];
    case 'AEXPR_OP_ANY':
      return operator === '=' ? oneOf(fieldsOf(rexpr, 'A_ArrayExpr')?.elements, column) : [];
    default:
      return [];
  }
}

function compared(operator: string, node: Node | undefined, column: Column): readonly Fact[] {
  const value = constantIn(node, column);
  if (value === undefined) return [];
  switch (operator) {
    case '=':
      return [{ operator: 'in', values: [value] }];
    case '<':
    case '<=':
    case '>':
    case '>=':
      return [{ operator, value }];
    default:
      return [];
  }
}

function oneOf(nodes: readonly Node[] | undefined, column: Column): readonly Fact[] {
  const values = (nodes ?? []).map((node) => constantIn(node, column));
  const known = values.filter((value) => value !== undefined);
  return known.length > 0 && known.length === values.length ? [{ operator: 'in', values: known }] : [];
}

const isColumn = (node: Node | undefined, column: Column): boolean => {
  const names = columnNames(node);
  return names?.length === 1 && names[0] === column.name;
};

/**
 * A constant as PostgreSQL compares it with a column.
 *
 * @returns undefined for NULL, for all that is not a constant, and for constants cast to another type than the column's.
 */
export function constantIn(node: Node | undefined, column: Column): Constant | undefined {
  const cast = fieldsOf(node, 'TypeCast');
  if (cast !== undefined && !sameType(typeNameOf(cast.typeName), column.type)) return undefined;
  const constant = constantOf(node);
  if (constant === undefined || isNull(node)) return undefined;
  const text = constantText(constant);
  if (text === undefined) return undefined;
  const order = orderOf(text, column);
  return { text, order, distinct: order !== undefined || isPlainText(column) };
}

/** A collation of its own can make different texts equal. */
function isPlainText({ type, collation }: Column): boolean {
  const isText = type.name === 'text' || type.name === 'character varying';
  return isText && type.arrayDimensions === 0 && collation === undefined;
}

const NUMBERS: ReadonlySet<string> = new Set(['smallint', 'integer', 'bigint', 'numeric']);
const TIMES: ReadonlySet<string> = new Set([
  'date',
  'timestamp without time zone',
  'timestamp with time zone',
]);

/** Dates in ISO form are in order as texts are; other texts depend on the collation. */
function orderOf(text: string, { type }: Column): number | string | undefined {
  if (type.arrayDimensions > 0) return undefined;
  if (NUMBERS.has(type.name)) {
    const number = Number(text);
    return Number.isSafeInteger(number) ? number : undefined;
  }
  if (!TIMES.has(type.name)) return undefined;
  const date = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d:\d\d))?$/u.exec(text);
  return date === null ? undefined : `${date[1]} ${date[2] ?? '00:00:00'}`;
}
