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
  return namesOf(readsOf(operation, catalog), operation);
}

/**
 * Those of {@link unboundedReads} whose rows are copied: a table that an outer join only looks columns up in is left out, such as
 * `posts` of `users LEFT JOIN posts`.
 *
 * @returns full names, each once.
 */
export function unboundedSources(operation: Insert | CreateTableAs, catalog: Catalog): readonly ObjectName[] {
  const copied = readsOf(operation, catalog).filter(({ joined }) => !joined);
  return namesOf(copied, operation);
}

function readsOf(operation: Insert | CreateTableAs, catalog: Catalog): readonly Read[] {
  const { query } = operation;
  if (query === undefined || (operation.kind === 'CreateTableAs' && !operation.withData)) return [];
  return new Reader(operation, catalog).query(query.tree, new Map());
}

function namesOf(reads: readonly Read[], { query }: Insert | CreateTableAs): readonly ObjectName[] {
  if (query === undefined) return [];
  const found: ObjectName[] = [];
  for (const { name } of reads) {
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
  /** True of the side of an outer join that the other side's rows do without. */
  readonly joined: boolean;
}

const asJoined = (read: Read): Read => ({ ...read, joined: true });

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
    if (join !== undefined) {
      const { jointype: type, larg, rarg } = join;
      const left = larg === undefined ? [] : this.#item(larg, common);
      const right = rarg === undefined ? [] : this.#item(rarg, common);
      return [
        ...(type === 'JOIN_RIGHT' ? left.map(asJoined) : left),
        ...(type === 'JOIN_LEFT' ? right.map(asJoined) : right),
      ];
    }
    const subselect = fieldsOf(item, 'RangeSubselect');
    if (subselect !== undefined) return this.query(subselect.subquery, common);
    const relation = fieldsOf(item, 'RangeVar');
    if (relation?.relname === undefined) return [];
    const { relname, schemaname, alias } = relation;
    const named = schemaname === undefined ? common.get(relname) : undefined;
    if (named === undefined)
      return [
        { name: { schema: schemaname, name: relname }, alias: alias?.aliasname ?? relname, joined: false },
      ];
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
