import type { Statement } from '../../input/sql/types.ts';
import { objectKey } from '../operations/same-object.ts';
import type { ObjectName, Operation } from '../operations/types.ts';
import { findRoutines } from './lookup.ts';
import type { Draft } from './draft.ts';

/** Rows, settings and messages: what a body does of these is nothing that a catalog keeps. */
const leavesNoTrace: ReadonlySet<Operation['kind']> = new Set([
  'Insert',
  'Update',
  'Delete',
  'Merge',
  'Truncate',
  'Copy',
  'TransactionControl',
  'BodyTransactionControl',
  'SetVariable',
  'LockTable',
  'Raise',
  'Do',
  'Vacuum',
  'Analyze',
  'RefreshMaterializedView',
]);

/**
 * What the bodies of functions and procedures would do to the schema, for when the history calls one: `SELECT
 * create_partitions('events')`. Which of it a call reaches is unknown, so a call does all of it, perhaps.
 */
export class RoutineBodies {
  readonly #bodies = new Map<string, Operation[]>();
  readonly #earlier: RoutineBodies | undefined;
  #statement: Statement | undefined;
  #body: Operation[] = [];

  /** @param earlier bodies that are known as well, and that are not changed through this object. */
  constructor(earlier?: RoutineBodies) {
    this.#earlier = earlier;
  }

  /** What the body of a routine would do, by the routine's key; undefined if it was never made. */
  bodyOf(key: string): readonly Operation[] | undefined {
    return this.#bodies.get(key) ?? this.#earlier?.bodyOf(key);
  }

  /** Notes an operation of a body, and the routine that a body is about to follow. */
  note(operation: Operation, statement: Statement): void {
    if (operation.kind === 'CreateFunction' && operation.run !== 'called') {
      this.#statement = statement;
      this.#body = [];
      // An overload's body stays: which one a call means is not told apart.
      const key = objectKey(operation.routine);
      const own = operation.replace ? undefined : this.#bodies.get(key);
      if (own === undefined) {
        this.#body = operation.replace ? [] : [...(this.#earlier?.bodyOf(key) ?? [])];
        this.#bodies.set(key, this.#body);
      } else this.#body = own;
    } else if (operation.run === 'called' && statement === this.#statement) {
      if (!leavesNoTrace.has(operation.kind)) this.#body.push(operation);
    }
  }

  /**
   * What calling a routine does, the routines that it calls included, each once.
   *
   * @param draft the catalog, for the search_path.
   * @param called the names of the routines, as written.
   * @returns the operations as they would run.
   */
  of(draft: Draft, called: readonly ObjectName[]): readonly Operation[] {
    if (this.#bodies.size === 0 && this.#earlier === undefined) return [];
    const found: Operation[] = [];
    const seen = new Set<string>();
    const follow = (names: readonly ObjectName[]): void => {
      for (const name of names) {
        const [routine] = findRoutines(draft.store, draft.store.next, draft.searchPath, name);
        const key = routine === undefined ? undefined : objectKey(routine.name);
        if (key === undefined || seen.has(key)) continue;
        seen.add(key);
        for (const operation of this.bodyOf(key) ?? []) {
          const calls = callsOfOperation(operation);
          if (calls.length > 0) follow(calls);
          else found.push({ ...operation, run: 'perhaps' });
        }
      }
    };
    follow(called);
    return found;
  }
}

/** @returns the routines that an operation calls for what they do: SELECT f(), PERFORM f(), CALL p(). */
export function callsOfOperation(operation: Operation): readonly ObjectName[] {
  if (operation.kind === 'Select') return operation.calls;
  return operation.kind === 'Call' ? [operation.routine] : [];
}
