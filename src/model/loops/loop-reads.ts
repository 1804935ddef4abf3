import { readsOf } from '../operations/queries.ts';
import type { Loop, ObjectName } from '../operations/types.ts';

/**
 * The tables and views whose rows a loop goes through: those that the query of a FOR loop reads, as they are written there.
 *
 * @returns nothing for other loops, and for a query that cannot be read.
 */
export function loopReads({ query }: Loop): readonly ObjectName[] {
  return query === undefined ? [] : readsOf(query.tree);
}
