/** What changing a column's type means for a live database: the work, what PostgreSQL refuses, what running code can no longer do. */
import type { Node } from '@pgsql/types';
import type { Catalog, Column, Table } from '../catalog/types.ts';
import { isPlainChange, isZoneChange, typeChangeWork, type TypeChangeWork } from '../effects/type-change.ts';
import { isNull } from '../operations/constants.ts';
import { fieldsOf } from '../operations/nodes.ts';
import type { AlterColumnType, ObjectName, TypeName } from '../operations/types.ts';
import { columnDependants } from './column-dependants.ts';
import { valueLossOf, type ValueLoss } from './data-loss.ts';
import { baseType, haveCommonOperators, isUnderstood, lacksAssignmentCast } from './type-families.ts';

/** Why PostgreSQL refuses a type change whatever the rows hold. */
export type TypeChangeRefusal =
  /** 0A000: views, rules, policies, triggers or generated columns are built on the column; named as people call them. */
  | { readonly why: 'dependants'; readonly dependants: readonly string[] }
  /** 42804: there is no USING, and no cast that is made by itself. */
  | { readonly why: 'no cast' }
  /** 42804: the same of the column's default, which USING does not convert. */
  | { readonly why: 'default' }
  /** 42804: a foreign key would compare two types that no operator compares. */
  | { readonly why: 'foreign key'; readonly name: string; readonly other: ObjectName };

/** An enum made anew. */
export interface EnumSwap {
  /** The old one's values that the new one lacks: running code that writes one of them fails with 22P02. */
  readonly removed: readonly string[];
  /** Those of them on which the change itself fails with 22P02. */
  /** Empty, too, where a USING maps the values. */
  readonly missing: readonly string[];
  /** True if the new one is sure to have every value of the old one, and more. */
  readonly keepsAll: boolean;
}

/** One ALTER COLUMN … TYPE, looked at from all sides. */
export interface TypeChange {
  readonly from: TypeName;
  readonly to: TypeName;
  readonly refusal: TypeChangeRefusal | undefined;
  /** The slowest work under the ACCESS EXCLUSIVE lock. */
  readonly work: TypeChangeWork;
  /** True between timestamp and timestamptz, with any USING. */
  readonly isTimeZoneChange: boolean;
  /** True between timestamp and timestamptz without a USING: a rewrite, unless the session's time zone is UTC (measured, PostgreSQL 13 to 18). */
  readonly dependsOnTimeZone: boolean;
  /** What each value loses without an error. */
  readonly loss: ValueLoss | undefined;
  /** The SQLSTATE with which the change fails at the first value that does not fit: 22001 for texts, 22003 for numbers. */
  readonly misfit: '22001' | '22003' | undefined;
  /** True if code that passes values of the old type fails: 42883 on comparing, 22P02 on what is no text of the new type. */
  readonly failsRunningCode: boolean;
  /** True if code that writes values of the old type fails: 42804. Every type can be written to a text. */
  readonly failsWrites: boolean;
  /** Of a column that moves from an enum to another; undefined for every other change. */
  readonly enumSwap: EnumSwap | undefined;
  /** Other tables that are locked and read because foreign keys are checked again. */
  readonly checkedTables: readonly ObjectName[];
}

/**
 * Looks at a type change.
 *
 * @param operation with resolved names.
 * @param table the table just before; `column` is one of its columns.
 * @param catalog the schema just before.
 * @returns undefined where the history does not explain one of the types, so that nothing can be said.
 */
export function typeChangeOf(
  operation: AlterColumnType,
  table: Table,
  column: Column,
  catalog: Catalog,
): TypeChange | undefined {
  const [from, to] = [column.type, operation.type];
  const known = isUnderstood(from, catalog) && isUnderstood(to, catalog);
  const dependants = columnDependants(table, column.name, catalog);
  if (!known && dependants.length === 0) return undefined;
  const work = workOf(operation, table, column, catalog);
  const loss = valueLossOf(from, operation);
  return {
    from,
    to,
    refusal:
      dependants.length > 0
        ? { why: 'dependants', dependants }
        : refusalOfTypes(operation, table, column, catalog),
    work,
    isTimeZoneChange: isZoneChange(from, to),
    dependsOnTimeZone: work === 'rewrite' && isZoneChange(from, to) && isPlainChange(operation, column.name),
    loss,
    misfit: loss === undefined ? misfitOf(from, to) : undefined,
    failsRunningCode: !haveCommonOperators(from, to, catalog),
    failsWrites: lacksAssignmentCast(from, to, catalog),
    enumSwap: enumSwapOf(operation, from, catalog),
    checkedTables: work === 'rewrite' ? checkedAgain(table, column.name, catalog) : [],
  };
}

const nameOf = ({ schema, name }: TypeName): ObjectName => ({ schema, name });

