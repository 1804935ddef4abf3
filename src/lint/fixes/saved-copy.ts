import type { Catalog, Table } from '../../model/catalog/types.ts';
import type { DestructiveOnTable } from '../../model/history/data-loss.ts';
import { operationsOf } from '../../model/operations/operations-of.ts';
import { displayName, quoteIdentifier } from '../../model/operations/display-name.ts';
import { editFix } from '../edits/edit-fix.ts';
import { insertAfter, insertBefore } from '../edits/insert.ts';
import type { Edit, FixRequest } from '../fix.ts';
import { isMovable, type FixScene } from './scene.ts';

/**
 * The fix that saves what a statement destroys into a table of its own, just before it: of a column its values with the primary key,
 * else all rows. What is written between the two statements is not in the copy.
 *
 * @param table the table just before.
 * @param column the column that is lost; undefined for whole rows.
 */
export function savedCopyFix(
  operation: DestructiveOnTable,
  { table, column }: { readonly table: Table; readonly column: string | undefined },
  scene: FixScene,
): FixRequest | undefined {
  if (!isMovable(operation, scene) || table.certainty !== 'certain' || table.foreignServer !== undefined)
    return undefined;
  const key = table.constraints.find(({ definition }) => definition.type === 'primary key')?.definition;
  const keys = key?.type === 'primary key' ? key.columns : [];
  if (column !== undefined && (keys.length === 0 || keys.includes(column))) return undefined;
  if (losesType(table, column, scene)) return undefined;
  const words = [table.name.name, ...(column === undefined ? [] : [column]), 'saved'].join('_');
  if (Buffer.byteLength(words) > 63 || isTaken(words, table, scene.catalog)) return undefined;
  const copy = displayName({ schema: table.name.schema, name: words });
  const what = column === undefined ? '*' : [...keys, column].map((name) => quoteIdentifier(name)).join(', ');
  const sql = `CREATE TABLE ${copy} AS SELECT ${what} FROM ${displayName(operation.table)};`;
  const fix = editFix('unsafe', `saves it in ${copy} first`, insertBefore(operation.at('statement'), sql));
  const back = bringsBack(operation, { table, keys, copy }, scene);
  return fix?.kind === 'edits' ? { ...fix, edits: [...fix.edits, ...back] } : undefined;
}

/** Whether the deploy drops the type of what would be saved: the copy would keep it from going. */
function losesType(table: Table, column: string | undefined, { deploy }: FixScene): boolean {
  const dropped = new Set(
    deploy.flatMap(({ operations }) =>
      operations.flatMap((one) => (one.kind === 'DropType' ? [one.type.name] : [])),
    ),
  );
  return table.columns.some(
    ({ name, type }) => (column === undefined || name === column) && dropped.has(type.name),
  );
}

/** Where a rollback that is written adds the column again: its values, and the end of the copy, which a second run makes again. */
function bringsBack(
  operation: DestructiveOnTable,
  { table, keys, copy }: { readonly table: Table; readonly keys: readonly string[]; readonly copy: string },
  { migration: { rollback } }: FixScene,
): readonly Edit[] {
  if (operation.kind !== 'DropColumn' || rollback === undefined) return [];
  const added = rollback.statements
    .flatMap((statement) => operationsOf(statement))
    .find(
      (one) =>
        one.kind === 'AddColumn' &&
        one.run === 'now' &&
        one.column.name === operation.column &&
        one.table.name === table.name.name &&
        (one.table.schema ?? table.name.schema) === table.name.schema,
    );
  if (added === undefined) return [];
  const name = quoteIdentifier(operation.column);
  const join = keys.map((key) => `saved.${quoteIdentifier(key)} = restored.${quoteIdentifier(key)}`);
  const sql = [
    `UPDATE ${displayName(operation.table)} AS restored SET ${name} = saved.${name} FROM ${copy} AS saved WHERE ${join.join(' AND ')};`,
    `DROP TABLE ${copy};`,
  ].join('\n');
  return insertAfter(added.at('statement'), sql) ?? [];
}

function isTaken(name: string, { name: { schema } }: Table, catalog: Catalog): boolean {
  const wanted = { schema, name };
  return (
    catalog.table(wanted) !== undefined ||
    catalog.view(wanted) !== undefined ||
    catalog.index(wanted) !== undefined ||
    catalog.sequence(wanted) !== undefined
  );
}
