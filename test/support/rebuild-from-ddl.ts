import type { Catalog } from '../../src/model/catalog/index.ts';
import { createCatalog } from '../../src/repair/ddl/create.ts';
import { introspect, userSchemas } from './introspect.ts';
import type { Introspection } from './introspect.ts';
import { reset } from './pglite.ts';
import type { Database } from './pglite.ts';

/** A database made from a catalog's DDL alone. */
export interface RebuiltDatabase {
  readonly introspection: Introspection;
  /** What PostgreSQL refused, each with its reason. */
  readonly refused: readonly string[];
}

/**
 * Makes every object of a catalog again, in an emptied database, from the DDL that repair writes for it.
 *
 * @param database it is emptied first.
 * @returns what PostgreSQL then has.
 */
export async function rebuildFromDdl(database: Database, catalog: Catalog): Promise<RebuiltDatabase> {
  await reset(database);
  const refused: string[] = [];
  for (const statement of createCatalog(catalog)) {
    try {
      await database.exec(statement);
    } catch (error) {
      refused.push(`${(error as Error).message}: ${statement}`);
    }
  }
  return { introspection: await introspect(database, await userSchemas(database)), refused };
}
