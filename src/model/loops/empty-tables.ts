/** What a loop is bound by that an empty table leaves NULL: `SELECT max(id) INTO last FROM users`. */
import type { SelectStmt } from '@pgsql/types';
import type { Catalog } from '../catalog/types.ts';
import { fieldsOf, stringOf } from '../operations/nodes.ts';
import { columnNames } from '../operations/queries.ts';
import type { Loop, ObjectName } from '../operations/types.ts';
import { expressionOf } from './key-progress.ts';
import { isAggregated, ofAggregate } from './pass.ts';

/** Variables that hold NULL where a table is empty, each with the aggregate that it got: `max(id)`. */
export interface EmptyTable {
  readonly table: ObjectName;
  readonly variables: ReadonlyMap<string, string>;
}

/**
 * The variables that are NULL in a loop if a table is empty: those that got an aggregate of its rows right before, and nothing
 * else. Where something could have left the body in between, nothing is claimed.
 */
export function nullsOfEmptyTables(loop: Loop, catalog: Catalog): readonly EmptyTable[] {
  const found: EmptyTable[] = [];
  for (let query = loop.earlier; query !== undefined; query = query.previous) {
    const select = queryOf(query.tree && fieldsOf(query.tree, 'SelectStmt'));
    const relation = fieldsOf(select?.fromClause?.[0], 'RangeVar');
    if (select?.fromClause?.length !== 1 || relation?.relname === undefined || !isAggregated(select))
      continue;
    const table = catalog.table({ schema: relation.schemaname, name: relation.relname });
    if (table === undefined || select.withClause !== undefined) continue;
    const variables = new Map<string, string>();
    for (const [index, name] of query.into.entries()) {
      const target = fieldsOf(select.targetList?.[index], 'ResTarget')?.val;
      const value = ofAggregate(
        target,
        { low: 0, high: 0 },
        { value: () => ({ null: true, value: true }), hasRoutine: () => false },
      );
      const isOnlyOne = loop.assigned.get(name) === 1 && name in loop.variables && !loop.unfollowed.has(name);
      const call = fieldsOf(target, 'FuncCall');
      const column = columnNames(call?.args?.[0])?.at(-1);
      if (isOnlyOne && !value.value && column !== undefined)
        variables.set(name, `${stringOf(call?.funcname?.at(-1))}(${column})`);
    }
    if (variables.size > 0) found.push({ table: table.name, variables });
  }
  return found;
}

/** The query of `v := (SELECT …)`, which PL/pgSQL puts into a SELECT of its own. */
function queryOf(select: SelectStmt | undefined): SelectStmt | undefined {
  if (select === undefined || select.fromClause !== undefined) return select;
  const link = fieldsOf(expressionOf({ SelectStmt: select }), 'SubLink');
  return link?.subLinkType === 'EXPR_SUBLINK' ? fieldsOf(link.subselect, 'SelectStmt') : undefined;
}
