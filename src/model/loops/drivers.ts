/** The statement that a batch loop is about, and where its rows come from. */
import type { Node, SelectStmt } from '@pgsql/types';
import type { Catalog, Table } from '../catalog/types.ts';
import { provesNotNull } from '../effects/not-null.ts';
import { fieldsOf, stringOf } from '../operations/nodes.ts';
import { callsOf, columnNames } from '../operations/queries.ts';
import { isSameObject } from '../operations/same-object.ts';
import type { Delete, Loop, LoopStep, ObjectName, Operation, Update } from '../operations/types.ts';
import { commonQueries } from './limited-rows.ts';
import { assignedIn, constantVariable, isHarmlessFunction } from './pass.ts';
import { pickedRows, readPage, variableTest, type Page, type PickedRows } from './picked-rows.ts';
import { keysOf } from './row-bounds.ts';

type StatementStep = Extract<LoopStep, { kind: 'statement' }>;

/** An UPDATE or DELETE of each pass. */
export interface Driver {
  readonly write: Update | Delete;
  readonly step: StatementStep;
  readonly table: Table;
  readonly picked: PickedRows;
  /** The page of its rows, also where a variable carries their keys. */
  readonly page: Page | undefined;
  /** The step that reads the page; that of the statement itself, or the one that fills the variable. */
  readonly pageStep: LoopStep | undefined;
  /** True if the key of the page is one of the table and never NULL, and nothing but the page decides. */
  readonly takesWholePage: boolean;
  /** What all rows fulfil which it writes, with the names of the table's columns; undefined where that cannot be told. */
  readonly conditions: readonly Node[] | undefined;
  readonly aliases: ReadonlySet<string>;
  readonly isVariable: (name: string) => boolean;
}

/** The drivers of a loop: what it writes in each pass, in tables that the catalog knows. */
export function driversOf(loop: Loop, catalog: Catalog): readonly Driver[] {
  const found: Driver[] = [];
  for (const step of loop.steps) {
    if (step.kind !== 'statement') continue;
    for (const write of step.operations) {
      if (write.kind !== 'Update' && write.kind !== 'Delete') continue;
      const table = catalog.table(write.table);
      if (table !== undefined) found.push(driverOf(write, step, table, loop));
    }
  }
  return found;
}

function driverOf(write: Update | Delete, step: StatementStep, table: Table, loop: Loop): Driver {
  const isVariable = variableTest(
    loop,
    table.columns.map(({ name }) => name),
  );
  const picked = pickedRows(write, isVariable);
  const source = picked.page === undefined ? variablePage(picked, write, loop) : { page: picked.page, step };
  const page = source?.page;
  const isWhole =
    page !== undefined &&
    page.plain &&
    isKey(table, page.key) &&
    picked.conditions.length === 0 &&
    !picked.joins;
  return {
    write,
    step,
    table,
    picked,
    page,
    pageStep: source?.step,
    takesWholePage: isWhole,
    conditions: conditionsOf(picked, page, table),
    aliases: new Set([picked.alias, write.table.name, ...(page === undefined ? [] : [page.alias])]),
    isVariable,
  };
}

function conditionsOf(picked: PickedRows, page: Page | undefined, table: Table): readonly Node[] | undefined {
  if (picked.by === 'condition') return picked.conditions;
  if (page === undefined || !page.plain || !isUnique(table, page.key)) return undefined;
  return [...page.conditions, ...picked.conditions];
}

function isUnique(table: Table, key: readonly string[]): boolean {
  return keysOf(table).some((columns) => columns.every((column) => key.includes(column)));
}

/** A key whose columns hold no NULL, so that a row equals itself by it. */
function isKey(table: Table, key: readonly string[]): boolean {
  return isUnique(table, key) && key.every((column) => column === 'ctid' || provesNotNull(table, column));
}

/** The page whose keys a variable holds: `ids := ARRAY(SELECT …)`, `SELECT array_agg(id) INTO ids FROM (SELECT …)`. */
function variablePage(
  { variable, conditions }: PickedRows,
  write: Update | Delete,
  loop: Loop,
): { readonly page: Page; readonly step: LoopStep } | undefined {
  if (variable === undefined || conditions.length > 0 || !variable.isArray) return undefined;
  if (loop.assigned.get(variable.name) !== 1) return undefined;
  for (const step of loop.steps) {
    if (step.kind !== 'assign' && step.kind !== 'statement') continue;
    if (step.kind === 'statement' && step.operations.includes(write)) return undefined;
    const index =
      step.kind === 'assign' ? (step.variable === variable.name ? 0 : -1) : step.into.indexOf(variable.name);
    if (index < 0) continue;
    const tree = step.kind === 'assign' ? step.expression.tree : step.tree;
    const select = fieldsOf(tree, 'SelectStmt');
    const page = select && arrayPage(select, index, write.table, variable.column);
    return page && { page, step };
  }
  return undefined;
}

