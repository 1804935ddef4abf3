import { insertAfter, insertBefore } from '../../lint/edits/insert.ts';
import type { Edit } from '../../lint/fix.ts';
import type { Migration, Project } from '../../lint/project.ts';
import type { Catalog, Origin, Table } from '../../model/catalog/types.ts';
import type { ObjectName } from '../../model/operations/types.ts';
import { isConcurrent } from './concurrent-builds.ts';
import { undoingStatements } from './generate.ts';
import { statementText } from './script-text.ts';

/** What makes a rollback script complete, or why nothing does: a sentence for people. */
export type CompletedRollback =
  | { readonly kind: 'edits'; readonly edits: readonly Edit[] }
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * Adds to a rollback script what of the schema before the migration it does not bring back, behind its last statement, or before the
 * COMMIT that is its last. The SQL parser must have been loaded.
 *
 * @param migration a judged migration with a rollback script.
 */
export function completedRollback(
  migration: Migration,
  project: Pick<Project, 'runner' | 'postgresVersion'>,
): CompletedRollback {
  const { id, rollback, rollbackOutcome: outcome } = migration;
  const refused = (why: string): CompletedRollback => ({
    kind: 'refused',
    reason: `The rollback of ${id} stays as it is: ${why}.`,
  });
  const last = rollback?.statements.at(-1);
  if (outcome === undefined || rollback === undefined || last === undefined)
    return refused('nobody can tell what it does');
  const { refusal } = outcome.steps.find((step) => step.refusal !== undefined) ?? {};
  if (refusal !== undefined)
    return refused('PostgreSQL refuses a step of it, which has to be put right first');
  const operations = [...migration.operations, ...outcome.steps.map(({ operation }) => operation)];
  const emptied = [...outcome.catalog.tables()]
    .filter(({ columns }) => columns.some(({ origin }) => origin.statement.source === rollback.source))
    .map(({ name }) => name);
  const rest = { ...migration, operations, catalogAfter: recognized(outcome.catalog, migration), emptied };
  const { statements } = undoingStatements(rest, project);
  if (statements.length === 0) return refused('nothing undoes what is left');
  if (statements.some(isConcurrent)) return refused('what is left has to be done outside of a transaction');
  // What is written there already has not helped.
  const { text } = rollback.source;
  if (statements.some(({ sql }) => text.includes(sql))) return refused('what would be added stands there');
  const sql = statements.map(statementText).join('\n');
  const isCommit = 'TransactionStmt' in last.tree;
  const edits = isCommit ? insertBefore(last, sql) : insertAfter(last, sql);
  return edits === undefined
    ? refused('nothing can be put behind its last statement')
    : { kind: 'edits', edits };
}

/**
 * The schema after a rollback, in which a table or column that the rollback has made again under its old name, and a constraint or index that
 * it has made again as it was, counts as the one that was there before: only what differs is then mended.
 */
function recognized(after: Catalog, { catalogBefore, rollback }: Migration): Catalog {
  const isRemade = ({ origin }: Made): boolean => origin?.statement?.source === rollback?.source;
  const known = <One extends Made & { readonly name: string }>(
    all: readonly One[],
    former: readonly One[],
    isSame: (one: One, other: One) => boolean = () => true,
  ): One[] =>
    all.map((one) => {
      const same = isRemade(one)
        ? former.find((other) => other.name === one.name && isSame(one, other))
        : undefined;
      return same === undefined ? one : { ...one, origin: same.origin };
    });
  const table = (one: Table): Table => {
    const former = catalogBefore.table(one.name);
    if (former === undefined) return one;
    return {
      ...one,
      origin: isRemade(one) ? former.origin : one.origin,
      columns: known(one.columns, former.columns),
      constraints: known(one.constraints, former.constraints, isAlike),
      indexes: known(one.indexes, former.indexes, isAlike),
    };
  };
  return new Proxy(after, {
    get(catalog, key): unknown {
      if (key === 'tables') return () => [...catalog.tables()].map(table);
      if (key === 'table')
        return (name: ObjectName) => {
          const found = catalog.table(name);
          return found && table(found);
        };
      const value: unknown = Reflect.get(catalog, key, catalog);
      return typeof value === 'function' ? value.bind(catalog) : value;
    },
  });
}

/** Whether two are defined alike, wherever that is written. */
function isAlike(one: Made, other: Made): boolean {
  const text = (made: Made): string =>
    JSON.stringify(made, (key, value: unknown) => (key === 'origin' || key === 'tree' ? undefined : value));
  return text(one) === text(other);
}

interface Made {
  readonly origin: Origin;
}
