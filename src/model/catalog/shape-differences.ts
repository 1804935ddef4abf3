import type { ColumnDefinition, IndexElement, ObjectName, OperationOf } from '../operations/types.ts';
import { typeText } from './type-text.ts';
import type { Catalog, Column, Index } from './types.ts';
import { isWhollyKnown } from './unknown-objects.ts';

/** How an object that is there differs from the one that a statement would have made. */
export type ShapeDifference =
  /** A view, sequence or index has the name. */
  | { readonly kind: 'other object' }
  | { readonly kind: 'missing column'; readonly column: string }
  | {
      readonly kind: 'other type';
      readonly column: string;
      readonly wanted: string;
      readonly actual: string;
    }
  | { readonly kind: 'nullable'; readonly column: string }
  | { readonly kind: 'no default'; readonly column: string }
  | { readonly kind: 'other table'; readonly table: ObjectName }
  | { readonly kind: 'not unique' }
  | { readonly kind: 'other keys'; readonly actual: string }
  | { readonly kind: 'other rows' };

/**
 * What a table that exists lacks of the one that CREATE TABLE IF NOT EXISTS describes: a column, its type, its NOT NULL. What it has
 * besides is no difference: later migrations add columns.
 *
 * @param catalog the schema just before the statement.
 * @returns nothing if there is no such table, or if it is not known whole.
 */
export function tableDifferences(
  { table, columns, like, inherits }: OperationOf<'CreateTable'>,
  catalog: Catalog,
): readonly ShapeDifference[] {
  const existing = catalog.table(table);
  if (existing === undefined) {
    const other = catalog.view(table) ?? catalog.sequence(table);
    return other?.certainty === 'certain' ? [{ kind: 'other object' }] : [];
  }
  if (!isWhollyKnown(table, catalog) || like.length > 0 || inherits.length > 0) return [];
  return columns.flatMap((column): readonly ShapeDifference[] => {
    const actual = existing.columns.find(({ name }) => name === column.name);
    return actual === undefined
      ? [{ kind: 'missing column', column: column.name }]
      : columnDifferences(column, actual, { defaults: false });
  });
}

/**
 * What a column that exists lacks of the one that ADD COLUMN IF NOT EXISTS describes.
 *
 * @param catalog the schema just before the statement.
 */
export function addedColumnDifferences(
  { table, column }: OperationOf<'AddColumn'>,
  catalog: Catalog,
): readonly ShapeDifference[] {
  const existing = catalog.table(table);
  const actual = existing?.columns.find(({ name }) => name === column.name);
  if (existing?.certainty !== 'certain' || actual === undefined) return [];
  return columnDifferences(column, actual, { defaults: true });
}

function columnDifferences(
  wanted: ColumnDefinition,
  actual: Column,
  { defaults }: { readonly defaults: boolean },
): readonly ShapeDifference[] {
  if (actual.certainty !== 'certain') return [];
  const column = actual.name;
  const types = [typeText(wanted.type), typeText(actual.type)] as const;
  if (types[0] !== types[1]) return [{ kind: 'other type', column, wanted: types[0], actual: types[1] }];
  if (wanted.notNull && !actual.notNull) return [{ kind: 'nullable', column }];
  const hasValue =
    actual.default !== undefined || actual.identity !== undefined || actual.generated !== undefined;
  return defaults && wanted.default !== undefined && !hasValue ? [{ kind: 'no default', column }] : [];
}

/**
 * How an index that exists differs from the one that CREATE INDEX IF NOT EXISTS describes. Expressions and predicates are not
 * compared by their text, which can be written in many ways: only that one has some and the other has none.
 *
 * @param catalog the schema just before the statement.
 */
export function indexDifferences(
  operation: OperationOf<'CreateIndex'>,
  catalog: Catalog,
): readonly ShapeDifference[] {
  const { name, table } = operation;
  const found = name === undefined ? undefined : catalog.index({ schema: table.schema, name });
  if (found === undefined || found.index.certainty !== 'certain') return [];
  const { index, on } = found;
  if (on.name.name !== table.name || on.name.schema !== table.schema)
    return [{ kind: 'other table', table: on.name }];
  if (keysOf(operation.elements) !== keysOf(index.elements) || operation.method !== index.method)
    return [{ kind: 'other keys', actual: writtenKeys(index) }];
  if (operation.unique && !index.unique) return [{ kind: 'not unique' }];
  return (operation.where === undefined) === (index.where === undefined) ? [] : [{ kind: 'other rows' }];
}

function keysOf(elements: readonly IndexElement[]): string {
  return elements.map(({ column, descending }) => `${column ?? '()'}${descending ? ' desc' : ''}`).join('\0');
}

function writtenKeys({ elements, method }: Index): string {
  const keys = elements.map(({ column, expression, descending }) =>
    [column ?? `(${expression?.text ?? ''})`, ...(descending ? ['DESC'] : [])].join(' '),
  );
  return `${method === 'btree' ? '' : `USING ${method} `}(${keys.join(', ')})`;
}
