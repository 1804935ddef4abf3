/** One pass of a loop, walked over what is known of its variables: which exits are taken. */
import type { Node, SelectStmt, SubLink } from '@pgsql/types';
import type { Catalog } from '../catalog/types.ts';
import { fieldsOf, stringOf } from '../operations/nodes.ts';
import { visitNodes } from '../operations/parse-tree.ts';
import type { Loop, LoopStep, Operation } from '../operations/types.ts';
import { evaluate, type Names } from './evaluate.ts';
import { NEVER_NULL, STRICT, STRICT_AT_LEAST } from './functions.ts';
import {
  and,
  anything,
  between,
  canBeFalse,
  either,
  known,
  not,
  nothing,
  notNull,
  truth,
  type Value,
} from './values.ts';

/** What is supposed of a pass. Row counts are bounds; undefined where nothing is supposed. */
export interface Scenario {
  /** Rows that a statement of the loop writes. */
  rowsOf(operation: Operation): Bounds | undefined;
  /** Rows that a query reads: of a page by its SELECT, of a CTE by its name. */
  rowsIn(step: LoopStep): Bounds | undefined;
  /** What a subquery in a condition gives; undefined where nothing is supposed. */
  subquery(link: SubLink): Value | undefined;
  /** Whether FETCH finds a row. */
  readonly fetches: boolean | undefined;
}

export interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** What is known between two steps. */
export interface State {
  readonly variables: ReadonlyMap<string, Value>;
  readonly found: Value;
  readonly rowCount: Value;
}

/** A way out of the loop and whether it is taken. */
export interface Exit {
  readonly step: LoopStep | undefined;
  readonly taken: Value;
  /** False where it may not be reached in each pass. */
  readonly everyPass: boolean;
  /** The condition as written, where it alone decides: that of WHILE says when the loop goes on. */
  readonly condition?: { readonly tree: Node | undefined; readonly goesOn: boolean } | undefined;
}

/** What a pass comes to. */
export interface Outcome {
  readonly exits: readonly Exit[];
  readonly after: State;
  /** False if CONTINUE can skip a part of the pass. */
  readonly straight: boolean;
}

export const unknownState: State = { variables: new Map(), found: anything, rowCount: anything };

/** Walks a pass of a loop from a state. */
export function walkPass(loop: Loop, catalog: Catalog, scenario: Scenario, before: State): Outcome {
  const walk = new Walk(loop, catalog, scenario, before);
  if (loop.form === 'while' && loop.condition !== undefined) {
    const condition = walk.evaluate(loop.condition.tree);
    // NULL ends a WHILE, too.
    walk.exits.push({
      step: undefined,
      taken: not(asFalse(condition)),
      everyPass: true,
      condition: { tree: loop.condition.tree, goesOn: true },
    });
  }
  walk.steps(loop.steps, true);
  return { exits: walk.exits, after: walk.state(), straight: walk.straight };
}

class Walk {
  readonly exits: Exit[] = [];
  straight = true;
  readonly #loop: Loop;
  readonly #catalog: Catalog;
  readonly #scenario: Scenario;
  readonly #variables: Map<string, Value>;
  #found: Value;
  #rowCount: Value;

  constructor(loop: Loop, catalog: Catalog, scenario: Scenario, before: State) {
    this.#loop = loop;
    this.#catalog = catalog;
    this.#scenario = scenario;
    this.#variables = new Map(before.variables);
    this.#found = before.found;
    this.#rowCount = before.rowCount;
  }

