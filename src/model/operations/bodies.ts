/** What the bodies of DO blocks, functions and procedures do, and whether it happens. */
import type { Body, BodyNode, Statement } from '../../input/sql/types.ts';
import type { Span } from '../../input/text/types.ts';
import { assertNever } from './kinds.ts';
import { baseOf, contextOf } from './context.ts';
import type { Context, OperationsOptions } from './context.ts';
import { addToLoop, baseVariable, loopOf, notePause } from './loops.ts';
import type { GrowingLoop, GrowingSteps } from './loops.ts';
import type { EarlierQuery, Loop, LoopStep, Opaque, Operation, Run } from './types.ts';

/** Converts one statement in its surroundings. */
export type ConvertStatement = (context: Context) => readonly Operation[];

/** What stays the same while a body is read. */
interface Reading {
  readonly statement: Statement;
  readonly options: OperationsOptions;
  readonly variables: ReadonlySet<string>;
  readonly declared: Loop['variables'];
  readonly parameters: ReadonlySet<string>;
  readonly unfollowed: ReadonlySet<string>;
  /** How often each variable is assigned; grows while the body is read. */
  readonly assigned: Map<string, number>;
  /** See {@link Loop.earlier}. */
  earlier: EarlierQuery | undefined;
  readonly convert: ConvertStatement;
  readonly operations: Operation[];
}

/** Where in the body we are. */
interface Frame {
  readonly run: Run;
  readonly loop: GrowingLoop | undefined;
  /** The steps that are being read: of the loop, or of a branch in it; undefined outside of loops. */
  readonly steps: GrowingSteps | undefined;
  /** In a block with an EXCEPTION clause. */
  readonly guarded: boolean;
}

/** Where control can go after a node. */
interface Flow {
  /** Nothing after it in its list runs. */
  readonly ends: boolean;
  /** EXIT or CONTINUE can have left the loop's pass. */
  readonly mayExit: boolean;
  /** RETURN can have left the body. */
  readonly mayReturn: boolean;
}

const goesOn: Flow = { ends: false, mayExit: false, mayReturn: false };
const fails: Flow = { ends: true, mayExit: false, mayReturn: false };

/** Names that PL/pgSQL declares itself: FOUND, and NEW and OLD in trigger functions (manual, 41.5.5 and 41.10.1). */
const implicitVariables = ['found', 'new', 'old'];

/**
 * The operations of a body in execution order. `context` is the surroundings of the statement that has the body; `run` is
 * `called` for a function's.
 */
export function bodyOperations(
  body: Body,
  context: Context,
  run: Run,
  convert: ConvertStatement,
): readonly Operation[] {
  const { statement, options } = context;
  const isFunction = run === 'called';
  if (body.language === 'other') return isFunction ? [] : [opaque('language', statement, run)];
  const names = body.variables.map((variable) => variable.name.toLowerCase());
  const reading: Reading = {
    statement,
    options,
    variables: body.language === 'plpgsql' ? new Set([...names, ...implicitVariables]) : new Set(),
    declared: declaredIn(body),
    parameters: new Set(
      body.variables.flatMap(({ name, type, parameter }) =>
        parameter === true || type === 'ALIAS' ? name : [],
      ),
    ),
    unfollowed: unfollowedIn(body),
    assigned: new Map(),
    earlier: undefined,
    convert,
    operations: [],
  };
  if (body.problems.length > 0) reading.operations.push(opaque('unparsed body', statement, run));
  readNodes(body.nodes, { run, loop: undefined, steps: undefined, guarded: false }, reading);
  return reading.operations;
}

/** The variables with their defaults' texts; none for a name that blocks declare differently. */
function declaredIn(body: Body): Loop['variables'] {
  const declared: Record<string, string | undefined> = {};
  for (const { name, defaultText } of body.variables)
    declared[name] = name in declared && declared[name] !== defaultText ? undefined : defaultText;
  return declared;
}

function unfollowedIn(body: Body): ReadonlySet<string> {
  const seen = new Set<string>();
  const found = new Set<string>();
  for (const { name, inner } of body.variables) {
    if (inner === true || seen.has(name)) found.add(name);
    seen.add(name);
  }
  return found;
}

function opaque(reason: Opaque['reason'], statement: Statement, run: Run, loop?: Loop): Opaque {
  return { kind: 'Opaque', reason, ...baseOf(statement, run, loop) };
}

/** What is not certain to be reached happens perhaps; in a function everything happens when it is called. */
function perhaps(run: Run): Run {
  return run === 'called' ? 'called' : 'perhaps';
}

function readNodes(nodes: readonly BodyNode[], frame: Frame, reading: Reading): Flow {
  let mayExit = false;
  let mayReturn = false;
  for (const node of nodes) {
    const run = mayExit || mayReturn ? perhaps(frame.run) : frame.run;
    const flow = readNode(node, run === frame.run ? frame : { ...frame, run }, reading);
    if (mayLeave(node)) reading.earlier = undefined;
    mayExit ||= flow.mayExit;
    mayReturn ||= flow.mayReturn;
    if (flow.ends) return { ends: true, mayExit, mayReturn };
  }
  return { ends: false, mayExit, mayReturn };
}

