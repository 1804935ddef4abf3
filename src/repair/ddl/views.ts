import type { Catalog, Column, View } from '../../model/catalog/types.ts';
import { displayName } from '../../model/operations/display-name.ts';
import { isSameObject } from '../../model/operations/same-object.ts';
import type { CreateHow } from './how.ts';
import { createIndex } from './indexes.ts';
import { indexComment, notesOf } from './notes.ts';
import { createRule, createTrigger } from './triggers.ts';
import { namesText, optionsText } from './words.ts';
import { namesIn } from './written.ts';

/** CREATE VIEW or CREATE MATERIALIZED VIEW, with the names of its columns. */
export function createView(view: View, catalog: Catalog, { again = false }: CreateHow = {}): string {
  const { kind, name, columnNames, definition, options } = view;
  const columns = columnNames.length === 0 ? '' : ` (${namesText(columnNames)})`;
  const isView = kind === 'view';
  const create = again && isView ? 'CREATE OR REPLACE' : 'CREATE';
  const ifNotExists = again && !isView ? ' IF NOT EXISTS' : '';
  const head = `${create} ${kind.toUpperCase()}${ifNotExists} ${displayName(name)}${columns}${optionsText(options)}`;
  const query = hasOtherStar(view, catalog)
    ? `SELECT ${namesText(columnNames)} FROM (${definition}) AS of_then`
    : definition;
  return `${head} AS\n${query}${view.unpopulated === true ? '\nWITH NO DATA' : ''}`;
}

/** A star that stands for columns: not that of count(*). */
const STAR = /(?:\bselect|[.,])\s*\*/i;

/**
 * A star stands for the columns of when the view was made: those that a table got since are none of the view's. The view then comes back
 * as a query over its own columns.
 */
export function hasOtherStar(
  { columnNames, columnReads, definition, reads, origin }: View,
  catalog: Catalog,
): boolean {
  if (columnNames.length === 0 || !STAR.test(definition)) return false;
  return reads.some((read) => {
    const columns = catalog.table(read)?.columns ?? [];
    const isLater = ({ origin: made }: Column): boolean => made.migration > origin.migration;
    const isRead = ({ name }: Column): boolean =>
      columnReads.some((one) => one.column === name && isSameObject(one.relation, read));
    return (
      columns.some((one) => isLater(one) && !isRead(one)) &&
      columns.every((one) => isLater(one) || isRead(one))
    );
  });
}

/**
 * Why a view cannot be made again from its text, which is that of then: what it names has another name now, or a star now stands for a
 * column that the view has under another meaning.
 */
export function outdatedView(view: View, catalog: Catalog): string | undefined {
  const names = namesIn(view.definition);
  const read = view.reads.find((one) => !names.has(one.name));
  if (read !== undefined) return `its query was written when ${displayName(read)} had another name`;
  const column = view.columnReads.find((one) => !names.has(one.column));
  const isStar = STAR.test(view.definition);
  if (isStar) return repeatedColumn(view, catalog);
  if (column === undefined) return undefined;
  return `its query was written when ${displayName(column.relation)}.${column.column} had another name`;
}

function repeatedColumn(view: View, catalog: Catalog): string | undefined {
  for (const read of view.reads) {
    const columns = catalog.table(read)?.columns ?? [];
    const later = laterColumns(view, columns);
    const isRead = ({ name }: Column): boolean =>
      view.columnReads.some((one) => one.column === name && isSameObject(one.relation, read));
    // The star is another relation's.
    if (!columns.every((one) => later.includes(one) || isRead(one))) continue;
    const repeated = later.find((one) => view.columnNames.includes(one.name) && !isRead(one));
    if (repeated !== undefined)
      return `its query says *, and ${displayName(read)} has got a column ${repeated.name} since`;
  }
  return undefined;
}

function laterColumns({ origin }: View, columns: readonly Column[]): readonly Column[] {
  return columns.filter(({ origin: made }) => made.migration > origin.migration);
}

/** What is made once a view is there: indexes, triggers, rules, comment, owner, privileges. */
export function partsOfView(view: View, how: CreateHow = {}): readonly string[] {
  return [
    ...view.indexes.flatMap((index) => [
      createIndex(view.name, index, { ifNotExists: how.again === true }),
      ...indexComment(view.name, index),
    ]),
    ...view.rules.map((rule) => createRule(view.name, rule, how)),
    ...view.triggers.flatMap((trigger) => createTrigger(view.name, trigger, how)),
    ...notesOf(view),
  ];
}
