/**
 * Tells whether a parse tree is nothing but a reference to the column, with or without its table's name.
 *
 * @param node a node of PostgreSQL's parse tree.
 */
export function isColumnReference(node: unknown, column: string): boolean {
  const reference = (node as { ColumnRef?: { fields?: { String?: { sval?: string } }[] } } | null)?.ColumnRef;
  return reference?.fields?.at(-1)?.String?.sval === column;
}
