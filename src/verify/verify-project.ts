import type { ReadFile, ReadMigration, ReadProject } from '../input/project/types.ts';
import { keepsSession } from '../input/runners/session.ts';
import type { Runner } from '../input/runners/types.ts';
import { parseScript } from '../input/sql/parse-script.ts';
import { refusedHere } from './cluster-guard.ts';
import { tryDeploy, type DeployFailure } from './deploy-transaction.ts';
import type { Database, Engine } from './engines/types.ts';
import { environmentExtensions, type EnvironmentWishes } from './environment/environment.ts';
import type { NamesCache } from './environment/names-cache.ts';
import { OutsideNameCollector, type OutsideNameLists } from './environment/outside-names.ts';
import { History } from './history.ts';
import type { PrefixCache } from './prefix-cache.ts';
import type { Verification, VerifiedMigration } from './types.ts';
import { verifyMigration, type MigrationOutcome, type VerifyChecks } from './verify-migration.ts';

/** What is to be verified, and where. */
export interface VerifyRequest {
  readonly source: ReadProject;
  readonly runner: Runner;
  /** Makes the engine, once it is known which extensions the migrations want. */
  readonly engine: (extensions: readonly string[]) => Promise<Engine>;
  /** Whether a migration is to be verified; the others are history. */
  readonly selects: (migration: ReadMigration) => boolean;
  readonly prelude: EnvironmentWishes['prelude'];
  readonly checks: VerifyChecks;
  /** True if nothing else is wanted than whether migrations apply, in little time: then no schema is read, and nothing copied. */
  readonly onlyApplies?: boolean;
  /** Databases of earlier runs; undefined for none. */
  readonly cache: PrefixCache | undefined;
  /** What earlier runs found that scripts name; undefined for none. */
  readonly names?: NamesCache | undefined;
  /** True if statements may be run that change more than the scratch database of a server that others use. */
  readonly allowsClusterChanges?: boolean;
  readonly onProgress?: (progress: Progress) => void;
}

/** How far a run is. */
export interface Progress {
  readonly phase: 'history' | 'verify';
  readonly done: number;
  readonly total: number;
  readonly id: string;
}

/**
 * Runs a project's migrations on a PostgreSQL of its own, and asks it about those that are selected. The engine is closed in the end.
 *
 * The SQL parser must have been loaded.
 *
 * @throws {EngineDied} if the engine cannot be started, {PostgresError} if the prelude fails.
 */
export async function verifyProject(request: VerifyRequest): Promise<Verification> {
  const names = namesOf(request);
  const { layout } = request.source.found;
  const engine = await request.engine([
    ...new Set([...names.extensions, ...environmentExtensions({ layout, names })]),
  ]);
  try {
    return await new ProjectVerification(request, engine, names).run();
  } finally {
    await Promise.all([request.cache?.finish(), request.names?.finish()]);
    await engine.close();
  }
}

/** What all scripts of a project name that a database does not have by itself. Only those are parsed of which nobody has kept it. */
function namesOf({ source: { migrations }, prelude, names: kept }: VerifyRequest): OutsideNameCollector {
  const names = new OutsideNameCollector();
  for (const { path, sql } of prelude)
    names.addLists(
      namesIn({ source: { path, text: sql, encoding: 'utf-8', byteOrderMark: false }, problems: [] }),
    );
  for (const file of migrations.flatMap(({ forward, rollback }) => [forward, rollback])) {
    if (file === undefined) continue;
    const known = kept?.find(file);
    const found = known ?? namesIn(file);
    if (known === undefined) kept?.keep(file, found);
    names.addLists(found);
  }
  return names;
}

function namesIn({
  source,
  problems,
  within,
}: Pick<ReadFile, 'source' | 'problems' | 'within'>): OutsideNameLists {
  const names = new OutsideNameCollector();
  const script = parseScript(source, problems, within);
  for (const statement of script.statements) names.add(statement);
  script.forget();
  return names.lists();
}

