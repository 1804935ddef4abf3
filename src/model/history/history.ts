/**
 * What the history of migrations did with rows, as far as rules ask for it: which values were copied where.
 */
import type { ObjectName, Operation } from '../operations/types.ts';

/** Values that a migration copied: a whole table's, or one column's. */
export interface RowCopy {
  readonly from: { readonly table: ObjectName; readonly column: string | undefined };
  readonly to: { readonly table: ObjectName; readonly column: string | undefined };
  /** Index of the migration in replay order. */
  readonly migration: number;
  readonly operation: Operation;
}

/** The history up to the point that a rule looks from. */
export interface History {
  /** Copies made so far whose source is the table, or one of its columns if a column is given. Whole-table copies count for every column. */
  copiesOf(table: ObjectName, column?: string): readonly RowCopy[];
}

/** Records operations in replay order. One owner; a `History` that it gives out sees what is recorded later, too. */
export interface HistoryBuilder extends History {
  /** @param operation with resolved names. */
  record(operation: Operation, migration: number): void;
}

/**
 * Starts an empty history.
 *
 * Tables are known by their name at the time of the copy: a later rename of the source is not followed.
 */
export function createHistoryBuilder(): HistoryBuilder {
  const bySource = new Map<string, RowCopy[]>();
  const key = (table: ObjectName): string => `${table.schema ?? ''}\0${table.name}`;
  return {
    record(operation, migration) {
      for (const copy of copiesIn(operation)) {
        const at = key(copy.from.table);
        const list = bySource.get(at);
        const entry: RowCopy = { ...copy, migration, operation };
        if (list === undefined) bySource.set(at, [entry]);
        else list.push(entry);
      }
    },
    copiesOf(table, column) {
      const copies = bySource.get(key(table)) ?? [];
      if (column === undefined) return copies;
      return copies.filter(({ from }) => from.column === undefined || from.column === column);
    },
  };
}

function copiesIn(operation: Operation): Pick<RowCopy, 'from' | 'to'>[] {
  switch (operation.kind) {
    case 'CreateTableAs':
      if (!operation.withData) return [];
      return operation.query.copies.map(({ output, source, column }, index) => ({
        from: { table: source, column },
        to: { table: operation.table, column: operation.columnNames[index] ?? output },
      }));
    case 'Insert':
      return (operation.query?.copies ?? []).map(({ output, source, column }, index) => ({
        from: { table: source, column },
        to: { table: operation.table, column: operation.columns[index] ?? output },
      }));
    case 'Update':
      return operation.assignments.flatMap(({ column, reads, form }) =>
        form === 'column' || form === 'expression'
          ? reads.map((read) => ({
              from: { table: operation.table, column: read },
              to: { table: operation.table, column },
            }))
          : [],
      );
    default:
      return [];
  }
}
