import type { ColumnKind } from '../operations/kind-groups.ts';
import type { Catalog } from '../catalog/types.ts';
import type { AddColumn, AlterColumnType, ObjectName } from '../operations/types.ts';
import { isSameObject } from '../operations/same-object.ts';
import { addReferencing, addViewsOn, referencedBy } from './dependants.ts';
import { addToPartitions, addWithChildren, type Add, type EffectTable, type Work } from './effect-table.ts';
import { isProvenNotNull } from './not-null.ts';
import { typeChangeWork } from './type-change.ts';
import { isVolatile } from './volatility.ts';

const accessExclusive = ({ table }: { readonly table: ObjectName }, add: Add, catalog: Catalog): void =>
  addWithChildren(add, catalog, table, 'ACCESS EXCLUSIVE');

/** ALTER TABLE's actions on columns. */
export const columnEffects: EffectTable<ColumnKind> = {
  AddColumn: addColumn,
  DropColumn({ table: name, column, behavior }, add, catalog) {
    addWithChildren(add, catalog, name, 'ACCESS EXCLUSIVE');
    if (behavior === 'cascade') {
      addReferencing(name, column, add, catalog);
      addViewsOn(name, column, add, catalog);
    }
    const table = catalog.table(name);
    if (table === undefined) return;
    for (const other of referencedBy(table, (columns) => columns.includes(column)))
      add(other, 'ACCESS EXCLUSIVE');
  },
  RenameColumn: accessExclusive,
  AlterColumnType: alterColumnType,
  SetDefault: accessExclusive,
  DropDefault: accessExclusive,
  SetNotNull({ table: name, column }, add, catalog) {
    const proven = isProvenNotNull(catalog, name, column);
    addWithChildren(add, catalog, name, 'ACCESS EXCLUSIVE', proven ? 'metadata' : 'scan');
  },
  DropNotNull: accessExclusive,
  SetExpression({ table, column }, add, catalog) {
    const stored =
      catalog.table(table)?.columns.find(({ name }) => name === column)?.generated?.storage !== 'virtual';
    addWithChildren(add, catalog, table, 'ACCESS EXCLUSIVE', stored ? 'rewrite' : 'metadata');
  },
  DropExpression: accessExclusive,
  AddIdentity: accessExclusive,
  AlterIdentity: accessExclusive,
  DropIdentity({ table, column }, add, catalog) {
    addWithChildren(add, catalog, table, 'ACCESS EXCLUSIVE');
    for (const { name, identity, ownedBy } of catalog.sequences()) {
      if (identity && ownedBy?.column === column && isSameObject(ownedBy.table, table))
        add(name, 'ACCESS EXCLUSIVE');
    }
  },
  AlterColumnStorage({ table, setting }, add, catalog) {
    const light = setting === 'statistics' || setting === 'options';
    const lock = light ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE';
    if (setting === 'statistics' || setting === 'storage') addWithChildren(add, catalog, table, lock);
    else add(table, lock);
  },
};

function addColumn(operation: AddColumn, add: Add, catalog: Catalog): void {
  const { column } = operation;
  if (operation.ifNotExists && hasColumn(operation.table, column.name, catalog)) {
    return addWithChildren(add, catalog, operation.table, 'ACCESS EXCLUSIVE');
  }
  let work = workOfNewColumn(operation, catalog);
  for (const constraint of column.constraints) {
    if (constraint.type === 'foreign key') {
      // Without a default every value is NULL, and there is nothing to check.
      const checks = column.default !== undefined && !constraint.notEnforced;
      add(constraint.references, 'SHARE ROW EXCLUSIVE', checks ? 'scan' : 'metadata');
      if (checks && work === 'metadata') work = 'scan';
    } else if (constraint.type === 'unique' || constraint.type === 'primary key') {
      if (work !== 'rewrite') work = 'index build';
    } else if (work === 'metadata' && !(constraint.type === 'check' && constraint.notEnforced)) work = 'scan';
  }
  // Inheriting tables get the column without its index.
  addWithChildren(
    add,
    catalog,
    operation.table,
    'ACCESS EXCLUSIVE',
    work === 'index build' ? 'metadata' : work,
  );
  if (work === 'index build') addToPartitions(add, catalog, operation.table, 'ACCESS EXCLUSIVE', work);
}

function hasColumn(table: ObjectName, column: string, catalog: Catalog): boolean {
  const found = catalog.table(table)?.columns.find(({ name }) => name === column);
  return found?.certainty === 'certain';
}

function workOfNewColumn({ column }: AddColumn, catalog: Catalog): Work {
  const domain = catalog.type({ schema: column.type.schema, name: column.type.name });
  const rewrites =
    column.type.serial ||
    column.identity !== undefined ||
    column.generated?.storage === 'stored' ||
    (domain?.kind === 'domain' && (domain.notNull || domain.constraints.length > 0)) ||
    (column.default !== undefined && isVolatile(column.default, catalog));
  if (rewrites) return 'rewrite';
  // PostgreSQL looks for a row, and fails at the first; rows that were deleted and are still there it reads.
  const failsOnRows = column.notNull && column.default === undefined;
  return failsOnRows ? 'scan' : 'metadata';
}

function alterColumnType(operation: AlterColumnType, add: Add, catalog: Catalog): void {
  const table = catalog.table(operation.table);
  const column = table?.columns.find(({ name }) => name === operation.column);
  const work =
    table !== undefined && column !== undefined
      ? typeChangeWork(table, column, operation, catalog.timeZone)
      : 'rewrite';
  addWithChildren(add, catalog, operation.table, 'ACCESS EXCLUSIVE', work === 'none' ? 'metadata' : work);
  if (table === undefined || work !== 'rewrite') return;
  for (const other of referencedBy(table, (columns) => columns.includes(operation.column))) {
    add(other, 'ACCESS EXCLUSIVE', 'scan');
  }
  for (const { table: other, constraint } of catalog.referencing(operation.table)) {
    const { definition } = constraint;
    if (definition.type === 'foreign key' && definition.referencedColumns.includes(operation.column)) {
      add(other.name, 'ACCESS EXCLUSIVE', constraint.validated ? 'scan' : 'metadata');
    }
  }
}
