import type { BodyNode } from '../../input/sql/types.ts';
import type { Place } from '../../input/text/types.ts';
import type { PreparedScript } from './types.ts';

/** Whether a script may take the engine along: it has a loop, or calls a procedure, whose body is not followed. */
export function mayNeverEnd({ statements }: Pick<PreparedScript, 'statements'>): boolean {
  return statements.some(
    (statement) =>
      'CallStmt' in statement.tree || ('DoStmt' in statement.tree && hasLoop(statement.body()?.nodes ?? [])),
  );
}

/** The loops in the DO blocks of a script, in file order, the outer ones alone. */
export function loopPlaces({
  source,
  statements,
}: Pick<PreparedScript, 'source' | 'statements'>): readonly Place[] {
  return statements
    .filter(({ tree }) => 'DoStmt' in tree)
    .flatMap((statement) => loopsIn(statement.body()?.nodes ?? []))
    .map(({ span }) => ({ source, span }));
}

function hasLoop(nodes: readonly BodyNode[]): boolean {
  return loopsIn(nodes).length > 0;
}

function loopsIn(nodes: readonly BodyNode[]): readonly BodyNode[] {
  return nodes.flatMap((node) => {
    if (node.kind === 'loop') return [node];
    if (node.kind === 'block') return loopsIn(node.nodes);
    return node.kind === 'if' ? node.branches.flatMap((branch) => loopsIn(branch.nodes)) : [];
  });
}