/** Whether what follows a node in its list may not be reached, or only in some cases. */
function mayLeave(node: BodyNode): boolean {
  if (node.kind === 'block') return node.handlers.length > 0;
  return ['if', 'loop', 'exit', 'return', 'assert'].includes(node.kind);
}

function readNode(node: BodyNode, frame: Frame, reading: Reading): Flow {
  switch (node.kind) {
    case 'sql':
      addStatement(node.statement, node.into, node.strict ?? false, frame, reading);
      return goesOn;
    case 'perform':
      addStatement(node.statement, [], false, frame, reading);
      return goesOn;
    case 'execute':
      readExecute(node, frame, reading);
      return goesOn;
    case 'block':
      return readBlock(node, frame, reading);
    case 'if':
      return readBranches(node, frame, reading);
    case 'loop':
      return readLoop(node, frame, reading);
    case 'exit':
    case 'return':
      return readLeave(node, frame);
    case 'assign': {
      const variable = assigned(node.variable, reading);
      const { tree } = node.expression;
      if (!frame.loop) reading.earlier = { tree, into: [variable], previous: reading.earlier };
      frame.steps?.push({ kind: 'assign', variable, expression: node.expression });
      if (frame.loop) notePause(frame.loop, node);
      return goesOn;
    }
    case 'get-diagnostics':
      for (const { item, variable } of node.items)
        frame.steps?.push({ kind: 'diagnostics', variable: assigned(variable, reading), item });
      return goesOn;
    case 'raise':
      return readRaise(node, frame, reading);
    case 'commit':
    case 'rollback': {
      const base = partBase(node.span, frame, reading);
      const { guarded } = frame;
      add({ kind: 'BodyTransactionControl', command: node.kind, guarded, ...base }, frame, reading, []);
      frame.steps?.push({ kind: node.kind });
      return goesOn;
    }
    case 'assert': {
      const base = partBase(node.span, frame, reading);
      add({ kind: 'Raise', level: 'ASSERT', message: undefined, ...base }, frame, reading, []);
      frame.steps?.push({ kind: 'raise', fails: true });
      return goesOn;
    }
    case 'cursor': {
      const into = node.into.map((name) => assigned(name, reading));
      frame.steps?.push({ kind: 'cursor', action: node.action, into, takesNext: node.takesNext });
      return goesOn;
    }
    case 'other':
      if (node.tag !== 'NULL') frame.steps?.push({ kind: 'other' });
      return goesOn;
    default:
      return assertNever(node);
  }
}

/** Counts an assignment. @returns the variable's name. */
function assigned(target: string, reading: Reading): string {
  const variable = baseVariable(target);
  reading.assigned.set(variable, (reading.assigned.get(variable) ?? 0) + 1);
  return variable;
}

/** EXIT, CONTINUE and RETURN. */
function readLeave(node: Extract<BodyNode, { kind: 'exit' | 'return' }>, frame: Frame): Flow {
  if (node.kind === 'return') {
    frame.steps?.push({ kind: 'leave', by: 'return', leaves: 'this loop', condition: undefined });
    return { ends: true, mayExit: false, mayReturn: true };
  }
  const { continues, condition } = node;
  frame.steps?.push({
    kind: 'leave',
    by: continues ? 'continue' : 'exit',
    leaves: leftBy(node.label, frame.loop),
    condition,
  });
  return { ends: condition === undefined, mayExit: true, mayReturn: false };
}

function leftBy(
  label: string | undefined,
  loop: GrowingLoop | undefined,
): Extract<LoopStep, { kind: 'leave' }>['leaves'] {
  if (label === undefined || label === loop?.label) return 'this loop';
  for (let outer = loop?.parent; outer !== undefined; outer = outer.parent)
    if (outer.label === label) return 'an outer loop';
  return 'a block';
}

function readExecute(node: Extract<BodyNode, { kind: 'execute' }>, frame: Frame, reading: Reading): void {
  const into = node.into.map((name) => assigned(name, reading));
  const operations: Operation[] = [];
  if (node.statement === undefined) addOpaque(node.span, frame, reading, operations);
  else addOperations(node.statement, frame, reading, operations);
  frame.steps?.push({ kind: 'execute', operations, into });
}

function add(operation: Operation, frame: Frame, reading: Reading, holder: Operation[]): void {
  reading.operations.push(operation);
  if (frame.loop) addToLoop(frame.loop, operation, holder);
}

function addStatement(
  statement: Statement,
  targets: readonly string[],
  strict: boolean,
  frame: Frame,
  reading: Reading,
): void {
  const into = targets.map((name) => assigned(name, reading));
  const operations: Operation[] = [];
  addOperations(statement, frame, reading, operations);
  if (into.length > 0 && !frame.loop) {
    const { earlier: previous } = reading;
    reading.earlier = {
      get tree() {
        return statement.tree;
      },
      into,
      previous,
    };
  }
  // Its tree is a getter, since trees can be forgotten.
  frame.steps?.push({
    kind: 'statement',
    get tree() {
      return statement.tree;
    },
    operations,
    into,
    strict,
  });
}

