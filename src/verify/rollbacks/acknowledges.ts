import type { BodyNode, Statement } from '../../input/sql/types.ts';
import type { PreparedScript } from '../apply/types.ts';
import type { Failure } from './types.ts';

/**
 * Whether a rollback says that there is no way back: all that it does is a RAISE that stops it in any case. One that raises under a
 * condition, or after it has changed something, is a rollback that fails.
 */
export function saysNoWayBack({ statements }: Pick<PreparedScript, 'statements'>, failure: Failure): boolean {
  // Class 42: the RAISE itself is wrong.
  if (failure.kind === 'died' || failure.error.code.startsWith('42')) return false;
  const first = statements.find((statement) => !changesNothing(statement));
  if (first === undefined || !('DoStmt' in first.tree)) return false;
  if (failure.statement !== undefined && failure.statement !== first) return false;
  return onlyRaises(first.body()?.nodes ?? []);
}

/** BEGIN, SET, SHOW. */
function changesNothing({ tree }: Statement): boolean {
  return 'TransactionStmt' in tree || 'VariableSetStmt' in tree || 'VariableShowStmt' in tree;
}

/** Messages, of which one is an error. */
function onlyRaises(nodes: readonly BodyNode[]): boolean {
  const raises = flat(nodes);
  return (
    raises.every((node) => node.kind === 'raise') &&
    raises.some((node) => node.kind === 'raise' && node.level === 'EXCEPTION')
  );
}

/** Blocks that catch nothing, opened, up to the first error. */
function flat(nodes: readonly BodyNode[]): readonly BodyNode[] {
  const found = nodes.flatMap((node) =>
    node.kind === 'block' && node.handlers.length === 0 ? flat(node.nodes) : [node],
  );
  const end = found.findIndex((node) => node.kind === 'raise' && node.level === 'EXCEPTION');
  return end < 0 ? found : found.slice(0, end + 1);
}
