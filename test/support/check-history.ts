import type { Catalog } from '../../src/model/catalog/index.ts';
import { compareWith } from './compare-project.ts';
import { prelude, sqlOf } from './history-generator.ts';
import type { Step } from './history-generator.ts';
import { reset } from './pglite.ts';
import type { Database } from './pglite.ts';
import { createReplay } from './replay.ts';

/** What became of a history on both sides. */
export interface CheckedHistory {
  /** The statements that PostgreSQL took. */
  readonly statements: readonly string[];
  /** How many it refused; they are left out on both sides. */
  readonly refused: number;
  readonly differences: readonly string[];
  /** How many differences there were of what our catalog is uncertain of. */
  readonly allowed: number;
}

/**
 * Runs a history statement by statement on PostgreSQL and in the catalog, and compares the two at its end.
 *
 * @param database an embedded PostgreSQL; it is emptied first.
 * @param steps the history.
 * @returns what was run and where the catalogs differ.
 */
export async function checkHistory(database: Database, steps: readonly Step[]): Promise<CheckedHistory> {
  const { statements, refused, catalog } = await runHistory(database, steps);
  const { differences, allowed } = await compareWith(database, catalog);
  return { statements, refused, differences, allowed: allowed.length };
}

/** A history that both sides ran. */
export interface RunHistory {
  /** The statements that PostgreSQL took, without the prelude. */
  readonly statements: readonly string[];
  readonly refused: number;
  readonly catalog: Catalog;
}

/** Runs a history statement by statement on PostgreSQL, which is emptied first, and in the catalog. */
export async function runHistory(database: Database, steps: readonly Step[]): Promise<RunHistory> {
  await reset(database);
  const replay = createReplay();
  const statements: string[] = [];
  let refused = 0;
  await database.exec(prelude);
  replay.run(prelude);
  for (const step of steps) {
    const sql = sqlOf(step, replay.catalog());
    // Whether IF NOT EXISTS finds something that we may not have seen, nobody can say.
    const isOpen = sql?.includes('IF NOT EXISTS') === true && !replay.catalog().complete;
    if (sql === undefined || isOpen) continue;
    if (await succeeds(database, sql)) {
      statements.push(sql);
      replay.run(sql);
    } else refused += 1;
  }
  return { statements, refused, catalog: replay.catalog() };
}

/** {@link runHistory} for a history that is SQL already. */
export async function runStatements(database: Database, statements: readonly string[]): Promise<RunHistory> {
  await reset(database);
  const replay = createReplay();
  const taken: string[] = [];
  for (const sql of [prelude, ...statements]) {
    if (!(await succeeds(database, sql))) continue;
    replay.run(sql);
    taken.push(sql);
  }
  const refused = statements.length + 1 - taken.length;
  return { statements: taken.slice(1), refused, catalog: replay.catalog() };
}

/** {@link checkHistory} for a history that is SQL already. What PostgreSQL refuses is left out on both sides. */
export async function checkStatements(
  database: Database,
  history: readonly string[],
): Promise<CheckedHistory> {
  const { statements, refused, catalog } = await runStatements(database, history);
  const { differences, allowed } = await compareWith(database, catalog);
  return { statements, refused, differences, allowed: allowed.length };
}

/**
 * Leaves out all statements of a history that its differences do not need: first halves, then quarters, at last single ones.
 *
 * @param database an embedded PostgreSQL.
 * @param history one whose catalogs differ.
 * @param check how a shorter one is judged.
 * @returns a shorter one, and its differences.
 */
export async function shorten(
  database: Database,
  history: CheckedHistory,
  check: (database: Database, statements: readonly string[]) => Promise<CheckedHistory> = checkStatements,
): Promise<CheckedHistory> {
  let shortest = history;
  let size = Math.ceil(shortest.statements.length / 2);
  while (size >= 1) {
    let isShorter = false;
    for (let at = shortest.statements.length - size; at > -size; at -= size) {
      const left = shortest.statements.filter((_, index) => index < at || index >= at + size);
      const found = await check(database, left);
      if (found.differences.length === 0) continue;
      shortest = found;
      isShorter = true;
    }
    if (size === 1 && !isShorter) break;
    size = size === 1 ? 1 : Math.ceil(size / 2);
  }
  return shortest;
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
