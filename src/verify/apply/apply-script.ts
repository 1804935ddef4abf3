import type { Statement } from '../../input/sql/types.ts';
import type { Place } from '../../input/text/types.ts';
import { textOffsets } from '../../input/text/offsets.ts';
import type { Database, Limits, PostgresError } from '../engines/types.ts';
import { isEngineDied, isPostgresError } from '../engines/errors.ts';
import type { ApplyOutcome, PreparedScript, Query } from './types.ts';

/** How a script is applied. */
export interface ApplyOptions {
  readonly limits?: Limits;
  /** True if a transaction is open that belongs to the caller: the script begins and ends none, and an error leaves it open. */
  readonly insideTransaction?: boolean;
}

/**
 * Sends a script to PostgreSQL as its runner does. After an error no transaction is open, unless the caller's.
 *
 * @returns what became of it; where PostgreSQL does not say at which of several statements it stopped, they are tried one by one, in a
 *   transaction that is rolled back.
 */
export async function applyScript(
  database: Database,
  script: PreparedScript,
  options: ApplyOptions = {},
): Promise<ApplyOutcome> {
  const sending = new Sending(database, script, options);
  try {
    await sending.all();
    return { kind: 'ran' };
  } catch (error) {
    if (isEngineDied(error)) return { kind: 'died', error, ...sending.at(undefined) };
    if (!isPostgresError(error)) throw error;
    return await sending.explain(error);
  }
}

/** Where an error belongs, as far as it is known. */
interface Where {
  readonly statement: Statement | undefined;
  readonly place: Place | undefined;
}

const nowhere: Where = { statement: undefined, place: undefined };

class Sending {
  readonly #database: Database;
  readonly #script: PreparedScript;
  readonly #limits: Limits;
  readonly #inside: boolean;
  /** The query that is under way. */
  #query: Query | undefined;

  constructor(database: Database, script: PreparedScript, { limits = {}, insideTransaction }: ApplyOptions) {
    this.#database = database;
    this.#script = script;
    this.#limits = limits;
    this.#inside = insideTransaction === true;
  }

  async all(): Promise<void> {
    const { mode, queries } = this.#script;
    if (mode === 'pipeline' && !this.#inside) {
      return this.#database.pipeline(
        queries.map(({ sql }) => sql),
        this.#limits,
      );
    }
    const wraps = !this.#inside && (mode === 'one transaction' || mode === 'one transaction of statements');
    if (wraps) await this.#database.execute('BEGIN');
    for (const query of queries) {
      this.#query = query;
      await this.#database.execute(query.sql, this.#limits);
    }
    this.#query = undefined;
    if (wraps) await this.#database.execute('COMMIT');
  }

  /** Where an error belongs: to the statement that its position is in, or to the only one of the query. */
  at(error: PostgresError | undefined): Where {
    const query = this.#query;
    if (query === undefined) return nowhere;
    const [only, ...others] = query.statements;
    const offset = error?.position === undefined ? undefined : offsetOf(query, error.position);
    const statement =
      offset === undefined
        ? others.length === 0
          ? only
          : undefined
        : (query.statements.find(({ span }) => offset < span.end) ?? query.statements.at(-1));
    return { statement, place: placeOf(this.#script, statement, offset) };
  }

  async explain(error: PostgresError): Promise<ApplyOutcome> {
    if (!this.#inside) await this.#database.execute('ROLLBACK');
    const found = this.at(error);
    const isFound = found.statement !== undefined || found.place !== undefined;
    const at = isFound || this.#inside ? found : await this.#search(error);
    return { kind: 'failed', error, ...at, kept: keptBefore(this.#script, at.statement) };
  }

  /** Tries the statements one by one, each after those before it, until one gives the same error. */
  async #search({ code }: PostgresError): Promise<Where> {
    await this.#database.execute('BEGIN');
    try {
      for (const statement of this.#script.statements) {
        const { start, end } = statement.span;
        const query = { sql: this.#script.source.text.slice(start, end), start, statements: [statement] };
        try {
          await this.#database.execute(query.sql, this.#limits);
        } catch (error) {
          this.#query = query;
          // Another error is one that comes of the trial: the statement refuses a transaction, for one.
          return isPostgresError(error) && error.code === code ? this.at(error) : nowhere;
        }
      }
    } finally {
      await this.#database.execute('ROLLBACK');
    }
    return nowhere;
  }
}

/** The UTF-16 offset in the file of a position that PostgreSQL counts in characters of the query, from 1. */
function offsetOf({ sql, start }: Query, position: number): number {
  return start + textOffsets(sql).utf16FromCodePoints(position - 1);
}

/** The word at the offset where there is one, else the statement. */
function placeOf(
  { source }: PreparedScript,
  statement: Statement | undefined,
  offset: number | undefined,
): Place | undefined {
  if (offset === undefined) return statement && { source, span: statement.span };
  const word =
    /^(?:"(?:[^"]|"")*"|[\p{L}\p{N}_$]+|\S)/u.exec(source.text.slice(offset, offset + 256))?.[0] ?? '';
  return { source, span: { start: offset, end: offset + word.length } };
}

/** What was done before a statement and stays, since its transaction had ended by then. */
function keptBefore(
  { transactions }: PreparedScript,
  statement: Statement | undefined,
): readonly Statement[] {
  const failed = transactions.findIndex(
    ({ statements }) => statement !== undefined && statements.includes(statement),
  );
  if (failed < 0) return [];
  return transactions
    .slice(0, failed)
    .filter(({ end }) => end !== 'rollback')
    .flatMap(({ statements }) => statements);
}
