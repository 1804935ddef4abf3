/** WHERE clauses: their conditions, and what bounds the subqueries in them. */
import type { A_Expr, Node, SelectStmt, SubLink } from '@pgsql/types';
import { constantOf, isNull, isRowIndependent, isVariable, truthOf } from './constants.ts';
import { quoteIdentifier } from './display-name.ts';
import { constantText, fieldsOf, stringOf } from './nodes.ts';
import { columnNames, cteNames, fromItems, queryOf, withoutCtes } from './queries.ts';
import type { FromItem } from './queries.ts';
import { sourcesOf, withFromItems, withoutSource } from './predicate-scope.ts';
import type { PredicateScope } from './predicate-scope.ts';
import { expressionText } from './source-text.ts';
import type { Condition, Predicate, SubqueryShape } from './types.ts';

/** A WHERE clause with its ANDs taken apart; no conditions if there is no clause. */
export function predicateOf(clause: Node | undefined, scope: PredicateScope): Predicate {
  if (clause === undefined) return noPredicate;
  const conditions: Condition[] = [];
  collectConditions(clause, scope, conditions);
  let text: string | undefined;
  return {
    get text() {
      return (text ??= expressionText(scope.statement, clause, 'clause'));
    },
    conditions,
  };
}

const noPredicate: Predicate = { text: undefined, conditions: [] };

function collectConditions(node: Node, scope: PredicateScope, conditions: Condition[]): void {
  const operation = fieldsOf(node, 'BoolExpr');
  if (operation?.boolop !== 'AND_EXPR') {
    conditions.push(conditionOf(node, scope));
    return;
  }
  for (const arg of operation.args ?? []) collectConditions(arg, scope, conditions);
}

/** What a condition is, apart from its text; `value` is the node whose text is its value. */
interface Shape {
  readonly form: Condition['form'];
  /** Where the parser gives no place to read it from. */
  readonly text?: string;
  readonly column?: string | undefined;
  readonly bounds?: Condition['bounds'];
  readonly value?: Node | undefined;
  readonly valueText?: string | undefined;
  readonly subquery?: SubqueryShape | undefined;
  readonly nulls?: readonly string[];
}

const other: Shape = { form: 'other' };

function conditionOf(node: Node, scope: PredicateScope): Condition {
  const shape = shapeOf(node, scope);
  let { text } = shape;
  let value: string | undefined = shape.valueText;
  return {
    get text() {
      return (text ??= expressionText(scope.statement, node, 'condition'));
    },
    form: shape.form,
    column: shape.column,
    bounds: shape.bounds,
    get value() {
      return shape.value === undefined ? value : (value ??= textOfValue(shape.value, scope));
    },
    subquery: shape.subquery,
    ...(shape.nulls !== undefined && { nulls: shape.nulls }),
  };
}

function textOfValue(node: Node, scope: PredicateScope): string | undefined {
  const constant = constantOf(node);
  if (constant) return constantText(constant);
  const names = columnNames(node);
  return names === undefined ? expressionText(scope.statement, node, 'condition') : names.join('.');
}

function shapeOf(node: Node, scope: PredicateScope): Shape {
  const truth = truthOf(node);
  if (truth !== undefined) return { form: truth ? 'tautology' : 'contradiction' };
  const expression = fieldsOf(node, 'A_Expr');
  if (expression) return shapeOfExpression(expression, scope);
  const test = fieldsOf(node, 'NullTest');
  if (test) return nullTest(test.arg, test.nulltesttype === 'IS_NULL', scope);
  const link = fieldsOf(node, 'SubLink');
  if (link) return shapeOfLink(link, scope);
  const cursor = fieldsOf(node, 'CurrentOfExpr');
  if (cursor) return { form: 'current of', text: `CURRENT OF ${quoteIdentifier(cursor.cursor_name ?? '')}` };
  const truthTest = fieldsOf(node, 'BooleanTest');
  if (truthTest?.booltesttype === 'IS_TRUE') return booleanColumn(truthTest.arg, 'true', scope);
  if (truthTest?.booltesttype === 'IS_FALSE') return booleanColumn(truthTest.arg, 'false', scope);
  const operation = fieldsOf(node, 'BoolExpr');
  if (operation?.boolop === 'NOT_EXPR') return negated(operation.args?.[0], scope);
  if (operation?.boolop === 'OR_EXPR') return alternatives(operation.args ?? [], scope);
  return booleanColumn(node, 'true', scope);
}

/** Conditions joined by OR: nothing is known but which columns' NULLs meet one of them. Their subqueries are not read. */
function alternatives(args: readonly Node[], scope: PredicateScope): Shape {
  const nulls = args.flatMap((arg) => nullAlternatives(arg, scope));
  return nulls.length === 0 ? other : { ...other, nulls };
}

