import { objectKey } from '../../model/operations/same-object.ts';
import type { ObjectName } from '../../model/operations/types.ts';
import type { Conventions } from '../conventions.ts';
import type { TableStatistic, TableStatistics } from './statistics.ts';
import { matchesTable, parseTablePattern, type TablePattern } from './table-pattern.ts';

/** A table that is known to be small, and by what. */
export interface SmallTable {
  readonly relation: ObjectName;
  /** By the statistics; undefined where the configuration names the table. */
  readonly rows: number | undefined;
  /** The day of the statistics, as in `2026-11-20`; undefined where the configuration names the table. */
  readonly measured: string | undefined;
}

/**
 * A table takes no more than this, with its indexes and TOAST, if it is to count as small by its rows: a row can hold as much as
 * a gigabyte, and a rewrite writes all of it.
 */
const SMALL_BYTES = 100_000_000;

/** What is known of the sizes of tables. */
export class TableSizes {
  readonly #patterns: readonly TablePattern[];
  readonly #smallRows: number;
  readonly #statistics: TableStatistics | undefined;
  #byName: ReadonlyMap<string, TableStatistic> | undefined;

  constructor(
    { smallTables, smallRows }: Pick<Conventions, 'smallTables' | 'smallRows'>,
    statistics: TableStatistics | undefined,
  ) {
    this.#patterns = smallTables.map(parseTablePattern).filter((pattern) => pattern !== undefined);
    this.#smallRows = smallRows;
    this.#statistics = statistics;
  }

  /** True if no table can be known to be small. */
  get isEmpty(): boolean {
    return this.#patterns.length === 0 && this.#statistics === undefined;
  }

  /** Says why a table counts as small; undefined if it is large or nobody knows. @param table its name where it was measured. */
  small(table: ObjectName): SmallTable | undefined {
    if (this.#patterns.some((pattern) => matchesTable(pattern, table)))
      return { relation: table, rows: undefined, measured: undefined };
    const { rows, bytes } = this.#statisticOf(table) ?? {};
    const isSmall = rows !== undefined && rows <= this.#smallRows && (bytes ?? Infinity) <= SMALL_BYTES;
    return isSmall ? { relation: table, rows, measured: this.#statistics?.measured } : undefined;
  }

  #statisticOf({ schema, name }: ObjectName): TableStatistic | undefined {
    this.#byName ??= new Map(this.#statistics?.tables.map((table) => [objectKey(table), table]));
    return this.#byName.get(objectKey({ schema: schema ?? 'public', name }));
  }
}
