/** What an index can do for a query, a foreign key or another index. */
import { columnNames } from '../operations/queries.ts';
import type { Expression, IndexElement } from '../operations/types.ts';
import type { Index, Table } from './types.ts';

/**
 * Whether an index finds the rows that have certain values in some columns, as the check of a foreign key asks for them when a row
 * of the referenced table is deleted or changed. It does if its first keys are these columns, in any order; if it is unique
 * over some of them; or if it is a GIN index that has them all, whose keys are searched in any order. An invalid index finds
 * nothing. A partial one may leave out NULLs, which a foreign key never asks for, and no other rows.
 *
 * @param index an index of the table.
 * @param columns the columns of the key.
 * @param table the table, for the collations of its columns: an index in another one does not serve.
 */
export function findsRowsBy(index: Index, columns: readonly string[], table: Table): boolean {
  if (!index.valid || (index.where !== undefined && !onlyLeavesOutNulls(index.where.tree, columns)))
    return false;
  const found = new Set(
    keysThatCount(index, columns).map((element) =>
      servesEquality(element, table) ? element.column : undefined,
    ),
  );
  const covers = columns.every((column) => found.has(column));
  return covers || (index.unique && [...found].every((key) => key !== undefined && columns.includes(key)));
}

function keysThatCount(
  { method, elements, unique }: Index,
  columns: readonly string[],
): readonly IndexElement[] {
  return method === 'gin' || (unique && elements.length < columns.length)
    ? elements
    : elements.slice(0, columns.length);
}

function servesEquality({ column, collation }: IndexElement, table: Table): boolean {
  if (collation === undefined) return column !== undefined;
  return table.columns.some((own) => own.name === column && own.collation === collation);
}

/** Whether a predicate says of some of the columns that they are not NULL, and nothing else. */
function onlyLeavesOutNulls(node: unknown, columns: readonly string[]): boolean {
  const tree = node as {
    NullTest?: { arg?: Parameters<typeof columnNames>[0]; nulltesttype?: string };
    BoolExpr?: { boolop?: string; args?: readonly unknown[] };
  };
  if (tree.NullTest !== undefined) {
    const column = columnNames(tree.NullTest.arg)?.at(-1);
    return tree.NullTest.nulltesttype === 'IS_NOT_NULL' && column !== undefined && columns.includes(column);
  }
  return (
    tree.BoolExpr?.boolop === 'AND_EXPR' &&
    (tree.BoolExpr.args ?? []).every((part) => onlyLeavesOutNulls(part, columns))
  );
}

/**
 * The index that makes another one of its table redundant: PostgreSQL loses no plan and no guarantee without that one. It is equal,
 * or has the same keys and more behind them. Method, operator classes, collations, order, NULLS FIRST or LAST and the
 * predicate must be the same; a btree index of the opposite order throughout is read backwards and counts as the same.
 *
 * A unique index is made redundant by one that is unique over exactly the same keys only, and by none that is checked later. A primary key's
 * index never is redundant. Of two that are equal, a constraint's own stays, else the older one.
 *
 * @param index an index of the table; its constraint's, if it has one.
 * @param table the table with all its indexes.
 * @returns the first such index that is valid and certain.
 */
export function indexInsteadOf(index: Index, table: Table): Index | undefined {
  return table.indexes.find(
    (other) =>
      other !== index &&
      other.valid &&
      other.certainty === 'certain' &&
      covers(other, index, table) &&
      (!covers(index, other, table) || staysBefore(other, index, table)),
  );
}

/** Whether two indexes have the same first key: queries by it can use either. */
export function hasSameFirstKey(
  one: Pick<Index, 'method' | 'elements'>,
  other: Pick<Index, 'method' | 'elements'>,
): boolean {
  const [first, second] = [one.elements[0], other.elements[0]];
  return (
    one.method === other.method &&
    first !== undefined &&
    first.column === second?.column &&
    first.expression?.text === second?.expression?.text &&
    first.operatorClass === second?.operatorClass
  );
}

/** Whether an index does all that another one does. */
function covers(by: Index, index: Index, table: Table): boolean {
  if (by.method !== index.method || by.where?.text !== index.where?.text) return false;
  if (index.elements.length > by.elements.length || !hasSameKeys(by, index)) return false;
  const held = new Set([...by.elements.map(({ column }) => column), ...by.include]);
  if (!index.include.every((column) => held.has(column))) return false;
  const type = constraintType(index, table);
  if (type === 'primary key' || type === 'exclude') return false;
  const hasMore = by.elements.length > index.elements.length;
  if (index.unique) return !hasMore && isAsStrict(by, index, table);
  return !hasMore || index.method === 'btree';
}

function hasSameKeys(by: Index, index: Index): boolean {
  const first = by.elements[0];
  // A btree index is read from either end.
  const reversed =
    index.method === 'btree' && first !== undefined && index.elements[0]?.descending !== first.descending;
  return index.elements.every((element, at) => {
    const other = by.elements[at];
    return other !== undefined && isSameKey(element, other) && isSameOrder(element, other, reversed);
  });
}

function isSameKey(one: IndexElement, other: IndexElement): boolean {
  return (
    one.column === other.column &&
    sameText(one.expression, other.expression) &&
    one.collation === other.collation &&
    one.operatorClass === other.operatorClass &&
    one.operator === other.operator
  );
}

function sameText(one: Expression | undefined, other: Expression | undefined): boolean {
  return one?.text === other?.text;
}

function isSameOrder(one: IndexElement, other: IndexElement, reversed: boolean): boolean {
  const isSame = one.descending === other.descending && nullsFirst(one) === nullsFirst(other);
  const isOpposite = one.descending !== other.descending && nullsFirst(one) !== nullsFirst(other);
  return reversed ? isOpposite : isSame;
}

/** NULLs stand last where the order ascends and first where it descends, unless somebody says otherwise. */
function nullsFirst({ nulls, descending }: IndexElement): boolean {
  return nulls === undefined ? descending : nulls === 'first';
}

function isAsStrict(by: Index, index: Index, table: Table): boolean {
  const allowsNulls = index.elements.some(
    ({ column }) => table.columns.find(({ name }) => name === column)?.notNull !== true,
  );
  return (
    by.unique &&
    (!index.nullsNotDistinct || by.nullsNotDistinct || !allowsNulls) &&
    !isDeferrable(by, table) &&
    !isDeferrable(index, table)
  );
}

function isDeferrable({ constraint }: Index, table: Table): boolean {
  return table.constraints.some(({ name, definition }) => name === constraint && definition.deferrable);
}

function constraintType({ constraint }: Index, table: Table): string | undefined {
  return constraint === undefined
    ? undefined
    : table.constraints.find(({ name }) => name === constraint)?.definition.type;
}

/** Of two equal indexes, whether the first is the one to keep. */
function staysBefore(one: Index, other: Index, table: Table): boolean {
  const [first, second] = [one.constraint !== undefined, other.constraint !== undefined];
  return first === second ? table.indexes.indexOf(one) < table.indexes.indexOf(other) : first;
}
