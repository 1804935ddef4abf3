import { emptyDatabase } from '../../src/testing/embedded-postgres.ts';
import type { Database } from '../../src/verify/engines/types.ts';

/** The embedded PostgreSQL that tests share, emptied, as what `verify` asks. It has no copies. */
export async function testDatabase(): Promise<Database> {
  const database = await emptyDatabase();
  const refuse = (): Promise<never> => Promise.reject(new Error('the test database has no such thing'));
  return {
    execute: async (sql) => {
      await database.exec(sql);
    },
    rows: async <Row>(sql: string) => (await database.query<Row>(sql)).rows,
    pipeline: refuse,
    save: refuse,
    close: () => Promise.resolve(),
  };
}
