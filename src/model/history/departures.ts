import type { ObjectReference, ReferredKind } from '../catalog/object-references.ts';
import { objectKey } from '../operations/same-object.ts';
import type { ObjectName, Operation } from '../operations/types.ts';

/** That a name stopped meaning what it meant: a DROP, or a rename. */
export interface Departure {
  /** Index of the migration in replay order. */
  readonly migration: number;
  /** The migration's id, for people. */
  readonly id: string;
  /** Undefined for a DROP. */
  readonly newName: string | undefined;
}

/** The tables, columns, indexes, types … that a history dropped or renamed, by the names that they had. */
export class DepartureLog {
  readonly #departures = new Map<string, Departure[]>();

  /** Notes what an operation takes away. What happens perhaps, or inside a routine, takes nothing away for sure. */
  note(operation: Operation, migration: number, id: string): void {
    if (operation.run !== 'now') return;
    const gone = departed(operation);
    if (gone === undefined) return;
    const departure: Departure = { migration, id, newName: gone.newName };
    const key = keyOf(gone.kind, gone.name, gone.member);
    const known = this.#departures.get(key);
    if (known === undefined) this.#departures.set(key, [departure]);
    else known.push(departure);
  }

  /** The last time that this name went away, in a migration up to the given one. */
  lastOf({ kind, name, member }: ObjectReference, migration: number): Departure | undefined {
    const known = this.#departures.get(keyOf(kind, name, member)) ?? [];
    return known.findLast((departure) => departure.migration <= migration);
  }
}

/** By the operations of one migration, which do not change: the first that takes a name away. */
const firstDepartures = new WeakMap<readonly Operation[], ReadonlyMap<string, Operation>>();

/**
 * The first operation of a migration that drops or renames what a statement names.
 *
 * @param operations of the migration, in execution order: a list that does not change.
 */
export function firstDeparture(
  operations: readonly Operation[],
  { kind, name, member }: ObjectReference,
): Operation | undefined {
  let known = firstDepartures.get(operations);
  if (known === undefined) firstDepartures.set(operations, (known = departuresIn(operations)));
  return known.get(keyOf(kind, name, member));
}

function departuresIn(operations: readonly Operation[]): ReadonlyMap<string, Operation> {
  const first = new Map<string, Operation>();
  for (const operation of operations) {
    const gone = operation.run === 'now' ? departed(operation) : undefined;
    if (gone === undefined) continue;
    const key = keyOf(gone.kind, gone.name, gone.member);
    if (!first.has(key)) first.set(key, operation);
  }
  return first;
}

interface Departed {
  readonly kind: ReferredKind;
  readonly name: ObjectName;
  readonly member?: string;
  readonly newName?: string;
}

function departed(operation: Operation): Departed | undefined {
  switch (operation.kind) {
    case 'DropTable':
      return { kind: 'table', name: operation.table };
    case 'RenameTable':
      return { kind: 'table', name: operation.table, newName: operation.newName };
    case 'DropColumn':
      return { kind: 'column', name: operation.table, member: operation.column };
    case 'RenameColumn':
      return {
        kind: 'column',
        name: operation.table,
        member: operation.column,
        newName: operation.newName,
      };
    case 'DropConstraint':
      return { kind: 'constraint', name: operation.table, member: operation.constraint };
    case 'RenameConstraint':
      return {
        kind: 'constraint',
        name: operation.table,
        member: operation.constraint,
        newName: operation.newName,
      };
    case 'DropIndex':
      return { kind: 'index', name: operation.index };
    case 'RenameIndex':
      return { kind: 'index', name: operation.index, newName: operation.newName };
    case 'DropType':
      return { kind: 'type', name: operation.type };
    case 'RenameType':
      return { kind: 'type', name: operation.type, newName: operation.newName };
    case 'DropView':
    case 'DropMaterializedView':
      return { kind: 'view', name: operation.view };
    case 'DropSequence':
      return { kind: 'sequence', name: operation.sequence };
    case 'DropFunction':
      return { kind: 'function', name: operation.routine };
    case 'DropTrigger':
      return { kind: 'trigger', name: operation.table, member: operation.name };
    case 'DropPolicy':
      return { kind: 'policy', name: operation.table, member: operation.name };
    default:
      return undefined;
  }
}

/** A view is looked for under the name of a table, too: both are relations. */
function keyOf(kind: ReferredKind, name: ObjectName, member = ''): string {
  const space = kind === 'view' ? 'table' : kind;
  return `${space}\0${objectKey(name)}\0${member}`;
}
