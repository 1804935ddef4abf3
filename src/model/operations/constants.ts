/** Expressions whose value does not depend on a row, and conditions whose truth does not. */
import type { A_Const, A_Expr, Node } from '@pgsql/types';
import { constantText, fieldsOf, stringOf } from './nodes.ts';
import { columnNames } from './queries.ts';

/** Names that are variables of a PL/pgSQL body, in lower case. */
export type Variables = ReadonlySet<string>;

/** The constant behind casts: `'x'::text`, `NULL::int`; undefined for other nodes. */
export function constantOf(node: Node | undefined): A_Const | undefined {
  const cast = fieldsOf(node, 'TypeCast');
  return cast === undefined ? fieldsOf(node, 'A_Const') : constantOf(cast.arg);
}

/**
 * True for NULL, also cast to a type: `NULL`, `NULL::int`, `CAST(NULL AS int)`.
 *
 * @param node an expression's tree; undefined is not NULL.
 */
export function isNull(node: Node | undefined): boolean {
  return constantOf(node)?.isnull === true;
}

/** True if a column reference names a variable of the body, or a field of one. */
export function isVariable(node: Node | undefined, variables: Variables): boolean {
  const names = columnNames(node);
  return names !== undefined && variables.has(names[0] ?? '');
}

/** True for constants, parameters, variables and whatever is computed from those alone, function calls included. */
export function isRowIndependent(node: Node | undefined, variables: Variables): boolean {
  if (node === undefined) return true;
  if (fieldsOf(node, 'A_Const') || fieldsOf(node, 'ParamRef') || fieldsOf(node, 'SQLValueFunction'))
    return true;
  if (fieldsOf(node, 'ColumnRef')) return isVariable(node, variables);
  const cast = fieldsOf(node, 'TypeCast');
  if (cast) return isRowIndependent(cast.arg, variables);
  const expression = fieldsOf(node, 'A_Expr');
  if (expression) {
    return isRowIndependent(expression.lexpr, variables) && isRowIndependent(expression.rexpr, variables);
  }
  const parts =
    fieldsOf(node, 'FuncCall')?.args ??
    fieldsOf(node, 'A_ArrayExpr')?.elements ??
    fieldsOf(node, 'List')?.items ??
    fieldsOf(node, 'RowExpr')?.args ??
    fieldsOf(node, 'CoalesceExpr')?.args;
  if (parts) return parts.every((part) => isRowIndependent(part, variables));
  return fieldsOf(node, 'FuncCall') !== undefined;
}

/**
 * Whether a condition is true or false for every row, from its constants alone. NULL counts as false, as it does in a
 * WHERE clause; undefined where the rows decide, or where we cannot tell.
 */
export function truthOf(node: Node | undefined): boolean | undefined {
  const constant = constantOf(node);
  if (constant !== undefined) return truthOfConstant(constant);
  const expression = fieldsOf(node, 'A_Expr');
  if (expression) return truthOfComparison(expression);
  const operation = fieldsOf(node, 'BoolExpr');
  if (operation === undefined) return undefined;
  const args = operation.args ?? [];
  switch (operation.boolop) {
    case 'NOT_EXPR': {
      if (isNull(args[0])) return false;
      const truth = truthOf(args[0]);
      return truth === undefined || comparesNull(args[0]) ? undefined : !truth;
    }
    case 'AND_EXPR': {
      const truths = args.map(truthOf);
      if (truths.includes(false)) return false;
      return truths.includes(undefined) ? undefined : true;
    }
    default: {
      const truths = args.map(truthOf);
      if (truths.includes(true) || coversNull(args)) return true;
      return truths.includes(undefined) ? undefined : false;
    }
  }
}

function truthOfConstant(constant: A_Const): boolean | undefined {
  if (constant.isnull) return false;
  if (constant.boolval) return constant.boolval.boolval === true;
  switch (constant.sval?.sval?.toLowerCase()) {
    case 't':
    case 'true':
      return true;
    case 'f':
    case 'false':
      return false;
    default:
      return undefined;
  }
}

/** A condition with NULL in it is unknown, and so is its negation. */
function comparesNull(node: Node | undefined): boolean {
  const expression = fieldsOf(node, 'A_Expr');
  if (expression) return isNull(expression.lexpr) || isNull(expression.rexpr);
  return (fieldsOf(node, 'BoolExpr')?.args ?? []).some((arg) => isNull(arg) || comparesNull(arg));
}

/** `c IS NULL OR c IS NOT NULL`. */
function coversNull(args: readonly Node[]): boolean {
  const tests = args.map((arg) => fieldsOf(arg, 'NullTest'));
  const columns = (type: string): string[] =>
    tests.flatMap((test) => (test?.nulltesttype === type ? (columnNames(test.arg)?.join('.') ?? []) : []));
  const notNull = new Set(columns('IS_NOT_NULL'));
  return columns('IS_NULL').some((column) => notNull.has(column));
}

function truthOfComparison(expression: A_Expr): boolean | undefined {
  if (expression.kind !== 'AEXPR_OP') return undefined;
  const operator = stringOf(expression.name?.[0]);
  if (!comparisons.has(operator)) return undefined;
  // A comparison with NULL is never true.
  if (isNull(expression.lexpr) || isNull(expression.rexpr)) return false;
  const left = fieldsOf(expression.lexpr, 'A_Const');
  const right = fieldsOf(expression.rexpr, 'A_Const');
  if (left === undefined || right === undefined) return undefined;
  if (left.ival && right.ival) return compare(operator, left.ival.ival ?? 0, right.ival.ival ?? 0);
  // Texts compare by collation, so that only equal ones are sure.
  const same = constantText(left) === constantText(right);
  const sameType = (left.sval && right.sval) || (left.boolval && right.boolval);
  if (!sameType || (!same && operator !== '=' && operator !== '<>')) return undefined;
  return same ? ['=', '<=', '>='].includes(operator) : operator === '<>';
}

const comparisons: ReadonlySet<string> = new Set(['=', '<>', '<', '<=', '>', '>=']);

function compare(operator: string, left: number, right: number): boolean {
  switch (operator) {
    case '=':
      return left === right;
    case '<>':
      return left !== right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    default:
      return left >= right;
  }
}
