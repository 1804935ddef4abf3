import type { Column, Table } from '../../model/catalog/types.ts';
import { pageKey } from '../../model/history/page-key.ts';
import { displayName, quoteIdentifier } from '../../model/operations/display-name.ts';
import { fieldsOf } from '../../model/operations/nodes.ts';
import { isSameObject, objectKey } from '../../model/operations/same-object.ts';
import type { CreateTableAs, ObjectName } from '../../model/operations/types.ts';
import { literal } from '../ddl/words.ts';
import { followedColumns } from '../plans/sync-trigger.ts';
import type { ComparedCatalogs, TableParts } from './compare.ts';
import type { RollbackStatement, UndoneMigration } from './types.ts';

/** Where the values of a dropped column are once it is there again. */
export type ReturnedValues =
  /** In another column, by its name before; `inverse` where it takes more than an assignment or a cast. */
  | { readonly in: 'column'; readonly other: Column; readonly inverse: string | undefined }
  /** In a copy that the migration made, with the key of their rows: names in the table with those in the copy. */
  | {
      readonly in: 'copy';
      readonly copy: ObjectName;
      readonly column: string;
      readonly keys: readonly (readonly [string, string])[];
    }
  /** In a copy that does not say whose they are. */
  | { readonly in: 'copy without key'; readonly copy: ObjectName }
  /** Nowhere: another column has what was made of them, and nothing turns that back. */
  | { readonly in: 'nothing'; readonly other: string };

/** Asks for the values of a dropped column, by the names of before; undefined where nothing is known of any. */
export type ReturnedValuesOf = (table: ObjectName, column: string) => ReturnedValues | undefined;

/** Finds the values of the columns that a migration drops: a trigger kept them in another column until then, or it has copied them. */
export function returnedValues(compared: ComparedCatalogs, migration: UndoneMigration): ReturnedValuesOf {
  const copies = [...(migration.earlier ?? []), ...migration.operations].filter(
    (one) => one.kind === 'CreateTableAs',
  );
  const found = new Map<string, ReturnedValues>();
  for (const part of compared.parts)
    for (const column of part.columns.gone) {
      if (column.generated !== undefined) continue;
      const values = followedValues(part, column, migration) ?? copiedValues(part, column, copies, migration);
      if (values !== undefined) found.set(keyOf(part.before.name, column.name), values);
    }
  return (table, column) => found.get(keyOf(table, column));
}

function keyOf(table: ObjectName, column: string): string {
  return `${objectKey(table)}\0${column}`;
}

/** The trigger goes with the column. */
function followedValues(
  { before, after, columns }: TableParts,
  { name }: Column,
  { catalogBefore }: UndoneMigration,
): ReturnedValues | undefined {
  const gone = before.triggers.filter((one) => !after.triggers.some(({ origin }) => origin === one.origin));
  for (const trigger of gone)
    for (const { definition } of catalogBefore.routines(trigger.function))
      for (const { from, to, using } of followedColumns(definition)) {
        const other = columns.pairs.find((pair) => pair.before.name === to)?.before;
        if (other === undefined) continue;
        if (from === name) return { in: 'column', other, inverse: undefined };
        const way = using === undefined ? undefined : wayBack(using, name, other.name);
        if (way !== undefined) return { in: 'column', other, inverse: way === '' ? undefined : way };
        if (using !== undefined && namesColumn(using, name)) return { in: 'nothing', other: other.name };
      }
  return undefined;
}

function namesColumn(expression: string, column: string): boolean {
  return (expression.match(/"(?:[^"]|"")+"|\w+/g) ?? []).some(
    (word) => word === quoteIdentifier(column) || word.toLowerCase() === column,
  );
}

/** What turns an expression's value back into the column that it was made of; empty where a cast does; undefined where nothing does. */
function wayBack(expression: string, column: string, other: string): string | undefined {
  const text = expression.trim();
  const own = [column, quoteIdentifier(column), `"${column}"`].find((one) => text.startsWith(one));
  if (own === undefined) return undefined;
  const rest = text.slice(own.length);
  if (/^(?:::(?:"?\w+"?\.)?"?\w[\w ]*"?(?:\([\d, ]+\))?(?:\[\])?)*$/.test(rest)) return '';
  return /^\s+at\s+time\s+zone\s+'[^']*'$/i.test(rest) ? `${quoteIdentifier(other)}${rest}` : undefined;
}

