import type { Lowered, SmallTable } from '../lint/finding.ts';
import { displayName } from '../model/operations/display-name.ts';
import { groupBy } from './group-by.ts';
import { counted, listed } from './words.ts';

/** How many tables are named. */
const NAMED = 3;

/**
 * Why a finding is only information: `users is small (1,200 rows by the statistics of 2026-11-20), on a larger table this is an
 * error`.
 *
 * @returns empty for a finding that was not lowered.
 */
export function sizeLine(lowered: Lowered | undefined): string {
  if (lowered === undefined) return '';
  const { tables, from } = lowered;
  const clauses = [...groupBy(tables, ({ measured }) => measured).values()].map(smallClause);
  return `${listed(clauses)}; on ${tables.length === 1 ? 'a larger table' : 'larger tables'} this is ${from === 'error' ? 'an error' : `a ${from}`}`;
}

function smallClause(tables: readonly SmallTable[]): string {
  const [first] = tables;
  const isOne = tables.length === 1;
  if (first?.measured === undefined) {
    const names = named(tables.map(({ relation }) => displayName(relation)));
    return `${names} ${isOne ? 'is' : 'are'} small by the configuration`;
  }
  const source = `by the statistics of ${first.measured}`;
  if (isOne) return `${displayName(first.relation)} is small: ${rowsOf(first)} ${source}`;
  const names = named(tables.map((table) => `${displayName(table.relation)} (${rowsOf(table)})`));
  return `${names} are small ${source}`;
}

function named(names: readonly string[]): string {
  return listed(
    names.length <= NAMED + 1 ? names : [...names.slice(0, NAMED), `${names.length - NAMED} more tables`],
  );
}

function rowsOf({ rows = 0 }: SmallTable): string {
  return counted(rows, 'row').replace(String(rows), rows.toLocaleString('en-US'));
}
