/** What a conversion of one statement needs to know besides its tree. */
import type { Statement } from '../../input/sql/types.ts';
import { operationPlace } from './places.ts';
import type { Loop, Operation, OperationBase, Run } from './types.ts';

export interface OperationsOptions {
  /** Whether the bodies of functions and procedures become operations too, or DO blocks' alone. Parsing bodies costs time. */
  readonly bodies: 'all' | 'do-only';
}

/** The surroundings of a statement while it is converted. */
export interface Context {
  readonly statement: Statement;
  /**
   * What every operation of the statement has in common; `action` is undefined. Spread it last: V8 is fifty times slower
   * at adding properties to a spread object than at spreading over a literal (0.6 µs against 30 µs an operation).
   */
  readonly base: OperationBase;
  /** Names that are variables of a PL/pgSQL body, in lower case: no columns, then. */
  readonly variables: ReadonlySet<string>;
  readonly options: OperationsOptions;
}

/** Turns a tree node with a known tag into operations. */
export type Handler<Fields> = (node: Fields, context: Context) => readonly Operation[];

const noVariables: ReadonlySet<string> = new Set();

/** The surroundings of a statement: of a script by default, in a body if `run`, `loop` and `variables` are given. */
export function contextOf(
  statement: Statement,
  options: OperationsOptions,
  run: Run = 'now',
  loop?: Loop,
  variables: ReadonlySet<string> = noVariables,
): Context {
  return { statement, base: baseOf(statement, run, loop), variables, options };
}

/** The part that all operations share, for a whole statement. */
export function baseOf(statement: Statement, run: Run, loop: Loop | undefined): OperationBase {
  return { statement, run, loop, action: undefined, at: operationPlace };
}
