import { objectKey } from '../operations/same-object.ts';
import type { Node } from '@pgsql/types';
import { stringsOf, visitNodes } from '../operations/parse-tree.ts';
import { fieldsOf } from '../operations/nodes.ts';
import type { AddColumn, Expression, ObjectName, Operation, Update } from '../operations/types.ts';
import type { Replacement, TieKind } from './replacement.ts';
import type { CopiedValues, RowPlace } from './row-copies.ts';

/** What one operation ties together: two columns, or two tables. */
export interface FoundTie {
  readonly kind: TieKind;
  readonly from: RowPlace;
  readonly to: RowPlace;
  readonly values: Replacement['values'];
  /** True for a value that is looked up by the old one, as an id by a name: the old one is only compared with. */
  readonly lookup: boolean;
  /** Of two tables: how many columns of the new one are fed from the old one; Infinity for all. */
  readonly columns: number;
}

/**
 * What an operation ties together by the values that it copies. A column is tied to the only column that its value is made
 * of: a sum or a product of several takes no column's place.
 *
 * @param operation with resolved names.
 * @param copies what `copiesIn` says of it.
 */
export function tiesIn(operation: Operation, copies: readonly CopiedValues[]): readonly FoundTie[] {
  switch (operation.kind) {
    case 'CreateTableAs':
      return tableTies(copies);
    case 'Insert':
      return [...tableTies(copies), ...insertedColumns(operation, copies)];
    case 'Update':
      return operation.assignments.flatMap((_, index) => assignmentTies(operation, index, copies));
    default:
      return [];
  }
}

/** What a generated column is tied to: the only column of its table that its expression reads. */
export function generatedTie({ table, column }: AddColumn): FoundTie | undefined {
  const [only, ...others] = new Set(columnsIn(column.generated?.expression.tree).map(({ name }) => name));
  if (column.generated === undefined || only === undefined || others.length > 0) return undefined;
  return {
    kind: 'generated column',
    from: { table, column: only },
    to: { table, column: column.name },
    values: valuesOf(column.generated.expression),
    lookup: false,
    columns: 1,
  };
}

/**
 * Whether an expression gives a column's value as it is: the column alone, under casts, or with constants for its NULLs.
 *
 * @param node a parse tree.
 */
export function keepsValue(node: Node | undefined): boolean {
  if (node === undefined) return false;
  const reference = fieldsOf(node, 'ColumnRef');
  if (reference) return true;
  const cast = fieldsOf(node, 'TypeCast');
  if (cast) return keepsValue(cast.arg);
  const [first, ...others] = fieldsOf(node, 'CoalesceExpr')?.args ?? [];
  return first !== undefined && keepsValue(first) && others.every((other) => columnsIn(other).length === 0);
}

/** The columns that a tree names, with what they are qualified with. */
export function columnsIn(
  tree: Node | undefined,
): readonly { readonly qualifier: string | undefined; readonly name: string }[] {
  const found: { qualifier: string | undefined; name: string }[] = [];
  visitNodes(tree, (type, fields) => {
    if (type !== 'ColumnRef') return;
    const names = stringsOf(fields['fields']);
    found.push({ qualifier: names.at(-2), name: names.at(-1) ?? '' });
  });
  return found;
}

const valuesOf = (expression: Expression | undefined): Replacement['values'] =>
  keepsValue(expression?.tree) ? 'kept' : 'computed';

