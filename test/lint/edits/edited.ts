import { parseScript } from '../../../src/input/sql/parse-script.ts';
import type { Body, BodyNode, Script, Statement } from '../../../src/input/sql/types.ts';
import type { Edit } from '../../../src/lint/fix.ts';
import { applyEdits } from '../../../src/repair/fix/apply-edits.ts';

/** Reads a script. The parser must be loaded. */
export function scriptOf(text: string): Script {
  return parseScript({ path: 'script.sql', text, encoding: 'utf-8', byteOrderMark: false });
}

/** The nth statement of a script, from 0. */
export function statementOf(text: string, index: number): Statement {
  const statement = scriptOf(text).statements[index];
  if (statement === undefined) throw new Error(`no statement ${index}`);
  return statement;
}

/** The statements directly in the body of a script's first statement. */
export function statementsInBody(text: string): readonly Statement[] {
  const body = statementOf(text, 0).body();
  return body === undefined ? [] : inNodes(body.nodes);
}

function inNodes(nodes: Body['nodes']): readonly Statement[] {
  return nodes.flatMap((node: BodyNode) => {
    if (node.kind === 'sql') return [node.statement];
    if (node.kind === 'block' || node.kind === 'loop') return inNodes(node.nodes);
    return [];
  });
}

/** The text with the edits made; undefined where there are none, or where they cannot be made together. */
export function edited(text: string, edits: readonly Edit[] | undefined): string | undefined {
  if (edits === undefined) return undefined;
  const { text: changed, made } = applyEdits(text, [{ edits }]);
  return made.length === 1 ? changed : undefined;
}
