import type { ConstraintDefinition, IndexElement } from '../operations/types.ts';
import { leastCertain } from './doubt.ts';
import { relationOf, typeOf } from './draft.ts';
import type { Draft } from './draft.ts';
import { columnsIn } from './expressions.ts';
import { cutName, NAME_BYTES } from '../../input/sql/tokens.ts';
import { indexColumnName } from './output-names.ts';
import type { IndexEntry } from './store.ts';
import type { Certainty, Table } from './types.ts';

const encoder = new TextEncoder();
/** The most bytes that one UTF-16 unit takes in UTF-8. */
const MOST_BYTES = 3;
/** From this number on, the first free number of a default name is remembered: with few of them asking is cheaper. */
const FIRST_REMEMBERED = 8;

/**
 * Makes a name of up to three parts, as PostgreSQL's makeObjectName does (src/backend/commands/indexcmds.c): joined with
 * `_`, the longer of the first two cut until all fit into 63 bytes.
 *
 * @param first usually the table's name.
 * @param second usually the columns' names; undefined for none.
 * @param label such as `pkey`; undefined for none.
 * @returns the name.
 */
export function objectName(first: string, second: string | undefined, label: string | undefined): string {
  let joined = second === undefined ? first : `${first}_${second}`;
  if (label !== undefined) joined += `_${label}`;
  if (joined.length * MOST_BYTES <= NAME_BYTES) return joined;
  const firstBytes = encoder.encode(first);
  const secondBytes = encoder.encode(second ?? '');
  const overhead =
    (second === undefined ? 0 : 1) + (label === undefined ? 0 : encoder.encode(label).length + 1);
  const available = NAME_BYTES - overhead;
  let firstLength = firstBytes.length;
  let secondLength = secondBytes.length;
  if (firstLength + secondLength <= available) return joined;
  while (firstLength + secondLength > available) {
    if (firstLength > secondLength) firstLength -= 1;
    else secondLength -= 1;
  }
  const parts = [cutName(first, firstLength)];
  if (second !== undefined) parts.push(cutName(second, secondLength));
  if (label !== undefined) parts.push(label);
  return parts.join('_');
}

/** The first name that is not taken: without a number, then 1, 2, 3. */
function firstFree(
  draft: Draft,
  schema: string,
  first: string,
  second: string | undefined,
  label: string,
  isTaken: (name: string) => boolean,
): string {
  const { firstNumbers } = draft.store;
  let key = '';
  for (let number = 0; ; number += 1) {
    if (number === FIRST_REMEMBERED) {
      key = [schema, first, second ?? '', label].join('\u0000');
      number = firstNumbers.get(key) ?? number;
    }
    const name = objectName(first, second, number === 0 ? label : `${label}${number}`);
    if (isTaken(name)) continue;
    if (number >= FIRST_REMEMBERED) firstNumbers.set(key, number);
    return name;
  }
}

/** Where a name is perhaps taken, what gets the next one has perhaps another: all that the operation makes is uncertain. */
function doubtName(draft: Draft, certainty: Certainty): void {
  draft.certainty = leastCertain(draft.certainty, certainty);
}

function certaintyOfConstraint(table: Table, name: string): Certainty {
  const constraint = table.constraints.find((one) => one.name === name);
  const column = table.columns.find((one) => one.notNullConstraint?.name === name);
  return leastCertain(table.certainty, constraint?.certainty ?? column?.certainty ?? 'certain');
}

function certaintyOfIndex(draft: Draft, { on, name }: IndexEntry): Certainty {
  const relation = relationOf(draft, on);
  if (relation === undefined || !('indexes' in relation)) return 'certain';
  const index = relation.indexes.find((one) => one.name === name.name);
  return leastCertain(relation.certainty, index?.certainty ?? 'certain');
}

/** @returns whether a table or domain of the schema has a constraint of this name (ConstraintNameExists). */
function isConstraintName(draft: Draft, schema: string, name: string): boolean {
  const { store } = draft;
  for (const owner of store.constraintNames.of({ schema, name })) {
    const table = store.relations.at(owner, store.next);
    if (table?.kind === 'table' && table.name.schema === schema && hasConstraint(table, name)) {
      doubtName(draft, certaintyOfConstraint(table, name));
      return true;
    }
    const type = store.types.at(owner, store.next);
    if (type?.kind !== 'domain' || type.name.schema !== schema) continue;
    if (type.constraints.some((constraint) => constraint.name === name)) return true;
  }
  return false;
}

/** @returns whether a table has a constraint of this name, NOT NULL constraints of PostgreSQL 18 included. */
export function hasConstraint(table: Table, name: string): boolean {
  return (
    table.constraints.some((constraint) => constraint.name === name) ||
    table.columns.some((column) => column.notNullConstraint?.name === name)
  );
}

function isRelationName(draft: Draft, schema: string, name: string): boolean {
  const relation = relationOf(draft, { schema, name });
  if (relation !== undefined) {
    doubtName(draft, relation.kind === 'index' ? certaintyOfIndex(draft, relation) : relation.certainty);
    return true;
  }
  return typeOf(draft, { schema, name })?.kind === 'composite';
}

