import { parseScript } from '../../../src/input/sql/parse-script.ts';
import type { ApplyOutcome, PreparedScript } from '../../../src/verify/apply/types.ts';
import type { Database, PostgresError } from '../../../src/verify/engines/types.ts';
import type { RollbackInput } from '../../../src/verify/rollbacks/types.ts';

/** A script that is sent as one query. The SQL parser must have been loaded. */
export function scriptOf(path: string, sql: string, fitsTransaction = true): PreparedScript {
  const source = { path, text: sql, encoding: 'utf-8', byteOrderMark: false } as const;
  return {
    source,
    mode: 'one query',
    statements: parseScript(source, []).statements,
    transactions: [],
    queries: sql === '' ? [] : [{ sql, start: 0, statements: [] }],
    isWhole: true,
    fitsTransaction,
  };
}

/** Sends a script, without looking for the place of an error. */
export async function apply(database: Database, script: PreparedScript): Promise<ApplyOutcome> {
  try {
    for (const { sql } of script.queries) await database.execute(sql);
    return { kind: 'ran' };
  } catch (error) {
    const place = { source: script.source, span: { start: 0, end: 1 } };
    return { kind: 'failed', error: error as PostgresError, statement: undefined, place, kept: [] };
  }
}

/** What a proof is given for a migration and its rollback. `opened` counts the copies that were asked for. */
export function rollbackInput(
  database: Database,
  up: string,
  down: string,
  opened: { count: number } = { count: 0 },
): RollbackInput {
  return {
    engine: {
      abilities: { ownCluster: true, secondConnection: false, timeouts: false },
      open: () => {
        opened.count++;
        return Promise.resolve({ ...database, close: () => Promise.resolve() });
      },
    },
    database,
    id: '002_change',
    forward: scriptOf('002_change/up.sql', up),
    rollback: scriptOf('002_change/down.sql', down),
    apply,
    copy: () =>
      Promise.resolve({ bytes: () => Promise.resolve(undefined), discard: () => Promise.resolve() }),
  };
}
