/** What the bodies of DO blocks, functions and procedures do, and whether it happens. */
import type { Body, BodyNode, Statement } from '../../input/sql/types.ts';
import type { Span } from '../../input/text/types.ts';
import { assertNever } from './kinds.ts';
import { baseOf, contextOf } from './context.ts';
import type { Context, OperationsOptions } from './context.ts';
import { addToLoop, assignInLoop, loopOf } from './loops.ts';
import type { GrowingLoop } from './loops.ts';
import type { Loop, Opaque, Operation, Run } from './types.ts';

/** Converts one statement in its surroundings. */
export type ConvertStatement = (context: Context) => readonly Operation[];

/** What stays the same while a body is read. */
interface Reading {
  readonly statement: Statement;
  readonly options: OperationsOptions;
  readonly variables: ReadonlySet<string>;
  readonly declared: Loop['variables'];
  readonly convert: ConvertStatement;
  readonly operations: Operation[];
}

/** Where in the body we are. */
interface Frame {
  readonly run: Run;
  readonly loop: GrowingLoop | undefined;
  /** The condition of the innermost branch inside the loop, or outside of loops. */
  readonly guard: string | undefined;
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
    declared: Object.fromEntries(body.variables.map(({ name, defaultText }) => [name, defaultText])),
    convert,
    operations: [],
  };
  if (body.problems.length > 0) reading.operations.push(opaque('unparsed body', statement, run));
  readNodes(body.nodes, { run, loop: undefined, guard: undefined }, reading);
  return reading.operations;
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
    mayExit ||= flow.mayExit;
    mayReturn ||= flow.mayReturn;
    if (flow.ends) return { ends: true, mayExit, mayReturn };
  }
  return { ends: false, mayExit, mayReturn };
}

function readNode(node: BodyNode, frame: Frame, reading: Reading): Flow {
  switch (node.kind) {
    case 'sql':
      addStatement(node.statement, frame, reading);
      for (const variable of node.into) {
        frame.loop?.assignments.push({ variable, expression: textOfStatement(node.statement) });
      }
      return goesOn;
    case 'perform':
      addStatement(node.statement, frame, reading);
      return goesOn;
    case 'execute':
      if (node.statement === undefined) addOpaque(node.span, frame, reading);
      else addStatement(node.statement, frame, reading);
      return goesOn;
    case 'block':
      return readBlock(node, frame, reading);
    case 'if':
      return readBranches(node, frame, reading);
    case 'loop':
      return readLoop(node, frame, reading);
    case 'exit':
      if (!node.continues) frame.loop?.exits.push(node.condition?.text ?? frame.guard);
      return { ends: node.condition === undefined, mayExit: true, mayReturn: false };
    case 'return':
      frame.loop?.exits.push(frame.guard);
      return { ends: true, mayExit: false, mayReturn: true };
    case 'assign':
      if (frame.loop) assignInLoop(frame.loop, node);
      return goesOn;
    case 'get-diagnostics':
      for (const { item, variable } of node.items)
        frame.loop?.assignments.push({ variable, expression: item });
      return goesOn;
    case 'raise':
      return readRaise(node, frame, reading);
    case 'commit':
    case 'rollback': {
      const base = partBase(node.span, frame, reading);
      add({ kind: 'BodyTransactionControl', command: node.kind, ...base }, frame, reading);
      return goesOn;
    }
    case 'assert':
    case 'cursor':
    case 'other':
      return goesOn;
    default:
      return assertNever(node);
  }
}

function add(operation: Operation, frame: Frame, reading: Reading): void {
  reading.operations.push(operation);
  if (frame.loop) addToLoop(frame.loop, operation);
}

function addStatement(statement: Statement, frame: Frame, reading: Reading): void {
  const context = contextOf(statement, reading.options, frame.run, frame.loop, reading.variables);
  for (const operation of reading.convert(context)) {
    reading.operations.push(operation);
    if (frame.loop && operation.loop === frame.loop) addToLoop(frame.loop, operation);
  }
}

function addOpaque(span: Span, frame: Frame, reading: Reading): void {
  add({ kind: 'Opaque', reason: 'execute', ...partBase(span, frame, reading) }, frame, reading);
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

function textOfStatement(statement: Statement): string {
  return statement.source.text.slice(statement.span.start, statement.span.end);
}

function readRaise(node: Extract<BodyNode, { kind: 'raise' }>, frame: Frame, reading: Reading): Flow {
  const base = partBase(node.span, frame, reading);
  add({ kind: 'Raise', level: node.level, message: node.message, ...base }, frame, reading);
  return node.level.toUpperCase() === 'EXCEPTION' ? fails : goesOn;
}

/** An error undoes what a block with handlers did, and a handler runs for an error only: both happen perhaps. */
function readBlock(node: Extract<BodyNode, { kind: 'block' }>, frame: Frame, reading: Reading): Flow {
  if (node.handlers.length === 0) return readNodes(node.nodes, frame, reading);
  const uncertain = { ...frame, run: perhaps(frame.run) };
  const flows = [node.nodes, ...node.handlers.map((handler) => handler.nodes)].map((nodes) =>
    readNodes(nodes, uncertain, reading),
  );
  return combine(flows, true);
}

function readBranches(node: Extract<BodyNode, { kind: 'if' }>, frame: Frame, reading: Reading): Flow {
  const run = perhaps(frame.run);
  const first = node.branches[0]?.condition?.text;
  const flows = node.branches.map(({ condition, nodes }) => {
    const guard = condition?.text ?? (first === undefined ? undefined : `NOT (${first})`);
    return readNodes(nodes, { ...frame, run, guard }, reading);
  });
  const hasElse = node.branches.some(({ condition }) => condition === undefined);
  return combine(flows, hasElse);
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
  if (node.query !== undefined) addStatement(node.query, frame, reading);
  else if (node.form === 'for-execute') addOpaque(node.span, frame, reading);
  const loop = loopOf(node, reading.statement, frame.loop, frame.run, reading.declared);
  const inside: Frame = { run: perhaps(frame.run), loop, guard: undefined };
  const flow = readNodes(node.nodes, inside, reading);
  return { ends: false, mayExit: false, mayReturn: flow.mayReturn };
}
