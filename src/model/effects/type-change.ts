import type { Node } from '@pgsql/types';
import type { Column, Table } from '../catalog/types.ts';
import { usesColumn } from '../catalog/expressions.ts';
import { columnNames } from '../operations/queries.ts';
import type { AlterColumnType, Expression, TypeName } from '../operations/types.ts';
import { typeNameOf } from '../operations/type-names.ts';

/**
 * What PostgreSQL does to a table when a column's type changes.
 * - `none`: only the catalogs.
 * - `scan`: the table is read to check a CHECK constraint on the column again; its rows stay as they are.
 * - `index build`: indexes whose expression, predicate or collation depends on the column are built again.
 * - `rewrite`: the table and all its indexes are written anew.
 */
export type TypeChangeWork = 'none' | 'scan' | 'index build' | 'rewrite';

/**
 * The work of ALTER COLUMN … TYPE, as measured on PostgreSQL 13 to 18.
 *
 * @param table the table before the change; `column` is one of its columns.
 * @param operation the change.
 * @param timeZone the session's, in lower case, where it is known: under UTC a time with and one without time zone are the same
 *   value (`TimestampTimestampTzRequiresRewrite` in PostgreSQL's timestamp.c).
 * @returns the slowest work that it needs. A type that the history does not explain counts as a rewrite.
 */
export function typeChangeWork(
  table: Table,
  column: Column,
  operation: AlterColumnType,
  timeZone: string | undefined,
): TypeChangeWork {
  if (!isPlainChange(operation, column.name)) return 'rewrite';
  const isUtc = timeZone !== undefined && UTC.has(timeZone) && isZoneChange(column.type, operation.type);
  if (!isUtc && !isBinaryCoercible(column.type, operation.type)) return 'rewrite';
  if (sameType(column.type, operation.type) && operation.collation === undefined) return 'none';
  const collationChanges = operation.collation !== undefined && operation.collation !== column.collation;
  // The two types order their values with different operators: every index with the column is built again.
  const reorders = collationChanges || isUtc;
  if (table.indexes.some((index) => dependsOnColumnValue(index, column.name, reorders))) return 'index build';
  const checked = table.constraints.some(
    ({ definition }) => definition.type === 'check' && usesColumn(definition.expression, column.name),
  );
  return checked ? 'scan' : 'none';
}

/** Whether a change has no USING, or one that is no more than the cast that PostgreSQL does itself. */
export function isPlainChange({ using, type }: AlterColumnType, column: string): boolean {
  return using === undefined || isPlainUsing(using, column, type);
}

/** USING column, USING column::newtype: no more than the cast that PostgreSQL does itself. */
function isPlainUsing(using: Expression, column: string, type: TypeName): boolean {
  const tree = using.tree as { TypeCast?: { arg?: Node; typeName?: Parameters<typeof typeNameOf>[0] } };
  if (columnNames(using.tree)?.at(-1) === column) return true;
  if (tree.TypeCast === undefined || columnNames(tree.TypeCast.arg)?.at(-1) !== column) return false;
  return sameType(typeNameOf(tree.TypeCast.typeName), type);
}

function dependsOnColumnValue(index: Table['indexes'][number], column: string, reorders: boolean): boolean {
  return (
    usesColumn(index.where, column) ||
    index.elements.some(
      (element) => usesColumn(element.expression, column) || (reorders && element.column === column),
    )
  );
}

/** Whether two types are one, modifiers included. A schema that nobody wrote is any. */
export function sameType(from: TypeName, to: TypeName): boolean {
  return (
    from.name === to.name &&
    (from.schema === to.schema || from.schema === undefined || to.schema === undefined) &&
    from.arrayDimensions > 0 === to.arrayDimensions > 0 &&
    from.modifiers.join(',') === to.modifiers.join(',')
  );
}

/**
 * Whether values of the old type are valid values of the new one as they stand on disk, so that PostgreSQL rewrites nothing:
 * measured, see docs/effects.md. `timestamp` and `timestamptz` are not: they are only with the time zone UTC.
 */
function isBinaryCoercible(from: TypeName, to: TypeName): boolean {
  if (sameType(from, to)) return true;
  if (from.arrayDimensions > 0 || to.arrayDimensions > 0) return false;
  const wider = (index: number): boolean => {
    if (to.modifiers.length === 0) return true;
    if (from.modifiers.length === 0) return false;
    return Number(to.modifiers[index] ?? 0) >= Number(from.modifiers[index] ?? 0);
  };
  switch (`${from.name}>${to.name}`) {
    case 'character varying>character varying':
    case 'bit varying>bit varying':
      return wider(0);
    case 'character varying>text':
    case 'cidr>inet':
    case 'text>citext':
    case 'character varying>citext':
      return true;
    case 'text>character varying':
    case 'citext>character varying':
    case 'citext>text':
      return to.modifiers.length === 0;
    case 'numeric>numeric':
      return (
        to.modifiers.length === 0 || (wider(0) && from.modifiers.length > 0 && scale(from) === scale(to))
      );
    case 'timestamp without time zone>timestamp without time zone':
    case 'timestamp with time zone>timestamp with time zone':
    case 'time without time zone>time without time zone':
    case 'time with time zone>time with time zone':
    case 'interval>interval':
      return Number(to.modifiers[0] ?? 6) >= Number(from.modifiers[0] ?? 6);
    default:
      return false;
  }
}

/** Names of time zones that are always at UTC. */
const UTC: ReadonlySet<string> = new Set([
  'utc',
  'gmt',
  'uct',
  'zulu',
  'universal',
  'etc/utc',
  'etc/gmt',
  'etc/uct',
  'etc/universal',
  '0',
]);

/** Whether a time without time zone becomes one with it, or the other way, and no digit of its seconds goes. */
export function isZoneChange(from: TypeName, to: TypeName): boolean {
  const [before = 6, after = 6] = [from, to].map(({ modifiers }) => Number(modifiers[0] ?? 6));
  return (
    from.name !== to.name &&
    after >= before &&
    [from, to].every(({ name, arrayDimensions }) => TIMESTAMPS.has(name) && arrayDimensions === 0)
  );
}

const TIMESTAMPS: ReadonlySet<string> = new Set(['timestamp without time zone', 'timestamp with time zone']);

const scale = (type: TypeName): number => Number(type.modifiers[1] ?? 0);
