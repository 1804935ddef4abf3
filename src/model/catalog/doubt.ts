/** What an operation that perhaps runs leaves uncertain. */
import type { Certainty, Table } from './types.ts';

interface Part {
  readonly name: string;
  readonly certainty: Certainty;
}

/**
 * A table after a change that perhaps happened: parts that changed are uncertain; where one is gone, the table itself is.
 * Comments, owners, privileges and options decide nothing and leave no doubt.
 *
 * @param before the table as it was.
 * @param after as it is if the change happened.
 * @returns `after` with its doubts.
 */
export function doubtedTable(before: Table, after: Table): Table {
  const lists = [
    ['columns', doubted(before.columns, after.columns)],
    ['constraints', doubted(before.constraints, after.constraints)],
    ['indexes', doubted(before.indexes, after.indexes)],
    ['triggers', doubted(before.triggers, after.triggers)],
    ['policies', doubted(before.policies, after.policies)],
  ] as const;
  const isChanged =
    lists.some(([, parts]) => parts.hasLost) ||
    before.rowSecurity !== after.rowSecurity ||
    before.persistence !== after.persistence ||
    before.partitionOf !== after.partitionOf ||
    before.inherits !== after.inherits;
  return {
    ...after,
    ...Object.fromEntries(lists.map(([key, { list }]) => [key, list])),
    certainty: isChanged ? 'uncertain' : after.certainty,
  };
}

function doubted<One extends Part>(
  before: readonly One[],
  after: readonly One[],
): { readonly list: readonly One[]; readonly hasLost: boolean } {
  if (before === after) return { list: after, hasLost: false };
  const known = new Set(before);
  const names = new Set(after.map((one) => one.name));
  const list = after.map((one) =>
    known.has(one) || one.certainty === 'uncertain' ? one : { ...one, certainty: 'uncertain' as const },
  );
  return { list, hasLost: before.some((one) => !names.has(one.name)) };
}

/** @returns how certain what is made after a table is: LIKE, a query's `*`, a partition take it as it is. */
export function certaintyOfWhole(table: Table): Certainty {
  const parts: readonly (readonly Part[])[] = [table.columns, table.constraints, table.indexes];
  const isCertain = parts.every((list) => list.every((one) => one.certainty === 'certain'));
  return isCertain ? table.certainty : 'uncertain';
}

/** @returns `uncertain` if either is. */
export function leastCertain(one: Certainty, other: Certainty): Certainty {
  return one === 'uncertain' ? one : other;
}

/** @returns a view, sequence or type after a change that perhaps happened. */
export function doubtedObject<One extends { readonly certainty: Certainty }>(
  after: One,
  certainty: Certainty,
): One {
  const least = leastCertain(after.certainty, certainty);
  return least === after.certainty ? after : { ...after, certainty: least };
}
