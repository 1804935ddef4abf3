/** Steps of made-up histories that hold others: transactions that are rolled back, branches, functions that are called. */
import type { Catalog } from '../../src/model/catalog/index.ts';
import type { Dice, Maker } from './history-words.ts';

/** What nothing may hold: it ends the transaction, sets what lasts, or makes what has no certainty. */
const standsAlone =
  /^(BEGIN|SET |RESET|SELECT|COMMENT|CREATE SCHEMA|ALTER SCHEMA|DROP SCHEMA|TRUNCATE)|CONCURRENTLY|\$/;

/**
 * Makers of steps that hold steps of others.
 *
 * @param others the makers of these.
 * @returns transactions with savepoints, DO blocks whose conditions only PostgreSQL can know, functions with their calls.
 */
export function insideOthers(others: readonly Maker[]): readonly Maker[] {
  const other = (dice: Dice, catalog: Catalog): string | undefined => {
    const sql = dice.pick(others)?.(dice, catalog);
    return sql === undefined || standsAlone.test(sql) ? undefined : sql;
  };
  const undone: Maker = (dice, catalog) => {
    const first = other(dice, catalog);
    const second = other(dice, catalog);
    if (first === undefined) return undefined;
    return dice.one(
      `BEGIN; ${first}; ROLLBACK`,
      `BEGIN; SAVEPOINT a; ${first}; ROLLBACK TO a; ${second ?? 'SELECT 1'}; COMMIT`,
      `BEGIN; SAVEPOINT a; ${first}; RELEASE a; SAVEPOINT b; ${second ?? 'SELECT 1'}; ROLLBACK TO b; COMMIT`,
    );
  };
  const branch: Maker = (dice, catalog) => {
    const sql = other(dice, catalog);
    const otherwise = other(dice, catalog);
    if (sql === undefined) return undefined;
    const condition = `(SELECT count(*) % 2 = ${dice.one('0', '1')} FROM pg_class)`;
    return dice.one(
      `DO $$ BEGIN IF ${condition} THEN ${sql}; END IF; END $$`,
      `DO $$ BEGIN IF ${condition} THEN ${sql}; ELSE ${otherwise ?? 'NULL'}; END IF; END $$`,
      `DO $$ BEGIN ${sql}; EXCEPTION WHEN OTHERS THEN NULL; END $$`,
    );
  };
  const called: Maker = (dice, catalog) => {
    const sql = other(dice, catalog);
    if (sql === undefined) return undefined;
    return `CREATE OR REPLACE FUNCTION public.called() RETURNS void LANGUAGE plpgsql AS $$ BEGIN ${sql}; END $$; SELECT public.called()`;
  };
  return [undone, undone, branch, branch, called];
}
