import type { Node, SelectStmt } from '@pgsql/types';
import { stringsOf, visitNodes } from '../operations/parse-tree.ts';
import { fieldsOf } from '../operations/nodes.ts';
import { isSameObject } from '../operations/same-object.ts';
import type { Delete, Loop, LoopStep, ObjectName, Operation, Update } from '../operations/types.ts';
import { hasLimit } from './limited-rows.ts';

/** Rows that a query inside a loop takes a page of at each turn. */
interface Page {
  readonly operation: Operation;
  readonly tables: readonly ObjectName[];
  /** Columns that its WHERE names. */
  readonly filters: readonly string[];
  readonly limited: boolean;
  /** True for an OFFSET that can change from turn to turn; a constant cannot. */
  readonly moving: boolean;
  readonly ordered: boolean;
}

/**
 * A page of a batch loop that passes rows over.
 * - `moving offset`: the loop's own write takes rows out of the page's predicate, and OFFSET then counts past the ones that
 *   moved up: about half of the rows are left.
 * - `unordered`: a LIMIT without ORDER BY over rows that the write does not take out of the predicate: PostgreSQL may give any
 *   rows, the same ones again or never some.
 */
export interface SkippingPage {
  readonly hazard: 'moving offset' | 'unordered';
  /** The operation that the page stands in. */
  readonly operation: Operation;
  readonly table: ObjectName;
  /** The columns of the predicate that the loop writes; empty where it deletes the rows. */
  readonly columns: readonly string[];
}

/**
 * The pages of a loop that pass rows over.
 *
 * @param loop a loop of a DO block, function or procedure.
 */
export function skippingPages(loop: Loop): readonly SkippingPage[] {
  const writes = loop.operations.filter(
    (operation) => operation.kind === 'Update' || operation.kind === 'Delete',
  );
  if (writes.length === 0) return [];
  const found: SkippingPage[] = [];
  for (const page of pagesOf(loop, writes)) {
    const shrinking = shrinkingTable(page, writes);
    const table = shrinking?.table ?? page.tables[0];
    if (table === undefined) continue;
    const { operation } = page;
    if (page.moving && shrinking !== undefined)
      found.push({ hazard: 'moving offset', operation, table, columns: shrinking.columns });
    else if (page.limited && !page.ordered && shrinking === undefined && isWritten(page, writes))
      found.push({ hazard: 'unordered', operation, table, columns: [] });
  }
  return found;
}

/** The pages in a loop's statements, and those that it assigns to a variable: they are shown at the loop's first write. */
function pagesOf(loop: Loop, writes: readonly (Update | Delete)[]): readonly Page[] {
  const [write] = writes;
  const inStatements = loop.operations.flatMap((operation) => {
    const { kind, statement } = operation;
    const reads = kind === 'Update' || kind === 'Delete' || kind === 'Select';
    return reads ? pagesIn(statement.tree, operation) : [];
  });
  if (write === undefined) return inStatements;
  const assigned = assignedTrees(loop.steps).flatMap((tree) => pagesIn(tree, write));
  // Which rows a write picks by a variable is not followed, so that only what a moving OFFSET skips is claimed.
  return [
    ...inStatements,
    ...assigned.filter((page) => page.moving && shrinkingTable(page, writes) !== undefined),
  ];
}

/** The values that steps assign, inner loops left out. */
function assignedTrees(steps: readonly LoopStep[]): readonly Node[] {
  return steps.flatMap((step): readonly Node[] => {
    switch (step.kind) {
      case 'assign':
        return step.expression.tree === undefined ? [] : [step.expression.tree];
      case 'branch':
        return step.branches.flatMap((branch) => assignedTrees(branch.steps));
      case 'block':
        return [step.steps, ...step.handlers].flatMap(assignedTrees);
      default:
        return [];
    }
  });
}

function pagesIn(tree: Node, operation: Operation): readonly Page[] {
  const pages: Page[] = [];
  visitNodes(tree, (type, fields) => {
    if (type !== 'SelectStmt') return;
    const select = fields as SelectStmt;
    if (select.limitCount === undefined && select.limitOffset === undefined) return;
    pages.push({
      operation,
      tables: tablesIn(select.fromClause),
      filters: columnsIn(select.whereClause),
      limited: hasLimit(select),
      moving: select.limitOffset !== undefined && fieldsOf(select.limitOffset, 'A_Const') === undefined,
      ordered: (select.sortClause?.length ?? 0) > 0,
    });
  });
  return pages;
}

function tablesIn(items: readonly Node[] | undefined): readonly ObjectName[] {
  const tables: ObjectName[] = [];
  visitNodes(items, (type, fields) => {
    const { schemaname, relname } = fields as { readonly schemaname?: string; readonly relname?: string };
    if (type === 'RangeVar' && relname !== undefined) tables.push({ schema: schemaname, name: relname });
    return type !== 'RangeSubselect';
  });
  return tables;
}

function columnsIn(expression: Node | undefined): readonly string[] {
  const columns: string[] = [];
  visitNodes(expression, (type, fields) => {
    if (type === 'ColumnRef') columns.push(stringsOf(fields['fields']).at(-1) ?? '');
  });
  return columns;
}

/** The page's table that the loop takes rows of out of the page's predicate, and the columns by which it does. */
function shrinkingTable(
  page: Page,
  writes: readonly (Update | Delete)[],
): { readonly table: ObjectName; readonly columns: readonly string[] } | undefined {
  for (const write of writes) {
    if (!page.tables.some((table) => isSameObject(table, write.table))) continue;
    if (write.kind === 'Delete') return { table: write.table, columns: [] };
    const columns = write.assignments
      .map(({ column }) => column)
      .filter((column) => page.filters.includes(column));
    if (columns.length > 0) return { table: write.table, columns };
  }
  return undefined;
}

/** Whether the page picks the rows that its own statement writes. */
function isWritten(page: Page, writes: readonly (Update | Delete)[]): boolean {
  return writes.some(
    (write) =>
      write.statement === page.operation.statement &&
      page.tables.some((table) => isSameObject(table, write.table)),
  );
}
