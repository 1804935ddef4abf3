import type { Node } from '@pgsql/types';

/**
 * Calls a visitor for every node below a parse tree, the tree itself first.
 *
 * @param tree a parse tree, or any part of one.
 * @param visit gets the node's type, such as `ColumnRef`, and its fields; returning false leaves out what is below it.
 */
export function visitNodes(
  tree: unknown,
  visit: (type: string, fields: Readonly<Record<string, unknown>>) => boolean | void,
): void {
  if (Array.isArray(tree)) {
    for (const element of tree) visitNodes(element, visit);
    return;
  }
  if (tree === null || typeof tree !== 'object') return;
  // Trees come from JSON: they inherit no keys. Without an array for each node's entries this takes half the time.
  for (const key in tree) {
    const value = (tree as Readonly<Record<string, unknown>>)[key];
    if (value === null || typeof value !== 'object') continue;
    // A key in upper case names the type of the one node below it; the others are fields.
    if (isUpperCase(key.charCodeAt(0)) && !Array.isArray(value)) {
      if (visit(key, value as Readonly<Record<string, unknown>>) === false) continue;
    }
    visitNodes(value, visit);
  }
}

/**
 * The strings of a list of String nodes: a column reference's or a function's name.
 *
 * @param list such as `fields` of ColumnRef, `funcname` of FuncCall, `names` of TypeName.
 * @returns the strings; a `*` (A_Star) is `*`; other nodes are left out.
 */
export function stringsOf(list: unknown): readonly string[] {
  if (!Array.isArray(list)) return [];
  const strings: string[] = [];
  for (const node of list as readonly Node[]) {
    if ('String' in node) strings.push(node.String.sval ?? '');
    else if ('A_Star' in node) strings.push('*');
  }
  return strings;
}

/**
 * Copies a parse tree with some of its nodes' fields replaced.
 *
 * @param tree a parse tree, or any part of one.
 * @param replace gets a node's type and fields, and returns the fields to put there; undefined keeps and descends.
 * @returns the copy.
 */
export function mapNodes<Tree>(
  tree: Tree,
  replace: (type: string, fields: Readonly<Record<string, unknown>>) => object | undefined,
): Tree {
  if (Array.isArray(tree)) return tree.map((element: unknown) => mapNodes(element, replace)) as Tree;
  if (tree === null || typeof tree !== 'object') return tree;
  const copy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(tree)) {
    const isNode = /^[A-Z]/.test(key) && value !== null && typeof value === 'object' && !Array.isArray(value);
    const replaced = isNode ? replace(key, value as Readonly<Record<string, unknown>>) : undefined;
    copy[key] = replaced ?? mapNodes(value as unknown, replace);
  }
  return copy as Tree;
}

const isUpperCase = (code: number): boolean => code >= 65 && code <= 90;
