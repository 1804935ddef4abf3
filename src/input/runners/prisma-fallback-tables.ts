import type { Node } from '@pgsql/types';

type CreateTable = Extract<Node, { CreateStmt: unknown }>['CreateStmt'];

/** True if Prisma's parser cannot read the CREATE TABLE, see `needsFallback`. */
export function fallbackOfTable({ relation, tableElts, constraints }: CreateTable): boolean {
  if (relation?.relpersistence === 'u') return true;
  return [...(tableElts ?? []), ...(constraints ?? [])].some((element) => {
    if ('TableLikeClause' in element) return (element.TableLikeClause.options ?? 0) !== 0;
    return 'ColumnDef' in element ? fallbackOfColumn(element) : fallbackOfConstraint(element);
  });
}

/** True if the parser cannot read a column's definition. */
export function fallbackOfColumn(node: Node): boolean {
  return !('ColumnDef' in node) || (node.ColumnDef.constraints ?? []).some(hasUnreadableOption);
}

/** True if the parser cannot read a constraint of a table, in CREATE TABLE or after ADD. */
export function fallbackOfConstraint(node: Node): boolean {
  if (!('Constraint' in node)) return true;
  const { contype, indexname } = node.Constraint;
  if (contype === 'CONSTR_EXCLUSION' || contype === 'CONSTR_NOTNULL') return true;
  return indexname !== undefined || hasUnreadableOption(node);
}

function hasUnreadableOption(node: Node): boolean {
  if (!('Constraint' in node)) return false;
  const { contype, is_no_inherit, including, options, indexspace, fk_del_set_cols } = node.Constraint;
  if (contype === 'CONSTR_IDENTITY') return false;
  return (
    is_no_inherit === true ||
    [including, options, fk_del_set_cols].some((list) => list !== undefined && list.length > 0) ||
    indexspace !== undefined
  );
}
