import { quoteIdentifier, displayName } from '../../model/operations/display-name.ts';
import { typeText } from '../../model/catalog/type-text.ts';
import type { Catalog, Column, Sequence, Table } from '../../model/catalog/types.ts';
import { isSameObject } from '../../model/operations/same-object.ts';
import { sequenceOptionsText } from './sequences.ts';
import { collationText } from './words.ts';

/** What of a column is written. */
export interface ColumnParts {
  /** False leaves NOT NULL out, for rows that have no value yet. */
  readonly notNull?: boolean;
}

/** A column as CREATE TABLE and ADD COLUMN define it: type, collation, default or the like, NOT NULL. */
export function columnText(table: Table, column: Column, catalog: Catalog, parts: ColumnParts = {}): string {
  const { name, type, collation } = column;
  const words = [quoteIdentifier(name), type.name === 'unknown' ? 'text' : typeText(type)];
  if (collation !== undefined) words.push(`COLLATE ${collationText(collation)}`);
  words.push(...valueTexts(table, column, catalog));
  if (parts.notNull !== false) words.push(...notNullTexts(table, column));
  return words.join(' ');
}

function valueTexts(table: Table, column: Column, catalog: Catalog): readonly string[] {
  const { default: value, generated, identity } = column;
  // An identity column of a partition is its parent's: it gets it when it is attached.
  if (identity !== undefined && table.partitionOf !== undefined) return [];
  if (identity !== undefined) return [identityText(table, column, catalog)];
  if (generated !== undefined)
    return [`GENERATED ALWAYS AS (${generated.expression.text}) ${generated.storage.toUpperCase()}`];
  return value === undefined ? [] : [`DEFAULT ${value.text}`];
}

/** GENERATED … AS IDENTITY, with the name and the options of its sequence where they are not the default ones. */
export function identityText(table: Table, column: Column, catalog: Catalog): string {
  const sequence = sequenceOf(table, column, catalog);
  const words: string[] = [];
  if (sequence !== undefined) {
    const isDefault = sequence.name.name === `${table.name.name}_${column.name}_seq`;
    if (!isDefault) words.push(`SEQUENCE NAME ${displayName(sequence.name)}`);
    const options = sequenceOptionsText(sequence);
    if (options !== '') words.push(options.trim());
  }
  const list = words.length === 0 ? '' : ` (${words.join(' ')})`;
  return `GENERATED ${(column.identity ?? 'always').toUpperCase()} AS IDENTITY${list}`;
}

/** The sequence that a column owns. */
export function sequenceOf(table: Table, column: Column, catalog: Catalog): Sequence | undefined {
  for (const sequence of catalog.sequences()) {
    const { ownedBy } = sequence;
    if (ownedBy?.column === column.name && isSameObject(ownedBy.table, table.name)) {
      if (sequence.identity === (column.identity !== undefined)) return sequence;
    }
  }
  return undefined;
}

function notNullTexts(table: Table, column: Column): readonly string[] {
  if (!column.notNull || column.notNullConstraint?.validated === false) return [];
  return [`${notNullName(table, column)}NOT NULL`];
}

/** `CONSTRAINT name ` where PostgreSQL would choose another name for the column's NOT NULL. */
function notNullName(table: Table, column: Column): string {
  const name = column.notNullConstraint?.name;
  if (name === undefined || name === `${table.name.name}_${column.name}_not_null`) return '';
  return `CONSTRAINT ${quoteIdentifier(name)} `;
}

/** ADD CONSTRAINT … NOT NULL … NOT VALID of a column whose NOT NULL is not validated; nothing for others. */
export function notValidNotNull(table: Table, column: Column): readonly string[] {
  const constraint = column.notNullConstraint;
  if (constraint === undefined || constraint.validated) return [];
  const name = quoteIdentifier(constraint.name);
  return [
    `ALTER TABLE ${displayName(table.name)} ADD CONSTRAINT ${name} NOT NULL ${quoteIdentifier(column.name)} NOT VALID`,
  ];
}