/**
 * The name that PostgreSQL gives a sequence, index or table of its own making (ChooseRelationName).
 *
 * @param draft the catalog.
 * @param table the table it belongs to.
 * @param second the columns' part of the name.
 * @param label `seq`, `idx`, `pkey`, `key` or `excl`.
 * @returns a name that no relation of the schema has; for a constraint's index, no constraint either.
 */
export function relationName(
  draft: Draft,
  table: Table | { readonly name: Table['name'] },
  second: string | undefined,
  label: 'seq' | 'idx' | 'pkey' | 'key' | 'excl',
): string {
  const schema = table.name.schema ?? '';
  const ofConstraint = label === 'pkey' || label === 'key' || label === 'excl';
  return firstFree(
    draft,
    schema,
    table.name.name,
    second,
    label,
    (name) => isRelationName(draft, schema, name) || (ofConstraint && isConstraintName(draft, schema, name)),
  );
}

/** @returns the name of a constraint without an index: no other constraint of the schema has it (ChooseConstraintName). */
function constraintName(draft: Draft, on: Table['name'], second: string | undefined, label: string): string {
  const schema = on.schema ?? '';
  return firstFree(draft, schema, on.name, second, label, (name) => isConstraintName(draft, schema, name));
}

/** Joins column names for a default name; PostgreSQL stops adding once 63 bytes are full (ChooseIndexNameAddition). */
function joinColumns(names: readonly string[]): string {
  let joined = '';
  for (const name of names) {
    if (joined !== '') joined += '_';
    joined += cutName(name);
    if (joined.length > NAME_BYTES || encoder.encode(joined).length > NAME_BYTES) break;
  }
  return joined;
}

/** Numbers what is named twice in one index: `expr`, `expr1` (ChooseIndexColumnNames). */
function distinctNames(names: readonly string[]): readonly string[] {
  const distinct: string[] = [];
  for (const name of names) {
    let candidate = name;
    for (let number = 1; distinct.includes(candidate); number += 1) {
      const suffix = String(number);
      candidate = `${cutName(name, NAME_BYTES - suffix.length)}${suffix}`;
    }
    distinct.push(candidate);
  }
  return distinct;
}

/**
 * The names of an index's own columns, which its default name is made of.
 *
 * @param elements the keys.
 * @param include the INCLUDE columns.
 * @returns one name for each; an expression is named after its outermost function, cast or column, else `expr`.
 */
export function indexColumnNames(
  elements: readonly IndexElement[],
  include: readonly string[],
): readonly string[] {
  const names = elements.map((element) => element.column ?? indexColumnName(element.expression?.tree));
  return distinctNames([...names, ...include]);
}

/** @returns the name that CREATE INDEX chooses: `t_a_b_idx`. */
export function indexName(
  draft: Draft,
  table: { readonly name: Table['name'] },
  columnNames: readonly string[],
): string {
  return relationName(draft, table, joinColumns(columnNames), 'idx');
}

/** @returns the name of the NOT NULL constraint of a column, PostgreSQL 18: `t_a_not_null`. */
export function notNullName(draft: Draft, table: Table, column: string): string {
  return constraintName(draft, table.name, column, 'not_null');
}

/** @returns the name of an unnamed CHECK of a domain: `d_check`. */
export function domainCheckName(draft: Draft, domain: Table['name']): string {
  return constraintName(draft, domain, undefined, 'check');
}

/** @returns the name of an unnamed foreign key of these columns: `t_a_b_fkey`. */
export function foreignKeyName(draft: Draft, table: Table, columns: readonly string[]): string {
  return constraintName(draft, table.name, joinColumns(columns), 'fkey');
}

/**
 * The default name of a key and its index: `t_pkey`, `t_a_b_key`, `t_a_excl`.
 *
 * @param draft the catalog.
 * @param table the table.
 * @param definition the key.
 * @param columnNames the names of the index's columns.
 * @returns the name.
 */
export function keyName(
  draft: Draft,
  table: Table,
  definition: Pick<ConstraintDefinition, 'type'>,
  columnNames: readonly string[],
): string {
  if (definition.type === 'primary key') return relationName(draft, table, undefined, 'pkey');
  return relationName(draft, table, joinColumns(columnNames), definition.type === 'unique' ? 'key' : 'excl');
}

/**
 * The default name of a table's constraint.
 *
 * @param draft the catalog, with the table in it.
 * @param table the table.
 * @param definition the constraint; its own name is not looked at.
 * @returns the name that PostgreSQL chooses.
 */
export function defaultConstraintName(draft: Draft, table: Table, definition: ConstraintDefinition): string {
  switch (definition.type) {
    case 'primary key':
    case 'unique':
      return keyName(draft, table, definition, distinctNames([...definition.columns, ...definition.include]));
    case 'exclude':
      return keyName(draft, table, definition, indexColumnNames(definition.elements, []));
    case 'foreign key':
      return foreignKeyName(draft, table, definition.columns);
    case 'not null':
      return notNullName(draft, table, definition.column);
    case 'check': {
      // One column gives the CHECK its name, wherever the CHECK was written; none or several do not.
      const columns = columnsIn(definition.expression, table.columns);
      return constraintName(draft, table.name, columns.length === 1 ? columns[0] : undefined, 'check');
    }
  }
}
