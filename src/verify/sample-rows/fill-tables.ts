import type { Database } from '../engines/types.ts';
import { insertSampleRows, type SampledTables } from './insert-sample-rows.ts';

/**
 * Puts sample rows into every table, for good.
 *
 * @param database outside a transaction.
 * @throws what the database throws outside the inserts.
 */
export async function fillTables(database: Database): Promise<SampledTables> {
  await database.execute('BEGIN');
  const sampled = await insertSampleRows(database);
  await database.execute('COMMIT');
  return sampled;
}
