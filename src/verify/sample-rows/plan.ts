import type { Choice, Combination } from './candidates.ts';
import { isRequired } from './order.ts';
import type { SampleReference, SampleTable } from './schema.ts';

/** The values of a row by column; null is NULL. What is not in it takes its default. */
export type SampleRow = Readonly<Record<string, string | null>>;

/** What rows are made from. */
export interface PlanInput {
  readonly table: SampleTable;
  readonly choices: readonly Choice[];
  /** Rows of the tables that it refers to, by oid. */
  readonly rows: ReadonlyMap<number, readonly SampleRow[]>;
  /** The next values of its sequences by column. */
  readonly sequences: ReadonlyMap<string, readonly string[]>;
  readonly count: number;
  readonly seed: number;
}

/** How often a row is tried with other values before it is given up. */
const TRIES = 40;

/**
 * Rows that fit a table and each other: an ordinary one; one with NULL wherever it may be; one like the first wherever nothing has to be
 * unique; then odd ones.
 *
 * @returns the rows, or why there are none, in words.
 */
export function planRows(input: PlanInput): readonly SampleRow[] | string {
  const { table, choices, count } = input;
  const without = choices.find(
    ({ columns, combinations }) =>
      combinations.length === 0 &&
      table.columns.some(
        ({ name, required, sequence }) => columns.includes(name) && required && sequence === null,
      ),
  );
  if (without !== undefined) return `no value was found that ${without.columns.join(', ')} may have`;
  const rows: SampleRow[] = [];
  const seen = table.uniques.map(() => new Set<string>());
  let reason = 'no row was found that is unique';
  for (let at = 0; at < count; at++) {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const row = rowOf(input, rows, at, attempt);
      if (typeof row === 'string') {
        reason = row;
        continue;
      }
      if (!isUnique(table, row, seen)) continue;
      rows.push(row);
      break;
    }
  }
  return rows.length === 0 ? reason : rows;
}

function rowOf(
  input: PlanInput,
  rows: readonly SampleRow[],
  at: number,
  attempt: number,
): SampleRow | string {
  const { table, choices, sequences, seed } = input;
  const row: Record<string, string | null> = {};
  for (const [column, values] of sequences) row[column] = values[at] ?? null;
  const own = table.references.filter(({ table: oid }) => oid === table.oid);
  for (const reference of table.references) {
    if (own.includes(reference) || isChosen(choices, reference)) continue;
    const problem = refer(input, reference, row, at, attempt);
    if (problem !== undefined) return problem;
  }
  const [unique, plain] = [new Set(table.uniques.flat()), at === 2 ? 0 : at];
  for (const choice of choices) {
    if (choice.columns.every((column) => column in row)) continue;
    const isKey = choice.columns.some((column) => unique.has(column));
    const index = isKey ? at + attempt : plain;
    Object.assign(row, without(row, chosen(choice, row, index, at, seed)));
  }
  for (const reference of own) referToItself(table, reference, row, rows, at);
  return row;
}

/** True for a column whose values were chosen among the keys already, together with others that a CHECK ties to it. */
function isChosen(choices: readonly Choice[], { columns }: SampleReference): boolean {
  return choices.some(
    (choice) =>
      columns.length === 1 && choice.columns.length > 1 && choice.columns.includes(columns[0] ?? ''),
  );
}

/** The combination at a place among those that fit what the row has already. */
function chosen(
  { combinations }: Choice,
  row: SampleRow,
  index: number,
  at: number,
  seed: number,
): Combination {
  const fitting = combinations.filter((one) =>
    Object.entries(one).every(([column, value]) => !(column in row) || row[column] === value),
  );
  const usable = fitting.length > 0 ? fitting : combinations;
  const ordered =
    at === 1
      ? usable.toSorted((a, b) => nulls(b) - nulls(a))
      : usable.filter((one) => nulls(one) === Math.min(...usable.map(nulls)));
  const start = at === 1 && nulls(ordered[0] ?? {}) > 0 ? index - at : index + (seed % 7);
  return ordered[start % Math.max(1, ordered.length)] ?? {};
}

function nulls(combination: Combination): number {
  return Object.values(combination).filter((value) => value === null).length;
}

function without(row: SampleRow, more: Combination): Combination {
  return Object.fromEntries(Object.entries(more).filter(([column]) => !(column in row)));
}

/** Has a row refer to one of another table, or to none. @returns why it cannot. */
function refer(
  { table, rows }: PlanInput,
  reference: SampleReference,
  row: Record<string, string | null>,
  at: number,
  attempt: number,
): string | undefined {
  const { columns, keys } = reference;
  const parents = rows.get(reference.table) ?? [];
  const must = isRequired(table, reference);
  const turned = parents.map((_, index) => parents[(index + at + attempt) % parents.length] ?? {});
  const parent = turned.find((one) =>
    columns.every((column, index) => {
      const key = one[keys[index] ?? ''];
      return key !== undefined && key !== null && (!(column in row) || row[column] === key);
    }),
  );
  if (parent === undefined || (at === 1 && !must)) {
    if (must)
      return parents.length === 0
        ? 'a table that it refers to has no rows'
        : 'its foreign keys contradict each other';
    const free = columns.filter((column) => !table.columns.find(({ name }) => name === column)?.required);
    for (const column of free) if (!(column in row)) row[column] = null;
    return undefined;
  }
  for (const [index, column] of columns.entries()) row[column] = parent[keys[index] ?? ''] ?? null;
  return undefined;
}

/** A row of a tree: the first one is a root, or its own parent; the others hang below it. */
function referToItself(
  table: SampleTable,
  reference: SampleReference,
  row: Record<string, string | null>,
  rows: readonly SampleRow[],
  at: number,
): void {
  const must = isRequired(table, reference);
  const parent = rows[0] !== undefined && at !== 1 ? rows[0] : must ? row : undefined;
  for (const [index, column] of reference.columns.entries()) {
    const key = reference.keys[index] ?? '';
    if (
      column === key ||
      table.uniques.some((columns) => columns.length === 1 && columns[0] === key && column === key)
    )
      continue;
    row[column] = parent === undefined ? null : (parent[key] ?? null);
  }
}

function isUnique(table: SampleTable, row: SampleRow, seen: readonly Set<string>[]): boolean {
  const keys = table.uniques.map((columns) => {
    const values = columns.map((column) => row[column] ?? null);
    return values.includes(null) ? undefined : JSON.stringify(values);
  });
  if (keys.some((key, at) => key !== undefined && seen[at]?.has(key))) return false;
  for (const [at, key] of keys.entries()) if (key !== undefined) seen[at]?.add(key);
  return true;
}
