import type { Node } from '@pgsql/types';
import type { Catalog, Table } from '../catalog/types.ts';
import { provesNotNull } from '../effects/not-null.ts';
import { skippingPages } from '../loops/paging.ts';
import { constantOf } from '../operations/constants.ts';
import { fieldsOf, stringOf } from '../operations/nodes.ts';
import type { Operation } from '../operations/types.ts';
import type { History } from './history.ts';
import { givesValues, type RowWrite } from './row-writes.ts';

/** What the history did about the NULLs of a column. */
export type Backfill =
  /** Something gave the rows values, or may have: nothing can be said. */
  | { readonly kind: 'filled' }
  /** Nothing did. */
  | { readonly kind: 'none' }
  /** Only loops did whose pages pass rows over. */
  | { readonly kind: 'skips rows'; readonly write: RowWrite }
  /** Only UPDATEs of this deploy did whose value is NULL where another column is, which may be NULL. */
  | { readonly kind: 'copies nulls'; readonly write: RowWrite; readonly source: string };

/**
 * What the history did, before an operation that wants a column to be NOT NULL, about its NULLs.
 *
 * @param table the table just before the operation.
 * @param column the name of one of its columns.
 * @param before the operation, see `History.writesOf`.
 * @param existed the table as it was before the deploy: what another column holds is asked of that.
 * @param firstIndex index of the deploy's first migration.
 */
export function backfillOf(
  table: Table,
  column: string,
  before: Operation,
  scene: {
    readonly history: History;
    readonly catalog: Catalog;
    readonly existed: Table;
    readonly firstIndex: number;
  },
): Backfill {
  const { history, catalog } = scene;
  const origin = table.columns.find(({ name }) => name === column)?.origin;
  if (origin === undefined || history.ranUnread(origin.migration, before)) return { kind: 'filled' };
  const fills = history.writesOf(table.name, column, before).filter(givesValues);
  const [last] = fills;
  if (last === undefined) return { kind: 'none' };
  const whole = fills.filter(({ operation }) => !skipsRows(operation));
  if (whole.length === 0) return { kind: 'skips rows', write: last };
  const sources = whole.map((write) => nullableSource(write, scene));
  const [source] = sources;
  const [write] = whole;
  const isOpen = catalog.complete && sources.every((one) => one !== undefined);
  return isOpen && source !== undefined && write !== undefined
    ? { kind: 'copies nulls', write, source }
    : { kind: 'filled' };
}

/** Whether an operation stands in a loop that pages over the rows that it has yet to fill, and so passes some over. */
function skipsRows({ loop }: Operation): boolean {
  return loop !== undefined && skippingPages(loop).length > 0;
}

/** The column of its own table that an UPDATE's value is NULL with, if that could be NULL before the deploy. */
function nullableSource(
  { operation, column, migration }: RowWrite,
  { existed, firstIndex }: { readonly existed: Table; readonly firstIndex: number },
): string | undefined {
  if (operation.kind !== 'Update' || migration < firstIndex) return undefined;
  const assignment = operation.assignments.find((one) => one.column === column);
  const source = strictSource(assignment?.expression?.tree);
  if (source === undefined || assignment?.reads.includes(source) !== true) return undefined;
  const known = existed.columns.find(({ name }) => name === source);
  const mayBeNull = known?.certainty === 'certain' && !provesNotNull(existed, source);
  return mayBeNull && known.default === undefined ? source : undefined;
}

/** Functions of one text that give NULL for NULL: `pg_proc.proisstrict` of a server. */
const STRICT: ReadonlySet<string> = new Set(['btrim', 'initcap', 'lower', 'ltrim', 'rtrim', 'trim', 'upper']);

/** The only column that an expression is made of, if it is NULL where the column is. */
function strictSource(node: Node | undefined): string | undefined {
  const reference = fieldsOf(node, 'ColumnRef');
  if (reference) return stringOf(reference.fields?.at(-1));
  const cast = fieldsOf(node, 'TypeCast');
  if (cast) return strictSource(cast.arg);
  const call = fieldsOf(node, 'FuncCall');
  const [first, ...others] = call?.args ?? [];
  const isStrict = STRICT.has(stringOf(call?.funcname?.at(-1)));
  const isPlain = others.every((other) => constantOf(other) !== undefined);
  return isStrict && isPlain ? strictSource(first) : undefined;
}
