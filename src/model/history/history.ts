/**
 * What the history of migrations did with rows, as far as rules ask for it: which values were copied where.
 */
import type { ObjectReference } from '../catalog/object-references.ts';
import { objectKey } from '../operations/same-object.ts';
import type { ObjectName, Operation } from '../operations/types.ts';
import { isDestructive, type DestructiveOperation } from './data-loss.ts';
import { DepartureLog, type Departure } from './departures.ts';
import { ReplacementLog, tellsOfReplacements } from './replacement-log.ts';
import type { Replacement } from './replacement.ts';
import { copiesIn, type RowPlace } from './row-copies.ts';
import { writesRows, type RowWrite, type WritingOperation } from './row-writes.ts';
import { UnreadWork } from './unread-work.ts';

/** Values that a migration copied: a whole table's, or one column's. */
export interface RowCopy {
  readonly from: RowPlace;
  readonly to: RowPlace;
  /** Index of the migration in replay order. */
  readonly migration: number;
  readonly operation: Operation;
}

/** The history up to the point that a rule looks from. */
export interface History {
  /**
   * The copies whose source is the table, or one of its columns if a column is given, latest first. Whole-table copies count
   * for every column; copies whose target is gone do not count. Names are followed through renames, on both sides.
   *
   * @param table its name at that point.
   * @param column its name at that point.
   * @param before the operation to look back from; by default everything recorded so far counts.
   */
  copiesOf(table: ObjectName, column?: string, before?: DestructiveOperation): readonly RowCopy[];
  /**
   * What wrote a table's rows before an operation, latest first, back to where the table was made or the column added. Names are
   * followed through renames.
   *
   * @param table its name at that point.
   * @param column its name at that point; each write says what it was called then.
   * @param before SET NOT NULL, ADD CONSTRAINT, CREATE INDEX, or what can take data away; of any other, everything recorded
   *   so far counts.
   */
  writesOf(table: ObjectName, column: string | undefined, before: Operation): readonly RowWrite[];
  /**
   * Whether something ran that could have written any row, and that nobody can read: dynamic SQL, a procedure, a function of
   * the user's own, a script that does not parse.
   *
   * @param since index of the first migration that counts.
   * @param before as for `writesOf`.
   */
  ranUnread(since: number, before: Operation): boolean;
  /** Every replacement of the history, open and finished, in the order of their first step. */
  replacements(): readonly Replacement[];
  /** The replacements whose expand, backfills, other ties or contract are in a migration, by its index in replay order. */
  replacementsIn(migration: number): readonly Replacement[];
  /**
   * What takes the place of a table, or of one of its columns. Of several the latest.
   *
   * @param table its name at that point.
   * @param column its name at that point.
   * @param before an operation of the kinds that replacements are made of (DROP, ADD, RENAME, CREATE TABLE, a copy): names are
   *   then those just before it, while what is known of the replacement is not cut off there. By default names are the latest.
   */
  replacementOf(table: ObjectName, column?: string, before?: Operation): Replacement | undefined;
  /** The replacement whose new one this is: what it takes the place of. Else as {@link History.replacementOf}. */
  replacedBy(table: ObjectName, column?: string, before?: Operation): Replacement | undefined;
  /** The last DROP or rename, in a migration up to the given one, of what a statement names. */
  departureOf(reference: ObjectReference, migration: number): Departure | undefined;
}

/** Records operations in replay order. One owner; a `History` that it gives out sees what is recorded later, too. */
export interface HistoryBuilder extends History {
  /**
   * @param operation with resolved names.
   * @param migration the migration's index in replay order.
   * @param id the migration's id, for people.
   */
  record(operation: Operation, migration: number, id?: string): void;
  /** Notes that a migration does what cannot be read. */
  recordUnread(migration: number): void;
}

/** Starts an empty history. */
export function createHistoryBuilder(): HistoryBuilder {
  const log = new Log();
  return {
    record(operation, migration, id = '') {
      log.record(operation, migration, id);
    },
    recordUnread: (migration) => log.recordUnread(migration),
    writesOf: (table, column, before) => log.writesOf({ table, column }, log.orderOf(before)),
    ranUnread: (since, before) => log.unread.ran(since, log.orderOf(before)),
    copiesOf(table, column, before) {
      return log.copiesOf({ table, column }, before === undefined ? Infinity : log.orderOf(before));
    },
    replacements: () => log.replacements.all(),
    replacementsIn: (migration) => log.replacements.in(migration),
    replacementOf: (table, column, before) => log.replacements.of('old', { table, column }, before),
    replacedBy: (table, column, before) => log.replacements.of('new', { table, column }, before),
    departureOf: (reference, migration) => log.departures.lastOf(reference, migration),
  };
}

/** What changes which table or column a name means, and what copies. `order` counts recorded operations. */
type Event = { readonly order: number } & (
  | { readonly kind: 'copy'; readonly copy: RowCopy }
  | { readonly kind: 'write'; readonly operation: WritingOperation; readonly migration: number }
  | { readonly kind: 'rename table'; readonly from: ObjectName; readonly to: ObjectName }
  | { readonly kind: 'rename column'; readonly from: string; readonly to: string }
  | { readonly kind: 'drop table' }
  | { readonly kind: 'drop column'; readonly column: string }
);

class Log {
  /** Each table's events under its name at that time; a table's rename stands under both its names. */
  readonly #events = new Map<string, Event[]>();
  /** Of the operations that one looks back from; all would be many. */
  readonly #orders = new WeakMap<Operation, number>();
  readonly replacements = new ReplacementLog();
  readonly departures = new DepartureLog();
  readonly unread = new UnreadWork();
  #order = 0;

