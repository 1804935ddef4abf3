/** Evaluates expressions over what is known of columns and variables. */
import type { A_Const, A_Expr, BoolExpr, CaseExpr, FuncCall, Node, SubLink, TypeCast } from '@pgsql/types';
import { constantText, fieldsOf, stringOf } from '../operations/nodes.ts';
import { columnNames } from '../operations/queries.ts';
import { IDEMPOTENT, NEVER_NULL, STRICT, STRICT_AT_LEAST, TEXT } from './functions.ts';
import {
  and,
  anything,
  between,
  canBeFalse,
  canBeTrue,
  compare,
  either,
  isDistinct,
  known,
  not,
  nothing,
  notNull,
  or,
  truth,
  type Family,
  type Value,
} from './values.ts';

/** What names mean where an expression stands. */
export interface Names {
  /** A column or variable by its names as written: `['t', 'id']`. */
  value(names: readonly string[]): Value;
  /** Whether the database has a function of its own with this name. */
  hasRoutine(name: string): boolean;
  /** What a subquery gives; undefined where nothing is known of it. */
  subquery?(link: SubLink): Value | undefined;
}

/**
 * The values that an expression can have.
 *
 * @param node its parse tree; undefined is not known.
 * @param names what its names mean.
 */
export function evaluate(node: Node | undefined, names: Names): Value {
  if (node === undefined) return anything;
  const constant = fieldsOf(node, 'A_Const');
  if (constant) return ofConstant(constant);
  const columns = columnNames(node);
  if (columns) return names.value(columns);
  const expression = fieldsOf(node, 'A_Expr');
  if (expression) return ofExpression(expression, names);
  const operation = fieldsOf(node, 'BoolExpr');
  if (operation) return ofBoolean(operation, names);
  const test = fieldsOf(node, 'NullTest');
  if (test) {
    const { null: canBeNull, value } = evaluate(test.arg, names);
    const isNull = truth(canBeNull, value, false);
    return test.nulltesttype === 'IS_NULL' ? isNull : not(isNull);
  }
  const truthTest = fieldsOf(node, 'BooleanTest');
  if (truthTest) return ofTruthTest(truthTest.booltesttype ?? '', evaluate(truthTest.arg, names));
  const cast = fieldsOf(node, 'TypeCast');
  if (cast) return ofCast(cast, names);
  const call = fieldsOf(node, 'FuncCall');
  if (call) return ofCall(call, names);
  const choice = fieldsOf(node, 'CoalesceExpr');
  if (choice) return ofCoalesce((choice.args ?? []).map((arg) => evaluate(arg, names)));
  const extreme = fieldsOf(node, 'MinMaxExpr');
  if (extreme) {
    const values = (extreme.args ?? []).map((arg) => evaluate(arg, names));
    return { null: values.every((value) => value.null), value: values.some((value) => value.value) };
  }
  const cases = fieldsOf(node, 'CaseExpr');
  if (cases) return ofCase(cases, names);
  const array = fieldsOf(node, 'A_ArrayExpr');
  if (array)
    return { ...notNull, elements: { low: array.elements?.length ?? 0, high: array.elements?.length ?? 0 } };
  const link = fieldsOf(node, 'SubLink');
  if (link)
    return (
      names.subquery?.(link) ?? (link.subLinkType === 'EXISTS_SUBLINK' ? truth(true, true, false) : anything)
    );
  return fieldsOf(node, 'SQLValueFunction') ? notNull : anything;
}

function ofConstant(constant: A_Const): Value {
  if (constant.isnull) return nothing;
  if (constant.boolval) return known(constant.boolval.boolval === true);
  if (constant.sval) return known(constant.sval.sval ?? '');
  const number = Number(constantText(constant) ?? Number.NaN);
  return Number.isSafeInteger(number) ? known(number) : { ...notNull, family: 'number' };
}

const COMPARISONS: ReadonlySet<string> = new Set(['=', '<>', '<', '<=', '>', '>=']);
const ARITHMETIC: ReadonlySet<string> = new Set(['+', '-', '*', '/', '%']);

