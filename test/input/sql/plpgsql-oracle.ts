import type { BodyNode } from '../../../src/input/sql/types.ts';

/** One PL/pgSQL statement as both readings can tell of it: what it is, and the line of the body on which it begins. */
export type Outline = readonly [kind: string, line: number];

const KINDS: Readonly<Record<string, string>> = {
  PLpgSQL_stmt_block: 'block',
  PLpgSQL_stmt_if: 'if',
  PLpgSQL_stmt_case: 'if',
  PLpgSQL_stmt_loop: 'loop loop',
  PLpgSQL_stmt_while: 'loop while',
  PLpgSQL_stmt_fori: 'loop for-integer',
  PLpgSQL_stmt_fors: 'loop for-query',
  PLpgSQL_stmt_forc: 'loop for-cursor',
  PLpgSQL_stmt_dynfors: 'loop for-execute',
  PLpgSQL_stmt_foreach_a: 'loop foreach',
  PLpgSQL_stmt_exit: 'exit',
  PLpgSQL_stmt_return: 'return',
  PLpgSQL_stmt_return_next: 'other RETURN NEXT',
  PLpgSQL_stmt_return_query: 'sql',
  PLpgSQL_stmt_raise: 'raise',
  PLpgSQL_stmt_assert: 'assert',
  PLpgSQL_stmt_execsql: 'sql',
  PLpgSQL_stmt_call: 'sql',
  PLpgSQL_stmt_dynexecute: 'execute',
  PLpgSQL_stmt_getdiag: 'get-diagnostics',
  PLpgSQL_stmt_open: 'cursor',
  PLpgSQL_stmt_fetch: 'cursor',
  PLpgSQL_stmt_close: 'cursor',
  PLpgSQL_stmt_perform: 'perform',
  PLpgSQL_stmt_commit: 'commit',
  PLpgSQL_stmt_rollback: 'rollback',
  PLpgSQL_stmt_assign: 'assign',
};

/** All statements of libpg_query's PL/pgSQL tree in the order of the text; it has no node for NULL. */
export function outlineOfTree(tree: unknown): readonly Outline[] {
  const found: Outline[] = [];
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) walk(item);
    else if (typeof value === 'object' && value !== null) {
      for (const [key, child] of Object.entries(value)) {
        const kind = KINDS[key];
        const line = (child as { lineno?: number } | null)?.lineno;
        // The outermost block's own RETURN, which nobody wrote, has no line.
        const isDynamic = (child as { dynquery?: unknown } | null)?.dynquery !== undefined;
        if (kind !== undefined && line !== undefined) found.push([isDynamic ? 'execute' : kind, line]);
        if (key !== 'datums') walk(child);
      }
    }
  };
  walk(tree);
  return found.toSorted(compare);
}

/** The same of our nodes; `line` gives the line of the body for an offset of the file. */
export function outlineOfNodes(
  nodes: readonly BodyNode[],
  line: (offset: number) => number,
): readonly Outline[] {
  const found: Outline[] = [];
  const walk = (list: readonly BodyNode[]): void => {
    for (const node of list) {
      if (node.kind !== 'other' || node.tag !== 'NULL') found.push([kindOf(node), line(node.span.start)]);
      if (node.kind === 'block' || node.kind === 'loop') walk(node.nodes);
      if (node.kind === 'block') for (const handler of node.handlers) walk(handler.nodes);
      if (node.kind === 'if') for (const branch of node.branches) walk(branch.nodes);
    }
  };
  walk(nodes);
  return found.toSorted(compare);
}

function kindOf(node: BodyNode): string {
  if (node.kind === 'loop') return `loop ${node.form}`;
  if (node.kind === 'other') return `other ${node.tag}`;
  return node.kind;
}

function compare(a: Outline, b: Outline): number {
  return a[1] - b[1] || (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0);
}
