import type { ColumnDef, Node } from '@pgsql/types';
import type { ApplyOutcome } from '../apply/types.ts';

/** Whether a statement fails on any row whatever is in it: it adds a column that is required and has no value (23502), or ends a transaction that is its runner's (2D000). */
export function failsOnAnyRow({
  error,
  statement,
}: Extract<ApplyOutcome, { readonly kind: 'failed' }>): boolean {
  // A loop that commits where it must not does so once there is anything to do.
  if (error.code === '2D000') return true;
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