function ofExpression(expression: A_Expr, names: Names): Value {
  const operator = stringOf(expression.name?.at(-1));
  const isOwn = (expression.name?.length ?? 0) > 1;
  const { lexpr, rexpr } = expression;
  if (isOwn) return anything;
  const value = (node: Node | undefined): Value => evaluate(node, names);
  switch (expression.kind) {
    case 'AEXPR_OP':
      if (COMPARISONS.has(operator)) return compare(operator, value(lexpr), value(rexpr));
      return lexpr === undefined ? anything : ofOperator(operator, value(lexpr), value(rexpr));
    case 'AEXPR_DISTINCT':
      return isDistinct(value(lexpr), value(rexpr));
    case 'AEXPR_NOT_DISTINCT':
      return not(isDistinct(value(lexpr), value(rexpr)));
    case 'AEXPR_IN': {
      const left = value(lexpr);
      const equal = or((fieldsOf(rexpr, 'List')?.items ?? []).map((item) => compare('=', left, value(item))));
      return operator === '=' ? equal : not(equal);
    }
    case 'AEXPR_BETWEEN':
    case 'AEXPR_NOT_BETWEEN': {
      const [low, high] = fieldsOf(rexpr, 'List')?.items ?? [];
      const left = value(lexpr);
      const inside = and([compare('>=', left, value(low)), compare('<=', left, value(high))]);
      return expression.kind === 'AEXPR_BETWEEN' ? inside : not(inside);
    }
    case 'AEXPR_NULLIF':
      return { ...anything, family: value(lexpr).family };
    case 'AEXPR_LIKE':
    case 'AEXPR_ILIKE':
    case 'AEXPR_SIMILAR': {
      const [left, right] = [value(lexpr), value(rexpr)];
      return left.value && right.value ? truth(true, true, left.null || right.null) : nothing;
    }
    default:
      return anything;
  }
}

/** Arithmetic and `||`. The latter keeps an array where the other side is NULL, so that a text must be seen to be one. */
function ofOperator(operator: string, a: Value, b: Value): Value {
  const isText = operator === '||' && (a.family === 'text' || b.family === 'text');
  const isNumber = ARITHMETIC.has(operator) && (a.family === 'number' || b.family === 'number');
  if (!isText && !isNumber) {
    if (operator === '||' || ARITHMETIC.has(operator)) return { ...anything, null: a.null || b.null };
    return anything;
  }
  if (!a.value || !b.value) return nothing;
  const sum = isNumber ? arithmetic(operator, a, b) : undefined;
  return {
    null: a.null || b.null,
    value: true,
    family: isText ? 'text' : 'number',
    symbol: a.symbol && b.symbol ? `(${a.symbol} ${operator} ${b.symbol})` : undefined,
    ...sum,
  };
}

function arithmetic(
  operator: string,
  a: Value,
  b: Value,
): Pick<Value, 'low' | 'high' | 'constant'> | undefined {
  if (a.low === undefined || a.high === undefined || b.low === undefined || b.high === undefined)
    return undefined;
  const [low, high] =
    operator === '+'
      ? [a.low + b.low, a.high + b.high]
      : operator === '-'
        ? [a.low - b.high, a.high - b.low]
        : [];
  if (low === undefined || high === undefined) return undefined;
  return low === high && Number.isSafeInteger(low) ? { low, high, constant: low } : { low, high };
}

function ofBoolean(operation: BoolExpr, names: Names): Value {
  const values = (operation.args ?? []).map((arg) => evaluate(arg, names));
  switch (operation.boolop) {
    case 'AND_EXPR':
      return and(values);
    case 'OR_EXPR':
      return or(values);
    default:
      return not(values[0] ?? anything);
  }
}

function ofTruthTest(test: string, value: Value): Value {
  const [isTrue, isFalse] = [canBeTrue(value), canBeFalse(value)];
  switch (test) {
    case 'IS_TRUE':
      return truth(isTrue, isFalse || value.null, false);
    case 'IS_NOT_TRUE':
      return truth(isFalse || value.null, isTrue, false);
    case 'IS_FALSE':
      return truth(isFalse, isTrue || value.null, false);
    case 'IS_NOT_FALSE':
      return truth(isTrue || value.null, isFalse, false);
    case 'IS_UNKNOWN':
      return truth(value.null, isTrue || isFalse, false);
    default:
      return truth(isTrue || isFalse, value.null, false);
  }
}

const FAMILIES: Readonly<Record<string, Family>> = {
  bool: 'boolean',
  boolean: 'boolean',
  int2: 'number',
  int4: 'number',
  int8: 'number',
  smallint: 'number',
  integer: 'number',
  bigint: 'number',
  numeric: 'number',
  float4: 'number',
  float8: 'number',
  real: 'number',
  'double precision': 'number',
  text: 'text',
  varchar: 'text',
  'character varying': 'text',
};

/** How values of one of PostgreSQL's types compare; undefined for other types, arrays and domains. */
export function familyOf(type: string): Family | undefined {
  return FAMILIES[type];
}

function ofCast({ arg, typeName }: TypeCast, names: Names): Value {
  const value = evaluate(arg, names);
  const name = typeName?.names?.map(stringOf) ?? [];
  const isBuiltIn = name.length === 1 || name[0] === 'pg_catalog';
  const isArray = (typeName?.arrayBounds?.length ?? 0) > 0;
  if (!value.value) return nothing;
  const type = name.at(-1) ?? '';
  const family = isBuiltIn && !isArray ? familyOf(type) : undefined;
  return { ...converted(value, family), symbol: value.symbol && family && `${value.symbol}::${type}` };
}