  state(): State {
    return { variables: this.#variables, found: this.#found, rowCount: this.#rowCount };
  }

  steps(steps: readonly LoopStep[], everyPass: boolean): void {
    for (const step of steps) this.#step(step, everyPass);
  }

  /** The SELECT that PL/pgSQL makes of an expression. */
  evaluate(tree: Node | undefined): Value {
    const select = fieldsOf(tree, 'SelectStmt');
    const isExpression =
      select?.targetList?.length === 1 && select.fromClause === undefined && select.whereClause === undefined;
    return isExpression
      ? evaluate(fieldsOf(select.targetList?.[0], 'ResTarget')?.val, this.#names())
      : anything;
  }

  #names(): Names {
    return {
      hasRoutine: (name) => this.#catalog.routines({ schema: undefined, name }).length > 0,
      subquery: (link) => this.#scenario.subquery(link),
      value: (names) => {
        if (names.length !== 1) return anything;
        const name = names[0] ?? '';
        if (name === 'found') return this.#found;
        if (this.#loop.unfollowed.has(name)) return anything;
        return this.#variables.get(name) ?? constantVariable(this.#loop, name) ?? anything;
      },
    };
  }

  #step(step: LoopStep, everyPass: boolean): void {
    switch (step.kind) {
      case 'statement':
        return this.#statement(step);
      case 'assign': {
        const value = this.evaluate(step.expression.tree);
        const rows = this.#scenario.rowsIn(step);
        const hasQuery = readsRows(step.expression.tree);
        this.#variables.set(
          step.variable,
          hasQuery ? ofAssignedQuery(step.expression.tree, rows) : { ...value, symbol: undefined },
        );
        if (hasQuery) this.#rowCount = anything;
        return;
      }
      case 'diagnostics':
        this.#variables.set(step.variable, step.item === 'row_count' ? this.#rowCount : anything);
        return;
      case 'leave':
        return this.#leave(step, everyPass);
      case 'branch':
        return this.#branch(step, everyPass);
      case 'execute':
        this.#forget([step]);
        return;
      case 'cursor':
        return this.#cursor(step);
      case 'raise':
        if (step.fails) this.exits.push({ step, taken: anything, everyPass: false });
        return;
      case 'commit':
      case 'rollback':
        return;
      case 'block':
      case 'loop':
      case 'other':
        this.#forget([step]);
        this.#inner([step]);
        return;
      default:
        step satisfies never;
    }
  }

