import { objectKey } from '../operations/same-object.ts';
import type { ColumnDefinition, ObjectName, TypeName } from '../operations/types.ts';
import type { HistoryStep } from './replacement.ts';

/** A step of the history with its place among all recorded operations. */
export interface Moment extends HistoryStep {
  readonly order: number;
}

/** A table from its creation to its drop, whatever it is called in between. */
export interface TableLife {
  readonly kind: 'table';
  /** Every name that it had, oldest first: the last one is the one it has now, or had when it was dropped. */
  readonly names: ObjectName[];
  /** CREATE TABLE; undefined for a table that was there before the history. */
  readonly added: Moment | undefined;
  readonly temporary: boolean;
  readonly columns: Bindings<ColumnLife>;
  /** How many columns it is known to have, those that were dropped included; 0 if nothing told of them. */
  columnCount: number;
  dropped: Moment | undefined;
  comment: string | undefined;
}

/** A column from its addition to its drop. */
export interface ColumnLife {
  readonly kind: 'column';
  readonly table: TableLife;
  readonly names: string[];
  /** ADD COLUMN, or its table's creation; undefined for what was there before the history. */
  readonly added: Moment | undefined;
  /** Undefined where no definition was seen. */
  type: TypeName | undefined;
  dropped: Moment | undefined;
  comment: string | undefined;
}

/** Which life a name means, and since when. */
export class Bindings<Life> {
  readonly #lives = new Map<string, { readonly order: number; readonly life: Life | undefined }[]>();

  /** What a name means just before an order; undefined if nothing, or nothing any more. */
  at(name: string, order: number): Life | undefined {
    return this.#lives.get(name)?.findLast((one) => one.order < order)?.life;
  }

  /** What a name meant last, even if that is gone. */
  lastAt(name: string, order: number): Life | undefined {
    return this.#lives.get(name)?.findLast((one) => one.order < order && one.life !== undefined)?.life;
  }

  /** Gives a name another meaning from an order on. */
  bind(name: string, order: number, life: Life | undefined): void {
    const list = this.#lives.get(name);
    if (list === undefined) this.#lives.set(name, [{ order, life }]);
    else list.push({ order, life });
  }

  /** Everything that ever had a name, each as often as it had one. */
  *all(): Iterable<Life> {
    for (const list of this.#lives.values()) for (const { life } of list) if (life !== undefined) yield life;
  }
}

/** Before every recorded operation. */
const BEFORE_ALL = -1;

/** The lives of all tables and columns. One owner; operations are told in replay order. */
export class Timeline {
  readonly #tables = new Bindings<TableLife>();

  /** The table that a name means just before an order. One that nobody created was there before the history. */
  table(name: ObjectName, order: number): TableLife | undefined {
    const key = objectKey(name);
    const known = this.#tables.at(key, order);
    if (known !== undefined || this.#tables.lastAt(key, order) !== undefined) return known;
    const life = tableLife(name, undefined, false);
    this.#tables.bind(key, BEFORE_ALL, life);
    return life;
  }

  /** The table that a name means just before an order, or meant last. Makes none up. */
  known(name: ObjectName, order: number): TableLife | undefined {
    return this.#tables.at(objectKey(name), order) ?? this.#tables.lastAt(objectKey(name), order);
  }

  /** A column of a table just before an order. One that nobody added has been there as long as the table. */
  column(table: TableLife, name: string, order: number): ColumnLife | undefined {
    const known = table.columns.at(name, order);
    if (known !== undefined || table.columns.lastAt(name, order) !== undefined) return known;
    const life = columnLife(table, name, table.added, undefined);
    table.columns.bind(name, BEFORE_ALL, life);
    return life;
  }

  create(
    name: ObjectName,
    moment: Moment,
    how: {
      readonly ifNotExists: boolean;
      readonly temporary: boolean;
      readonly columns: readonly ColumnDefinition[];
    },
  ): void {
    const key = objectKey(name);
    if (how.ifNotExists && this.#tables.at(key, moment.order) !== undefined) return;
    const life = tableLife(name, moment, how.temporary);
    this.#tables.bind(key, moment.order, life);
    for (const { name: column, type } of how.columns)
      life.columns.bind(column, moment.order, columnLife(life, column, moment, type));
    life.columnCount = how.columns.length;
  }

  /** @returns the new column; undefined if there is one of this name already. */
  addColumn(table: ObjectName, definition: ColumnDefinition, moment: Moment): ColumnLife | undefined {
    const on = this.table(table, moment.order);
    if (on === undefined || on.columns.at(definition.name, moment.order) !== undefined) return undefined;
    const life = columnLife(on, definition.name, moment, definition.type);
    on.columns.bind(definition.name, moment.order, life);
    on.columnCount++;
    return life;
  }

  dropTable(name: ObjectName, moment: Moment): TableLife | undefined {
    const life = this.table(name, moment.order);
    if (life !== undefined) life.dropped = moment;
    this.#tables.bind(objectKey(name), moment.order, undefined);
    return life;
  }

  dropColumn(table: ObjectName, column: string, moment: Moment): ColumnLife | undefined {
    const on = this.table(table, moment.order);
    const life = on && this.column(on, column, moment.order);
    if (on === undefined || life === undefined) return undefined;
    life.dropped = moment;
    on.columns.bind(column, moment.order, undefined);
    return life;
  }

  renameTable(from: ObjectName, to: ObjectName, moment: Moment): TableLife | undefined {
    const life = this.table(from, moment.order);
    if (life === undefined) return undefined;
    this.#tables.bind(objectKey(from), moment.order, undefined);
    this.#tables.bind(objectKey(to), moment.order, life);
    life.names.push(to);
    return life;
  }

  renameColumn(table: ObjectName, from: string, to: string, moment: Moment): void {
    const on = this.table(table, moment.order);
    const life = on && this.column(on, from, moment.order);
    if (on === undefined || life === undefined) return;
    on.columns.bind(from, moment.order, undefined);
    on.columns.bind(to, moment.order, life);
    life.names.push(to);
  }
}

function tableLife(name: ObjectName, added: Moment | undefined, temporary: boolean): TableLife {
  return {
    kind: 'table',
    names: [name],
    added,
    temporary,
    columns: new Bindings(),
    columnCount: 0,
    dropped: undefined,
    comment: undefined,
  };
}

function columnLife(
  table: TableLife,
  name: string,
  added: Moment | undefined,
  type: TypeName | undefined,
): ColumnLife {
  return { kind: 'column', table, names: [name], added, type, dropped: undefined, comment: undefined };
}
