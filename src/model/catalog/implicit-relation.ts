import type { Table } from './types.ts';

/**
 * Whether a table is one that Prisma makes for a many-to-many relation that no model stands for: `_PostToTag` with the columns A and
 * B. Up to version 5 it has a unique index instead of a primary key.
 */
export function isImplicitRelation({ name, columns }: Table): boolean {
  return name.name.startsWith('_') && columns.map((column) => column.name).join() === 'A,B';
}
