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

/** A value that a name had. */
interface Undo {
  /** Writes it again. */
  readonly restore: () => void;
  /** The value that the name has now. */
  readonly again: () => Undo;
}

/** The maps of a {@link Store}, by what they hold. */
export type StoredKind = 'relations' | 'types' | 'routines' | 'schemas' | 'extensions';

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
  /** What was written, and when, since the window's start. */
  #writes: { readonly map: unknown; readonly name: ObjectName; readonly point: number }[] = [];
  #undo: Undo[] | undefined;
  /** Of a trial, whatever transactions begin and end in it. */
  #trial: Undo[] | undefined;

  /** Writes one object; undefined removes it. */
  write<Value>(map: VersionedMap<Value>, name: ObjectName, value: Value | undefined): void {
    if (this.#undo !== undefined || this.#trial !== undefined) {
      const undo = this.#valueOf(map, name);
      this.#undo?.push(undo);
      this.#trial?.push(undo);
    }
    map.set(name, value, this.next, this.#windowStart);
    this.#writes.push({ map, name, point: this.next });
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
    if (this.#writes.length > 0) this.#writes = [];
  }

  /**
   * The names under which something was written between two points.
   *
   * @param after the earlier point; what was written at it does not count.
   * @param until the later one; what was written at it counts.
   * @returns each name as often as it was written; undefined if the past is forgotten that far back.
   */
  writtenBetween(
    after: number,
    until: number,
  ): readonly { readonly kind: StoredKind; readonly name: ObjectName }[] | undefined {
    if (after < this.#windowStart) return undefined;
    const found: { kind: StoredKind; name: ObjectName }[] = [];
    for (let at = this.#firstWriteAfter(after); at < this.#writes.length; at += 1) {
      const write = this.#writes[at];
      if (write === undefined || write.point > until) break;
      found.push({ kind: this.#kindOf(write.map), name: write.name });
    }
    return found;
  }

  /** Where in the list of writes, whose points never fall, those after a point begin. */
  #firstWriteAfter(point: number): number {
    let low = 0;
    let high = this.#writes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#writes[middle]?.point ?? 0) <= point) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #kindOf(map: unknown): StoredKind {
    const kinds = ['relations', 'types', 'routines', 'schemas', 'extensions'] as const;
    return kinds.find((kind) => this[kind] === map) ?? 'relations';
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
    this.#undoAll(this.#undo ?? [], mark, this.#trial);
  }

  /**
   * Begins a trial, perhaps inside another one: writes, and the transactions in it, can be taken back all at once.
   *
   * @returns `takeBack` takes back what was written since, as new writes; what was recorded before is recorded again. `keep` ends the
   *   trial and leaves what was written.
   */
  startTrial(): { readonly takeBack: () => void; readonly keep: () => void } {
    const outer = this.#trial;
    const trial = outer ?? [];
    const mark = trial.length;
    const recorded = this.#undo;
    this.#trial = trial;
    // A ROLLBACK in the trial would use up what was recorded.
    this.#undo = recorded?.slice();
    return {
      takeBack: () => {
        this.#trial = outer;
        this.#undo = recorded;
        if (trial.length > mark) this.#undoAll(trial, mark);
      },
      keep: () => {
        this.#trial = outer;
      },
    };
  }

  /** @param record gets what takes back the taking back. */
  #undoAll(undo: Undo[], mark: number, record?: Undo[]): void {
    while (undo.length > mark) {
      const one = undo.pop();
      if (one === undefined) break;
      record?.push(one.again());
      one.restore();
    }
    this.freeNames();
    this.now = this.next;
  }

  /** The newest value of a name, to be restored later. */
  #valueOf<Value>(map: VersionedMap<Value>, name: ObjectName): Undo {
    const value = map.at(name, this.next);
    return {
      restore: () => {
        map.set(name, value, this.next, this.#windowStart);
        this.#writes.push({ map, name, point: this.next });
      },
      again: () => this.#valueOf(map, name),
    };
  }
}