const TRUE_WORDS: ReadonlySet<string> = new Set(['t', 'true', 'yes', 'on', '1', 'y']);
const FALSE_WORDS: ReadonlySet<string> = new Set(['f', 'false', 'no', 'off', '0', 'n']);

/** A value as a column or a type of another family takes it: what can change on the way is not known any more. */
export function converted(value: Value, family: Family | undefined): Value {
  const { constant, low, high } = value;
  const bare = { null: value.null, value: value.value, family };
  if (family === 'boolean') {
    if (typeof constant === 'boolean') return { ...bare, constant };
    const word = typeof constant === 'string' ? constant.trim().toLowerCase() : '';
    return TRUE_WORDS.has(word)
      ? { ...bare, constant: true }
      : FALSE_WORDS.has(word)
        ? { ...bare, constant: false }
        : bare;
  }
  if (family === 'number')
    return typeof constant === 'number' || low !== undefined ? { ...bare, constant, low, high } : bare;
  if (family === 'text') return typeof constant === 'string' ? { ...bare, constant } : bare;
  return bare;
}

function ofCall(call: FuncCall, names: Names): Value {
  const path = call.funcname?.map(stringOf) ?? [];
  const name = path.at(-1) ?? '';
  const isBuiltIn = path.length === 1 ? !names.hasRoutine(name) : path[0] === 'pg_catalog';
  const isPlainCall = call.over === undefined && call.agg_star !== true && call.agg_distinct !== true;
  if (!isBuiltIn || !isPlainCall) return anything;
  if (NEVER_NULL.has(name)) return notNull;
  const args = (call.args ?? []).map((arg) => evaluate(arg, names));
  if (name === 'cardinality' || name === 'array_length') return ofLength(name, args[0] ?? anything);
  const isStrict = STRICT.has(name);
  if (!isStrict && !STRICT_AT_LEAST.has(name)) return anything;
  if (args.some((arg) => !arg.value)) return nothing;
  const canBeNull = !isStrict || args.some((arg) => arg.null);
  return {
    null: canBeNull,
    value: true,
    family: isStrict && TEXT.has(name) ? 'text' : undefined,
    symbol: isStrict ? symbolOfCall(name, args, call) : undefined,
  };
}

/** The same function of the same arguments is the same value; a second `lower` changes nothing. */
function symbolOfCall(name: string, args: readonly Value[], { args: nodes }: FuncCall): string | undefined {
  const parts = args.map(
    ({ symbol, constant }, index) =>
      symbol ??
      (constant === undefined || nodes?.[index] === undefined ? undefined : JSON.stringify(constant)),
  );
  if (parts.includes(undefined)) return undefined;
  const inner = parts[0] ?? '';
  const isRepeated = IDEMPOTENT.has(name) && parts.length === 1 && inner.startsWith(`${name}(`);
  return isRepeated && isWholeCall(inner) ? inner : `${name}(${parts.join(', ')})`;
}

/** Whether the parenthesis that a text opens first closes at its end. */
function isWholeCall(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '(') depth++;
    else if (text[at] === ')' && --depth === 0) return at === text.length - 1;
  }
  return false;
}

/** array_length is NULL for an empty array, cardinality 0. */
function ofLength(name: string, { null: canBeNull, value, elements }: Value): Value {
  if (!value) return nothing;
  if (elements === undefined) return { ...anything, family: 'number' };
  if (name === 'cardinality') return { ...between(elements.low, elements.high), null: canBeNull };
  if (elements.high === 0) return nothing;
  return { ...between(Math.max(elements.low, 1), elements.high), null: canBeNull || elements.low === 0 };
}

function ofCoalesce(values: readonly Value[]): Value {
  const reached: Value[] = [];
  for (const value of values) {
    if (!value.value) continue;
    reached.push(value);
    if (!value.null) break;
  }
  if (reached.length === 0) return nothing;
  const joined = either(reached.map((value) => ({ ...value, null: false })));
  return { ...joined, null: reached.every((value) => value.null) };
}

function ofCase({ arg, args, defresult }: CaseExpr, names: Names): Value {
  const subject = arg === undefined ? undefined : evaluate(arg, names);
  const results: Value[] = [];
  for (const node of args ?? []) {
    const when = fieldsOf(node, 'CaseWhen');
    const test = evaluate(when?.expr, names);
    const condition = subject === undefined ? test : compare('=', subject, test);
    if (canBeTrue(condition)) results.push(evaluate(when?.result, names));
    if (condition.value && !condition.null && condition.constant === true) return either(results);
  }
  results.push(defresult === undefined ? nothing : evaluate(defresult, names));
  return either(results);
}