function nullAlternatives(node: Node, scope: PredicateScope): readonly string[] {
  const operation = fieldsOf(node, 'BoolExpr');
  if (operation?.boolop === 'OR_EXPR')
    return (operation.args ?? []).flatMap((arg) => nullAlternatives(arg, scope));
  const test = fieldsOf(node, 'NullTest');
  const column = test?.nulltesttype === 'IS_NULL' ? columnOfTarget(test.arg, scope) : undefined;
  return column === undefined ? [] : [column];
}

function negated(node: Node | undefined, scope: PredicateScope): Shape {
  const test = fieldsOf(node, 'NullTest');
  if (test) return nullTest(test.arg, test.nulltesttype !== 'IS_NULL', scope);
  return booleanColumn(node, 'false', scope);
}

/** A boolean column that stands for itself: `WHERE active`, `NOT active`. */
function booleanColumn(node: Node | undefined, value: string, scope: PredicateScope): Shape {
  const column = columnOfTarget(node, scope);
  return column === undefined ? other : { form: 'equals', column, valueText: value };
}

function nullTest(node: Node | undefined, isNullTest: boolean, scope: PredicateScope): Shape {
  const column = columnOfTarget(node, scope);
  return column === undefined ? other : { form: isNullTest ? 'is null' : 'is not null', column };
}

/** The column of the target table that a node is; undefined for variables, other tables' columns and all else. */
function columnOfTarget(node: Node | undefined, scope: PredicateScope): string | undefined {
  const names = columnNames(node);
  if (names === undefined) return undefined;
  const column = names[names.length - 1];
  const qualifier = names[names.length - 2];
  if (qualifier === undefined) return isVariable(node, scope.variables) ? undefined : column;
  return scope.targets.has(qualifier) ? column : undefined;
}

function shapeOfExpression(expression: A_Expr, scope: PredicateScope): Shape {
  const operator = stringOf(expression.name?.[expression.name.length - 1]);
  const { lexpr, rexpr } = expression;
  switch (expression.kind) {
    case 'AEXPR_OP':
      return (
        comparison(operator, lexpr, rexpr, scope) ??
        comparison(mirrored(operator), rexpr, lexpr, scope) ??
        other
      );
    case 'AEXPR_BETWEEN':
    case 'AEXPR_BETWEEN_SYM': {
      const column = columnOfTarget(lexpr, scope);
      if (column === undefined || !isRowIndependent(rexpr, scope.variables)) return other;
      const [low, high] = fieldsOf(rexpr, 'List')?.items ?? [];
      const ends = [low, high].map((end) => (end && textOfValue(end, scope)) ?? '');
      return { form: 'range', column, bounds: 'both', valueText: ends.join(' AND ') };
    }
    case 'AEXPR_IN':
      return operator === '=' ? inList(lexpr, rexpr, scope) : other;
    case 'AEXPR_OP_ANY':
      return operator === '=' ? equalsAny(lexpr, rexpr, scope) : other;
    case 'AEXPR_NOT_DISTINCT':
      if (isNull(rexpr)) return nullTest(lexpr, true, scope);
      return comparison('=', lexpr, rexpr, scope) ?? other;
    case 'AEXPR_DISTINCT':
      return isNull(rexpr) ? nullTest(lexpr, false, scope) : other;
    default:
      return other;
  }
}

const mirrors: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '=': '=' };

function mirrored(operator: string): string {
  return mirrors[operator] ?? '';
}

/** `(a, b) >= (x, y)` bounds `a` on that side, whatever `b` is. */
function rowComparison(
  operator: string,
  left: Node | undefined,
  right: Node | undefined,
  scope: PredicateScope,
): Shape | undefined {
  const [first] = fieldsOf(left, 'RowExpr')?.args ?? [];
  const values = fieldsOf(right, 'RowExpr')?.args ?? [];
  const column = columnOfTarget(first, scope);
  if (column === undefined || operator === '=' || mirrors[operator] === undefined) return undefined;
  if (values.length === 0 || !values.every((value) => isRowIndependent(value, scope.variables)))
    return undefined;
  // Not the strict order of `a` alone: the value is that of the whole row.
  return { form: 'range', column, bounds: operator.startsWith('<') ? 'upper' : 'lower', value: right };
}

