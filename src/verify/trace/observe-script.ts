import { refusesTransaction } from '../../input/runners/outside-transaction.ts';
import type { Transaction } from '../../input/runners/types.ts';
import type { Statement } from '../../input/sql/types.ts';
import type { LockMode } from '../../model/operations/types.ts';
import { runsInTransaction } from '../apply/prepare-script.ts';
import type { PreparedScript } from '../apply/types.ts';
import { isPostgresError } from '../engines/errors.ts';
import type { Database, Limits, PostgresError } from '../engines/types.ts';
import type { HeldModes } from './compare.ts';
import { lockMode, momentOf, observationOf, type Moment, type Observation } from './observation.ts';

/** A statement that was run, and what it did to relations that existed before its script. */
export interface ObservedStatement {
  readonly statement: Statement;
  readonly observation: Observation;
  /** What its transaction held on them before it. */
  readonly held: HeldModes;
  /** The command that runs in no transaction, so that its locks and scans could not be seen; undefined if they could. */
  readonly alone: string | undefined;
}

/** What was seen of a script. */
export interface ObservedScript {
  /** In the order in which they ran. */
  readonly statements: readonly ObservedStatement[];
  /** At what PostgreSQL stopped; undefined if it ran to its end. */
  readonly stopped: { readonly statement: Statement; readonly error: PostgresError } | undefined;
}

/** Statements that may leave a table an empty file: those that can run any other. */
const MAY_TRUNCATE: ReadonlySet<string> = new Set(['TruncateStmt', 'DoStmt', 'CallStmt', 'SelectStmt']);

/** Statements that touch no relation. */
const SETTINGS: ReadonlySet<string> = new Set(['TransactionStmt', 'VariableSetStmt']);

/** What one session leaves behind that a ROLLBACK does not take back. */
const LEAVE = 'ROLLBACK; DEALLOCATE ALL; UNLISTEN *; SELECT pg_advisory_unlock_all()';

/**
 * Runs a script that fits a transaction in one, and looks at it after each statement. The database is left as it was found, but for
 * the values of sequences.
 *
 * @throws {EngineDied} if there is no answer in time.
 */
export async function observeInTransaction(
  database: Database,
  { statements, source }: PreparedScript,
  limits: Limits = {},
): Promise<ObservedScript> {
  await database.execute('BEGIN');
  const observer = new Observer(database, source.text, limits);
  const stopped = await observer.all(statements);
  await database.execute(LEAVE);
  return { statements: observer.seen, stopped };
}

/**
 * Runs a script for good, each statement in the transaction that its runner gives it, and looks at it after each.
 *
 * @param database a copy.
 * @throws {EngineDied} if there is no answer in time.
 */
export async function observeForGood(
  database: Database,
  { transactions, source }: PreparedScript,
  limits: Limits = {},
): Promise<ObservedScript> {
  const observer = new Observer(database, source.text, limits);
  for (const transaction of transactions) {
    const stopped = await observer.transaction(transaction);
    if (stopped !== undefined) return { statements: observer.seen, stopped };
  }
  return { statements: observer.seen, stopped: undefined };
}

/** What people call a statement that runs in no transaction. */
export function aloneCommand({ tree }: Statement): string {
  return refusesTransaction(tree) ?? ('CallStmt' in tree ? 'CALL' : 'a DO block that commits');
}

class Observer {
  readonly #database: Database;
  readonly #text: string;
  readonly #limits: Limits;
  readonly seen: ObservedStatement[] = [];
  /** Relations that were there before the script. */
  #older: ReadonlySet<number> | undefined;

  constructor(database: Database, text: string, limits: Limits) {
    this.#database = database;
    this.#text = text;
    this.#limits = limits;
  }

  async transaction({ kind, statements }: Transaction): Promise<ObservedScript['stopped']> {
    const [only] = statements;
    if (kind === 'autocommit' && only !== undefined && !runsInTransaction(only))
      return await this.#alone(only);
    // What stands before a BEGIN in the same query belongs to its transaction, so that ours may be the first.
    await this.#database.execute('BEGIN');
    const stopped = await this.all(statements);
    if (stopped !== undefined) await this.#database.execute('ROLLBACK');
    // Where the script has ended it, this only warns.
    else await this.#database.execute('COMMIT');
    return stopped;
  }

  /** Runs statements in the transaction that is open. */
  async all(statements: readonly Statement[]): Promise<ObservedScript['stopped']> {
    // Looking is a query, and SET TRANSACTION must come before any.
    const first = statements.findIndex(({ tree }) => !SETTINGS.has(Object.keys(tree)[0] ?? ''));
    const settings = first < 0 ? statements : statements.slice(0, first);
    for (const statement of settings) {
      const error = await this.#run(statement);
      if (error !== undefined) return { statement, error };
    }
    let before = await momentOf(this.#database);
    for (const statement of statements.slice(settings.length)) {
      const error = await this.#run(statement);
      if (error !== undefined) return { statement, error };
      const after = await momentOf(this.#database);
      this.#keep(statement, before, after, undefined);
      before = after;
    }
    return undefined;
  }

  async #alone(statement: Statement): Promise<ObservedScript['stopped']> {
    const before = await momentOf(this.#database);
    const error = await this.#run(statement);
    if (error !== undefined) return { statement, error };
    const after = { ...(await momentOf(this.#database)), locks: [] };
    this.#keep(statement, before, after, aloneCommand(statement));
    return undefined;
  }

  async #run({ span }: Statement): Promise<PostgresError | undefined> {
    try {
      await this.#database.execute(this.#text.slice(span.start, span.end), this.#limits);
      return undefined;
    } catch (error) {
      if (isPostgresError(error)) return error;
      throw error;
    }
  }

  #keep(statement: Statement, before: Moment, after: Moment, alone: string | undefined): void {
    const older = (this.#older ??= new Set(before.relations.keys()));
    const isOlder = (oid: number): boolean => older.has(oid);
    const taken = new Set(before.locks.map(({ oid, mode }) => `${oid} ${mode}`));
    const locks = after.locks.filter(({ oid, mode }) => !taken.has(`${oid} ${mode}`));
    const observation = observationOf(before.relations, after.relations, locks, {
      counts: isOlder,
      mayEmpty: MAY_TRUNCATE.has(Object.keys(statement.tree)[0] ?? ''),
    });
    // Counted anew in the transactions of a body.
    const seen = alone === undefined ? observation : { ...observation, scanned: [] };
    this.seen.push({ statement, observation: seen, held: heldIn(before, isOlder), alone });
  }
}

/** The locks that a transaction has, an index's ACCESS EXCLUSIVE as its table's. */
function heldIn({ relations, locks }: Moment, counts: (oid: number) => boolean): HeldModes {
  const held = new Map<string, Set<LockMode>>();
  for (const { oid, mode } of locks) {
    const relation = relations.get(oid);
    if (relation === undefined || !counts(oid)) continue;
    const lock = lockMode(mode);
    const name = relation.table === null ? relation.name : relations.get(relation.table)?.name;
    if (name === undefined || (relation.table !== null && lock !== 'ACCESS EXCLUSIVE')) continue;
    held.set(name, (held.get(name) ?? new Set()).add(lock));
  }
  return held;
}
