/** Loops of PL/pgSQL bodies while they are read: what matters about them for work in batches. */
import type { BodyNode } from '../../input/sql/types.ts';
import { callsOf } from './queries.ts';
import type { Loop, LoopStep, Operation } from './types.ts';

/** A list of steps that still grows. */
export type GrowingSteps = LoopStep[];

/** A loop that still grows; it is a {@link Loop} to everybody else. */
export interface GrowingLoop extends Loop {
  readonly parent: GrowingLoop | undefined;
  readonly operations: Operation[];
  readonly steps: GrowingSteps;
  commits: boolean;
  pauses: boolean;
  /** The lists of steps' operations that hold `operations`, one for each. */
  readonly holders: Operation[][];
  /** How many operations have got their full names. */
  resolved: number;
}

type LoopNode = Extract<BodyNode, { kind: 'loop' }>;

/** What a loop shares with its body. */
export type Surroundings = Pick<
  Loop,
  'statement' | 'run' | 'variables' | 'parameters' | 'unfollowed' | 'assigned' | 'guarded' | 'earlier'
> & { readonly parent: GrowingLoop | undefined };

/** A loop before anything in it is read. */
export function loopOf(node: LoopNode, surroundings: Surroundings): GrowingLoop {
  const { form, label, condition, query, range, array, targets } = node;
  return {
    ...surroundings,
    place: { source: surroundings.statement.source, span: node.span },
    form,
    label,
    condition,
    query,
    range,
    array,
    targets: targets.map(baseVariable),
    operations: [],
    steps: [],
    commits: false,
    pauses: false,
    holders: [],
    resolved: 0,
  };
}

/** Puts an operation into the loop that it runs in, and into its step's list. */
export function addToLoop(loop: GrowingLoop, operation: Operation, holder: Operation[]): void {
  holder.push(operation);
  loop.operations.push(operation);
  loop.holders.push(holder);
  if (operation.kind === 'BodyTransactionControl' && operation.command === 'commit') loop.commits = true;
  if (operation.kind === 'Select' && operation.calls.some(({ name }) => isPause(name))) loop.pauses = true;
}

/** Notes the pause that a call of pg_sleep in an assignment is. */
export function notePause(loop: GrowingLoop, node: Extract<BodyNode, { kind: 'assign' }>): void {
  const { tree } = node.expression;
  if (tree !== undefined && callsOf(tree).some(({ name }) => isPause(name))) loop.pauses = true;
}

/** pg_sleep, pg_sleep_for and pg_sleep_until. */
function isPause(name: string): boolean {
  return name.startsWith('pg_sleep');
}

/** The variable of a target: `rec.field` and `list[1]` are of `rec` and `list`. */
export function baseVariable(target: string): string {
  if (target.startsWith('"')) return target.slice(1, Math.max(target.indexOf('"', 1), 1));
  let end = 0;
  while (end < target.length && !'.[ \t\n\r'.includes(target[end] ?? '')) end++;
  return target.slice(0, end).toLowerCase();
}

/**
 * Puts an operation with its names filled in where the loop has it as written. Operations are replayed in the order in which
 * they were read.
 *
 * @param written the operation as it came from the body.
 * @param resolved the same with full names.
 */
export function resolveInLoop(written: Operation, resolved: Operation): void {
  const loop = written.loop as GrowingLoop | undefined;
  if (loop?.holders === undefined || written === resolved) return;
  const at = loop.operations[loop.resolved] === written ? loop.resolved : loop.operations.indexOf(written);
  if (at < 0) return;
  loop.resolved = at + 1;
  loop.operations[at] = resolved;
  const holder = loop.holders[at];
  const place = holder?.indexOf(written) ?? -1;
  if (holder !== undefined && place >= 0) holder[place] = resolved;
}