  #leave(step: Extract<LoopStep, { kind: 'leave' }>, everyPass: boolean): void {
    if (step.leaves === 'a block') this.exits.push({ step, taken: anything, everyPass: false });
    else if (step.by === 'continue' && step.leaves === 'this loop') this.straight = false;
    else {
      const taken = step.condition === undefined ? known(true) : this.evaluate(step.condition.tree);
      const condition = step.condition && { tree: step.condition.tree, goesOn: false };
      this.exits.push({ step, taken, everyPass, condition });
    }
  }

  #branch(step: Extract<LoopStep, { kind: 'branch' }>, everyPass: boolean): void {
    const before: Value[] = [];
    const others: LoopStep[] = [];
    for (const { condition, steps } of step.branches) {
      const value =
        condition === undefined ? known(true) : step.comparesValue ? anything : this.evaluate(condition.tree);
      // A branch is taken where its condition is true and none before it was.
      const taken = and([value, ...before.map((one) => not(asFalse(one)))]);
      before.push(value);
      const last = steps.at(-1);
      const leaves = last?.kind === 'leave' && last.by !== 'continue' && last.condition === undefined;
      if (leaves && last.leaves !== 'a block' && steps.slice(0, -1).every(isHarmless))
        this.exits.push({
          step: last,
          taken,
          everyPass,
          condition:
            before.length === 1 && !step.comparesValue ? { tree: condition?.tree, goesOn: false } : undefined,
        });
      else others.push(...steps);
      if (condition !== undefined && readsRows(condition.tree)) this.#rowCount = anything;
    }
    this.#inner(others);
    this.#forget(others);
  }

  /** Ways out of what may or may not be run. */
  #inner(steps: readonly LoopStep[]): void {
    for (const step of steps) {
      if (step.kind === 'leave') {
        if (step.by === 'continue' && step.leaves === 'this loop') this.straight = false;
        else this.exits.push({ step, taken: anything, everyPass: false });
      } else if (step.kind === 'raise' && step.fails)
        this.exits.push({ step, taken: anything, everyPass: false });
      else if (step.kind === 'branch') for (const branch of step.branches) this.#inner(branch.steps);
      else if (step.kind === 'block') for (const list of [step.steps, ...step.handlers]) this.#inner(list);
      else if (step.kind === 'loop') this.#leavesOf(step.loop.steps);
    }
  }

  /** What leaves an inner loop for more than that loop: EXIT of an outer one, RETURN, an error. */
  #leavesOf(steps: readonly LoopStep[]): void {
    for (const step of steps) {
      const isFar = step.kind === 'leave' && (step.by === 'return' || step.leaves !== 'this loop');
      if (isFar || (step.kind === 'raise' && step.fails) || (step.kind === 'statement' && step.strict))
        this.exits.push({ step, taken: anything, everyPass: false });
      else if (step.kind === 'branch') for (const branch of step.branches) this.#leavesOf(branch.steps);
      else if (step.kind === 'block') for (const list of [step.steps, ...step.handlers]) this.#leavesOf(list);
      else if (step.kind === 'loop') this.#leavesOf(step.loop.steps);
    }
  }

  #cursor(step: Extract<LoopStep, { kind: 'cursor' }>): void {
    const finds = step.action === 'FETCH' && step.takesNext ? this.#scenario.fetches : undefined;
    for (const name of step.into) this.#variables.set(name, finds === false ? nothing : anything);
    if (step.action === 'FETCH' || step.action === 'MOVE') {
      this.#found = finds === undefined ? truth(true, true, false) : known(finds);
      this.#rowCount = anything;
    }
  }

  /** Forgets what steps that may or may not be run can change. */
  #forget(steps: readonly LoopStep[]): void {
    for (const name of assignedIn(steps)) this.#variables.set(name, anything);
    if (steps.some(changesFound)) {
      this.#found = truth(true, true, false);
      this.#rowCount = anything;
    }
  }

  #statement(step: Extract<LoopStep, { kind: 'statement' }>): void {
    const { tree, operations, into } = step;
    const select = fieldsOf(tree, 'SelectStmt');
    if (select !== undefined) {
      const outcome = this.#select(select, step);
      this.#found = outcome.found;
      this.#rowCount = outcome.rowCount;
      into.forEach((name, index) => this.#variables.set(name, outcome.outputs[index] ?? anything));
      return;
    }
    const own = operations.at(-1);
    const rows = (own && this.#scenario.rowsOf(own)) ?? { low: 0, high: Infinity };
    const isWrite =
      'UpdateStmt' in tree || 'DeleteStmt' in tree || 'InsertStmt' in tree || 'MergeStmt' in tree;
    this.#found = isWrite ? truth(rows.high > 0, rows.low === 0, false) : anything;
    this.#rowCount = isWrite ? between(rows.low, rows.high) : anything;
    for (const name of into) this.#variables.set(name, rows.high === 0 ? nothing : anything);
    if (step.strict) this.exits.push({ step, taken: anything, everyPass: false });
  }

  #select(
    select: SelectStmt,
    step: Extract<LoopStep, { kind: 'statement' }>,
  ): { readonly found: Value; readonly rowCount: Value; readonly outputs: readonly Value[] } {
    if (step.strict) this.exits.push({ step, taken: anything, everyPass: false });
    const targets = (select.targetList ?? []).map((node) => fieldsOf(node, 'ResTarget')?.val);
    const names = this.#names();
    const rows = this.#sourceRows(select, step);
    const isFiltered = select.whereClause !== undefined;
    if (select.larg !== undefined)
      return { found: truth(true, true, false), rowCount: anything, outputs: [] };
    const hasRow =
      select.fromClause === undefined &&
      !isFiltered &&
      select.limitCount === undefined &&
      select.limitOffset === undefined;
    const aggregates = isAggregated(select);
    if (aggregates && select.havingClause === undefined && select.limitOffset === undefined) {
      return {
        found: known(true),
        rowCount: known(1),
        outputs: targets.map((node) => ofAggregate(node, rows, names)),
      };
    }
    if (hasRow && !targets.some(returnsRows)) {
      return {
        found: known(true),
        rowCount: known(1),
        outputs: targets.map((node) => evaluate(node, names)),
      };
    }
    const isSource =
      rows !== undefined &&
      !isFiltered &&
      select.groupClause === undefined &&
      select.limitOffset === undefined;
    const isEmpty = rows?.high === 0 && !aggregates;
    const found = isEmpty ? known(false) : truth(true, !(isSource && rows.low > 0), false);
    const outputs = targets.map((node) => (isEmpty ? nothing : ofWindow(node, isSource ? rows : undefined)));
    return { found, rowCount: isEmpty ? known(0) : anything, outputs };
  }

  /** How many rows the one source of a query has. */
  #sourceRows(select: SelectStmt, step: Extract<LoopStep, { kind: 'statement' }>): Bounds | undefined {
    const [item, ...others] = select.fromClause ?? [];
    const relation = fieldsOf(item, 'RangeVar');
    const page = this.#scenario.rowsIn(step);
    if (relation === undefined || others.length > 0) return page;
    const write = writeOfCte(select, relation.relname ?? '', step.operations);
    return (write && this.#scenario.rowsOf(write)) ?? page;
  }
}

