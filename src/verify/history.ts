import type { ReadMigration } from '../input/project/types.ts';
import { applyScript } from './apply/apply-script.ts';
import { namesOf, type IncompleteMigration } from './apply/incomplete.ts';
import { changesRowsOnly, unparsedChangesRowsOnly } from './apply/changes-rows-only.ts';
import { aloneOf, prepareScript } from './apply/prepare-script.ts';
import type { ApplyOutcome, PreparedScript } from './apply/types.ts';
import type { Database, Engine } from './engines/types.ts';
import type { Refusal } from './cluster-guard.ts';
import { environmentKey, prepareEnvironment, type EnvironmentWishes } from './environment/environment.ts';
import type { PrefixCache } from './prefix-cache.ts';
import { beginSession } from './session.ts';
import type { MigrationOutcome } from './verify-migration.ts';
import type { VerifyRequest } from './verify-project.ts';
import { firstLine } from './words.ts';

/** A database after some migrations. */
export interface Built {
  readonly database: Database;
  /** How many of the migrations came from the cache. */
  readonly cached: number;
}

/** What the history is run with. */
export interface HistoryInput {
  readonly request: Pick<VerifyRequest, 'runner' | 'source' | 'prelude' | 'cache' | 'onProgress'>;
  readonly engine: Engine;
  readonly names: EnvironmentWishes['names'];
  /** Why a statement is not to be run here, for people; undefined if it is. */
  readonly refused: Refusal;
}

/**
 * Makes databases as they are after some of the migrations, which production has: what fails of them here fails for reasons of the
 * run, so that everything else of them is run all the same, and it is remembered that they are not whole.
 */
export class History {
  readonly #input: HistoryInput;
  readonly #environment: EnvironmentWishes;
  readonly #notes = new Set<string>();
  /** By id: what the statements name that did not run. */
  readonly #incomplete = new Map<string, IncompleteMigration['names']>();
  /** Ids of migrations that took an engine along, and are not run again. */
  readonly #deadly = new Set<string>();
  #session = '';
  #standIns: readonly string[] = [];

  constructor(input: HistoryInput) {
    this.#input = input;
    const { source, prelude } = input.request;
    this.#environment = { layout: source.found.layout, names: input.names, prelude };
  }

