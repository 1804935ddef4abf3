/** What an UPDATE sets: columns, values, and what the values read. */
import type { Node, ResTarget } from '@pgsql/types';
import { constantOf, isVariable } from './constants.ts';
import { fieldsOf } from './nodes.ts';
import type { PredicateScope } from './predicate-scope.ts';
import { columnNames } from './queries.ts';
import { expressionOf } from './source-text.ts';
import type { Assignment } from './types.ts';

/** `column = value` of an UPDATE. */
export function assignmentOf(target: ResTarget, scope: PredicateScope): Assignment {
  const column = target.name ?? '';
  const value = assignedValue(target.val);
  if (value === undefined) return { column, expression: undefined, reads: [], form: 'expression' };
  return {
    column,
    expression: expressionOf(scope.statement, value, 'clause'),
    reads: columnsRead(value, scope),
    form: target.indirection === undefined ? formOf(value, scope) : 'expression',
  };
}

/** The value of one column; of `(a, b) = (1, 2)` the part that is the column's. Undefined for DEFAULT and subqueries. */
function assignedValue(node: Node | undefined): Node | undefined {
  if (node === undefined || fieldsOf(node, 'SetToDefault')) return undefined;
  const part = fieldsOf(node, 'MultiAssignRef');
  if (part === undefined) return node;
  return assignedValue(fieldsOf(part.source, 'RowExpr')?.args?.[(part.colno ?? 1) - 1]);
}

function formOf(value: Node, scope: PredicateScope): Assignment['form'] {
  const constant = constantOf(value);
  if (constant) return constant.isnull ? 'null' : 'constant';
  if (fieldsOf(value, 'ParamRef') || isVariable(value, scope.variables)) return 'constant';
  return fieldsOf(value, 'ColumnRef') ? 'column' : 'expression';
}

/** The columns of the updated table that a value reads: unqualified ones outside subqueries, and those qualified with it. */
function columnsRead(value: Node, scope: PredicateScope): readonly string[] {
  const found = new Set<string>();
  const visit = (part: unknown, inSubquery: boolean): void => {
    if (typeof part !== 'object' || part === null) return;
    for (const [key, child] of Object.entries(part)) {
      if (key !== 'ColumnRef') {
        visit(child, inSubquery || key === 'SubLink');
        continue;
      }
      const names = columnNames({ ColumnRef: child as object }) ?? [];
      const column = names[names.length - 1] ?? '';
      const qualifier = names[names.length - 2];
      const isOwn =
        qualifier === undefined ? !inSubquery && !scope.variables.has(column) : scope.targets.has(qualifier);
      if (isOwn) found.add(column);
    }
  };
  visit(value, false);
  return [...found];
}
