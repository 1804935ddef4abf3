/** The catalog: the schema of the database at any point of the history. */
export { createCatalogBuilder } from './builder.ts';
export type { AppliedOperation, CatalogBuilder } from './builder.ts';
export { typeText } from './type-text.ts';
export type * from './types.ts';
