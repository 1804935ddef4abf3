import type { Node, SelectStmt } from '@pgsql/types';
import { cteNames, fromItems, withoutCtes, type FromItem } from '../operations/queries.ts';
import type { ObjectName } from '../operations/types.ts';

/**
 * The relations whose rows a SELECT … FOR UPDATE (or a weaker form) locks: those of its FROM clause, or those that OF names,
 * and the tables of FROM's subqueries; never those of subqueries in WHERE or the select list (PostgreSQL manual, SELECT).
 *
 * @param tree the SELECT.
 */
export function lockedRelations(tree: Node): readonly ObjectName[] {
  const select = (tree as { readonly SelectStmt?: SelectStmt }).SelectStmt;
  return select === undefined ? [] : lockedIn(select);
}

function lockedIn(select: SelectStmt): readonly ObjectName[] {
  const items = withoutCtes(fromItems(select.fromClause), cteNames(select.withClause));
  const names = new Set(
    (select.lockingClause ?? []).flatMap((clause) => {
      const locked = (clause as { LockingClause?: { lockedRels?: Node[] } }).LockingClause?.lockedRels;
      return locked === undefined ? items.map(({ alias }) => alias) : locked.map(aliasOf);
    }),
  );
  return items.filter(({ alias }) => names.has(alias)).flatMap(relationsOf);
}

function aliasOf(node: Node): string {
  return (node as { readonly RangeVar?: { readonly relname?: string } }).RangeVar?.relname ?? '';
}

function relationsOf({ relation, subquery }: FromItem): readonly ObjectName[] {
  if (relation !== undefined) return [relation];
  return subquery === undefined ? [] : fromItems(subquery.fromClause).flatMap(relationsOf);
}
