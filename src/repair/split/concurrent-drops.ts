import type { Statement } from '../../input/sql/types.ts';
import { parseScript } from '../../input/sql/parse-script.ts';
import { operationsOf } from '../../model/operations/operations-of.ts';
import type { Operation } from '../../model/operations/types.ts';
import { refusedConcurrently } from '../rollback/concurrent-builds.ts';
import type { RollbackRunner } from '../rollback/types.ts';
import { applyAll } from './apply-all.ts';

/**
 * A rollback whose DROP INDEX of what a piece builds concurrently is CONCURRENTLY as well, so that nobody waits for it: one index each,
 * without CASCADE, and where the runner opens no transaction around it.
 *
 * @param sql the rollback, valid SQL.
 * @param built what the piece does.
 * @returns the same text where nothing is to change or the runner cannot.
 */
export function withConcurrentDrops(sql: string, built: readonly Operation[], by: RollbackRunner): string {
  const names = new Set(
    built.flatMap((one) => (one.kind === 'CreateIndex' && one.concurrently ? (one.name ?? []) : [])),
  );
  if (names.size === 0) return sql;
  const script = parseScript({ path: 'rollback.sql', text: sql, encoding: 'utf-8', byteOrderMark: false });
  if (script.problems.length > 0) return sql;
  const edits = script.statements.flatMap((statement) =>
    isPlainDrop(statement, names) ? wordIn(statement) : [],
  );
  const changed = applyAll(sql, edits);
  return edits.length === 0 || refusedConcurrently(changed, by) ? sql : changed;
}

function isPlainDrop(statement: Statement, names: ReadonlySet<string>): boolean {
  const [drop, ...others] = operationsOf(statement);
  return (
    drop?.kind === 'DropIndex' &&
    others.length === 0 &&
    !drop.concurrently &&
    drop.behavior !== 'cascade' &&
    names.has(drop.index.name)
  );
}

/** CONCURRENTLY behind `DROP INDEX`, in its case. */
function wordIn(
  statement: Statement,
): readonly { readonly span: { readonly start: number; readonly end: number }; readonly text: string }[] {
  const index = statement.tokens().find(({ value }) => value.toUpperCase() === 'INDEX');
  if (index === undefined) return [];
  const { start, end } = index.span;
  const isLower = statement.source.text.slice(start, end) === 'index';
  return [{ span: { start: end, end }, text: isLower ? ' concurrently' : ' CONCURRENTLY' }];
}