/** A condition that is NULL leaves a branch untaken as one that is false does. */
function asFalse(value: Value): Value {
  return truth(value.value && value.constant !== false, canBeFalse(value) || value.null, false);
}

/** The value of a variable that nothing ever assigns: its default, where that is a whole number. */
export function constantVariable(loop: Loop, name: string): Value | undefined {
  if (loop.assigned.has(name)) return undefined;
  return defaultOf(loop, name);
}

/** What a variable holds before anything assigns it; undefined where that cannot be told. */
export function defaultOf(loop: Loop, name: string): Value | undefined {
  if (loop.parameters.has(name) || loop.unfollowed.has(name) || !(name in loop.variables)) return undefined;
  const text = loop.variables[name];
  if (text === undefined) return undefined;
  const number = Number(text.trim() === '' ? Number.NaN : text);
  if (Number.isSafeInteger(number)) return known(number);
  const word = text.trim().toLowerCase();
  return word === 'true' || word === 'false' ? known(word === 'true') : undefined;
}

/** The names that steps assign, inner loops' included. */
export function assignedIn(steps: readonly LoopStep[]): readonly string[] {
  return steps.flatMap((step): readonly string[] => {
    switch (step.kind) {
      case 'assign':
      case 'diagnostics':
        return [step.variable];
      case 'statement':
      case 'execute':
      case 'cursor':
        return step.into;
      case 'branch':
        return step.branches.flatMap((branch) => assignedIn(branch.steps));
      case 'block':
        return [step.steps, ...step.handlers].flatMap(assignedIn);
      case 'loop':
        return [...step.loop.targets, ...assignedIn(step.loop.steps)];
      default:
        return [];
    }
  });
}

/** Steps after which FOUND and ROW_COUNT can be others. */
function changesFound(step: LoopStep): boolean {
  switch (step.kind) {
    case 'branch':
      return step.branches.some((branch) => branch.steps.some(changesFound));
    case 'leave':
    case 'commit':
    case 'rollback':
    case 'raise':
    case 'diagnostics':
      return false;
    default:
      return true;
  }
}

/** Steps on the way out that change nothing which another exit asks for. */
function isHarmless(step: LoopStep): boolean {
  return (
    step.kind !== 'leave' &&
    step.kind !== 'loop' &&
    step.kind !== 'branch' &&
    step.kind !== 'block' &&
    !(step.kind === 'raise' && step.fails)
  );
}

/** Whether an expression reads rows, which changes ROW_COUNT. */
function readsRows(tree: Node | undefined): boolean {
  let reads = false;
  visitNodes(tree, (type) => {
    if (type === 'RangeVar') reads = true;
  });
  return reads;
}

/** Aggregates; but for `count`, NULL over no rows. */
export const AGGREGATES: ReadonlySet<string> = new Set([
  'count',
  'max',
  'min',
  'sum',
  'avg',
  'array_agg',
  'string_agg',
  'bool_or',
  'bool_and',
]);

function aggregateOf(node: Node | undefined): string | undefined {
  const call = fieldsOf(node, 'FuncCall');
  const name = stringOf(call?.funcname?.at(-1));
  return call !== undefined && call.over === undefined && AGGREGATES.has(name) ? name : undefined;
}

/** True for a SELECT that gives one row, whatever it reads: aggregates without GROUP BY. */
export function isAggregated(select: SelectStmt): boolean {
  if (select.groupClause !== undefined) return false;
  let found = false;
  visitNodes(select.targetList, (type, fields) => {
    if (type === 'SubLink') return false;
    if (aggregateOf({ [type]: fields } as unknown as Node) !== undefined) found = true;
    return true;
  });
  return found;
}

/** True for a SELECT that gives all rows of one item for which its WHERE holds, or an aggregate over all of them. */
export function isWholeSelection(select: SelectStmt): boolean {
  const { fromClause, groupClause, havingClause, larg, limitOffset, withClause, distinctClause } = select;
  const others = [groupClause, havingClause, larg, limitOffset, withClause, distinctClause];
  return fromClause?.length === 1 && others.every((clause) => clause === undefined);
}