function copiedValues(
  { before, columns }: TableParts,
  { name }: Column,
  copies: readonly CreateTableAs[],
  { catalogAfter }: UndoneMigration,
): ReturnedValues | undefined {
  for (const { table: copy, query, withData } of copies.toReversed()) {
    const isThere = catalogAfter.table(copy) !== undefined;
    if (!withData || !isThere || !takesAllRows(query.tree) || query.reads.length !== 1) continue;
    const own = query.copies.filter(({ source }) => isSameObject(source, before.name));
    const isWhole = own.some(({ column }) => column === undefined);
    const copied = (column: string): string | undefined =>
      own.find((one) => one.column === column)?.output ?? (isWhole ? column : undefined);
    const column = copied(name);
    if (column === undefined) continue;
    const keys = (pageKey(before) ?? []).map((key) => [key.name, copied(key.name)] as const);
    const known = keys.flatMap(([key, output]) =>
      output === undefined || columns.gone.some((one) => one.name === key) ? [] : [[key, output] as const],
    );
    return keys.length === 0 || known.length < keys.length
      ? { in: 'copy without key', copy }
      : { in: 'copy', copy, column, keys: known };
  }
  return undefined;
}

function takesAllRows(tree: CreateTableAs['query']['tree']): boolean {
  const select = fieldsOf(tree, 'SelectStmt');
  if (select === undefined || (select.op ?? 'SETOP_NONE') !== 'SETOP_NONE') return false;
  const { whereClause, groupClause, havingClause, limitCount, limitOffset, distinctClause } = select;
  return [whereClause, groupClause, havingClause, limitCount, limitOffset, distinctClause].every(
    (clause) => clause === undefined || (Array.isArray(clause) && clause.length === 0),
  );
}

/** Tables that a migration made to save values in, which come back from there. */
export interface UsedCopies {
  /** They must be there until the columns are. */
  readonly all: readonly Table[];
  /** Those of which all comes back: nobody needs them any more. */
  readonly whole: readonly Table[];
}

/** The copies that the migration itself made; those of an earlier part of it are undone with that. */
export function usedCopies({ tables, parts }: ComparedCatalogs, valuesOf: ReturnedValuesOf): UsedCopies {
  const used = parts.flatMap(({ before, columns }) =>
    columns.gone.flatMap(({ name }) => {
      const values = valuesOf(before.name, name);
      return values?.in === 'copy' ? [values] : [];
    }),
  );
  const backFrom = (table: Table): ReadonlySet<string> => {
    const own = used.filter(({ copy }) => isSameObject(copy, table.name));
    return new Set(own.flatMap(({ column, keys }) => [column, ...keys.map(([, output]) => output)]));
  };
  const all = tables.added.filter((table) => backFrom(table).size > 0);
  const isWhole = (table: Table): boolean => {
    const back = backFrom(table);
    return table.columns.every(({ name }) => back.has(name));
  };
  return { all, whole: all.filter(isWhole) };
}

/** The statement that gives a column its values again: before NOT NULL, before any trigger. By the names of before. */
export function returnStatement(
  table: Table,
  column: Column,
  values: ReturnedValues,
  cast: (expression: string, from: Column) => string,
): readonly RollbackStatement[] {
  const [on, name] = [displayName(table.name), quoteIdentifier(column.name)];
  switch (values.in) {
    case 'column': {
      const other = quoteIdentifier(values.other.name);
      const value = values.inverse ?? cast(other, values.other);
      // A default has filled every row.
      const where = column.default === undefined ? ` WHERE ${other} IS NOT NULL` : '';
      return [
        { sql: `UPDATE ${on} SET ${name} = ${value}${where}`, note: `Its values come back from ${other}.` },
      ];
    }
    case 'copy': {
      const copy = displayName(values.copy);
      const join = values.keys
        .map(([key, output]) => `saved.${quoteIdentifier(output)} = restored.${quoteIdentifier(key)}`)
        .join(' AND ');
      const lines = [
        'DO $rollback$',
        'BEGIN',
        `  IF to_regclass(${literal(copy)}) IS NOT NULL THEN`,
        `    UPDATE ${on} AS restored SET ${name} = saved.${quoteIdentifier(values.column)} FROM ${copy} AS saved WHERE ${join};`,
        '  END IF;',
        'END',
        '$rollback$',
      ];
      return [{ sql: lines.join('\n'), note: `Its values come back from ${copy}.` }];
    }
    case 'copy without key':
    case 'nothing':
      return [];
    default:
      return values satisfies never;
  }
}