function arrayPage(select: SelectStmt, index: number, table: ObjectName, column: string): Page | undefined {
  const common = commonQueries(select.withClause);
  const value = fieldsOf(select.targetList?.[index], 'ResTarget')?.val;
  const link = fieldsOf(value, 'SubLink');
  if (link?.subLinkType === 'ARRAY_SUBLINK') return readPage(link.subselect, table, common, [column]);
  const inner = link?.subLinkType === 'EXPR_SUBLINK' ? fieldsOf(link.subselect, 'SelectStmt') : undefined;
  if (inner !== undefined) return arrayPage(inner, 0, table, column);
  const call = fieldsOf(value, 'FuncCall');
  if (stringOf(call?.funcname?.at(-1)) !== 'array_agg' || columnNames(call?.args?.[0])?.at(-1) !== column)
    return undefined;
  if (call?.agg_filter !== undefined || select.whereClause !== undefined || select.groupClause !== undefined)
    return undefined;
  // The aggregate reads a page, and is none itself.
  const source: Node = {
    SelectStmt: { ...select, targetList: [{ ResTarget: { val: call?.args?.[0] as Node } }] },
  };
  return readPage(source, table, common, [column]);
}

/**
 * Whether nothing in a loop but the driver changes which rows it will find: no other statement writes the table, nothing is
 * rolled back, and nothing runs that is not understood.
 */
export function isAlone(driver: Driver, loop: Loop, catalog: Catalog): boolean {
  return (
    loop.steps.every((step) => isUnderstood(step)) &&
    loop.operations.every(
      (operation) => operation === driver.write || leavesAlone(operation, driver, catalog),
    )
  );
}

function isUnderstood(step: LoopStep): boolean {
  switch (step.kind) {
    case 'execute':
    case 'block':
    case 'loop':
    case 'other':
    case 'rollback':
      return false;
    case 'branch':
      return step.branches.every(({ steps }) => steps.every((inner) => isUnderstood(inner)));
    case 'assign':
      return (
        step.expression.tree !== undefined &&
        callsOf(step.expression.tree).every(({ name }) => isHarmlessFunction(name))
      );
    default:
      return true;
  }
}

function leavesAlone(operation: Operation, { table }: Driver, catalog: Catalog): boolean {
  switch (operation.kind) {
    case 'Select':
      return operation.calls.every(({ name }) => isHarmlessFunction(name));
    case 'Raise':
    case 'BodyTransactionControl':
      return true;
    case 'Insert':
    case 'Update':
    case 'Delete': {
      const other = catalog.table(operation.table);
      if (other === undefined || isSameObject(other.name, table.name)) return false;
      const references = catalog
        .referencing(other.name)
        .some((one) => isSameObject(one.table.name, table.name));
      return other.triggers.length === 0 && other.rules.length === 0 && !references;
    }
    default:
      return false;
  }
}

/** How many rows a page has at most; undefined where it has no limit, or one that is not known. */
export function limitOf(page: Page | undefined, loop: Loop): number | undefined {
  return numberOf(page?.limit, loop);
}

const WHOLE_NUMBERS: ReadonlySet<string> = new Set(['int4', 'int8', 'numeric']);

/** A whole number that an expression always is: a constant, or a variable that nothing assigns. */
export function numberOf(node: Node | undefined, loop: Loop): number | undefined {
  const constant = fieldsOf(node, 'A_Const');
  if (constant?.ival) return constant.ival.ival ?? 0;
  if (constant?.fval) {
    // 1e5 and what is too large for an integer: LIMIT rounds to a whole number.
    const number = Number(constant.fval.fval);
    return Number.isSafeInteger(number) ? number : undefined;
  }
  const cast = fieldsOf(node, 'TypeCast');
  if (cast !== undefined) {
    const type = stringOf(cast.typeName?.names?.at(-1));
    return WHOLE_NUMBERS.has(type) ? numberOf(cast.arg, loop) : undefined;
  }
  const names = columnNames(node);
  const value = names?.length === 1 ? constantVariable(loop, names[0] ?? '') : undefined;
  return typeof value?.constant === 'number' ? value.constant : undefined;
}

/** How often the loop itself assigns a variable. */
export function assignments(loop: Loop, variable: string): number {
  return assignedIn(loop.steps).filter((name) => name === variable).length;
}
