import type { OperationOf, Query } from '../operations/types.ts';
import type { Draft } from './draft.ts';
import { certaintyOfWhole, leastCertain } from './doubt.ts';
import { putTable, putView, relationOf, tableOf, viewOf } from './draft.ts';
import { emptyTable } from './edit.ts';
import { unknownColumn } from './like.ts';
import { outputColumnsOf, type OutputColumn } from './output-columns.ts';
import { columnReadsOf, readsOf } from './queries.ts';
import { newName } from './resolve.ts';
import { makesRoom } from './drop-relations.ts';
import { meetsExisting } from './tables.ts';
import type { Certainty, Column, View } from './types.ts';
import type { QualifiedName } from './store.ts';

/** CREATE [OR REPLACE] VIEW. @returns the operation with its name resolved. */
export function createView(draft: Draft, operation: OperationOf<'CreateView'>): OperationOf<'CreateView'> {
  const name = newName(draft, operation.view, operation.temporary);
  const resolved = { ...operation, view: name };
  const existing = viewOf(draft, name);
  const other = existing === undefined ? relationOf(draft, name) : undefined;
  if (other !== undefined && !makesRoom(draft, other)) return resolved;
  if (existing !== undefined && !operation.replace) {
    putView(draft, { ...existing, certainty: 'uncertain' });
    return resolved;
  }
  const { definition, options } = operation;
  const view = newView(draft, 'view', name, operation);
  const kept = existing === undefined ? {} : keptByReplace(existing);
  putView(draft, { ...view, ...kept, definition, options });
  return resolved;
}

/** CREATE OR REPLACE VIEW keeps what is not in its own text. */
function keptByReplace(view: View): Partial<View> {
  const { triggers, rules, owner, privileges, comment, origin } = view;
  return { triggers, rules, owner, privileges, comment, origin };
}

/** CREATE MATERIALIZED VIEW. @returns the operation with its name resolved. */
export function createMaterializedView(
  draft: Draft,
  operation: OperationOf<'CreateMaterializedView'>,
): OperationOf<'CreateMaterializedView'> {
  const name = newName(draft, operation.view);
  const resolved = { ...operation, view: name };
  const existing = relationOf(draft, name);
  if (existing !== undefined && (operation.ifNotExists || !makesRoom(draft, existing))) return resolved;
  const { definition, withData } = operation;
  const view = { ...newView(draft, 'materialized view', name, operation), definition };
  putView(draft, withData ? view : { ...view, unpopulated: true });
  return resolved;
}

/** REFRESH MATERIALIZED VIEW gives it data, or takes them away. */
export function refreshMaterializedView(
  draft: Draft,
  { view: name, withData }: OperationOf<'RefreshMaterializedView'>,
): void {
  const view = viewOf(draft, name);
  if (view === undefined || (view.unpopulated === true) === !withData) return;
  const { unpopulated: _, ...populated } = view;
  putView(draft, withData ? populated : { ...view, unpopulated: true });
}

function newView(
  draft: Draft,
  kind: View['kind'],
  name: QualifiedName,
  source: { readonly columnNames: readonly string[]; readonly query: Query },
): View {
  const outputs = outputColumnsOf(draft, source.query);
  return {
    kind,
    name,
    columnNames: renamedOutputs(outputs, source.columnNames).map((column) => column.name),
    definition: '',
    reads: readsOf(draft, source.query),
    columnReads: columnReadsOf(draft, source.query),
    indexes: [],
    triggers: [],
    rules: [],
    options: {},
    owner: undefined,
    privileges: [],
    comment: undefined,
    certainty: outputs === undefined ? 'uncertain' : certaintyOfReads(draft, source.query),
    origin: draft.origin,
  };
}

function certaintyOfReads(draft: Draft, query: Query): Certainty {
  let certainty = draft.certainty;
  for (const name of query.reads) {
    const table = tableOf(draft, name);
    const own = table === undefined ? viewOf(draft, name)?.certainty : certaintyOfWhole(table);
    certainty = leastCertain(certainty, own ?? certainty);
  }
  return certainty;
}

/** The names in parentheses after a view's or table's name come first; the query's own follow. */
function renamedOutputs(
  outputs: readonly OutputColumn[] | undefined,
  names: readonly string[],
): readonly OutputColumn[] {
  if (outputs === undefined) return names.map((name) => ({ name, source: undefined }));
  return outputs.map((output, at) => ({ name: names[at] ?? output.name, source: output.source }));
}

/**
 * CREATE TABLE AS and SELECT INTO: names and types of the query's columns, and nothing else of their tables. A computed
 * column's type is not known: the column is uncertain, of the type `unknown`.
 *
 * @returns the operation with its name resolved.
 */
export function createTableAs(
  draft: Draft,
  operation: OperationOf<'CreateTableAs'>,
): OperationOf<'CreateTableAs'> {
  const name = newName(draft, operation.table, operation.persistence === 'temporary');
  const resolved = { ...operation, table: name };
  if (meetsExisting(draft, name, operation.ifNotExists)) return resolved;
  const outputs = outputColumnsOf(draft, operation.query);
  const columns = renamedOutputs(outputs, operation.columnNames).map((output) => columnFrom(draft, output));
  const certainty = outputs === undefined ? 'uncertain' : certaintyOfReads(draft, operation.query);
  const { persistence } = operation;
  putTable(draft, { ...emptyTable(name, draft), persistence, columns, certainty });
  return resolved;
}

function columnFrom(draft: Draft, { name, source }: OutputColumn): Column {
  const column = unknownColumn(draft, name);
  if (source === undefined) return column;
  return { ...column, type: source.type, collation: source.collation, certainty: draft.certainty };
}
