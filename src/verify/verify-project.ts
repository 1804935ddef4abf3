import type { ReadFile, ReadMigration, ReadProject } from '../input/project/types.ts';
import { keepsSession } from '../input/runners/session.ts';
import type { Runner } from '../input/runners/types.ts';
import { parseScript } from '../input/sql/parse-script.ts';
import { applyScript } from './apply/apply-script.ts';
import { refusedHere } from './cluster-guard.ts';
import { tryDeploy, type DeployFailure } from './deploy-transaction.ts';
import type { Database, Engine, EngineExtensions } from './engines/types.ts';
import { extensionNotes } from './environment/stand-ins.ts';
import { environmentExtensions, type EnvironmentWishes } from './environment/environment.ts';
import type { NamesCache } from './environment/names-cache.ts';
import { OutsideNameCollector, type OutsideNameLists } from './environment/outside-names.ts';
import { History, type Built } from './history.ts';
import type { PrefixCache } from './prefix-cache.ts';
import { proveAllDown, type RolledBackMigration } from './rollbacks/prove-all.ts';
import type { Verdict, Verification, VerifiedMigration } from './types.ts';
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
    const known = await this.#provenBefore(migrations.slice(0, last + 1));
    const { database, cached } = known ?? (await this.#history.after(before));
    const failure = await this.#tryDeploy(database, migrations.slice(first, last + 1));
    const proven = known?.cached ?? 0;
    const verified: VerifiedMigration[] = migrations.slice(0, proven).map(provenBefore);
    const downs: RolledBackMigration[] = [];
    let current = database;
    for (const [index, migration] of migrations.entries()) {
      if (first < 0 || index < Math.max(first, proven) || index > last) continue;
      this.#request.onProgress?.({
        phase: 'verify',
        done: index - first,
        total: last + 1 - first,
        id: migration.id,
      });
      const earlier = migrations.slice(0, index);
      if (!selects(migration)) {
        const isAlive = await this.#history.apply(current, migration);
        downs.push({ id: migration.id, rollback: undefined, before: undefined, verdict: undefined });
        if (isAlive) await this.#history.beginSession(current);
        else current = await this.#again(current, earlier);
        continue;
      }
      const outcome = await this.#verify(current, migration, earlier);
      downs.push(rolledBack(outcome));
      verified.push(outcome.applied ? withFailure(outcome.verified, failure) : outcome.verified);
      current = outcome.database;
      if (!outcome.applied && !(await this.#history.makeUp(current, migration, outcome)))
        current = await this.#again(current, earlier);
      // Within a deploy, what a migration has set holds for the next one.
      const isSameDeploy = this.#isDeploy && keepsSession(runner) && outcome.applied;
      if (!isSameDeploy) await this.#history.beginSession(current);
    }
    await this.#keepProven(current, migrations.slice(0, last + 1), verified, proven);
    const together = await this.#rollAllBack(current, downs);
    await current.close();
    const { label, version, major, notes } = this.#engine;
    return {
      engine: { label, version, major },
      migrations: verified.map((one) => withVerdict(one, together.get(one.id))),
      prefix: { applied: before.length, cached: known === undefined ? cached : 0 },
      notes: [
        ...notes,
        ...extensionNotes(this.#absent),
        ...this.#history.notes,
        ...(proven === 0 ? [] : [provenNote(proven)]),
      ],
    };
  }

  /** The extensions that scripts ask for and the engine does not have. */
  get #absent(): EngineExtensions {
    const { stubbed, missing } = this.#engine.extensions;
    const isAsked = (name: string): boolean => this.#names.extensions.has(name);
    return { stubbed: stubbed.filter(isAsked), missing: missing.filter(isAsked) };
  }

  /** Whether all pending migrations go out together; without a base, each goes out alone. */
  get #isDeploy(): boolean {
    return this.#request.source.base.kind !== 'none';
  }

  /** What the rollbacks show one after the other that each by itself does not. The database is used up. */
  async #rollAllBack(
    database: Database,
    downs: readonly RolledBackMigration[],
  ): Promise<ReadonlyMap<string, Verdict>> {
    const isAsked = this.#request.checks.some(({ name }) => name === 'rolls back');
    if (!isAsked || downs.filter(({ rollback }) => rollback !== undefined).length < 2) return new Map();
    const apply: typeof applyScript = async (on, script, options) => {
      await this.#history.beginSession(on);
      return applyScript(on, script, options);
    };
    const { verdicts } = await proveAllDown({ database, apply, engine: this.#engine }, downs.toReversed());
    return verdicts;
  }

  /** Whether each migration of the history is asked alone, and nothing but whether it applies: what was proven of it stays proven. */
  #asksHistory(migrations: readonly ReadMigration[]): boolean {
    const { onlyApplies, selects } = this.#request;
    return onlyApplies === true && !this.#isDeploy && migrations.length > 0 && migrations.every(selects);
  }

  async #provenBefore(migrations: readonly ReadMigration[]): Promise<Built | undefined> {
    return this.#asksHistory(migrations) ? this.#history.afterProven(migrations) : undefined;
  }

  async #keepProven(
    database: Database,
    migrations: readonly ReadMigration[],
    verified: readonly VerifiedMigration[],
    cached: number,
  ): Promise<void> {
    const areProven = verified.every(({ verdicts }) => verdicts.every(({ outcome }) => outcome === 'proven'));
    if (areProven && this.#asksHistory(migrations))
      await this.#history.keepProven(database, migrations, cached);
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
    const { incomplete, standIns } = this.#history;
    const fidelity = {
      names: this.#names,
      incomplete,
      standIns: { extensions: this.#absent, schemas: standIns },
    };
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

/** A migration on the way back: where it does not apply, there is none. */
function rolledBack({ verified, applied, rollback, before }: MigrationOutcome): RolledBackMigration {
  return {
    id: verified.id,
    rollback: applied ? rollback : undefined,
    before,
    verdict: verified.verdicts.find(({ check }) => check === 'rolls back'),
  };
}

/** A migration with what was shown of its rollback later. */
function withVerdict(verified: VerifiedMigration, verdict: Verdict | undefined): VerifiedMigration {
  if (verdict === undefined) return verified;
  const alone = verified.verdicts.find(({ check }) => check === verdict.check);
  const both = { ...verdict, findings: [...(alone?.findings ?? []), ...verdict.findings] };
  return {
    ...verified,
    verdicts:
      alone === undefined
        ? [...verified.verdicts, both]
        : verified.verdicts.map((one) => (one === alone ? both : one)),
  };
}

/** A migration of which an earlier run has proven it. */
function provenBefore({ id, forward, path }: ReadMigration): VerifiedMigration {
  return {
    id,
    path: forward?.source.path ?? path,
    verdicts: [{ check: 'applies', outcome: 'proven', reason: undefined, findings: [] }],
    duration: 0,
  };
}

function provenNote(count: number): string {
  const which = count === 1 ? 'The first migration was' : `The first ${count} migrations were`;
  return `${which} proven to apply by an earlier run, with the same scripts on the same PostgreSQL; --no-cache runs everything again.`;
}

/** A migration that applies alone, but not together with the others of its deploy. */
function withFailure(verified: VerifiedMigration, failure: DeployFailure | undefined): VerifiedMigration {
  if (failure === undefined || failure.id !== verified.id) return verified;
  return {
    ...verified,
    verdicts: verified.verdicts.map((verdict) => (verdict.check === 'applies' ? failure.verdict : verdict)),
  };
}
