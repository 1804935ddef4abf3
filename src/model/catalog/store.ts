import type { ObjectName } from '../operations/types.ts';
import type { Extension, Routine, SchemaObject, Sequence, Table, UserType, View } from './types.ts';
import { VersionedMap } from './versioned-map.ts';

/** The name of an object whose schema is known. */
export interface QualifiedName extends ObjectName {
  readonly schema: string;
}

/** An index in the namespace of relations: where to find it. */
export interface IndexEntry {
  readonly kind: 'index';
  readonly name: QualifiedName;
  readonly on: QualifiedName;
}

/** What shares PostgreSQL's namespace of relations: tables, views, sequences and indexes (pg_class). */
export type Relation = Table | View | Sequence | IndexEntry;

/**
 * Who may depend on what: dependants once known, never taken back. A dependant found here is looked at before it is believed.
 * So it stays right for every point of the past and when a transaction is rolled back.
 */
export class Links {
  readonly #dependants = new Map<string, Map<string, ObjectName>>();

  /** Notes that `dependant` depends on `target`. */
  add(target: ObjectName, dependant: ObjectName): void {
    const key = keyOf(target);
    const known = this.#dependants.get(key);
    if (known === undefined) this.#dependants.set(key, new Map([[keyOf(dependant), dependant]]));
    else known.set(keyOf(dependant), dependant);
  }

  /** @returns all that ever depended on `target`. */
  of(target: ObjectName): Iterable<ObjectName> {
    return this.#dependants.get(keyOf(target))?.values() ?? [];
  }
}

/** @returns a string that no other name has; PostgreSQL's names hold no NUL. */
function keyOf(name: ObjectName): string {
  return `${name.schema ?? ''}\u0000${name.name}`;
}

/** Everything that the catalogs of one replay share: the objects at every point, and the links between them. */
export class Store {
  readonly relations = new VersionedMap<Relation>();
  readonly types = new VersionedMap<UserType>();
  /** All overloads of a name together. */
  readonly routines = new VersionedMap<readonly Routine[]>();
  /** Under their names alone, as extensions are. */
  readonly schemas = new VersionedMap<SchemaObject>();
  readonly extensions = new VersionedMap<Extension>();

  /** Table → tables with a foreign key to it. */
  readonly referencing = new Links();
  /** Table → its partitions and the tables that inherit from it. */
  readonly children = new Links();
  /** Relation → views that read it. */
  readonly readers = new Links();
  /** Table → sequences that one of its columns owns. */
  readonly ownedSequences = new Links();
  /** Type → tables with a column of it. */
  readonly typedTables = new Links();
  /** Schema and constraint name → tables and domains with such a constraint. */
  readonly constraintNames = new Links();

  /** The sequence number of the last write. */
  now = 0;
  /** Where a new write goes: the same for all writes of one operation. */
  next = 1;
  /** Default name without its number → the first number that may be free; right until {@link freeNames}. */
  readonly firstNumbers = new Map<string, number>();
  #windowStart = 0;
  #undo: (() => void)[] | undefined;

  /** Writes one object; undefined removes it. */
  write<Value>(map: VersionedMap<Value>, name: ObjectName, value: Value | undefined): void {
    if (this.#undo !== undefined) {
      const previous = map.at(name, this.next);
      this.#undo.push(() => map.set(name, previous, this.next, this.#windowStart));
    }
    map.set(name, value, this.next, this.#windowStart);
    this.now = this.next;
    // A type may change its kind, or a domain lose a constraint.
    const keepsItsName = value !== undefined && (map as unknown) !== this.types;
    if (!keepsItsName) this.freeNames();
  }

  /** Notes that a name of a relation, type or constraint may be free again. */
  freeNames(): void {
    if (this.firstNumbers.size > 0) this.firstNumbers.clear();
  }

  /** Ends the writes of one operation. */
  step(): void {
    this.next = this.now + 1;
  }

  /** Forgets what is older than now. */
  forgetPast(): void {
    this.#windowStart = this.now;
  }

  /** Keeps what is needed to undo the writes from here on. */
  startRecording(): void {
    this.#undo = [];
  }

  /** Makes the writes so far final. */
  stopRecording(): void {
    this.#undo = undefined;
  }

  /** @returns a mark for {@link undoTo}. */
  mark(): number {
    return this.#undo?.length ?? 0;
  }

  /** Takes back the writes since a mark, as new writes: earlier points keep their answers. */
  undoTo(mark: number): void {
    const undo = this.#undo ?? [];
    while (undo.length > mark) undo.pop()?.();
    this.freeNames();
    this.now = this.next;
  }
}