class ProjectVerification {
  readonly #request: VerifyRequest;
  readonly #engine: Engine;
  readonly #names: OutsideNameCollector;
  readonly #refused: ReturnType<typeof refusedHere>;
  readonly #history: History;

  constructor(request: VerifyRequest, engine: Engine, names: OutsideNameCollector) {
    this.#request = request;
    this.#engine = engine;
    this.#names = names;
    this.#refused = refusedHere(engine, request.allowsClusterChanges === true);
    this.#history = new History({ request, engine, names, refused: this.#refused });
  }

  async run(): Promise<Verification> {
    const { source, selects, runner } = this.#request;
    const { migrations } = source;
    const first = migrations.findIndex(selects);
    const last = migrations.findLastIndex(selects);
    const before = first < 0 ? [] : migrations.slice(0, first);
    const { database, cached } = await this.#history.after(before);
    const failure = await this.#tryDeploy(database, migrations.slice(first, last + 1));
    const verified: VerifiedMigration[] = [];
    let current = database;
    for (const [index, migration] of migrations.entries()) {
      if (first < 0 || index < first || index > last) continue;
      this.#request.onProgress?.({
        phase: 'verify',
        done: index - first,
        total: last + 1 - first,
        id: migration.id,
      });
      const earlier = migrations.slice(0, index);
      if (!selects(migration)) {
        const isAlive = await this.#history.apply(current, migration);
        if (isAlive) await this.#history.beginSession(current);
        else current = await this.#again(current, earlier);
        continue;
      }
      const outcome = await this.#verify(current, migration, earlier);
      verified.push(outcome.applied ? withFailure(outcome.verified, failure) : outcome.verified);
      current = outcome.database;
      if (!outcome.applied && !(await this.#history.makeUp(current, migration, outcome)))
        current = await this.#again(current, earlier);
      // Within a deploy, what a migration has set holds for the next one.
      const isSameDeploy = this.#isDeploy && keepsSession(runner) && outcome.applied;
      if (!isSameDeploy) await this.#history.beginSession(current);
    }
    await current.close();
    const { label, version, major, notes } = this.#engine;
    return {
      engine: { label, version, major },
      migrations: verified,
      prefix: { applied: before.length, cached },
      notes: [...notes, ...this.#history.notes],
    };
  }

  /** Whether all pending migrations go out together; without a base, each goes out alone. */
  get #isDeploy(): boolean {
    return this.#request.source.base.kind !== 'none';
  }

  async #tryDeploy(
    database: Database,
    migrations: readonly ReadMigration[],
  ): Promise<DeployFailure | undefined> {
    const { runner, selects } = this.#request;
    if (runner.oneTransactionPerDeploy !== true || !this.#isDeploy) return undefined;
    const deploy = migrations.filter(({ state }) => state === 'pending');
    if (deploy.length < 2 || deploy.length < migrations.length || !deploy.every(selects)) return undefined;
    return tryDeploy({ database, engine: this.#engine, runner, migrations: deploy, refused: this.#refused });
  }

  #verify(
    database: Database,
    migration: ReadMigration,
    earlier: readonly ReadMigration[],
  ): Promise<MigrationOutcome> {
    const { runner, checks, onlyApplies = false } = this.#request;
    const fidelity = { names: this.#names, incomplete: this.#history.incomplete };
    return verifyMigration({
      engine: this.#engine,
      database,
      migration,
      runner,
      checks,
      onlyApplies,
      fidelity,
      refused: this.#refused,
      restore: async () => (await this.#history.after(earlier, true)).database,
    });
  }

  async #again(lost: Database, migrations: readonly ReadMigration[]): Promise<Database> {
    await lost.close();
    return (await this.#history.after(migrations, true)).database;
  }
}

/** A migration that applies alone, but not together with the others of its deploy. */
function withFailure(verified: VerifiedMigration, failure: DeployFailure | undefined): VerifiedMigration {
  if (failure === undefined || failure.id !== verified.id) return verified;
  return {
    ...verified,
    verdicts: verified.verdicts.map((verdict) => (verdict.check === 'applies' ? failure.verdict : verdict)),
  };
}