  orderOf(operation: Operation): number {
    return this.#orders.get(operation) ?? Infinity;
  }

  recordUnread(migration: number): void {
    this.unread.note(this.#order++, migration);
  }

  record(operation: Operation, migration: number, id: string): void {
    const order = this.#order++;
    this.departures.note(operation, migration, id);
    if (isLookedBackFrom(operation)) this.#orders.set(operation, order);
    this.unread.record(operation, order, migration);
    if (writesRows(operation) && operation.table !== undefined)
      this.#add(operation.table, { order, kind: 'write', operation, migration });
    const copies = copiesIn(operation);
    if (copies.length > 0 || tellsOfReplacements(operation))
      this.replacements.note({ order, operation, migration, id }, copies);
    switch (operation.kind) {
      case 'RenameTable':
        return this.#renameTable(order, operation.table, { ...operation.table, name: operation.newName });
      case 'SetSchema': {
        const { object, newSchema, objectType } = operation;
        if (objectType === 'table') this.#renameTable(order, object, { ...object, schema: newSchema });
        return;
      }
      case 'RenameColumn':
        return this.#add(operation.table, {
          order,
          kind: 'rename column',
          from: operation.column,
          to: operation.newName,
        });
      case 'DropTable':
        return this.#add(operation.table, { order, kind: 'drop table' });
      case 'DropColumn':
        return this.#add(operation.table, { order, kind: 'drop column', column: operation.column });
      default:
        for (const { from, to } of copies)
          this.#add(from.table, { order, kind: 'copy', copy: { from, to, migration, operation } });
    }
  }

  /** Walks back in time from a place as it was just before `order`. */
  copiesOf(place: RowPlace, order: number): readonly RowCopy[] {
    const found: RowCopy[] = [];
    let past: RowPlace | undefined = place;
    let before = order;
    while (past !== undefined) {
      const { table, column }: RowPlace = past;
      past = undefined;
      for (const event of this.#of(table).toReversed()) {
        if (event.order >= before) continue;
        if (event.kind === 'copy') {
          const { from, to } = event.copy;
          const target = column === undefined || from.column === undefined || from.column === column;
          const now = target ? this.#follow(to, event.order, order) : undefined;
          if (now !== undefined)
            found.push({ ...event.copy, from: { ...from, table: place.table }, to: now });
          continue;
        }
        const earlier = undone(event, { table, column });
        if (earlier?.table === table && earlier.column === column) continue;
        past = earlier;
        before = event.order;
        break;
      }
    }
    return found;
  }

  /** Walks back in time from a place as it was just before `order`. */
  writesOf(place: RowPlace, order: number): readonly RowWrite[] {
    const found: RowWrite[] = [];
    let past: RowPlace | undefined = place;
    let before = order;
    while (past !== undefined) {
      const now: RowPlace = past;
      past = undefined;
      for (const event of this.#of(now.table).toReversed()) {
        if (event.order >= before) continue;
        if (event.kind === 'write') {
          const { operation, migration } = event;
          found.push({ operation, migration, column: now.column });
          // What it had before was another column of that name.
          if (operation.kind === 'AddColumn' && operation.column.name === now.column) break;
          continue;
        }
        const earlier = undone(event, now);
        if (earlier === now) continue;
        past = earlier;
        before = event.order;
        break;
      }
    }
    return found;
  }

  /** @returns where a place of the past is just before an order; undefined if it is gone. */
  #follow(place: RowPlace, after: number, before: number): RowPlace | undefined {
    let { table, column } = place;
    let since = after;
    let moved = true;
    while (moved) {
      moved = false;
      for (const event of this.#of(table)) {
        if (event.order <= since || event.order >= before) continue;
        if (event.kind === 'drop table' || (event.kind === 'drop column' && event.column === column))
          return undefined;
        if (event.kind === 'rename column' && event.from === column) column = event.to;
        if (event.kind === 'rename table' && objectKey(event.from) === objectKey(table)) {
          table = event.to;
          since = event.order;
          moved = true;
          break;
        }
      }
    }
    return { table, column };
  }

  #of(table: ObjectName): readonly Event[] {
    return this.#events.get(objectKey(table)) ?? [];
  }

  #renameTable(order: number, from: ObjectName, to: ObjectName): void {
    const event: Event = { order, kind: 'rename table', from, to };
    this.#add(from, event);
    this.#add(to, event);
  }

  #add(table: ObjectName, event: Event): void {
    const list = this.#events.get(objectKey(table));
    if (list === undefined) this.#events.set(objectKey(table), [event]);
    else list.push(event);
  }
}

/** The operations that one looks back from: what takes data away, and what rows can stop. */
function isLookedBackFrom(operation: Operation): boolean {
  switch (operation.kind) {
    case 'SetNotNull':
    case 'AddConstraint':
    case 'CreateIndex':
      return true;
    default:
      return isDestructive(operation);
  }
}

/** What a place was called before an event; undefined if what has its name now came after the event. */
function undone(event: Event, place: RowPlace): RowPlace | undefined {
  switch (event.kind) {
    case 'copy':
    case 'write':
      return place;
    case 'drop table':
      return undefined;
    case 'drop column':
      return event.column === place.column ? undefined : place;
    case 'rename column':
      if (event.to === place.column) return { table: place.table, column: event.from };
      return event.from === place.column ? undefined : place;
    case 'rename table':
      return objectKey(event.to) === objectKey(place.table)
        ? { table: event.from, column: place.column }
        : undefined;
    default:
      return event satisfies never;
  }
}
