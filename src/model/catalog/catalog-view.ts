import type { ObjectName } from '../operations/types.ts';
import { findRelation, findRoutines, findType } from './lookup.ts';
import type { Relation, Store, StoredKind } from './store.ts';
import type { Timeouts } from './timeouts.ts';
import type {
  Catalog,
  Constraint,
  Extension,
  Index,
  Routine,
  SchemaObject,
  Sequence,
  Table,
  UserType,
  View,
} from './types.ts';

/** A {@link Catalog} of one point of a store that goes on growing. */
export class CatalogView implements Catalog {
  readonly searchPath: readonly string[];
  readonly timeZone: string | undefined;
  readonly timeouts: Timeouts;
  readonly complete: boolean;
  readonly lastUnseen: number | undefined;
  readonly fromEmpty: boolean;
  readonly #store: Store;
  /** The sequence number that it answers for. */
  readonly point: number;

  /** `now` is what the session and the history are like at that point. */
  constructor(
    store: Store,
    point: number,
    now: Pick<Catalog, 'searchPath' | 'timeZone' | 'timeouts' | 'complete' | 'lastUnseen' | 'fromEmpty'>,
  ) {
    this.#store = store;
    this.point = point;
    this.searchPath = now.searchPath;
    this.timeZone = now.timeZone;
    this.timeouts = now.timeouts;
    this.complete = now.complete;
    this.lastUnseen = now.lastUnseen;
    this.fromEmpty = now.fromEmpty;
  }

  /**
   * The names under which this catalog may hold something else than an earlier one.
   *
   * @returns undefined where that is not known: catalogs of two replays, or a past that is forgotten.
   */
  writtenSince(
    earlier: Catalog,
  ): readonly { readonly kind: StoredKind; readonly name: ObjectName }[] | undefined {
    if (!(#store in earlier) || earlier.#store !== this.#store || earlier.point > this.point)
      return undefined;
    return this.#store.writtenBetween(earlier.point, this.point);
  }

  table(name: ObjectName): Table | undefined {
    const relation = findRelation(this.#store, this.point, this.searchPath, name);
    return relation?.kind === 'table' ? relation : undefined;
  }

  tables(): readonly Table[] {
    return this.#store.relations.valuesAt(this.point).filter((relation) => relation.kind === 'table');
  }

  view(name: ObjectName): View | undefined {
    const relation = findRelation(this.#store, this.point, this.searchPath, name);
    return relation?.kind === 'view' || relation?.kind === 'materialized view' ? relation : undefined;
  }

  views(): readonly View[] {
    return this.#store.relations.valuesAt(this.point).filter(isView);
  }

  index(name: ObjectName): { readonly index: Index; readonly on: Table | View } | undefined {
    const entry = findRelation(this.#store, this.point, this.searchPath, name);
    if (entry?.kind !== 'index') return undefined;
    const on = this.table(entry.on) ?? this.view(entry.on);
    const index = on?.indexes.find((one) => one.name === entry.name.name);
    return on === undefined || index === undefined ? undefined : { index, on };
  }

  sequence(name: ObjectName): Sequence | undefined {
    const relation = findRelation(this.#store, this.point, this.searchPath, name);
    return relation?.kind === 'sequence' ? relation : undefined;
  }

  sequences(): readonly Sequence[] {
    return this.#store.relations.valuesAt(this.point).filter((relation) => relation.kind === 'sequence');
  }

  type(name: ObjectName): UserType | undefined {
    return findType(this.#store, this.point, this.searchPath, name);
  }

  types(): readonly UserType[] {
    return this.#store.types.valuesAt(this.point);
  }

  routines(name: ObjectName): readonly Routine[] {
    return findRoutines(this.#store, this.point, this.searchPath, name);
  }

  allRoutines(): readonly Routine[] {
    return this.#store.routines.valuesAt(this.point).flat();
  }

  schema(name: string): SchemaObject | undefined {
    return this.#store.schemas.in(undefined, name, this.point);
  }

  schemas(): readonly SchemaObject[] {
    return this.#store.schemas.valuesAt(this.point);
  }

  extension(name: string): Extension | undefined {
    return this.#store.extensions.in(undefined, name, this.point);
  }

  extensions(): readonly Extension[] {
    return this.#store.extensions.valuesAt(this.point);
  }

  referencing(name: ObjectName): readonly { readonly table: Table; readonly constraint: Constraint }[] {
    const target = this.table(name)?.name;
    return target === undefined ? [] : foreignKeysTo(this.#store, this.point, target);
  }

  children(name: ObjectName): readonly Table[] {
    const parent = this.table(name)?.name;
    return parent === undefined ? [] : childrenOf(this.#store, this.point, parent);
  }

  readers(name: ObjectName): readonly View[] {
    const target = (this.table(name) ?? this.view(name))?.name;
    return target === undefined ? [] : readersAt(this.#store, this.point, target);
  }

  tablesWithType(type: ObjectName): readonly Table[] {
    const found: Table[] = [];
    for (const name of this.#store.typedTables.of(type)) {
      const table = this.#store.relations.at(name, this.point);
      if (table?.kind === 'table' && table.columns.some((column) => isSameName(column.type, type)))
        found.push(table);
    }
    return found;
  }
}

/** @returns whether a relation is a view of either kind. */
export function isView(relation: Relation): relation is View {
  return relation.kind === 'view' || relation.kind === 'materialized view';
}

/** @returns whether two resolved names are the same. */
export function isSameName(one: ObjectName, other: ObjectName): boolean {
  return one.name === other.name && one.schema === other.schema;
}

/**
 * The foreign keys that point at a table.
 *
 * @param store the replay's objects.
 * @param point the sequence number to answer for.
 * @param target the table's resolved name.
 * @returns each with the table that it is on.
 */
export function foreignKeysTo(
  store: Store,
  point: number,
  target: ObjectName,
): readonly { readonly table: Table; readonly constraint: Constraint }[] {
  const found: { table: Table; constraint: Constraint }[] = [];
  for (const name of store.referencing.of(target)) {
    const table = store.relations.at(name, point);
    if (table?.kind !== 'table') continue;
    for (const constraint of table.constraints) {
      const { definition } = constraint;
      if (definition.type === 'foreign key' && isSameName(definition.references, target)) {
        found.push({ table, constraint });
      }
    }
  }
  return found;
}

/** The views and materialized views that read a relation; parameters as {@link foreignKeysTo}. */
export function readersAt(store: Store, point: number, relation: ObjectName): readonly View[] {
  const readers: View[] = [];
  for (const name of store.readers.of(relation)) {
    const view = store.relations.at(name, point);
    if (view === undefined || !isView(view)) continue;
    if (view.reads.some((one) => isSameName(one, relation))) readers.push(view);
  }
  return readers;
}

/** The partitions and inheriting tables of a table; parameters as {@link foreignKeysTo}. */
export function childrenOf(store: Store, point: number, parent: ObjectName): readonly Table[] {
  const found: Table[] = [];
  for (const name of store.children.of(parent)) {
    const table = store.relations.at(name, point);
    if (table?.kind === 'table' && isChildOf(table, parent)) found.push(table);
  }
  return found;
}

function isChildOf(table: Table, parent: ObjectName): boolean {
  if (table.partitionOf !== undefined) return isSameName(table.partitionOf.parent, parent);
  return table.inherits.some((one) => isSameName(one, parent));
}
