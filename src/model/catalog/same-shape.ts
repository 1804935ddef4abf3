import { typeText } from './type-text.ts';
import type { Catalog, Table } from './types.ts';

/**
 * Tells whether two catalogs have the same tables, enums and columns: names, types, NOT NULL, constraints and indexes by name.
 * Defaults, comments, functions and the order of columns are left out.
 */
export function sameShape(a: Catalog, b: Catalog): boolean {
  const shape = shapeOf(a);
  return shape.length > 0 && shape.join('\n') === shapeOf(b).join('\n');
}

function shapeOf(catalog: Catalog): string[] {
  const enums = [...catalog.types()].flatMap((type) =>
    type.kind === 'enum' ? [`enum ${type.name.name} ${type.values.map(({ value }) => value).join(',')}`] : [],
  );
  return [...[...catalog.tables()].map(tableShape), ...enums].sort();
}

function tableShape(table: Table): string {
  const columns = table.columns.map(
    ({ name, type, notNull }) => `${name} ${typeText(type)} ${notNull ? 'not null' : ''}`,
  );
  const parts = [
    ...columns.sort(),
    ...table.constraints.map(({ name }) => `constraint ${name}`).sort(),
    ...table.indexes.map(({ name }) => `index ${name}`).sort(),
  ];
  return `${table.name.schema ?? ''}.${table.name.name}: ${parts.join('; ')}`;
}
