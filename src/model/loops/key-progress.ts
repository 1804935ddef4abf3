/** Progress along a key, an offset or a counter: what a loop has passed it does not come back to. */
import type { Node, SelectStmt } from '@pgsql/types';
import { fieldsOf, stringOf } from '../operations/nodes.ts';
import { columnNames } from '../operations/queries.ts';
import type { Loop, LoopStep } from '../operations/types.ts';
import { assignments, numberOf, type Driver } from './drivers.ts';
import { commonQueries, type CommonQueries } from './limited-rows.ts';
import { assignedIn, defaultOf, type Exit } from './pass.ts';
import { readPage } from './picked-rows.ts';

/** A range of keys that moves up, or down, from pass to pass. */
export interface KeyProgress {
  readonly column: string;
  readonly variable: string;
  /** The step that reads the next batch's last key. */
  readonly step: LoopStep;
}

/**
 * The key along which a loop goes: the driver's rows have `column > variable`, and each pass sets the variable to the greatest
 * key of rows that have it. Down the key with `<` and the least.
 */
export function keyProgress(driver: Driver, loop: Loop): KeyProgress | undefined {
  const conditions = [...(driver.page?.conditions ?? []), ...driver.picked.conditions];
  const aliases = driver.aliases;
  for (const condition of conditions) {
    const bound = strictBound(condition, aliases, driver.isVariable);
    if (bound === undefined || isWritten(driver, bound.column)) continue;
    const step = advancingStep(bound, driver, loop);
    if (step !== undefined) return { column: bound.column, variable: bound.variable, step };
  }
  return undefined;
}

function isWritten({ write }: Driver, column: string): boolean {
  return write.kind === 'Update' && write.assignments.some((assignment) => assignment.column === column);
}

interface StrictBound {
  readonly column: string;
  readonly variable: string;
  readonly operator: '>' | '<';
}

/** `column > variable`, or `<`, either way round. */
function strictBound(
  condition: Node,
  aliases: ReadonlySet<string>,
  isVariable: (name: string) => boolean,
): StrictBound | undefined {
  const expression = fieldsOf(condition, 'A_Expr');
  const operator = stringOf(expression?.name?.at(-1));
  if (expression?.kind !== 'AEXPR_OP' || (operator !== '>' && operator !== '<')) return undefined;
  for (const [left, right, means] of [
    [expression.lexpr, expression.rexpr, operator],
    [expression.rexpr, expression.lexpr, operator === '>' ? '<' : '>'],
  ] as const) {
    const names = columnNames(left) ?? [];
    const variable = columnNames(right);
    if (variable?.length !== 1 || !isVariable(variable[0] ?? '')) continue;
    const isColumn =
      names.length === 1 ? !isVariable(names[0] ?? '') : names.length === 2 && aliases.has(names[0] ?? '');
    if (isColumn) return { column: names.at(-1) ?? '', variable: variable[0] ?? '', operator: means };
  }
  return undefined;
}

/** The step that takes the next key, if the variable gets it and nothing else does. */
function advancingStep(bound: StrictBound, driver: Driver, loop: Loop): LoopStep | undefined {
  if (assignments(loop, bound.variable) !== 1) return undefined;
  const setting = loop.steps.find((step) => assignedIn([step]).includes(bound.variable));
  if (setting === undefined) return undefined;
  if (setting.kind === 'statement')
    return isNextKey(setting, bound.variable, bound, driver) ? setting : undefined;
  const source = setting.kind === 'assign' ? expressionOf(setting.expression.tree) : undefined;
  const next = columnNames(source)?.[0];
  if (setting.kind !== 'assign') return undefined;
  if (next === undefined || columnNames(source)?.length !== 1) return undefined;
  if (assignments(loop, next) !== 1) return undefined;
  const reading = loop.steps.find((step) => assignedIn([step]).includes(next));
  const isBefore = reading !== undefined && loop.steps.indexOf(reading) < loop.steps.indexOf(setting);
  // The range must not move on before the statement has used it.
  const isAfterWrite = loop.steps.indexOf(driver.step) < loop.steps.indexOf(setting);
  const isRead =
    isBefore && isAfterWrite && reading.kind === 'statement' && isNextKey(reading, next, bound, driver);
  return isRead ? reading : undefined;
}

/** The expression of the SELECT that PL/pgSQL makes of it. */
export function expressionOf(tree: Node | undefined): Node | undefined {
  return fieldsOf(fieldsOf(tree, 'SelectStmt')?.targetList?.[0], 'ResTarget')?.val;
}

