import type { Node } from '@pgsql/types';
import { visitNodes } from '../operations/parse-tree.ts';
import type { Column, Table } from '../catalog/types.ts';
import type {
  AlterColumnType,
  Delete,
  DropColumn,
  DropObject,
  DropTable,
  Operation,
  Truncate,
  TypeName,
} from '../operations/types.ts';
import { fieldsOf } from '../operations/nodes.ts';
import { typeNameOf } from '../operations/type-names.ts';
import { isUnconditional } from './emptied-tables.ts';

/** An operation that can take data away from its table: what it takes is for {@link dataLossOf} to say. */
export type DestructiveOnTable = DropTable | DropColumn | Truncate | Delete | AlterColumnType;

/** An operation that can take data away, from its own table or from others: `tablesLostByCascade`. */
export type DestructiveOperation = DestructiveOnTable | DropObject;

/** Whether an operation is of a kind that can take data away. Of a DropObject, DROP SCHEMA … CASCADE is one. */
export function isDestructive(operation: Operation): operation is DestructiveOperation {
  switch (operation.kind) {
    case 'DropTable':
    case 'DropColumn':
    case 'Truncate':
    case 'Delete':
    case 'AlterColumnType':
      return true;
    case 'DropObject':
      return operation.objectType === 'schema' && operation.behavior === 'cascade';
    default:
      return false;
  }
}

/** What a step takes away for good. */
export type DataLoss =
  | { readonly what: 'table'; readonly table: Table }
  | {
      readonly what: 'column';
      readonly table: Table;
      readonly column: string;
      readonly before: Column | undefined;
    }
  | { readonly what: 'rows'; readonly table: Table }
  | {
      readonly what: 'values';
      readonly table: Table;
      readonly column: string;
      readonly before: Column | undefined;
      readonly how: ValueLoss;
    };

/** How a type change loses a part of each value. */
export type ValueLoss =
  | 'rounds numbers'
  | 'cuts text'
  | 'cuts time'
  | 'drops the time zone'
  | 'ignores the old value';

/**
 * What an operation destroys of the rows that a database held before the deploy: a dropped table or column, all rows
 * (TRUNCATE, DELETE without a condition), a part of each value (a lossy type change). A DELETE with a condition is not one:
 * what it deletes is chosen.
 *
 * @param operation with resolved names.
 * @param existed the operation's table as it was before the deploy; undefined if the deploy created it.
 * @param now the table just before the operation.
 */
export function dataLossOf(
  operation: DestructiveOnTable,
  existed: Table | undefined,
  now: Table | undefined,
): DataLoss | undefined {
  if (operation.run === 'called' || existed === undefined || existed.foreignServer !== undefined)
    return undefined;
  const table = existed;
  switch (operation.kind) {
    case 'DropTable':
      return { what: 'table', table };
    case 'Truncate':
      return { what: 'rows', table };
    case 'Delete':
      return isUnconditional(operation) ? { what: 'rows', table } : undefined;
    case 'DropColumn': {
      const { column } = operation;
      if (!columnExistedBefore(existed, now, column)) return undefined;
      const before = now?.columns.find(({ name }) => name === column);
      // A generated column holds nothing that its expression would not give again.
      return before?.generated === undefined ? { what: 'column', table, column, before } : undefined;
    }
    case 'AlterColumnType': {
      const { column } = operation;
      const before = now?.columns.find(({ name }) => name === column);
      if (before === undefined || !columnExistedBefore(existed, now, column)) return undefined;
      const how = valueLossOf(before.type, operation);
      return how === undefined ? undefined : { what: 'values', table, column, before, how };
    }
    default:
      return operation satisfies never;
  }
}

/**
 * Whether a column was there before the deploy, found through renames.
 *
 * @param existed the table before the deploy.
 * @param now the table just before the operation.
 * @param column its name now. One that a wholly known table does not have was not there; of a table that is not wholly known
 *   it counts as an old one, since the deploy would have told of it.
 */
export function columnExistedBefore(existed: Table, now: Table | undefined, column: string): boolean {
  const known = now?.columns.find(({ name }) => name === column);
  if (known === undefined) return now?.certainty !== 'certain';
  return existed.columns.some(({ origin }) => origin === known.origin);
}

/**
 * A column as it was before the deploy, found through a rename.
 *
 * @param existed the table before the deploy.
 * @param now the table just before the operation.
 * @param column its name now.
 * @returns undefined if it was not there, and where several renamed columns could be it.
 */
export function columnBefore(existed: Table, now: Table | undefined, column: string): Column | undefined {
  const known = now?.columns.find(({ name }) => name === column);
  if (known === undefined) return undefined;
  // All columns of a CREATE TABLE have one origin.
  const alike = existed.columns.filter(({ origin }) => origin === known.origin);
  const same = alike.find(({ name }) => name === column);
  if (same !== undefined) return same;
  const gone = alike.filter(({ name }) => !now?.columns.some((one) => one.name === name));
  return gone.length === 1 ? gone[0] : undefined;
}

