import type { Expression, ObjectName, OperationOf } from '../operations/types.ts';
import { isSameName } from './catalog-view.ts';
import type { Draft } from './draft.ts';
import {
  noteDoubt,
  putSequence,
  qualified,
  relationOf,
  removeRelation,
  sequenceOf,
  tablesOf,
} from './draft.ts';
import { editColumn } from './edit.ts';
import { quoteIdentifier } from '../operations/display-name.ts';
import { stringsOf } from '../operations/parse-tree.ts';
import type { QualifiedName } from './store.ts';
import type { Sequence, Table } from './types.ts';
import { relationName } from './names.ts';

/** @returns a new sequence, as certain as the operation. */
function newSequence(draft: Draft, name: QualifiedName): Sequence {
  return {
    kind: 'sequence',
    name,
    type: undefined,
    ownedBy: undefined,
    identity: false,
    options: {},
    owner: undefined,
    privileges: [],
    comment: undefined,
    certainty: draft.certainty,
    origin: draft.origin,
  };
}

/**
 * Creates the sequence of a serial or identity column, named as PostgreSQL names it.
 *
 * @param draft the catalog.
 * @param table the column's table; it need not be in the catalog yet.
 * @param column the column's name.
 * @param type `integer`, `bigint` or `smallint`.
 * @param identity whether the column is an identity column, not a serial one.
 * @returns the sequence's name.
 */
export function createOwnedSequence(
  draft: Draft,
  table: Pick<Table, 'name'>,
  column: string,
  type: string,
  identity: boolean,
): QualifiedName {
  const schema = table.name.schema ?? '';
  const name = { schema, name: relationName(draft, table, column, 'seq') };
  putSequence(draft, {
    ...newSequence(draft, name),
    type,
    ownedBy: { table: table.name, column },
    identity,
  });
  return name;
}

/** @returns `nextval('schema.name'::regclass)`, the default of a serial column. */
export function nextValue(sequence: ObjectName): Expression {
  const schema = sequence.schema === undefined ? '' : `${quoteIdentifier(sequence.schema)}.`;
  const name = `${schema}${quoteIdentifier(sequence.name)}`;
  const constant = { A_Const: { sval: { sval: name } } };
  const typeName = { names: [{ String: { sval: 'regclass' } }], typemod: -1 };
  return {
    text: `nextval('${name.replaceAll("'", "''")}'::regclass)`,
    tree: {
      FuncCall: {
        funcname: [{ String: { sval: 'nextval' } }],
        args: [{ TypeCast: { arg: constant, typeName } }],
        funcformat: 'COERCE_EXPLICIT_CALL',
      },
    },
  };
}

/**
 * The sequence that a default takes its values from.
 *
 * @param expression the default.
 * @returns the name in `nextval('…')`, undefined for any other expression.
 */
export function sequenceIn(expression: Expression | undefined): ObjectName | undefined {
  if (expression === undefined || !('FuncCall' in expression.tree)) return undefined;
  const { funcname, args } = expression.tree.FuncCall;
  if (stringsOf(funcname).at(-1) !== 'nextval') return undefined;
  let argument = args?.[0];
  while (argument !== undefined && 'TypeCast' in argument) argument = argument.TypeCast.arg;
  if (argument === undefined || !('A_Const' in argument)) return undefined;
  const text = argument.A_Const.sval?.sval;
  return text === undefined ? undefined : nameFromText(text);
}

/** @returns the name in a regclass constant: `public."User_id_seq"`. */
export function nameFromText(text: string): ObjectName {
  const parts = (text.match(/"(?:[^"]|"")*"|[^.\s]+/g) ?? []).map((part) =>
    part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part.toLowerCase(),
  );
  return { schema: parts.length > 1 ? parts[0] : undefined, name: parts.at(-1) ?? '' };
}

/** @returns the sequences that a table's columns own. */
export function ownedSequencesOf(draft: Draft, table: ObjectName): readonly Sequence[] {
  const owned: Sequence[] = [];
  for (const name of draft.store.ownedSequences.of(table)) {
    const sequence = draft.store.relations.at(name, draft.store.next);
    if (sequence?.kind !== 'sequence' || sequence.ownedBy === undefined) continue;
    if (isSameName(sequence.ownedBy.table, table)) owned.push(sequence);
  }
  return owned;
}

/** CREATE SEQUENCE. */
export function createSequence(draft: Draft, operation: OperationOf<'CreateSequence'>): void {
  const name = qualified(operation.sequence);
  if (relationOf(draft, name) !== undefined) return;
  const { type, ownedBy, options } = operation;
  putSequence(draft, { ...newSequence(draft, name), type, ownedBy, options });
}

/** ALTER SEQUENCE. */
export function alterSequence(draft: Draft, operation: OperationOf<'AlterSequence'>): void {
  const sequence = sequenceOf(draft, operation.sequence);
  if (sequence === undefined) return;
  const ownedBy = operation.ownedBy === 'none' ? undefined : (operation.ownedBy ?? sequence.ownedBy);
  putSequence(draft, { ...sequence, ownedBy, options: { ...sequence.options, ...operation.options } });
}

/** Takes a sequence away; with CASCADE, the defaults that use it too. */
export function dropSequence(draft: Draft, name: ObjectName, cascade: boolean): void {
  const sequence = sequenceOf(draft, name);
  if (sequence === undefined) return;
  removeRelation(draft, sequence.name);
  if (cascade) dropDefaultsFrom(draft, sequence.name);
}

/** A sequence goes with the column that owns it; where that is uncertain it is perhaps left. */
export function dropOwnedSequence(draft: Draft, sequence: Sequence, cascade: boolean): void {
  noteDoubt(draft, sequence.certainty);
  dropSequence(draft, sequence.name, cascade);
}

function dropDefaultsFrom(draft: Draft, sequence: ObjectName): void {
  forEachDefaultFrom(draft, sequence, (table, column) => {
    editColumn(draft, table.name, column, (before) => ({ ...before, default: undefined }));
  });
}

/** Calls `act` for every column whose default takes its values from a sequence. */
export function forEachDefaultFrom(
  draft: Draft,
  sequence: ObjectName,
  act: (table: Table, column: string) => void,
): void {
  const found: [Table, string][] = [];
  for (const table of tablesOf(draft)) {
    for (const column of table.columns) {
      if (column.default === undefined || !column.default.text.includes(sequence.name)) continue;
      const used = sequenceIn(column.default);
      if (used?.name !== sequence.name) continue;
      if ((used.schema ?? sequence.schema) === sequence.schema) found.push([table, column.name]);
    }
  }
  for (const [table, column] of found) act(table, column);
}
