/** Exception handlers of PL/pgSQL after which everything goes on as if nothing had happened. */
import type { BodyNode, Statement } from '../../input/sql/types.ts';
import type { Place } from '../../input/text/types.ts';

/** A handler that takes any error and tells nobody who would stop. */
export interface SwallowedError {
  /** Of the handler's first statement; of its block, where it has none. */
  readonly place: Place;
  /** True if it writes the error to the log at least: RAISE NOTICE, WARNING and their kin. */
  readonly mentions: boolean;
}

/**
 * The handlers of a body that swallow whatever error there is: `WHEN OTHERS` with nothing in it but NULL, messages, RETURN and
 * the like. One that raises, or runs a statement of its own, deals with the error; so does one that names the error that
 * it waits for. What a block guards counts only if it runs SQL.
 *
 * @param statement a DO block, or a CREATE FUNCTION or PROCEDURE.
 */
export function swallowedErrors(statement: Statement): readonly SwallowedError[] {
  const found: SwallowedError[] = [];
  search(statement.body()?.nodes ?? [], statement, found);
  return found;
}

function search(nodes: readonly BodyNode[], statement: Statement, found: SwallowedError[]): void {
  for (const node of nodes) {
    switch (node.kind) {
      case 'block':
        search(node.nodes, statement, found);
        for (const handler of node.handlers) {
          const takesAll = handler.conditions.some((condition) => condition.toLowerCase() === 'others');
          if (takesAll && runsSql(node.nodes) && !dealsWith(handler.nodes)) {
            const span = handler.nodes[0]?.span ?? node.span;
            const mentions = handler.nodes.some(({ kind }) => kind === 'raise');
            found.push({ place: { source: statement.source, span }, mentions });
          }
          search(handler.nodes, statement, found);
        }
        break;
      case 'if':
        for (const branch of node.branches) search(branch.nodes, statement, found);
        break;
      case 'loop':
        search(node.nodes, statement, found);
        break;
      default:
    }
  }
}

function runsSql(nodes: readonly BodyNode[]): boolean {
  return nodes.some((node) => {
    switch (node.kind) {
      case 'sql':
      case 'perform':
      case 'execute':
        return true;
      case 'if':
        return node.branches.some((branch) => runsSql(branch.nodes));
      case 'block':
      case 'loop':
        return runsSql(node.nodes);
      default:
        return false;
    }
  });
}

/** Whether a handler does something about the error: raises, checks, or runs a statement. */
function dealsWith(nodes: readonly BodyNode[]): boolean {
  return nodes.some((node) => {
    switch (node.kind) {
      case 'raise':
        return node.level.toUpperCase() === 'EXCEPTION';
      case 'if':
        return node.branches.some((branch) => dealsWith(branch.nodes));
      case 'assign':
      case 'get-diagnostics':
      case 'return':
      case 'exit':
        return false;
      case 'other':
        return node.tag !== 'NULL';
      default:
        return true;
    }
  });
}
