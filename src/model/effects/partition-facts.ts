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
  | { readonly operator: 'in' | 'not in'; readonly values: readonly Constant[] }
  /** One of the lists holds, all of it. */
  | { readonly operator: 'one of'; readonly arms: readonly (readonly Fact[])[] };

/**
 * What a table's validated CHECK constraints say of a column, where they compare it with constants: `=`, `<` and its kin,
 * BETWEEN, IN, `= ANY (ARRAY[…])`, `<>`, NOT IN and `<> ALL (ARRAY[…])`, joined by AND, OR and NOT.
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
  if (operation?.boolop === 'OR_EXPR') {
    const tests = (operation.args ?? []).filter((part) => !isNullTest(part, column));
    return alternatives(tests.map((part) => factsIn(part, column)));
  }
  if (operation?.boolop === 'NOT_EXPR') return factsAgainst(operation.args?.[0], column);
  const expression = fieldsOf(node, 'A_Expr');
  return expression === undefined ? [] : comparison(expression, column);
}

/** What is certain where a condition does not hold. */
function factsAgainst(node: Node | undefined, column: Column): readonly Fact[] {
  const operation = fieldsOf(node, 'BoolExpr');
  const parts = operation?.args ?? [];
  switch (operation?.boolop) {
    case 'AND_EXPR':
      return alternatives(parts.map((part) => factsAgainst(part, column)));
    case 'OR_EXPR':
      return parts.flatMap((part) => factsAgainst(part, column));
    case 'NOT_EXPR':
      return factsIn(parts[0], column);
    default: {
      const expression = fieldsOf(node, 'A_Expr');
      const [fact, ...rest] = expression === undefined ? [] : comparison(expression, column);
      return fact === undefined || rest.length > 0 ? [] : opposite(fact);
    }
  }
}

function opposite(fact: Fact): readonly Fact[] {
  switch (fact.operator) {
    case '<':
      return [{ operator: '>=', value: fact.value }];
    case '<=':
      return [{ operator: '>', value: fact.value }];
    case '>':
      return [{ operator: '<=', value: fact.value }];
    case '>=':
      return [{ operator: '<', value: fact.value }];
    case 'in':
      return [{ operator: 'not in', values: fact.values }];
    case 'not in':
      return [{ operator: 'in', values: fact.values }];
    case 'one of':
      return [];
    default:
      return fact satisfies never;
  }
}

/** `k = 1 OR k = 2`, also `k IS NULL OR k = 1`: one of the values, if any. `k < 1 OR k > 5`: one of the two. */
function alternatives(arms: readonly (readonly Fact[])[]): readonly Fact[] {
  if (arms.some((arm) => arm.length === 0)) return [];
  const values: Constant[] = [];
  for (const [fact, ...rest] of arms) {
    if (fact?.operator !== 'in' || rest.length > 0) return [{ operator: 'one of', arms }];
    values.push(...fact.values);
  }
  return [{ operator: 'in', values }];
}

function isNullTest(node: Node, column: Column): boolean {
  const test = fieldsOf(node, 'NullTest');
  return test?.nulltesttype === 'IS_NULL' && isColumn(test.arg, column);
}

const MIRRORED: Readonly<Record<string, string>> = {
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
  '=': '=',
  '<>': '<>',
};

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
      return oneOf(operator, fieldsOf(rexpr, 'List')?.items, column);
    case 'AEXPR_OP_ANY':
      return operator === '=' ? oneOf(operator, fieldsOf(rexpr, 'A_ArrayExpr')?.elements, column) : [];
    case 'AEXPR_OP_ALL':
      return operator === '<>' ? oneOf(operator, fieldsOf(rexpr, 'A_ArrayExpr')?.elements, column) : [];
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
    case '<>':
      return [{ operator: 'not in', values: [value] }];
    case '<':
    case '<=':
    case '>':
    case '>=':
      return [{ operator, value }];
    default:
      return [];
  }
}

/** IN, and NOT IN, whose operator is `<>`. */
function oneOf(operator: string, nodes: readonly Node[] | undefined, column: Column): readonly Fact[] {
  const values = (nodes ?? []).map((node) => constantIn(node, column));
  const known = values.filter((value) => value !== undefined);
  if (known.length === 0 || known.length < values.length) return [];
  return [{ operator: operator === '=' ? 'in' : 'not in', values: known }];
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