/**
 * What a type change loses of each value without an error. Changes that fail on values that do not fit (22001, 22003) lose
 * nothing, and neither do those that only spell a value in another way.
 *
 * @param from the type before.
 * @param change the new type and its USING.
 */
export function valueLossOf(from: TypeName, change: AlterColumnType): ValueLoss | undefined {
  if (change.using !== undefined && !namesAnyColumn(change.using.tree)) return 'ignores the old value';
  const casts = change.using === undefined ? [] : castsOfColumn(change.using.tree);
  if (casts?.some((cast) => cutsText(from, cast)) === true) return 'cuts text';
  const to = change.type;
  if (from.arrayDimensions > 0 || to.arrayDimensions > 0) return undefined;
  // What any other USING computes is its author's choice.
  if (casts !== undefined && roundsNumbers(from, to)) return 'rounds numbers';
  const [fromTime, toTime] = [TIMES.get(from.name), TIMES.get(to.name)];
  if (fromTime === undefined || toTime === undefined) return undefined;
  const losesZone = from.name.endsWith('with time zone') && to.name.endsWith('without time zone');
  if (casts !== undefined && losesZone) return 'drops the time zone';
  return toTime < fromTime || fraction(to) < fraction(from) ? 'cuts time' : undefined;
}

function namesAnyColumn(tree: unknown): boolean {
  let names = false;
  visitNodes(tree, (type) => {
    if (type === 'ColumnRef') names = true;
  });
  return names;
}

/** The types that a column's value is cast to, one after the other; undefined for whatever is not a column under casts. */
function castsOfColumn(node: Node): readonly TypeName[] | undefined {
  if (fieldsOf(node, 'ColumnRef')) return [];
  const cast = fieldsOf(node, 'TypeCast');
  const inner = cast?.arg && castsOfColumn(cast.arg);
  return inner && [...inner, typeNameOf(cast?.typeName)];
}

/**
 * Whether a cast can leave out a part of a value. An explicit one to a shorter type cuts without an error, while the
 * assignment that a type change makes by itself fails with 22001 (manual, 8.3 and 8.10).
 */
function cutsText(from: TypeName, cast: TypeName): boolean {
  const [given, kept] = [textLength(from), textLength(cast)];
  return TEXTS.has(cast.name) && given !== undefined && kept !== undefined && kept < given;
}

/**
 * How many characters, or bits, the values of a type can have.
 *
 * @returns Infinity where nothing bounds it; undefined for types whose texts are not measured: nothing is claimed of these.
 */
function textLength({ name, modifiers }: TypeName): number | undefined {
  if (TEXTS.has(name)) return modifiers.length === 0 ? Infinity : Number(modifiers[0]);
  return LONGEST.get(name);
}

const TEXTS: ReadonlySet<string> = new Set(['text', 'character varying', 'character', 'bit', 'bit varying']);

/** The digits that integers can have, with a sign. */
const LONGEST: ReadonlyMap<string, number> = new Map([
  ['smallint', 6],
  ['integer', 11],
  ['bigint', 20],
]);

/**
 * Whether a change between number types rounds. real keeps 6 digits for certain and double precision 15, and casts to numeric
 * print no more than those (FLT_DIG and DBL_DIG in `float4_numeric` and `float8_numeric`).
 */
function roundsNumbers(from: TypeName, to: TypeName): boolean {
  const [given, kept] = [NUMBERS.get(from.name), NUMBERS.get(to.name)];
  if (given === undefined || kept === undefined) return false;
  if (to.name === 'real' || to.name === 'double precision')
    return from.name !== 'real' && from.name !== to.name && digits(from, given) > kept;
  return decimals(from) > decimals(to) || (to.name === 'numeric' && isFloat(from));
}

const isFloat = ({ name }: TypeName): boolean => name === 'real' || name === 'double precision';

/** Number types, by how many significant digits all their values can have or, of the inexact ones, keep. */
const NUMBERS: ReadonlyMap<string, number> = new Map([
  ['smallint', 5],
  ['integer', 10],
  ['bigint', 19],
  ['numeric', Infinity],
  ['real', 6],
  ['double precision', 15],
]);

function digits({ name, modifiers }: TypeName, ofType: number): number {
  return name === 'numeric' && modifiers.length > 0 ? Number(modifiers[0]) : ofType;
}

/** Digits behind the point that a number type can keep. */
function decimals({ name, modifiers }: TypeName): number {
  if (name === 'numeric') return modifiers.length === 0 ? Infinity : Number(modifiers[1] ?? 0);
  if (name === 'double precision') return 15;
  if (name === 'real') return 6;
  return 0;
}

/** Date and time types, by how much of a moment they keep. */
const TIMES: ReadonlyMap<string, number> = new Map([
  ['date', 1],
  ['timestamp without time zone', 2],
  ['timestamp with time zone', 2],
]);

/** Digits of a second that a type keeps: 6 unless it says less. */
const fraction = ({ name, modifiers }: TypeName): number => (name === 'date' ? 6 : Number(modifiers[0] ?? 6));
