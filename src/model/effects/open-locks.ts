import type { Catalog } from '../catalog/types.ts';
import { compareLocks, lockModes } from '../operations/lock-modes.ts';
import { objectKey } from '../operations/same-object.ts';
import type { LockMode, ObjectName, Operation } from '../operations/types.ts';
import type { HeldLock } from './held-locks.ts';
import { RELATIONS } from './skipped.ts';

/** A lock on one relation. It stays what it is when the relation gets another name. */
interface Taken {
  readonly kind: HeldLock['kind'];
  relation: ObjectName;
  lock: LockMode;
  since: Operation;
  rows: Operation | undefined;
  /** As it is shown to those who ask. */
  shown: HeldLock;
}

interface Savepoint {
  readonly name: string;
  /** How many changes were made before it. */
  readonly mark: number;
}

/** The locks of a transaction that is open: what it has taken, under the names that the relations have now. */
export class OpenLocks {
  #taken: Taken[] = [];
  readonly #byName = new Map<string, Taken>();
  /** What is held, by strength, strongest first; undefined when it has to be put together again. */
  #byStrength: HeldLock[][] | undefined;
  /** How to take back what was done since the first savepoint. */
  #undo: (() => void)[] = [];
  readonly #savepoints: Savepoint[] = [];
  #known: readonly HeldLock[] | undefined = [];

  /** What is held now, strongest first, then as it was taken. The same list until something changes. */
  locks(): readonly HeldLock[] {
    this.#byStrength ??= sorted(this.#taken);
    this.#known ??= ([] as HeldLock[]).concat(...this.#byStrength);
    return this.#known;
  }

  /** Notes a lock. A stronger one replaces a weaker one; what is certain to be taken replaces what is taken perhaps. */
  take(relation: ObjectName, kind: HeldLock['kind'], lock: LockMode, since: Operation): void {
    const held = this.#byName.get(objectKey(relation));
    if (held === undefined) {
      const shown = { relation, kind, lock, since };
      const taken: Taken = { ...shown, rows: undefined, shown };
      this.#taken.push(taken);
      this.#byStrength?.[placeOf(lock)]?.push(shown);
      this.#changed(() => this.#taken.pop());
      this.#name(relation, taken);
      return;
    }
    const stronger = compareLocks(lock, held.lock);
    if (stronger < 0 || (stronger === 0 && (held.since.run === 'now' || since.run !== 'now'))) return;
    const before = { lock: held.lock, since: held.since };
    if (stronger > 0) this.#byStrength = undefined;
    this.#change(held, { lock, since });
    this.#changed(() => this.#change(held, before));
  }

  /** Notes that an operation has locked any number of rows of a relation whose lock is noted already. */
  lockRows(relation: ObjectName, since: Operation): void {
    const held = this.#byName.get(objectKey(relation));
    if (held === undefined || held.rows !== undefined) return;
    this.#change(held, { rows: since });
    this.#changed(() => this.#change(held, { rows: undefined }));
  }

  /**
   * Follows what an operation does to the names of relations, and to savepoints.
   *
   * @param operation that has taken its locks.
   * @param before the schema just before it.
   */
  follow(operation: Operation, before: Catalog): void {
    switch (operation.kind) {
      case 'RenameTable':
        return this.#rename(fullName(operation.table, before), { name: operation.newName });
      case 'Rename':
        if (operation.objectType === 'schema') this.#renameSchema(operation.object.name, operation.newName);
        else if (RELATIONS.has(operation.objectType))
          this.#rename(fullName(operation.object, before), { name: operation.newName });
        return;
      case 'SetSchema':
        if (RELATIONS.has(operation.objectType))
          this.#rename(fullName(operation.object, before), { schema: operation.newSchema });
        return;
      // The name is free for another relation; the lock on what was dropped stays.
      case 'DropTable':
        return this.#name(fullName(operation.table, before), undefined);
      case 'DropView':
      case 'DropMaterializedView':
        return this.#name(fullName(operation.view, before), undefined);
      case 'TransactionControl':
        if (operation.savepoint === undefined) return;
        if (operation.command === 'savepoint')
          this.#savepoints.push({ name: operation.savepoint, mark: this.#undo.length });
        else if (operation.command === 'rollback to') this.#rollbackTo(operation.savepoint);
        else if (operation.command === 'release') this.#forget(operation.savepoint);
        return;
      default:
        return;
    }
  }

