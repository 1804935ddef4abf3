import type { Operation } from '../operations/types.ts';

/** Remembers when something ran that could have written any row, and that nobody can read. */
export class UnreadWork {
  readonly #times: { readonly order: number; readonly migration: number }[] = [];
  /** Names of the functions that the history made: what they do when a SELECT calls them is not followed. */
  readonly #routines = new Set<string>();

  /** Looks whether an operation is such work. @param order its place among the recorded ones. */
  record(operation: Operation, order: number, migration: number): void {
    switch (operation.kind) {
      case 'CreateFunction':
        this.#routines.add(operation.routine.name);
        return;
      case 'Opaque':
      case 'Call':
        return this.note(order, migration);
      case 'Select':
        if (operation.calls.some(({ name }) => this.#routines.has(name))) this.note(order, migration);
        return;
      default:
    }
  }

  /** Notes that something ran. */
  note(order: number, migration: number): void {
    this.#times.push({ order, migration });
  }

  /** Whether something ran in a migration, or after it, before a place among the recorded operations. */
  ran(since: number, before: number): boolean {
    const last = this.#times.findLast(({ order }) => order < before);
    return last !== undefined && last.migration >= since;
  }
}
