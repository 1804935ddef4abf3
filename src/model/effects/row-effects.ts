import type { Catalog } from '../catalog/types.ts';
import type { ObjectName } from '../operations/types.ts';
import type { Add, EffectTable } from './effect-table.ts';
import { referencedBy } from './table-effects.ts';

/** Statements on rows. How many rows, and how they are found, is the planner's; `rows` says only that it depends on them. */
export const rowEffects: EffectTable<
  'Insert' | 'Update' | 'Delete' | 'Merge' | 'Truncate' | 'Copy' | 'Select'
> = {
  Insert({ table, query }, add, catalog) {
    query?.reads.forEach((source) => add(source, 'ACCESS SHARE', 'scan'));
    add(table, 'ROW EXCLUSIVE', 'rows');
    addChecked(table, () => true, add, catalog);
  },
  Update({ table, from, assignments }, add, catalog) {
    from.forEach((source) => add(source, 'ACCESS SHARE', 'scan'));
    add(table, 'ROW EXCLUSIVE', 'rows');
    const assigned = (columns: readonly string[]): boolean =>
      assignments.some(({ column }) => columns.includes(column));
    addChecked(table, assigned, add, catalog);
  },
  Delete({ table, using }, add, catalog) {
    using.forEach((source) => add(source, 'ACCESS SHARE', 'scan'));
    for (const { table: other, constraint } of catalog.referencing(table)) {
      const { definition } = constraint;
      if (definition.type !== 'foreign key') continue;
      const changes = definition.onDelete !== 'no action' && definition.onDelete !== 'restrict';
      add(other.name, changes ? 'ROW EXCLUSIVE' : 'ROW SHARE', 'rows');
    }
    add(table, 'ROW EXCLUSIVE', 'rows');
  },
  Merge({ table, source }, add) {
    source.forEach((name) => add(name, 'ACCESS SHARE', 'scan'));
    add(table, 'ROW EXCLUSIVE', 'rows');
  },
  Truncate({ table, behavior }, add, catalog) {
    add(table, 'ACCESS EXCLUSIVE');
    if (behavior !== 'cascade') return;
    for (const { table: other } of catalog.referencing(table)) add(other.name, 'ACCESS EXCLUSIVE');
  },
  Copy({ table, from }, add) {
    if (table !== undefined) add(table, from ? 'ROW EXCLUSIVE' : 'ACCESS SHARE', from ? 'rows' : 'scan');
  },
  Select: ({ query, locksRows }, add) =>
    query.reads.forEach((table) => add(table, locksRows ? 'ROW SHARE' : 'ACCESS SHARE', 'rows')),
};

/** New values of a foreign key are looked up in the table that it refers to. */
function addChecked(
  name: ObjectName,
  choose: (columns: readonly string[]) => boolean,
  add: Add,
  catalog: Catalog,
): void {
  const table = catalog.table(name);
  if (table === undefined) return;
  for (const referenced of referencedBy(table, choose)) add(referenced, 'ROW SHARE', 'rows');
}
