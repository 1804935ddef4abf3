import type { Node, SelectStmt } from '@pgsql/types';
import type { Catalog } from '../catalog/types.ts';
import { isSameObject } from '../operations/same-object.ts';
import { fieldsOf } from '../operations/nodes.ts';
import { predicateOf } from '../operations/predicates.ts';
import type { CreateTableAs, Insert, ObjectName } from '../operations/types.ts';
import { isBounded } from './row-bounds.ts';
import { commonQueries, isLimited, type CommonQueries } from './limited-rows.ts';

/**
 * The tables that INSERT … SELECT or CREATE TABLE AS writes a row for each row of: those of its query's FROM, also through
 * joins, subqueries in FROM and WITH. Tables that only a condition or an expression looks into are left out, as is everything
 * under a LIMIT or a WHERE that picks rows of a key or a range.
 *
 * @param operation with resolved names.
 * @param catalog the schema just before.
 * @returns full names, each once.
 */
export function unboundedReads(operation: Insert | CreateTableAs, catalog: Catalog): readonly ObjectName[] {
  const { query } = operation;
  if (query === undefined || (operation.kind === 'CreateTableAs' && !operation.withData)) return [];
  const found: ObjectName[] = [];
  for (const { name } of new Reader(operation, catalog).query(query.tree, new Map())) {
    const full = query.reads.find((read) => isSameObject(read, name));
    // A query that WITH RECURSIVE names in itself is no table.
    if (full === undefined) continue;
    if (!found.some((known) => isSameObject(known, full))) found.push(full);
  }
  return found;
}

interface Read {
  readonly name: ObjectName;
  /** What qualifies its columns. */
  readonly alias: string;
}

class Reader {
  readonly #operation: Insert | CreateTableAs;
  readonly #catalog: Catalog;

  constructor(operation: Insert | CreateTableAs, catalog: Catalog) {
    this.#operation = operation;
    this.#catalog = catalog;
  }

  query(node: Node | undefined, common: CommonQueries): readonly Read[] {
    const select = fieldsOf(node, 'SelectStmt');
    return select === undefined ? [] : this.#select(select, common);
  }

  #select(select: SelectStmt, outer: CommonQueries): readonly Read[] {
    if (isLimited({ SelectStmt: select }, outer)) return [];
    const common = commonQueries(select.withClause, outer);
    if (select.larg !== undefined && select.rarg !== undefined)
      return [...this.#select(select.larg, common), ...this.#select(select.rarg, common)];
    const reads = (select.fromClause ?? []).flatMap((item) => this.#item(item, common));
    const where = select.whereClause;
    return where !== undefined && reads.some((read) => this.#isPicked(read, where, common)) ? [] : reads;
  }

  #item(item: Node, common: CommonQueries): readonly Read[] {
    const join = fieldsOf(item, 'JoinExpr');
    if (join !== undefined)
      return [join.larg, join.rarg].flatMap((side) => (side === undefined ? [] : this.#item(side, common)));
    const subselect = fieldsOf(item, 'RangeSubselect');
    if (subselect !== undefined) return this.query(subselect.subquery, common);
    const relation = fieldsOf(item, 'RangeVar');
    if (relation?.relname === undefined) return [];
    const { relname, schemaname, alias } = relation;
    const named = schemaname === undefined ? common.get(relname) : undefined;
    if (named === undefined)
      return [{ name: { schema: schemaname, name: relname }, alias: alias?.aliasname ?? relname }];
    // A recursive query names itself.
    const others = new Map(common);
    others.delete(relname);
    return this.query(named, others);
  }

  #isPicked({ name, alias }: Read, where: Node, common: CommonQueries): boolean {
    const scope = {
      statement: this.#operation.statement,
      targets: new Set([alias]),
      variables: new Set<string>(),
      sources: new Map(),
      ctes: new Set(common.keys()),
    };
    return isBounded(predicateOf(where, scope), this.#catalog.table(name), this.#catalog, common);
  }
}
