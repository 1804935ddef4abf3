import { compareCatalogs } from './compare-catalogs.ts';
import { prelude, sqlOf } from './history-generator.ts';
import type { Step } from './history-generator.ts';
import { introspect, userSchemas } from './introspect.ts';
import { reset } from './pglite.ts';
import type { Database } from './pglite.ts';
import { rebuild } from './rebuild.ts';
import { createReplay } from './replay.ts';

/** What became of a history on both sides. */
export interface CheckedHistory {
  /** The statements that PostgreSQL took. */
  readonly statements: readonly string[];
  /** How many it refused; they are left out on both sides. */
  readonly refused: number;
  readonly differences: readonly string[];
}

/**
 * Runs a history statement by statement on PostgreSQL and in the catalog, and compares the two at its end.
 *
 * @param database an embedded PostgreSQL; it is emptied first.
 * @param steps the history.
 * @returns what was run and where the catalogs differ.
 */
export async function checkHistory(database: Database, steps: readonly Step[]): Promise<CheckedHistory> {
  await reset(database);
  const replay = createReplay();
  const statements: string[] = [];
  let refused = 0;
  await database.exec(prelude);
  replay.run(prelude);
  for (const step of steps) {
    const sql = sqlOf(step, replay.catalog());
    if (sql === undefined) continue;
    if (await succeeds(database, sql)) {
      statements.push(sql);
      replay.run(sql);
    } else refused += 1;
  }
  const theirs = await introspect(database, await userSchemas(database));
  const ours = await rebuild(database, replay.catalog());
  const { differences } = compareCatalogs(ours.introspection, theirs);
  return { statements, refused, differences: [...ours.refused, ...differences] };
}

async function succeeds(database: Database, sql: string): Promise<boolean> {
  try {
    await database.exec(sql);
    return true;
  } catch {
    if (sql.startsWith('BEGIN')) await database.exec('ROLLBACK');
    return false;
  }
}
