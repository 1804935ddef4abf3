/** What the names in a WHERE clause mean: the target's columns, variables, CTEs and subqueries in FROM. */
import type { SelectStmt, WithClause } from '@pgsql/types';
import type { Statement } from '../../input/sql/types.ts';
import type { Variables } from './constants.ts';
import { fieldsOf } from './nodes.ts';
import type { FromItem } from './queries.ts';

/** What a WHERE clause's names mean. */
export interface PredicateScope {
  readonly statement: Statement;
  /** The names that qualify a column of the table that the clause picks rows of. */
  readonly targets: ReadonlySet<string>;
  readonly variables: Variables;
  /** CTEs and subqueries of the FROM clause, by the name that qualifies their columns. */
  readonly sources: ReadonlyMap<string, SelectStmt>;
  /** Names of CTEs: they are no tables. */
  readonly ctes: ReadonlySet<string>;
}

/** The CTEs that select, by name, added to those of an outer query. */
export function sourcesOf(
  clause: WithClause | undefined,
  outer: ReadonlyMap<string, SelectStmt> = new Map(),
): ReadonlyMap<string, SelectStmt> {
  if (clause === undefined) return outer;
  const sources = new Map(outer);
  for (const node of clause.ctes ?? []) {
    const cte = fieldsOf(node, 'CommonTableExpr');
    const select = fieldsOf(cte?.ctequery, 'SelectStmt');
    if (cte?.ctename !== undefined && select) sources.set(cte.ctename, select);
  }
  return sources;
}

/** The sources that a FROM clause adds: its subqueries, and the aliases of CTEs. */
export function withFromItems(
  sources: ReadonlyMap<string, SelectStmt>,
  items: readonly FromItem[],
): ReadonlyMap<string, SelectStmt> {
  const all = new Map(sources);
  for (const { alias, relation, subquery } of items) {
    const select =
      subquery ?? (relation?.schema === undefined ? sources.get(relation?.name ?? '') : undefined);
    if (select) all.set(alias, select);
  }
  return all;
}

/** A scope without a CTE or subquery, whatever it is called: one that names itself, or a table of its name, has no bounds from itself. */
export function withoutSource(scope: PredicateScope, source: SelectStmt): PredicateScope {
  return { ...scope, sources: new Map([...scope.sources].filter(([, select]) => select !== source)) };
}