  /** The transaction has ended, and another one begins. */
  release(): void {
    this.#taken = [];
    this.#byStrength = undefined;
    this.#byName.clear();
    this.#undo = [];
    this.#savepoints.length = 0;
    this.#known = [];
  }

  #rename(old: ObjectName, change: Partial<ObjectName>): void {
    const taken = this.#byName.get(objectKey(old));
    const relation = { ...old, ...change };
    this.#name(old, undefined);
    // A relation that the transaction made takes the name, too: locks on what had it before are not its.
    this.#name(relation, taken);
    if (taken === undefined) return;
    const before = taken.relation;
    this.#change(taken, { relation });
    this.#changed(() => this.#change(taken, { relation: before }));
  }

  #renameSchema(old: string, name: string): void {
    for (const taken of this.#taken) {
      const { relation } = taken;
      const isDropped = this.#byName.get(objectKey(relation)) !== taken;
      if (relation.schema === old && !isDropped) this.#rename(relation, { schema: name });
    }
  }

  /** Says whose lock is found under a name from now on. */
  #name(relation: ObjectName, taken: Taken | undefined): void {
    const key = objectKey(relation);
    const before = this.#byName.get(key);
    if (before === taken) return;
    this.#put(key, taken);
    this.#changed(() => this.#put(key, before));
  }

  #put(key: string, taken: Taken | undefined): void {
    if (taken === undefined) this.#byName.delete(key);
    else this.#byName.set(key, taken);
  }

  /** Changes a lock, and shows it anew in its place; one that gets another strength has no place until all are sorted. */
  #change(taken: Taken, change: Partial<Taken>): void {
    const { shown } = taken;
    Object.assign(taken, change);
    taken.shown = heldLock(taken);
    const alike = this.#byStrength?.[placeOf(taken.lock)];
    const at = alike?.lastIndexOf(shown) ?? -1;
    if (alike !== undefined && at >= 0) alike[at] = taken.shown;
  }

  #changed(undo: () => void): void {
    this.#known = undefined;
    if (this.#savepoints.length > 0) this.#undo.push(undo);
  }

  /** The newest savepoint of the name stays; what was locked after it is released (manual, 13.3). */
  #rollbackTo(name: string): void {
    const at = this.#savepoints.findLastIndex((savepoint) => savepoint.name === name);
    const savepoint = this.#savepoints[at];
    if (savepoint === undefined) return;
    this.#savepoints.splice(at + 1);
    while (this.#undo.length > savepoint.mark) this.#undo.pop()?.();
    this.#byStrength = undefined;
    this.#known = undefined;
  }

  /** RELEASE: the savepoint and all after it are gone, the locks stay. */
  #forget(name: string): void {
    const at = this.#savepoints.findLastIndex((savepoint) => savepoint.name === name);
    if (at >= 0) this.#savepoints.splice(at);
    if (this.#savepoints.length === 0) this.#undo = [];
  }
}

/** Locks by their strength, strongest first, those of one strength as they were taken. */
function sorted(taken: readonly Taken[]): HeldLock[][] {
  const byStrength = lockModes.map((): HeldLock[] => []);
  for (const { lock, shown } of taken) byStrength[placeOf(lock)]?.push(shown);
  return byStrength;
}

/** Where locks of a mode stand among all, strongest first. */
function placeOf(lock: LockMode): number {
  return compareLocks('ACCESS EXCLUSIVE', lock);
}

function heldLock({ relation, kind, lock, since, rows }: Taken): HeldLock {
  return { relation, kind, lock, since, ...(rows !== undefined && { rows }) };
}

/** The name by which the schema knows a relation. */
function fullName(name: ObjectName, before: Catalog): ObjectName {
  return (before.table(name) ?? before.view(name) ?? before.sequence(name))?.name ?? name;
}
