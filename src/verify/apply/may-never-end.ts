import type { BodyNode } from '../../input/sql/types.ts';
import type { PreparedScript } from './types.ts';

/** Whether a script may take the engine along: it has a loop, or calls a procedure, whose body is not followed. */
export function mayNeverEnd({ statements }: Pick<PreparedScript, 'statements'>): boolean {
  return statements.some(
    (statement) =>
      'CallStmt' in statement.tree || ('DoStmt' in statement.tree && hasLoop(statement.body()?.nodes ?? [])),
  );
}

function hasLoop(nodes: readonly BodyNode[]): boolean {
  return nodes.some((node) => {
    if (node.kind === 'loop') return true;
    if (node.kind === 'block') return hasLoop(node.nodes);
    return node.kind === 'if' && node.branches.some((branch) => hasLoop(branch.nodes));
  });
}
