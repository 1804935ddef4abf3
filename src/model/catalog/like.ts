import { addIndex } from './add-index.ts';
import type { ObjectName, OperationOf } from '../operations/types.ts';
import { addConstraint } from './constraints.ts';
import { putTable, tableOf, typeOf, viewOf } from './draft.ts';
import type { Draft } from './draft.ts';
import { editTable, mapSame } from './edit.ts';
import { indexName, keyName } from './names.ts';
import { createOwnedSequence } from './sequences.ts';
import type { Column, Index, Table } from './types.ts';

type Like = OperationOf<'CreateTable'>['like'][number];

function includes(like: Like, option: string): boolean {
  return like.options.some((one) => one.toLowerCase() === option || one.toLowerCase() === 'all');
}

/**
 * The columns that LIKE copies: names, types and NOT NULL always, the rest as INCLUDING says.
 *
 * @param draft the catalog.
 * @param table the new table, for the sequences of copied identity columns.
 * @param likes the LIKE clauses, tables resolved.
 * @returns the columns as the new table's own.
 */
export function likeColumns(
  draft: Draft,
  table: Pick<Table, 'name'>,
  likes: readonly Like[],
): readonly Column[] {
  return likes.flatMap((like) => {
    const source = tableOf(draft, like.table);
    if (source === undefined) return viewColumns(draft, like.table);
    return source.columns.map((column) => copied(draft, table, column, like));
  });
}

function copied(draft: Draft, table: Pick<Table, 'name'>, column: Column, like: Like): Column {
  const identity = includes(like, 'identity') ? column.identity : undefined;
  if (identity !== undefined) createOwnedSequence(draft, table, column.name, column.type.name, true);
  return {
    ...column,
    default: includes(like, 'defaults') ? column.default : undefined,
    generated: includes(like, 'generated') ? column.generated : undefined,
    identity,
    comment: includes(like, 'comments') ? column.comment : undefined,
    notNullConstraint: column.notNullConstraint && { ...column.notNullConstraint, local: true },
    local: true,
    certainty: column.certainty === 'certain' ? draft.certainty : column.certainty,
    origin: draft.origin,
  };
}

function viewColumns(draft: Draft, name: ObjectName): readonly Column[] {
  const names = viewOf(draft, name)?.columnNames ?? [];
  return names.map((column) => unknownColumn(draft, column));
}

/** @returns a column whose type the catalog cannot tell: uncertain, of the type `unknown`. */
export function unknownColumn(draft: Draft, name: string): Column {
  const type = {
    schema: undefined,
    name: 'unknown',
    modifiers: [],
    arrayDimensions: 0,
    serial: false,
    setOf: false,
  };
  return {
    name,
    type,
    notNull: false,
    default: undefined,
    generated: undefined,
    identity: undefined,
    collation: undefined,
    comment: undefined,
    notNullConstraint: undefined,
    local: true,
    certainty: 'uncertain',
    origin: draft.origin,
  };
}

/** @returns the columns of CREATE TABLE … OF a composite type. */
export function typedColumns(draft: Draft, name: ObjectName | undefined): readonly Column[] {
  const type = name === undefined ? undefined : typeOf(draft, name);
  if (type?.kind !== 'composite') return [];
  return type.attributes.map((attribute) => ({
    ...unknownColumn(draft, attribute.name),
    type: attribute.type,
    certainty: draft.certainty,
  }));
}

/** Copies the CHECKs of LIKE … INCLUDING CONSTRAINTS under their own names. */
export function likeConstraints(draft: Draft, table: ObjectName, likes: readonly Like[]): void {
  for (const like of likes) {
    const source = includes(like, 'constraints') ? tableOf(draft, like.table) : undefined;
    for (const { name, definition, comment } of source?.constraints ?? []) {
      if (definition.type !== 'check') continue;
      addConstraint(draft, table, definition, { newTable: true });
      if (comment !== undefined && includes(like, 'comments')) copyComment(draft, table, name, comment);
    }
  }
}

function copyComment(draft: Draft, table: ObjectName, name: string, comment: string): void {
  editTable(draft, table, (before) => ({
    ...before,
    constraints: mapSame(before.constraints, (one) => (one.name === name ? { ...one, comment } : one)),
  }));
}

/** Builds the indexes and keys of LIKE … INCLUDING INDEXES, with default names. */
export function copyIndexes(draft: Draft, table: ObjectName, likes: readonly Like[]): void {
  for (const like of likes) {
    const source = includes(like, 'indexes') ? tableOf(draft, like.table) : undefined;
    const withComments = includes(like, 'comments');
    for (const index of source?.indexes ?? []) {
      const comment = withComments ? index.comment : undefined;
      copyIndex(draft, table, source, { ...index, comment });
    }
  }
}

function copyIndex(draft: Draft, name: ObjectName, source: Table | undefined, index: Index): void {
  const table = tableOf(draft, name);
  const constraint = source?.constraints.find((one) => one.name === index.constraint);
  if (table === undefined) return;
  const origin = { certainty: draft.certainty, origin: draft.origin };
  const bare = { ...index, ...origin, parent: undefined, valid: true };
  if (constraint === undefined) {
    const own = indexName(draft, table, index.columnNames);
    addIndex(draft, table, { ...bare, name: own, constraint: undefined }, false);
    return;
  }
  const own = keyName(draft, table, constraint.definition, index.columnNames);
  const definition = { ...constraint.definition, name: own };
  const copy = {
    ...constraint,
    ...origin,
    name: own,
    definition,
    index: own,
    local: true,
    comment: undefined,
  };
  putTable(draft, { ...table, constraints: [...table.constraints, copy] });
  const current = tableOf(draft, name) ?? table;
  addIndex(draft, current, { ...bare, name: own, constraint: own }, false);
}