/** Of an UPDATE's assignment: its own column, or another table's, or what the other table's row is found by. */
function assignmentTies(update: Update, index: number, copies: readonly CopiedValues[]): readonly FoundTie[] {
  const assignment = update.assignments[index];
  if (assignment === undefined || (assignment.form !== 'column' && assignment.form !== 'expression'))
    return [];
  const { column, reads, expression } = assignment;
  const to = { table: update.table, column };
  const common = { kind: 'backfill', to, columns: 1 } as const;
  const isOwn = (from: RowPlace): boolean => isSameTable(from.table, update.table);
  const sources = copies.filter((copy) => copy.to.column === column && copy.from.column !== undefined);
  const foreign = distinct(sources.map(({ from }) => from).filter((from) => !isOwn(from)));
  const [own] = reads;
  if (reads.length === 1 && own !== undefined) {
    const isLookup = readsElsewhere(expression, own);
    const from = { table: update.table, column: own };
    return [{ ...common, from, values: isLookup ? 'computed' : valuesOf(expression), lookup: isLookup }];
  }
  if (reads.length > 0) return [];
  const named = new Set(columnsIn(expression?.tree).map(({ name }) => name));
  const valued = foreign.filter((from) => from.column !== undefined && named.has(from.column));
  const [source] = valued;
  const joined = distinct(sources.map(({ from }) => from).filter(isOwn));
  return [
    ...(source !== undefined && valued.length === 1
      ? [{ ...common, from: source, values: valuesOf(expression), lookup: false }]
      : []),
    ...joined.map((from) => ({ ...common, from, values: 'computed' as const, lookup: true })),
  ];
}

/** Whether a value is found by a column rather than made of it: the expression reads another table, too. */
function readsElsewhere(expression: Expression | undefined, own: string): boolean {
  let elsewhere = columnsIn(expression?.tree).some(({ name }) => name !== own);
  visitNodes(expression?.tree, (type) => {
    if (type === 'SubLink') elsewhere = true;
  });
  return elsewhere;
}

/** Of INSERT … SELECT: columns that get another table's column. */
function insertedColumns(
  { table, query }: Operation & { readonly kind: 'Insert' },
  copies: readonly CopiedValues[],
): readonly FoundTie[] {
  return [...byTarget(copies)].flatMap(([column, sources]): readonly FoundTie[] => {
    const [from, ...others] = sources;
    if (from?.column === undefined || others.length > 0 || isSameTable(from.table, table)) return [];
    const isPlain = query?.copies.some(
      ({ output, column: plain }) => output === column && plain === from.column,
    );
    const values = isPlain === true ? 'kept' : 'computed';
    return [{ kind: 'backfill', from, to: { table, column }, values, lookup: false, columns: 1 }];
  });
}

/** The tables that rows come from, with the number of columns that each alone fills. */
function tableTies(copies: readonly CopiedValues[]): readonly FoundTie[] {
  const target = copies[0]?.to.table;
  if (target === undefined) return [];
  const counts = new Map<string, { readonly table: ObjectName; columns: number }>();
  const count = (table: ObjectName, columns: number): void => {
    const key = objectKey(table);
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { table, columns });
    else known.columns += columns;
  };
  for (const { from, to } of copies)
    if (to.column === undefined && from.column === undefined) count(from.table, Infinity);
  for (const [, [from, ...others]] of byTarget(copies))
    if (from !== undefined && others.length === 0) count(from.table, 1);
  return [...counts.values()]
    .filter(({ table }) => !isSameTable(table, target))
    .map(({ table, columns }) => ({
      kind: 'backfill',
      from: { table, column: undefined },
      to: { table: target, column: undefined },
      values: 'kept',
      lookup: false,
      columns,
    }));
}

/** The places that each target column's value comes from. */
function byTarget(copies: readonly CopiedValues[]): ReadonlyMap<string, readonly RowPlace[]> {
  const found = new Map<string, RowPlace[]>();
  for (const { from, to } of copies) {
    if (to.column === undefined) continue;
    const list = found.get(to.column);
    if (list === undefined) found.set(to.column, [from]);
    else list.push(from);
  }
  return new Map([...found].map(([column, places]) => [column, distinct(places)]));
}

function distinct(places: readonly RowPlace[]): readonly RowPlace[] {
  const key = ({ table, column }: RowPlace): string => `${objectKey(table)}\0${column ?? ''}`;
  return [...new Map(places.map((place) => [key(place), place])).values()];
}

const isSameTable = (a: ObjectName, b: ObjectName): boolean => a.name === b.name && a.schema === b.schema;
