import { visitNodes } from '../catalog/parse-tree.ts';
import type { Column, Table } from '../catalog/types.ts';
import type {
  AlterColumnType,
  Delete,
  DropColumn,
  DropTable,
  Operation,
  Truncate,
  TypeName,
} from '../operations/types.ts';
import { isUnconditional } from './emptied-tables.ts';

/** An operation that can take data away: what it takes is for {@link dataLossOf} to say. */
export type DestructiveOperation = DropTable | DropColumn | Truncate | Delete | AlterColumnType;

/** Whether an operation is of a kind that can take data away. */
export function isDestructive(operation: Operation): operation is DestructiveOperation {
  switch (operation.kind) {
    case 'DropTable':
    case 'DropColumn':
    case 'Truncate':
    case 'Delete':
    case 'AlterColumnType':
      return true;
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
export type ValueLoss = 'rounds numbers' | 'cuts time' | 'drops the time zone' | 'ignores the old value';

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
  operation: DestructiveOperation,
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
 * What a type change loses of each value without an error. Changes that fail on values that do not fit (22001, 22003) lose
 * nothing, and neither do those that only spell a value in another way.
 *
 * @param from the type before.
 * @param change the new type and its USING.
 */
export function valueLossOf(from: TypeName, change: AlterColumnType): ValueLoss | undefined {
  if (change.using !== undefined && !namesAnyColumn(change.using.tree)) return 'ignores the old value';
  const to = change.type;
  if (from.arrayDimensions > 0 || to.arrayDimensions > 0) return undefined;
  if (NUMBERS.has(from.name) && NUMBERS.has(to.name))
    return decimals(to) < decimals(from) ? 'rounds numbers' : undefined;
  const [fromTime, toTime] = [TIMES.get(from.name), TIMES.get(to.name)];
  if (fromTime === undefined || toTime === undefined) return undefined;
  if (from.name.endsWith('with time zone') && to.name.endsWith('without time zone'))
    return 'drops the time zone';
  return toTime < fromTime || fraction(to) < fraction(from) ? 'cuts time' : undefined;
}

function namesAnyColumn(tree: unknown): boolean {
  let names = false;
  visitNodes(tree, (type) => {
    if (type === 'ColumnRef') names = true;
  });
  return names;
}

const NUMBERS: ReadonlySet<string> = new Set([
  'smallint',
  'integer',
  'bigint',
  'numeric',
  'real',
  'double precision',
]);

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