/** column operator value, the column on the left. */
function comparison(
  operator: string,
  left: Node | undefined,
  right: Node | undefined,
  scope: PredicateScope,
): Shape | undefined {
  const column = columnOfTarget(left, scope);
  if (column === undefined) return rowComparison(operator, left, right, scope);
  if (mirrors[operator] === undefined) return undefined;
  if (isRowIndependent(right, scope.variables)) {
    if (operator === '=') return { form: 'equals', column, value: right };
    return { form: 'range', column, bounds: operator.startsWith('<') ? 'upper' : 'lower', value: right };
  }
  if (operator !== '=') return undefined;
  const link = fieldsOf(right, 'SubLink');
  if (link?.subLinkType === 'EXPR_SUBLINK') return subqueryShape(column, link, scope);
  const names = columnNames(right);
  const source = names && names.length > 1 ? scope.sources.get(names[names.length - 2] ?? '') : undefined;
  if (source === undefined) return undefined;
  return { form: 'subquery', column, subquery: shapeOfSelect(source, withoutSource(scope, source)) };
}

function inList(left: Node | undefined, right: Node | undefined, scope: PredicateScope): Shape {
  const column = columnOfTarget(left, scope);
  if (column === undefined || !isRowIndependent(right, scope.variables)) return other;
  return { form: 'in list', column };
}

function equalsAny(left: Node | undefined, right: Node | undefined, scope: PredicateScope): Shape {
  const column = columnOfTarget(left, scope);
  const link = fieldsOf(right, 'SubLink');
  if (link?.subLinkType === 'ARRAY_SUBLINK') return subqueryShape(column, link, scope);
  if (column === undefined || !isRowIndependent(right, scope.variables)) return other;
  return { form: 'in list', column };
}

function shapeOfLink(link: SubLink, scope: PredicateScope): Shape {
  switch (link.subLinkType) {
    case 'EXISTS_SUBLINK':
      return subqueryShape(undefined, link, scope);
    case 'ANY_SUBLINK': {
      const operator = stringOf(link.operName?.[0]) || '=';
      return operator === '=' ? subqueryShape(columnOfTarget(link.testexpr, scope), link, scope) : other;
    }
    default:
      return other;
  }
}

function subqueryShape(column: string | undefined, link: SubLink, scope: PredicateScope): Shape {
  const select = fieldsOf(link.subselect, 'SelectStmt');
  if (select === undefined) return other;
  return { form: 'subquery', column, subquery: shapeOfSelect(select, scope) };
}

/** What bounds a subquery. One that only repeats a CTE (`SELECT id FROM batch`) has the CTE's bounds. */
function shapeOfSelect(select: SelectStmt, outer: PredicateScope): SubqueryShape {
  const items = fromItems(select.fromClause);
  const sources = sourcesOf(select.withClause, outer.sources);
  const ctes = new Set([...outer.ctes, ...cteNames(select.withClause)]);
  const repeated = select.whereClause === undefined && select.limitCount === undefined ? items[0] : undefined;
  const source = repeated && items.length === 1 ? repeatedSource(repeated, sources) : undefined;
  if (source !== undefined && source !== select) {
    return shapeOfSelect(source, withoutSource({ ...outer, sources, ctes }, source));
  }
  const scope: PredicateScope = {
    ...outer,
    targets: new Set(items.map((item) => item.alias)),
    sources: withFromItems(sources, items),
    ctes,
  };
  const locks = (select.lockingClause ?? []).map((node) => fieldsOf(node, 'LockingClause'));
  return {
    query: queryOf(outer.statement, { SelectStmt: select }),
    from: withoutCtes(items, ctes).flatMap((item) => item.relation ?? []),
    columns: (select.targetList ?? []).map((node) => plainColumn(fieldsOf(node, 'ResTarget')?.val)),
    where: predicateOf(select.whereClause, scope),
    limit: limitText(select.limitCount, scope),
    offset: limitText(select.limitOffset, scope),
    ordered: (select.sortClause?.length ?? 0) > 0,
    locking: locks.length > 0,
    skipLocked: locks.some((lock) => lock?.waitPolicy === 'LockWaitSkip'),
  };
}

function repeatedSource(item: FromItem, sources: ReadonlyMap<string, SelectStmt>): SelectStmt | undefined {
  if (item.subquery !== undefined) return item.subquery;
  return item.relation?.schema === undefined ? sources.get(item.relation?.name ?? '') : undefined;
}

function plainColumn(node: Node | undefined): string | undefined {
  const names = columnNames(node);
  const column = names?.[names.length - 1];
  return column === '*' ? undefined : column;
}

/** LIMIT ALL and LIMIT NULL limit nothing. */
function limitText(node: Node | undefined, scope: PredicateScope): string | undefined {
  return node === undefined || isNull(node) ? undefined : textOfValue(node, scope);
}
