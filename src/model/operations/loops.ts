/** Loops of PL/pgSQL bodies while they are read: what matters about them for work in batches. */
import type { BodyNode } from '../../input/sql/types.ts';
import type { Statement } from '../../input/sql/types.ts';
import { callsOf } from './queries.ts';
import type { Loop, Operation, Run } from './types.ts';

/** A loop that still grows; it is a {@link Loop} to everybody else. */
export interface GrowingLoop extends Loop {
  readonly parent: GrowingLoop | undefined;
  readonly operations: Operation[];
  commits: boolean;
  pauses: boolean;
  readonly exits: (string | undefined)[];
  readonly assignments: Loop['assignments'][number][];
}

type LoopNode = Extract<BodyNode, { kind: 'loop' }>;

/** A loop before anything in it is read. The condition of a WHILE is an exit, negated. */
export function loopOf(
  node: LoopNode,
  statement: Statement,
  parent: GrowingLoop | undefined,
  run: Run,
  variables: Loop['variables'],
): GrowingLoop {
  return {
    statement,
    place: { source: statement.source, span: node.span },
    form: node.form,
    parent,
    run,
    operations: [],
    commits: false,
    pauses: false,
    exits: node.condition === undefined ? [] : [`NOT (${node.condition.text})`],
    assignments: [],
    variables,
  };
}

/** Puts an operation into the loop that it runs in. */
export function addToLoop(loop: GrowingLoop, operation: Operation): void {
  loop.operations.push(operation);
  if (operation.kind === 'BodyTransactionControl' && operation.command === 'commit') loop.commits = true;
  if (operation.kind === 'Select' && operation.calls.some(({ name }) => isPause(name))) loop.pauses = true;
}

/** Notes an assignment, and the pause that a call of pg_sleep in it is. */
export function assignInLoop(loop: GrowingLoop, node: Extract<BodyNode, { kind: 'assign' }>): void {
  const { variable, expression } = node;
  const { text, tree } = expression;
  loop.assignments.push({ variable, expression: text, ...(tree === undefined ? {} : { tree }) });
  if (tree !== undefined && callsOf(tree).some(({ name }) => isPause(name))) loop.pauses = true;
}

/** pg_sleep, pg_sleep_for and pg_sleep_until. */
function isPause(name: string): boolean {
  return name.startsWith('pg_sleep');
}
