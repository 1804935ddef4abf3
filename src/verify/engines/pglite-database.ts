import { Worker } from 'node:worker_threads';
import { engineDied, postgresError } from './errors.ts';
import { workerProgram, type WorkerAnswer, type WorkerRequest, type WorkerSetup } from './pglite-worker.ts';
import { Turns } from './turns.ts';
import type { Database, EngineDied, Limits, Snapshot } from './types.ts';

/** How long a call may take, and how much memory the process may grow by. */
export interface PgliteLimits {
  /** Wall time of a call where it says nothing itself. */
  readonly seconds: number;
  /** By how many bytes the process may be larger than at the beginning of a call. */
  readonly bytes: number;
}

/** How long starting and saving may take, in seconds: nobody’s SQL runs then, only a slow machine takes long. */
const PATIENCE = 300;

/** How often the memory is looked at, in milliseconds. */
const WATCH = 200;

/** With the usual 4 MB, endless recursion kills PGlite before PostgreSQL notices how deep its stack is (`max_stack_depth`). */
const STACK_MB = 16;

/** What waits for an answer. */
interface Call {
  readonly resolve: (answer: WorkerAnswer) => void;
  readonly reject: (error: EngineDied) => void;
}

/** A database of PGlite in a worker, which is ended when it does not answer. */
export class PgliteDatabase implements Database {
  readonly #worker: Worker;
  readonly #limits: PgliteLimits;
  readonly #keep: (data: Uint8Array) => Snapshot;
  #call: Call | undefined;
  readonly #turns = new Turns();
  #dead: EngineDied | undefined;

  private constructor(setup: WorkerSetup, limits: PgliteLimits, keep: (data: Uint8Array) => Snapshot) {
    this.#limits = limits;
    this.#keep = keep;
    this.#worker = new Worker(workerProgram, {
      eval: true,
      execArgv: [],
      // Whatever SQL finds a way to: there is no secret of a CI job here.
      env: {},
      argv: [],
      workerData: setup,
      resourceLimits: { stackSizeMb: STACK_MB },
      // What PGlite prints when it is in trouble is for nobody.
      stdout: true,
      stderr: true,
    });
    this.#worker.stdout.resume();
    this.#worker.stderr.resume();
    this.#worker.on('message', (answer: WorkerAnswer) => this.#call?.resolve(answer));
    this.#worker.on('error', (error: NodeJS.ErrnoException) => {
      const isMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      void this.#die(isMemory ? 'memory' : 'crash', isMemory ? 'it ran out of memory' : 'PGlite crashed');
    });
    this.#worker.on('exit', () => void this.#die('crash', 'PGlite crashed'));
  }

  /**
   * Starts one.
   *
   * @param keep makes a snapshot of a data folder.
   * @returns it, and the version of its server: `18.6`.
   * @throws {EngineDied} if it does not start.
   */
  static async open(
    setup: WorkerSetup,
    limits: PgliteLimits,
    keep: (data: Uint8Array) => Snapshot,
  ): Promise<{ readonly database: PgliteDatabase; readonly version: string }> {
    const database = new PgliteDatabase(setup, limits, keep);
    const answer = await database.#answer(undefined, { seconds: PATIENCE });
    if (answer.kind === 'open') return { database, version: answer.version };
    throw database.#dead ?? (await database.#die('crash', 'PGlite did not start'));
  }

  async execute(sql: string, limits: Limits = {}): Promise<void> {
    await this.#answer({ kind: 'execute', sql }, limits);
  }

  async rows<Row>(sql: string, limits: Limits = {}): Promise<readonly Row[]> {
    const answer = await this.#answer({ kind: 'rows', sql }, limits);
    return answer.kind === 'rows' ? (answer.rows as readonly Row[]) : [];
  }

  async pipeline(statements: readonly string[], limits: Limits = {}): Promise<void> {
    await this.#answer({ kind: 'pipeline', statements }, limits);
  }

  async save(): Promise<Snapshot> {
    return this.#keep(await this.data());
  }

  /** The data folder in one piece. Throws as `execute`. */
  async data(): Promise<Uint8Array> {
    const answer = await this.#answer({ kind: 'save' }, { seconds: PATIENCE });
    if (answer.kind !== 'saved') throw await this.#die('crash', 'PGlite did not give its data');
    return answer.data;
  }

  async close(): Promise<void> {
    await this.#die('connection', 'the database is closed');
  }

  /** Sends a request (at the start, none) when it is its turn, and waits for the answer. */
  async #answer(request: WorkerRequest | undefined, limits: Limits): Promise<WorkerAnswer> {
    return this.#turns.take(() => this.#ask(request, limits));
  }

  async #ask(request: WorkerRequest | undefined, limits: Limits): Promise<WorkerAnswer> {
    if (this.#dead !== undefined) throw this.#dead;
    const stop = this.#watch(limits.seconds ?? this.#limits.seconds);
    try {
      const answer = await new Promise<WorkerAnswer>((resolve, reject) => {
        this.#call = { resolve, reject };
        this.#worker.ref();
        if (request !== undefined) this.#worker.postMessage(request, []);
      });
      if (answer.kind === 'refused') throw postgresError(answer.error);
      if (answer.kind === 'crashed') throw await this.#die('crash', answer.message);
      return answer;
    } finally {
      stop();
      this.#call = undefined;
      // A database that nobody asks keeps no program from ending.
      this.#worker.unref();
    }
  }

  /** Ends the database when the call takes too long or too much. @returns what stops it. */
  #watch(seconds: number): () => void {
    const before = process.memoryUsage.rss();
    const timer = setTimeout(() => void this.#die('time', `no answer within ${seconds} s`), seconds * 1000);
    const watchdog = setInterval(() => {
      if (process.memoryUsage.rss() - before <= this.#limits.bytes) return;
      const size = (this.#limits.bytes / 2 ** 30).toFixed(1).replace(/\.0$/u, '');
      void this.#die('memory', `it took more than ${size} GB of memory`);
    }, WATCH);
    return () => {
      clearTimeout(timer);
      clearInterval(watchdog);
    };
  }

  /** Ends the worker; the first reason is the one. */
  async #die(reason: EngineDied['reason'], message: string): Promise<EngineDied> {
    const error = (this.#dead ??= engineDied(reason, message));
    await this.#worker.terminate();
    this.#call?.reject(error);
    return error;
  }
}