function addOperations(statement: Statement, frame: Frame, reading: Reading, holder: Operation[]): void {
  const context = contextOf(statement, reading.options, frame.run, frame.loop, reading.variables);
  for (const converted of reading.convert(context)) {
    const operation =
      converted.kind === 'Call'
        ? { ...converted, guarded: frame.guarded, body: reading.statement }
        : converted;
    if (operation.loop === frame.loop) add(operation, frame, reading, holder);
    else reading.operations.push(operation);
  }
}

function addOpaque(span: Span, frame: Frame, reading: Reading, holder: Operation[]): void {
  add({ kind: 'Opaque', reason: 'execute', ...partBase(span, frame, reading) }, frame, reading, holder);
}

function partBase(span: Span, frame: Frame, reading: Reading): ReturnType<typeof baseOf> {
  return baseOf(partOf(reading.statement, span), frame.run, frame.loop);
}

/** A part of a body that is no SQL statement, at its place: COMMIT, RAISE, EXECUTE of a built string. */
function partOf(statement: Statement, span: Span): Statement {
  return {
    source: statement.source,
    span,
    tree: statement.tree,
    offsetOf: (location) => statement.offsetOf(location),
    tokens: () => [],
    body: () => undefined,
  };
}

function readRaise(node: Extract<BodyNode, { kind: 'raise' }>, frame: Frame, reading: Reading): Flow {
  const base = partBase(node.span, frame, reading);
  add({ kind: 'Raise', level: node.level, message: node.message, ...base }, frame, reading, []);
  const isError = node.level.toUpperCase() === 'EXCEPTION';
  frame.steps?.push({ kind: 'raise', fails: isError });
  return isError ? fails : goesOn;
}

/** An error undoes what a block with handlers did, and a handler runs for an error only: both happen perhaps. */
function readBlock(node: Extract<BodyNode, { kind: 'block' }>, frame: Frame, reading: Reading): Flow {
  if (node.handlers.length === 0) return readNodes(node.nodes, frame, reading);
  const run = perhaps(frame.run);
  const read = (nodes: readonly BodyNode[], guarded: boolean): { flow: Flow; steps: GrowingSteps } => {
    const steps: GrowingSteps = [];
    reading.earlier = undefined;
    const inside = { ...frame, run, steps: frame.steps && steps, guarded };
    return { flow: readNodes(nodes, inside, reading), steps };
  };
  const body = read(node.nodes, true);
  const handlers = node.handlers.map(({ nodes }) => read(nodes, frame.guarded));
  frame.steps?.push({ kind: 'block', steps: body.steps, handlers: handlers.map(({ steps }) => steps) });
  return combine(
    [body, ...handlers].map(({ flow }) => flow),
    true,
  );
}

function readBranches(node: Extract<BodyNode, { kind: 'if' }>, frame: Frame, reading: Reading): Flow {
  const run = perhaps(frame.run);
  const read = node.branches.map(({ condition, nodes }) => {
    const steps: GrowingSteps = [];
    reading.earlier = undefined;
    const flow = readNodes(nodes, { ...frame, run, steps: frame.steps && steps }, reading);
    return { condition, steps, flow };
  });
  const branches = read.map(({ condition, steps }) => ({ condition, steps }));
  frame.steps?.push({ kind: 'branch', comparesValue: node.comparesValue ?? false, branches });
  const hasElse = node.branches.some(({ condition }) => condition === undefined);
  return combine(
    read.map(({ flow }) => flow),
    hasElse,
  );
}

function combine(flows: readonly Flow[], complete: boolean): Flow {
  return {
    ends: complete && flows.every((flow) => flow.ends),
    mayExit: flows.some((flow) => flow.mayExit),
    mayReturn: flows.some((flow) => flow.mayReturn),
  };
}

function readLoop(node: Extract<BodyNode, { kind: 'loop' }>, frame: Frame, reading: Reading): Flow {
  // The query of a FOR loop runs once, before the loop.
  if (node.query !== undefined) addStatement(node.query, [], false, frame, reading);
  else if (node.form === 'for-execute') addOpaque(node.span, frame, reading, []);
  for (const target of node.targets) assigned(target, reading);
  const { statement, declared: variables, parameters, unfollowed, assigned: counts, earlier } = reading;
  const loop = loopOf(node, {
    statement,
    run: frame.run,
    variables,
    parameters,
    unfollowed,
    assigned: counts,
    guarded: frame.guarded,
    parent: frame.loop,
    earlier,
  });
  const inside: Frame = { run: perhaps(frame.run), loop, steps: loop.steps, guarded: frame.guarded };
  const flow = readNodes(node.nodes, inside, reading);
  frame.steps?.push({ kind: 'loop', loop });
  return { ends: false, mayExit: false, mayReturn: flow.mayReturn };
}
