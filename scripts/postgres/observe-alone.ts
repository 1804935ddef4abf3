import { setTimeout as wait } from 'node:timers/promises';
import {
  observationOf,
  relationsOf,
  type LockRow,
  type Relations,
  type Session,
} from '../../src/verify/trace/observation.ts';
import type { ObserveAlone } from '../../test/model/effects/matrix/run-matrix.ts';
import type { Server } from '../../src/verify/engines/server.ts';

/**
 * What stops a statement where it asks for a conflicting lock: at its first one, at those that stop writers or wait for them, and
 * where readers stop it, who lock a table's indexes, too.
 */
const OBSTACLES: readonly ((table: string) => string)[] = [
  (table) => `LOCK TABLE ONLY ${table} IN ACCESS EXCLUSIVE MODE`,
  (table) => `LOCK TABLE ONLY ${table} IN SHARE MODE`,
  (table) => `LOCK TABLE ONLY ${table} IN ROW EXCLUSIVE MODE`,
  (table) => `SELECT FROM ONLY ${table}`,
];

/** A lock on a relation by its name, which stays the same when the schema is made anew. */
interface NamedLock {
  readonly name: string;
  readonly mode: string;
}

/**
 * Observes a statement that cannot run in a transaction block, so that its locks are gone when it is done: it is run again and
 * again, each time while another session stands in its way with a lock on one table, and a third one looks at what it holds
 * and asks for while it waits.
 */
export function observeAloneOn(server: Server): ObserveAlone {
  return async (session, sql, prepare) => {
    const [obstacle, watcher] = await Promise.all([server.connect(), server.connect()]);
    const seen: NamedLock[] = [];
    try {
      await prepare();
      const tables = [...(await relationsOf(session)).values()].filter(
        ({ kind }) => kind === 'r' || kind === 'p',
      );
      for (const { name } of tables) {
        for (const [at, standInTheWay] of OBSTACLES.entries()) {
          await prepare();
          const relations = await relationsOf(session);
          await obstacle.execute(`BEGIN; ${standInTheWay(name)}`);
          const { waited, locks } = await locksWhileWaiting(session, sql, obstacle, watcher, relations);
          seen.push(...locks);
          // What does not wait for the strongest lock does not touch the table.
          if (at === 0 && !waited) break;
        }
      }
      await prepare();
      const before = await relationsOf(session);
      await session.execute(sql);
      return observationOf(before, await relationsOf(session), toRows(seen, before));
    } finally {
      await Promise.all([obstacle.close(), watcher.close()]);
    }
  };
}

/** Starts the statement, looks at its locks until it waits or ends, and clears its way. */
async function locksWhileWaiting(
  session: Session,
  sql: string,
  obstacle: Session,
  watcher: Session,
  relations: Relations,
): Promise<{ readonly waited: boolean; readonly locks: readonly NamedLock[] }> {
  const [own] = await session.rows<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const state = { waited: false, ended: false };
  const done = session.execute(sql).finally(() => (state.ended = true));
  const seen: LockRow[] = [];
  for (; !state.waited && !state.ended; await wait(2)) {
    const rows = await watcher.rows<LockRow & { waits: boolean }>(
      `SELECT l.relation::int AS oid, l.mode, a.wait_event_type = 'Lock' AS waits
       FROM pg_stat_activity a LEFT JOIN pg_locks l ON l.pid = a.pid AND l.locktype = 'relation'
       WHERE a.pid = ${own?.pid ?? 0} AND a.state = 'active'`,
    );
    state.waited = rows.some((row) => row.waits);
    seen.push(...rows);
  }
  await obstacle.execute('ROLLBACK');
  await done;
  const locks = seen.flatMap(({ oid, mode }) => {
    const relation = relations.get(oid);
    return relation === undefined ? [] : [{ name: relation.name, mode }];
  });
  return { waited: state.waited, locks };
}

function toRows(locks: readonly NamedLock[], relations: Relations): LockRow[] {
  const oids = new Map([...relations.values()].map(({ name, oid }) => [name, oid]));
  return locks.flatMap(({ name, mode }) => {
    const oid = oids.get(name);
    return oid === undefined ? [] : [{ oid, mode }];
  });
}
