import type { BodyNode } from './types.ts';

/** Whether a body holds COMMIT or ROLLBACK, on whichever way through it; not what it calls. */
export function endsTransaction(nodes: readonly BodyNode[]): boolean {
  return nodes.some((node) => {
    switch (node.kind) {
      case 'commit':
      case 'rollback':
        return true;
      case 'if':
        return node.branches.some((branch) => endsTransaction(branch.nodes));
      case 'block':
      case 'loop':
        return endsTransaction(node.nodes);
      default:
        return false;
    }
  });
}