  /** What was stubbed, skipped or not as in production, for people: one sentence each. */
  get notes(): readonly string[] {
    return [...this.#notes];
  }

  /** The migrations that did not run whole here, in the order of the run. */
  get incomplete(): readonly IncompleteMigration[] {
    return [...this.#incomplete].map(([id, names]) => ({ id, names }));
  }

  /** Schemas that stand in for those of a platform. */
  get standIns(): readonly string[] {
    return this.#standIns;
  }

  /**
   * Runs what can be run of a migration that PostgreSQL refused, so that those after it find the schema that its author meant. Where
   * it lacks nothing but changes of rows, and is refuted, production will not have these either: then the history counts as whole.
   *
   * @param outcome what became of it: of what took the engine along nothing is run, and nothing twice.
   * @returns false if the database is lost.
   */
  async makeUp(
    database: Database,
    { id, forward }: ReadMigration,
    { killed, kept, verified }: Pick<MigrationOutcome, 'killed' | 'kept' | 'verified'>,
  ): Promise<boolean> {
    const script = forward && prepareScript(this.#input.request.runner, forward);
    if (killed || script === undefined || 'unsendable' in script) {
      this.#incomplete.set(id, script === undefined || 'unsendable' in script ? null : scriptNames(script));
      if (killed) this.#deadly.add(id);
      return true;
    }
    await this.beginSession(database);
    const { done, names } = await this.#applyOneByOne(database, script, new Set(kept));
    const isRefuted = verified.verdicts.some(
      ({ check, outcome }) => check === 'applies' && outcome === 'refuted',
    );
    const isWhole = done === 'all' || (done === 'all but rows' && isRefuted);
    const isRead = script.isWhole || (isRefuted && unparsedChangesRowsOnly(script));
    if (!isWhole || !isRead) this.#incomplete.set(id, isRead ? names : null);
    if (done === 'died') this.#deadly.add(id);
    return done !== 'died';
  }

  /** Ends what a script has left open or set. */
  async beginSession(database: Database): Promise<void> {
    await beginSession(database, this.#session);
  }

  /**
   * The database after migrations: from the cache as far as it reaches.
   *
   * @param quiet true for a second time, of which nobody needs to hear.
   * @throws {EngineDied} if a migration takes the engine along that nobody can tell from the others.
   */
  async after(migrations: readonly ReadMigration[], quiet = false): Promise<Built> {
    for (;;) {
      const built = await this.#try(migrations, quiet);
      if (built !== undefined) return built;
    }
  }

  /** Applies a migration that nobody asks about. @returns false if it took the database along. */
  async apply(database: Database, migration: ReadMigration, quiet = false): Promise<boolean> {
    const { id, forward, unreadable } = migration;
    if (forward === undefined) {
      if (unreadable !== undefined) this.#incomplete.set(id, null);
      return true;
    }
    if (this.#deadly.has(id)) return true;
    const script = prepareScript(this.#input.request.runner, forward);
    const unsent = 'unsendable' in script ? script.unsendable.message : undefined;
    if ('unsendable' in script) {
      this.#leave(id, `${id} was not run: ${unsent}.`, quiet);
      return true;
    }
    const refusal = this.#input.refused(script);
    if (refusal !== undefined) this.#leave(id, refusal, quiet);
    const outcome = refusal === undefined ? await applyScript(database, script) : undefined;
    if (outcome?.kind === 'ran') return true;
    if (outcome !== undefined) {
      const others =
        script.statements.length > 1 ? ' Its statements were run one by one, those that can be.' : '';
      this.#leave(
        id,
        `${id}, which comes before, does not run here: ${firstLine(outcome.error.message)}.${others}`,
        quiet,
      );
    }
    const rest = outcome?.kind === 'died' ? undefined : await this.#applyOneByOne(database, script);
    const isAlive = rest !== undefined && rest.done !== 'died';
    this.#incomplete.set(id, rest !== undefined && script.isWhole ? rest.names : scriptNames(script));
    if (!isAlive) this.#deadly.add(id);
    return isAlive;
  }

  #leave(id: string, note: string, quiet: boolean): void {
    const isKnown = this.#incomplete.has(id);
    if (!isKnown) this.#incomplete.set(id, null);
    if (!quiet && !isKnown) this.#notes.add(note);
  }

  /** @returns undefined if a migration took the database along: it is known by then. */
  async #try(migrations: readonly ReadMigration[], quiet: boolean): Promise<Built | undefined> {
    const { engine, request } = this.#input;
    const { cache } = request;
    const key = environmentKey(this.#environment);
    const found = this.#deadly.size === 0 ? await cache?.find(engine, migrations, key) : undefined;
    const database = await this.#open(found);
    const cached = found?.count ?? 0;
    await this.beginSession(database);
    for (const [index, migration] of migrations.entries()) {
      if (index < cached) continue;
      request.onProgress?.({ phase: 'history', done: index, total: migrations.length, id: migration.id });
      if (!(await this.apply(database, migration, quiet))) {
        await database.close();
        return undefined;
      }
      await this.beginSession(database);
    }
    if (cached < migrations.length && this.#deadly.size === 0 && !quiet)
      await cache?.keep(engine, database, migrations, {
        environment: key,
        cached,
        session: this.#session,
        incomplete: this.incomplete,
        standIns: this.#standIns,
        notes: this.notes,
        proven: false,
      });
    return { database, cached };
  }

  /** The database after the first of the migrations, of which an earlier run has proven that each applies; undefined for none. */
  async afterProven(migrations: readonly ReadMigration[]): Promise<Built | undefined> {
    const { engine, request } = this.#input;
    const found = await request.cache?.find(engine, migrations, environmentKey(this.#environment));
    if (found?.proven !== true) {
      await found?.snapshot.discard();
      return undefined;
    }
    const database = await this.#open(found);
    await this.beginSession(database);
    return { database, cached: found.count };
  }

  /** Keeps a database after migrations that are all proven to apply. */
  async keepProven(database: Database, migrations: readonly ReadMigration[], cached: number): Promise<void> {
    const { engine, request } = this.#input;
    if (cached === migrations.length) return;
    await request.cache?.keep(engine, database, migrations, {
      environment: environmentKey(this.#environment),
      cached,
      session: this.#session,
      incomplete: [],
      standIns: this.#standIns,
      notes: this.notes,
      proven: true,
    });
  }

  async #open(found: Awaited<ReturnType<PrefixCache['find']>>): Promise<Database> {
    const { engine } = this.#input;
    if (found !== undefined) {
      try {
        const database = await engine.open(found.snapshot);
        this.#session = found.session;
        this.#standIns = found.standIns;
        for (const { id, names } of found.incomplete) this.#incomplete.set(id, names);
        for (const note of found.notes) this.#notes.add(note);
        return database;
      } finally {
        await found.snapshot.discard();
      }
    }
    const database = await engine.open();
    const { session, notes, standIns } = await prepareEnvironment(
      engine,
      database,
      this.#environment,
      this.#input.refused,
    );
    this.#session = session;
    this.#standIns = standIns;
    for (const note of notes) this.#notes.add(note);
    return database;
  }

  /**
   * Runs what can be run of a script that fails as a whole.
   *
   * @returns whether that was all of it, or the database is lost; and what those name that did not run.
   */
  async #applyOneByOne(
    database: Database,
    script: PreparedScript,
    done: ReadonlySet<number> = new Set(),
  ): Promise<{
    readonly done: 'all' | 'all but rows' | 'some' | 'died';
    readonly names: IncompleteMigration['names'];
  }> {
    let ran: 'all' | 'all but rows' | 'some' = 'all';
    const failed: PreparedScript['statements'][number][] = [];
    for (const statement of script.statements) {
      if (done.has(statement.span.start)) continue;
      const alone = aloneOf(script, statement);
      const outcome: ApplyOutcome | undefined =
        this.#input.refused(alone) === undefined ? await applyScript(database, alone) : undefined;
      if (outcome?.kind === 'died') return { done: 'died', names: scriptNames(script) };
      if (outcome?.kind === 'ran') continue;
      failed.push(statement);
      ran = ran !== 'some' && changesRowsOnly(statement) ? 'all but rows' : 'some';
    }
    return { done: ran, names: namesOf(failed, script.source.text) };
  }
}

/** What all statements of a script name; null for one that cannot be parsed whole. */
function scriptNames({ statements, source, isWhole }: PreparedScript): IncompleteMigration['names'] {
  return isWhole ? namesOf(statements, source.text) : null;
}