/** Whether a statement's INTO gives a variable max(key) over rows with key > bound. */
function isNextKey(
  step: Extract<LoopStep, { kind: 'statement' }>,
  variable: string,
  bound: StrictBound,
  driver: Driver,
): boolean {
  const select = fieldsOf(step.tree, 'SelectStmt');
  const target = fieldsOf(select?.targetList?.[step.into.indexOf(variable)], 'ResTarget')?.val;
  const call = fieldsOf(target, 'FuncCall');
  const wanted = bound.operator === '>' ? 'max' : 'min';
  const column = columnNames(call?.args?.[0]);
  if (select === undefined || stringOf(call?.funcname?.at(-1)) !== wanted || column?.at(-1) !== bound.column)
    return false;
  if (select.groupClause !== undefined || select.fromClause?.length !== 1 || call?.agg_filter !== undefined)
    return false;
  const common = commonQueries(select.withClause);
  if (returnsWritten(select, common, bound, driver, step)) return true;
  const source: Node = {
    SelectStmt: { ...select, targetList: [{ ResTarget: { val: call?.args?.[0] as Node } }] },
  };
  const page = readPage(source, driver.write.table, common, [bound.column]);
  if (page === undefined) return false;
  const aliases = new Set([page.alias, driver.write.table.name]);
  return page.conditions.some((condition) => {
    const other = strictBound(condition, aliases, driver.isVariable);
    return (
      other?.column === bound.column && other.variable === bound.variable && other.operator === bound.operator
    );
  });
}

/** `WITH u AS (UPDATE … RETURNING id) SELECT max(id) … FROM u`. */
function returnsWritten(
  select: SelectStmt,
  common: CommonQueries,
  bound: StrictBound,
  driver: Driver,
  step: LoopStep,
): boolean {
  if (step !== driver.step || select.whereClause !== undefined) return false;
  const name = fieldsOf(select.fromClause?.[0], 'RangeVar')?.relname;
  const query = common.get(name ?? '');
  const written = fieldsOf(query, 'UpdateStmt') ?? fieldsOf(query, 'DeleteStmt');
  return (written?.returningClause?.exprs ?? []).some((node) => {
    const target = fieldsOf(node, 'ResTarget');
    return target?.name === undefined && columnNames(target?.val)?.at(-1) === bound.column;
  });
}

/** Whether a page's OFFSET grows in each pass, so that it passes the last row at some time. */
export function offsetGrows(driver: Driver, loop: Loop): boolean {
  const names = columnNames(driver.page?.offset);
  return names?.length === 1 && growth(loop, names[0] ?? '') !== undefined;
}

/** By how much a variable grows in each pass: `v := v + 1000`, once, in every pass. Negative where it shrinks. */
export function growth(loop: Loop, variable: string): number | undefined {
  if (assignments(loop, variable) !== 1) return undefined;
  const step = loop.steps.find((one) => one.kind === 'assign' && one.variable === variable);
  const sum = step?.kind === 'assign' ? fieldsOf(expressionOf(step.expression.tree), 'A_Expr') : undefined;
  const operator = stringOf(sum?.name?.at(-1));
  if (sum?.kind !== 'AEXPR_OP' || columnNames(sum.lexpr)?.join('.') !== variable) return undefined;
  const by = numberOf(sum.rexpr, loop);
  if (by === undefined || by <= 0 || (operator !== '+' && operator !== '-')) return undefined;
  return operator === '+' ? by : -by;
}

/**
 * Whether an exit is reached by counting: a variable that each pass moves on by the same step is compared with what stays.
 */
export function isCounted(exit: Exit, loop: Loop): boolean {
  const comparison = exit.everyPass ? fieldsOf(expressionOf(exit.condition?.tree), 'A_Expr') : undefined;
  if (comparison?.kind !== 'AEXPR_OP' || exit.condition === undefined) return false;
  const { goesOn } = exit.condition;
  const written = stringOf(comparison.name?.at(-1));
  for (const [counter, limit, operator] of [
    [comparison.lexpr, comparison.rexpr, written],
    [comparison.rexpr, comparison.lexpr, mirrored(written)],
  ] as const) {
    const name = columnNames(counter);
    const step = name?.length === 1 ? growth(loop, name[0] ?? '') : undefined;
    if (name === undefined || step === undefined) continue;
    const upwards = goesOn ? ['<', '<='] : ['>', '>='];
    const downwards = goesOn ? ['>', '>='] : ['<', '<='];
    if (!(step > 0 ? upwards : downwards).includes(operator)) continue;
    // A WHILE ends on NULL; an EXIT never comes if either side is.
    if (
      goesOn ? isFixed(limit, loop) : numberOf(limit, loop) !== undefined && startsKnown(loop, name[0] ?? '')
    )
      return true;
  }
  return false;
}

function mirrored(operator: string): string {
  const mirrors: Readonly<Record<string, string>> = { '<': '>', '>': '<', '<=': '>=', '>=': '<=' };
  return mirrors[operator] ?? '';
}

/** What no pass changes: a constant, or a variable that the loop does not assign. */
function isFixed(node: Node | undefined, loop: Loop): boolean {
  if (numberOf(node, loop) !== undefined) return true;
  const names = columnNames(node);
  const name = names?.[0] ?? '';
  return names?.length === 1 && name in loop.variables && assignments(loop, name) === 0;
}

function startsKnown(loop: Loop, variable: string): boolean {
  return (
    loop.assigned.get(variable) === assignments(loop, variable) && defaultOf(loop, variable) !== undefined
  );
}
