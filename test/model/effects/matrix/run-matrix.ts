import {
  observationOf,
  observe,
  relationsOf,
  type Observation,
  type Session,
} from '../../../../src/verify/trace/observation.ts';
import { groups } from './groups.ts';
import type { Group, MatrixStatement } from './types.ts';

/** One statement of the matrix on one server. */
export interface Run {
  readonly group: Group;
  readonly statement: MatrixStatement;
  /** Undefined if PostgreSQL rejected it; then `error` says why. */
  readonly observation: Observation | undefined;
  readonly error: string | undefined;
}

/** Observes a statement that cannot run in a transaction block. The session is in autocommit, its schema is prepared anew by `prepare`. */
export type ObserveAlone = (
  session: Session,
  sql: string,
  prepare: () => Promise<void>,
) => Promise<Observation>;

/** The statements of the matrix with their groups, strings made objects: all, or those that a major version of PostgreSQL has. */
export function matrixStatements(version?: number): { group: Group; statement: MatrixStatement }[] {
  const all = groups.flatMap((group) =>
    group.statements.map((one) => ({ group, statement: typeof one === 'string' ? { sql: one } : one })),
  );
  return version === undefined ? all : all.filter(({ statement }) => existsIn(statement, version));
}

/** Whether a major version of PostgreSQL has the statement. */
export function existsIn({ since = 13, until = Infinity }: MatrixStatement, version: number): boolean {
  return since <= version && version <= until;
}

/**
 * Runs the matrix on a server.
 *
 * @param session a superuser's, in a database of which nothing is kept.
 * @param version the server's major version: newer statements are left out.
 * @param observeAlone for the statements that cannot run in a transaction block; by default only their files are looked at.
 * @returns one run a statement, in the matrix's order.
 */
export async function* runMatrix(
  session: Session,
  version: number,
  observeAlone: ObserveAlone = observeFiles,
): AsyncGenerator<Run> {
  let current = '';
  for (const { group, statement } of matrixStatements(version)) {
    const wanted = `${group.fixture};${statement.after ?? ''}`;
    const prepare = async (): Promise<void> => {
      if (current === wanted) return;
      current = '';
      await emptySession(session);
      await session.execute(group.fixture);
      if (statement.after !== undefined) await session.execute(statement.after);
      current = wanted;
    };
    try {
      let observation: Observation;
      if (statement.alone === true) {
        const prepareAnew = async (): Promise<void> => {
          current = '';
          await prepare();
          current = '';
        };
        observation = await observeAlone(session, statement.sql, prepareAnew);
      } else {
        await prepare();
        observation = await observe(session, [statement.sql]);
      }
      yield { group, statement, observation, error: undefined };
    } catch (error) {
      yield { group, statement, observation: undefined, error: (error as Error).message };
    }
  }
}

/** What files tell of a statement that runs by itself: its locks are gone by the time that anybody could look. */
async function observeFiles(
  session: Session,
  sql: string,
  prepare: () => Promise<void>,
): Promise<Observation> {
  await prepare();
  const before = await relationsOf(session);
  await session.execute(sql);
  return observationOf(before, await relationsOf(session), []);
}

/** Everything that statements of the matrix leave behind. */
const LEFT = `
  SELECT format('DROP SCHEMA %I CASCADE', nspname) AS drop FROM pg_namespace
    WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
  UNION ALL SELECT format('DROP PUBLICATION %I', pubname) FROM pg_publication
  UNION ALL SELECT format('DROP EVENT TRIGGER %I', evtname) FROM pg_event_trigger
  UNION ALL SELECT format('DROP FOREIGN DATA WRAPPER %I CASCADE', fdwname) FROM pg_foreign_data_wrapper`;

/** Makes the session's database one with an empty `public` schema. */
export async function emptySession(session: Session): Promise<void> {
  await session.execute('RESET ALL');
  const rows = await session.rows<{ drop: string }>(LEFT);
  const drops = rows.map(({ drop }) => `${drop};`).join('');
  await session.execute(
    `SET client_min_messages = error; ${drops} DISCARD TEMP; CREATE SCHEMA public; SET client_min_messages = warning`,
  );
}