function enumSwapOf(
  { type: to, using }: AlterColumnType,
  from: TypeName,
  catalog: Catalog,
): EnumSwap | undefined {
  const [old, new_] = [from, to].map((type) => catalog.type(nameOf(type)));
  if (old?.kind !== 'enum' || new_?.kind !== 'enum' || old.name.name === new_.name.name) return undefined;
  const kept = new Set(new_.values.map(({ value }) => value));
  const isCast = using !== undefined && isCastOfColumn(using.tree);
  const known = isCast && [old, new_].every(({ certainty }) => certainty === 'certain');
  const missing = old.values.map(({ value }) => value).filter((value) => !kept.has(value));
  const isCertain = [old, new_].every(({ certainty }) => certainty === 'certain');
  const keepsAll = isCertain && missing.length === 0 && new_.values.length > old.values.length;
  return { removed: isCertain ? missing : [], missing: known ? missing : [], keepsAll };
}

/** Whether an expression is a column under casts and nothing else: `role`, `role::text::public."Role"`. */
export function isCastOfColumn(node: Node | undefined): boolean {
  const cast = fieldsOf(node, 'TypeCast');
  return cast === undefined ? fieldsOf(node, 'ColumnRef') !== undefined : isCastOfColumn(cast.arg);
}

/** A domain is its base type on disk; a change to one that checks its values rewrites (measured, PostgreSQL 18). */
function workOf(operation: AlterColumnType, table: Table, column: Column, catalog: Catalog): TypeChangeWork {
  const to = baseType(operation.type, catalog);
  if (to.checked && operation.type.name !== column.type.name) return 'rewrite';
  const before = { ...column, type: baseType(column.type, catalog).type };
  const change = { ...operation, type: to.type };
  return typeChangeWork(table, before, change, catalog.timeZone);
}

function refusalOfTypes(
  { using, type: to }: AlterColumnType,
  table: Table,
  column: Column,
  catalog: Catalog,
): TypeChangeRefusal | undefined {
  const lacksCast = lacksAssignmentCast(column.type, to, catalog);
  if (using === undefined && lacksCast) return { why: 'no cast' };
  if (lacksCast && column.default !== undefined && !isNull(column.default.tree)) return { why: 'default' };
  for (const { name, other, otherType } of keysOver(table, column.name, catalog)) {
    if (otherType !== undefined && !haveCommonOperators(otherType, to, catalog))
      return { why: 'foreign key', name, other };
  }
  return undefined;
}

interface KeyOver {
  readonly name: string;
  readonly other: ObjectName;
  /** The type of the column on the other side; undefined where it is not known. */
  readonly otherType: TypeName | undefined;
}

/** The foreign keys from and to a column, other than those within its table. */
function keysOver(table: Table, column: string, catalog: Catalog): readonly KeyOver[] {
  const found: KeyOver[] = [];
  const typeOf = (other: Table | undefined, name: string | undefined): TypeName | undefined =>
    other?.columns.find((one) => one.name === name)?.type;
  for (const { name, definition } of table.constraints) {
    if (definition.type !== 'foreign key') continue;
    const position = definition.columns.indexOf(column);
    const other = catalog.table(definition.references);
    if (position < 0 || other === table) continue;
    const otherType = typeOf(other, definition.referencedColumns[position]);
    found.push({ name, other: definition.references, otherType });
  }
  for (const { table: other, constraint } of catalog.referencing(table.name)) {
    const { definition } = constraint;
    if (definition.type !== 'foreign key' || other === table) continue;
    const position = definition.referencedColumns.indexOf(column);
    if (position < 0) continue;
    found.push({
      name: constraint.name,
      other: other.name,
      otherType: typeOf(other, definition.columns[position]),
    });
  }
  return found;
}

function checkedAgain(table: Table, column: string, catalog: Catalog): readonly ObjectName[] {
  return keysOver(table, column, catalog).map(({ other }) => other);
}

const WHOLE_NUMBERS: readonly string[] = ['smallint', 'integer', 'bigint'];

/** The error of values that are too long or too great for the new type, where the new type is narrower. */
function misfitOf(from: TypeName, to: TypeName): TypeChange['misfit'] {
  if (from.arrayDimensions > 0 || to.arrayDimensions > 0) return undefined;
  const [before, after] = [from, to].map(({ name }) => WHOLE_NUMBERS.indexOf(name));
  if (before !== undefined && after !== undefined && after >= 0) return after < before ? '22003' : undefined;
  if (from.name === 'numeric' && to.name === 'numeric' && to.modifiers.length > 0) {
    const whole = ({ modifiers }: TypeName): number =>
      modifiers.length === 0 ? Infinity : Number(modifiers[0]) - Number(modifiers[1] ?? 0);
    return whole(to) < whole(from) ? '22003' : undefined;
  }
  const limited = to.name === 'character varying' && to.modifiers.length > 0;
  if (!limited || !['text', 'character varying', 'citext'].includes(from.name)) return undefined;
  const length = from.modifiers.length === 0 ? Infinity : Number(from.modifiers[0]);
  return length > Number(to.modifiers[0]) ? '22001' : undefined;
}
