import type { ColumnDef, Node } from '@pgsql/types';
import type { ApplyOutcome } from '../apply/types.ts';

/** Whether a statement fails on any row whatever is in it: it adds a column that is required and has no value (23502). */
export function failsOnAnyRow({
  error,
  statement,
}: Extract<ApplyOutcome, { readonly kind: 'failed' }>): boolean {
  if (error.code !== '23502' || statement === undefined) return false;
  const [, column] = /^column "(.*)" of relation ".*" contains null values$/u.exec(error.message) ?? [];
  return column !== undefined && addedColumns(statement.tree).some(({ colname }) => colname === column);
}

function addedColumns(tree: Node): readonly ColumnDef[] {
  if (!('AlterTableStmt' in tree)) return [];
  return (tree.AlterTableStmt.cmds ?? []).flatMap((command) => {
    const definition = 'AlterTableCmd' in command ? command.AlterTableCmd.def : undefined;
    return definition !== undefined && 'ColumnDef' in definition ? [definition.ColumnDef] : [];
  });
}
