import type { Client } from 'pg';
import { engineDied, postgresError } from './errors.ts';
import { PipelineQuery } from './pipeline-query.ts';
import { Turns } from './turns.ts';
import type { Database, EngineDied, Limits, PostgresError, Snapshot } from './types.ts';

/** What the engine of a database on a server does for it. */
export interface ServerActions {
  /** A new session in the database. */
  connect(): Promise<Client>;
  /** Ends a session that does not answer, without its help. Never throws. */
  abandon(processId: number): Promise<void>;
  /** A copy of the database, whose session is in no transaction. */
  copy(session: SessionControl): Promise<Snapshot>;
  /** Removes the database. Its session has ended. Never throws. */
  drop(): Promise<void>;
}

/** What a copy may need of the session. */
export interface SessionControl {
  execute(sql: string): Promise<void>;
  /** Does it while no session is in the database; a new one begins afterwards. */
  without<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** A database on a real server, asked through pg. */
export class ServerDatabase implements Database {
  readonly #actions: ServerActions;
  readonly #seconds: number;
  readonly #turns = new Turns();
  #client: Client;
  #dead: EngineDied | undefined;
  #isClosed = false;

  private constructor(actions: ServerActions, seconds: number, client: Client) {
    this.#actions = actions;
    this.#seconds = seconds;
    this.#client = withTypes(client);
  }

  /** @param seconds wall time of a call where it says nothing itself. Throws what connecting throws. */
  static async open(actions: ServerActions, seconds: number): Promise<ServerDatabase> {
    return new ServerDatabase(actions, seconds, await actions.connect());
  }

  async execute(sql: string, limits: Limits = {}): Promise<void> {
    await this.#answer(limits, () => this.#client.query(sql));
  }

  async rows<Row>(sql: string, limits: Limits = {}): Promise<readonly Row[]> {
    const result: unknown = await this.#answer(limits, () => this.#client.query(sql));
    // Of several statements, each has its result.
    const last = (Array.isArray(result) ? (result as unknown[]).at(-1) : result) as { readonly rows: Row[] };
    return last.rows;
  }

  async pipeline(statements: readonly string[], limits: Limits = {}): Promise<void> {
    await this.#answer(
      limits,
      () =>
        new Promise<void>((resolve, reject) => {
          this.#client.query(new PipelineQuery(statements, { resolve, reject }));
        }),
    );
  }

  async save(): Promise<Snapshot> {
    // Its answer says whether there is a transaction; in a failed one there is none but an error.
    await this.execute('SELECT');
    if (this.#client.getTransactionStatus() !== 'I') {
      const none = { position: undefined, detail: undefined, hint: undefined, where: undefined };
      throw postgresError({ message: 'a transaction block cannot be saved', code: '25001', ...none });
    }
    return this.#actions.copy({
      execute: (sql) => this.execute(sql),
      without: async (work) => {
        await this.#client.end();
        try {
          return await work();
        } finally {
          this.#client = withTypes(await this.#actions.connect());
        }
      },
    });
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const isDead = this.#dead !== undefined;
    this.#dead ??= engineDied('connection', 'the database is closed');
    if (!isDead) await this.#client.end().catch(() => undefined);
    await this.#actions.drop();
  }

  async #answer<Result>(limits: Limits, ask: () => Promise<Result>): Promise<Result> {
    return this.#turns.take(async () => {
      if (this.#dead !== undefined) throw this.#dead;
      const seconds = limits.seconds ?? this.#seconds;
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => reject(this.#abandon(seconds)), seconds * 1000);
      });
      const answer = ask();
      // When it is late, it ends with the connection, and nobody is told a second time.
      answer.catch(() => undefined);
      try {
        return await Promise.race([answer, late]);
      } catch (error) {
        throw this.#understood(error);
      } finally {
        clearTimeout(timer);
      }
    });
  }

  #abandon(seconds: number): EngineDied {
    const processId = (this.#client as unknown as { readonly processID: number }).processID;
    this.#dead = engineDied('time', `no answer within ${seconds} s`);
    void this.#actions.abandon(processId).then(() => this.#client.end().catch(() => undefined));
    return this.#dead;
  }

  /** An error of PostgreSQL as the contract has it; one that ends the session, or comes from the network, ends the database. */
  #understood(error: unknown): PostgresError | EngineDied {
    if (error === this.#dead) return error as EngineDied;
    const { message, ...fields } = error as PostgresFields;
    const isFatal = fields.severity === 'FATAL' || fields.severity === 'PANIC';
    if (fields.severity === undefined || fields.code === undefined || isFatal) {
      this.#dead ??= engineDied('connection', isFatal ? message : 'the server ended the connection');
      return this.#dead;
    }
    const { code, position, detail, hint, where } = fields;
    const place = position === undefined ? undefined : Number(position);
    return postgresError({ message, code, position: place, detail, hint, where });
  }
}

/** pg's DatabaseError; an error of the network has a message alone. */
interface PostgresFields extends Error {
  readonly severity?: string;
  readonly code?: string;
  readonly position?: string;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  readonly where: string | undefined;
}

/** Values as `Database.rows` promises them, where pg has others: by the oids of `bigint`, `date`, `timestamp` and `timestamptz`. */
function withTypes(client: Client): Client {
  const asText = (text: string): string => text;
  for (const oid of [1082, 1114, 1184]) client.setTypeParser(oid, asText);
  client.setTypeParser(20, (text) => (Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text)));
  return client;
}
