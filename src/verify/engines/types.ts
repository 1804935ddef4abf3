/**
 * A PostgreSQL that `verify` may use up: embedded, fetched for the user's version, or behind a URL. All are asked the same way.
 */
export interface Engine {
  readonly kind: 'pglite' | 'embedded' | 'url';
  /** As the server says it: `18.6`. */
  readonly version: string;
  /** Major version: 18. */
  readonly major: number;
  /** For people: `PostgreSQL 18.6 (PGlite)`, `PostgreSQL 15.18 at localhost`. Never with a password. */
  readonly label: string;
  readonly abilities: EngineAbilities;
  /** Of the extensions that its creator was told that migrations ask for. */
  readonly extensions: EngineExtensions;
  /** What people should know about it, sentences. */
  readonly notes: readonly string[];
  /**
   * A database of its own: empty, or as it was when the snapshot was taken.
   *
   * @throws {EngineDied} if the engine cannot be started.
   */
  open(from?: Snapshot): Promise<Database>;
  /**
   * A snapshot that `Snapshot.bytes` gave: of this engine, the same version of it, the same extensions.
   *
   * @returns undefined if the bytes are broken, or the engine has no such form. Opening one of another version ends in EngineDied.
   */
  snapshotFrom(bytes: Uint8Array): Promise<Snapshot | undefined>;
  /** Ends it and removes whatever it made. Databases of it must not be asked any more. Never throws. */
  close(): Promise<void>;
}

/** Extensions that an engine does not have. */
export interface EngineExtensions {
  /** CREATE EXTENSION succeeds, but makes nothing, or of pgvector types that do nothing. */
  readonly stubbed: readonly string[];
  /** CREATE EXTENSION fails. */
  readonly missing: readonly string[];
}

/** What an engine can do that others cannot. */
export interface EngineAbilities {
  /**
   * True if each database has roles and tablespaces of its own, which snapshots hold. False if they are those of a server that others
   * use: then statements that change them are to be refused beforehand (`refusedHere`).
   */
  readonly ownCluster: boolean;
  /** True if a second connection can look at a statement that refuses a transaction: CONCURRENTLY. */
  readonly secondConnection: boolean;
  /** True if `statement_timeout` and `lock_timeout` of a migration are obeyed. */
  readonly timeouts: boolean;
}

/** One session in a scratch database. Calls are made one after the other. */
export interface Database {
  /**
   * Sends SQL of one or more statements as one simple query; results are dropped.
   *
   * @param limits seconds after which the session is ended; default of the engine.
   * @throws {PostgresError} what PostgreSQL answers.
   * @throws {EngineDied} if there is no answer in time, or never will be: the database is lost then.
   */
  execute(sql: string, limits?: Limits): Promise<void>;
  /**
   * The rows of one query, each an object of its columns. Of the same types with every engine: booleans, numbers of up to 32 bits and
   * floating ones, `json` as what it holds, arrays of these and of `text`; `bigint` as a number where it is safe, else as a BigInt;
   * dates, times and `numeric` as PostgreSQL's text. Cast all else to text. Throws as `execute`.
   */
  rows<Row>(sql: string, limits?: Limits): Promise<readonly Row[]>;
  /** Sends statements as one pipeline of the extended protocol, as Go's drivers batch them. Throws as `execute`. */
  pipeline(statements: readonly string[], limits?: Limits): Promise<void>;
  /**
   * The database as it is now, which may be opened again many times. Outside a transaction only: PostgreSQL's 25001 otherwise. What
   * belongs to the session (settings, temporary tables, advisory locks) may be lost by saving; rows of UNLOGGED tables are not in it.
   * Throws as `execute`.
   */
  save(): Promise<Snapshot>;
  /** Drops it. Never throws. */
  close(): Promise<void>;
}

export interface Limits {
  /** Wall time in seconds. */
  readonly seconds?: number;
}

/** A database as it was at one moment. */
export interface Snapshot {
  /** For a cache on disk; undefined where an engine has no such form. */
  bytes(): Promise<Uint8Array | undefined>;
  /** Frees what it holds. Never throws. */
  discard(): Promise<void>;
}

/** An error that PostgreSQL answered with. Compared by its shape, not by its class, since it may come from a worker. */
export interface PostgresError extends Error {
  readonly name: 'PostgresError';
  /** SQLSTATE: `23502`. */
  readonly code: string;
  /** Place in the query that was sent, in characters (code points) from 1; undefined where PostgreSQL gives none. */
  readonly position: number | undefined;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  /** Where in a function or DO block. */
  readonly where: string | undefined;
}

/** That an engine ended: a database, or all of it. */
export interface EngineDied extends Error {
  readonly name: 'EngineDied';
  readonly reason: 'time' | 'memory' | 'crash' | 'connection';
}
