import type { SampleReference, SampleTable } from './schema.ts';

/**
 * Tables in an order in which each comes after those that its rows must refer to, and, as far as that goes, after those that they may
 * refer to.
 */
export function inDependencyOrder(tables: readonly SampleTable[]): readonly SampleTable[] {
  const waiting = new Set(tables);
  const known = new Set(tables.map(({ oid }) => oid));
  const done = new Set<number>();
  const ordered: SampleTable[] = [];
  while (waiting.size > 0) {
    const open = (table: SampleTable, must: boolean): number =>
      table.references.filter(
        (reference) =>
          reference.table !== table.oid &&
          known.has(reference.table) &&
          !done.has(reference.table) &&
          (!must || isRequired(table, reference)),
      ).length;
    const next = first(waiting, (table) => open(table, true) * 1000 + open(table, false));
    if (next === undefined) break;
    waiting.delete(next);
    done.add(next.oid);
    ordered.push(next);
  }
  return ordered;
}

/** True if no row can do without the table that a foreign key refers to. */
export function isRequired(table: SampleTable, { columns }: SampleReference): boolean {
  return columns.every((name) => table.columns.find((column) => column.name === name)?.required ?? true);
}

function first(
  tables: ReadonlySet<SampleTable>,
  weigh: (table: SampleTable) => number,
): SampleTable | undefined {
  let best: SampleTable | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const table of tables) {
    const weight = weigh(table);
    if (weight >= least) continue;
    best = table;
    least = weight;
    if (weight === 0) break;
  }
  return best;
}