/** Whether a function could give a set of rows, or none: any that is not known to give one value. */
function returnsRows(node: Node | undefined): boolean {
  let found = false;
  visitNodes(node, (type, fields) => {
    if (type !== 'FuncCall') return;
    const name = stringOf((fields['funcname'] as readonly Node[] | undefined)?.at(-1));
    if (!isHarmlessFunction(name)) found = true;
  });
  return found;
}

/** Functions that give one value and write nothing. */
export function isHarmlessFunction(name: string): boolean {
  return (
    name.startsWith('pg_sleep') ||
    AGGREGATES.has(name) ||
    STRICT.has(name) ||
    STRICT_AT_LEAST.has(name) ||
    NEVER_NULL.has(name) ||
    ['cardinality', 'set_config', 'pg_notify', 'row_number', 'format'].includes(name)
  );
}

/** An output of a SELECT with aggregates, over so many rows. */
export function ofAggregate(node: Node | undefined, rows: Bounds | undefined, names: Names): Value {
  const choice = fieldsOf(node, 'CoalesceExpr')?.args;
  if (choice?.length === 2) {
    const [first, second] = choice.map((arg) => ofAggregate(arg, rows, names));
    if (first !== undefined && second !== undefined)
      return !first.null
        ? first
        : first.value
          ? { ...either([{ ...first, null: false }, second]), null: second.null }
          : second;
  }
  const { low, high } = rows ?? { low: 0, high: Infinity };
  switch (aggregateOf(node)) {
    case undefined:
      return fieldsOf(node, 'A_Const') ? evaluate(node, names) : anything;
    case 'count': {
      const counts = fieldsOf(node, 'FuncCall');
      return between(counts?.agg_star === true && counts.agg_filter === undefined ? low : 0, high);
    }
    case 'array_agg':
      return high === 0 ? nothing : { null: low === 0, value: true, elements: { low: 1, high } };
    default:
      return high === 0 ? nothing : anything;
  }
}

/** An output of a plain SELECT: `count(*) OVER ()` counts its rows. */
function ofWindow(node: Node | undefined, rows: Bounds | undefined): Value {
  const call = fieldsOf(node, 'FuncCall');
  const isCount =
    call?.over !== undefined && stringOf(call.funcname?.at(-1)) === 'count' && call.agg_star === true;
  return isCount && rows !== undefined && call.over?.partitionClause === undefined
    ? { ...between(Math.max(rows.low, 1), rows.high), null: rows.low === 0 }
    : anything;
}

/** `variable := ARRAY(SELECT …)`, and `(SELECT array_agg(…) …)`. */
function ofAssignedQuery(tree: Node | undefined, rows: Bounds | undefined): Value {
  const link = fieldsOf(fieldsOf(fieldsOf(tree, 'SelectStmt')?.targetList?.[0], 'ResTarget')?.val, 'SubLink');
  if (rows === undefined || link === undefined) return anything;
  if (link.subLinkType === 'ARRAY_SUBLINK') return { ...notNull, elements: rows };
  const inner = fieldsOf(link.subselect, 'SelectStmt');
  const names: Names = { value: () => anything, hasRoutine: () => false };
  if (link.subLinkType !== 'EXPR_SUBLINK' || inner === undefined) return anything;
  if (isAggregated(inner)) return ofAggregate(fieldsOf(inner.targetList?.[0], 'ResTarget')?.val, rows, names);
  return rows.high === 0 ? nothing : anything;
}

/** The operation that a CTE of a SELECT is, where the SELECT reads its RETURNING. */
function writeOfCte(
  select: SelectStmt,
  name: string,
  operations: readonly Operation[],
): Operation | undefined {
  const writes = (select.withClause?.ctes ?? []).map((node) => fieldsOf(node, 'CommonTableExpr'));
  const index = writes
    .filter((cte) => cte?.ctequery !== undefined && fieldsOf(cte.ctequery, 'SelectStmt') === undefined)
    .findIndex((cte) => cte?.ctename === name);
  const changes = operations.filter(({ kind }) => kind !== 'Select');
  return index < 0 ? undefined : changes[index];
}
