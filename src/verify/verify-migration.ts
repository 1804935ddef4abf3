import type { Problem } from '../input/sql/types.ts';
import type { ReadMigration } from '../input/project/types.ts';
import type { Runner } from '../input/runners/types.ts';
import { applyScript, type ApplyOptions } from './apply/apply-script.ts';
import { appliesVerdict, diedVerdict, type AppliesOutcome } from './apply/applies-verdict.ts';
import { mayNeverEnd } from './apply/may-never-end.ts';
import type { Fidelity } from './apply/outside-fault.ts';
import { prepareScript } from './apply/prepare-script.ts';
import type { ApplyOutcome, PreparedScript } from './apply/types.ts';
import { Copies } from './copies.ts';
import { isEngineDied, isPostgresError } from './engines/errors.ts';
import type { Database, Engine, Snapshot } from './engines/types.ts';
import type { Fingerprint } from './fingerprint/types.ts';
import { fingerprintOf } from './fingerprint/fingerprint.ts';
import { isLost, withSettings } from './session.ts';
import { TimeWatch, type Hanging } from './time-watch.ts';
import { toldOnce } from './told-once.ts';
import type { CheckName, VerifiedMigration, Verdict } from './types.ts';
import { firstLine } from './words.ts';

/** What is known of a migration when PostgreSQL is asked about it. */
export interface MigrationScene {
  /** Databases that it opens have the settings of the session of `database`. */
  readonly engine: Engine;
  /** Stands before the migration, outside a transaction; a check leaves it as it found it. */
  readonly database: Database;
  readonly migration: ReadMigration;
  readonly runner: Runner;
  readonly forward: PreparedScript;
  /** Undefined where there is none, or it cannot be sent. */
  readonly rollback: PreparedScript | undefined;
  readonly fidelity: Fidelity;
  /** True if neither schemas nor copies are wanted: a few milliseconds a migration are to do. */
  readonly onlyApplies?: boolean;
  readonly apply: (
    database: Database,
    script: PreparedScript,
    options?: ApplyOptions,
  ) => Promise<ApplyOutcome>;
  /** The database as it stands; made once, when it is first asked for. */
  readonly copy: () => Promise<Snapshot>;
  /** What of a schema is read: roles only where they are the run's own. */
  readonly scope: { readonly roles: boolean };
  /** The schema as it stands before the migration; read once, when it is first asked for. */
  readonly schema: () => Promise<Fingerprint>;
}

/** Asks PostgreSQL something about a migration. It leaves the database as it found it, or asks a copy. */
export type Check = (scene: MigrationScene) => Promise<readonly Verdict[]>;

/** A check, and what its verdict is about where it cannot give one itself. */
export interface NamedCheck {
  readonly name: CheckName;
  readonly run: Check;
}

/** What is asked besides whether it applies, in this order. */
export type VerifyChecks = readonly NamedCheck[];

/** What became of a migration. */
export interface MigrationOutcome {
  readonly verified: VerifiedMigration;
  /** The database to go on with: after the migration if it applies. */
  readonly database: Database;
  readonly applied: boolean;
  /** True if it took the engine along: it is not to be run again. */
  readonly killed: boolean;
  /** Where the statements begin that stay done though it does not apply. */
  readonly kept: readonly number[];
  /** Its rollback, where it can be run here. */
  readonly rollback?: PreparedScript | undefined;
  /** The schema before it, where it has a rollback and the schema was read. */
  readonly before?: Fingerprint | undefined;
}

/** What a migration is verified with. */
export type MigrationInput = Pick<
  MigrationScene,
  'engine' | 'database' | 'migration' | 'runner' | 'fidelity' | 'onlyApplies'
> & {
  readonly checks: VerifyChecks;
  /** The database as it stood before the migration, made anew, after the other one was lost. */
  readonly restore: () => Promise<Database>;
  /** Why the script is not to be run here at all, for people; undefined if it is. */
  readonly refused: (script: PreparedScript) => string | undefined;
};

/** Asks PostgreSQL about a migration, and applies it. */
export async function verifyMigration(input: MigrationInput): Promise<MigrationOutcome> {
  const start = performance.now();
  const { migration } = input;
  const { verdicts, ...rest } = await outcomeOf(input);
  return {
    verified: {
      id: migration.id,
      path: migration.forward?.source.path ?? migration.path,
      verdicts,
      duration: performance.now() - start,
    },
    ...rest,
    applied: verdicts.some(({ check, outcome }) => check === 'applies' && outcome === 'proven'),
  };
}

interface Told extends Pick<MigrationOutcome, 'database' | 'killed' | 'kept' | 'rollback' | 'before'> {
  readonly verdicts: readonly Verdict[];
}

async function outcomeOf(input: MigrationInput): Promise<Told> {
  const { migration, runner, database, refused } = input;
  const forward = migration.forward && prepareScript(runner, migration.forward);
  if (forward === undefined || 'unsendable' in forward)
    return { verdicts: [notRun(migration, forward?.unsendable)], database, killed: false, kept: [] };
  const reason = refused(forward);
  if (reason !== undefined)
    return {
      verdicts: [{ check: 'applies', outcome: 'not run', reason, findings: [] }],
      database,
      killed: false,
      kept: [],
    };
  const back = migration.rollback && prepareScript(runner, migration.rollback);
  const rollback = back === undefined || 'unsendable' in back ? undefined : back;
  const noWayBack =
    back === undefined
      ? undefined
      : 'unsendable' in back
        ? `The rollback cannot be sent as it stands: ${back.unsendable.message}.`
        : refused(back);
  const copies = new Copies(database);
  const scope = { roles: input.engine.abilities.ownCluster };
  let schema: Promise<Fingerprint> | undefined;
  const scene: MigrationScene = {
    ...input,
    engine: withSettings(input.engine, (from) => (from === undefined ? '' : copies.settings)),
    forward,
    rollback: noWayBack === undefined ? rollback : undefined,
    apply: applyScript,
    copy: () => copies.take(),
    scope,
    schema: () => (schema ??= fingerprintOf(database, scope)),
  };
  const unasked: readonly Verdict[] =
    noWayBack === undefined
      ? []
      : [{ check: 'rolls back', outcome: 'not run', reason: noWayBack, findings: [] }];
  try {
    const isRisky =
      !input.onlyApplies && [forward, rollback].some((script) => script !== undefined && mayNeverEnd(script));
    const told = isRisky ? await applyFirst(scene, input, copies) : await checkFirst(scene, input, copies);
    const applies = told.verdicts.some(({ outcome }) => outcome === 'proven');
    return {
      ...told,
      verdicts: [...told.verdicts, ...(applies ? unasked : [])],
      rollback: scene.rollback,
      before: scene.rollback && (await schema?.catch(() => undefined)),
    };
  } finally {
    await copies.discard();
  }
}

/** Asks the checks, then applies the migration. */
async function checkFirst(scene: MigrationScene, input: MigrationInput, copies: Copies): Promise<Told> {
  const asked = await askAll(input.checks, scene, () => reopened(scene, input, copies));
  const { database } = asked;
  // Whoever waits for it once more would wait as long.
  if (asked.hangs !== undefined)
    return { verdicts: [diedVerdict(scene, asked.hangs)], database, killed: true, kept: [] };
  const here: MigrationScene = {
    ...scene,
    database,
    // What was read of a database that was lost since counts all the same; what was not, is read of the new one.
    schema: database === scene.database ? scene.schema : () => fingerprintOf(database, scene.scope),
  };
  const applies = await appliesVerdict(here);
  return {
    verdicts: allVerdicts(applies, asked.verdicts),
    ...(await afterApplying(applies, here, input, copies)),
  };
}

/** Of a migration that does not apply, nothing else can be told. */
function allVerdicts({ verdict }: AppliesOutcome, others: readonly Verdict[]): readonly Verdict[] {
  return verdict.outcome === 'proven' ? [verdict, ...others] : [verdict];
}

/** Applies a migration that may take the engine along, and only if it does not, asks a copy of before. */
async function applyFirst(scene: MigrationScene, input: MigrationInput, copies: Copies): Promise<Told> {
  const snapshot = await copies.take();
  const applies = await appliesVerdict(scene);
  const after = await afterApplying(applies, scene, input, copies);
  if (applies.verdict.outcome !== 'proven' || input.checks.length === 0)
    return { verdicts: [applies.verdict], ...after };
  const copy = await scene.engine.open(snapshot);
  const asked = await askAll(input.checks, { ...scene, database: copy }, () => scene.engine.open(snapshot));
  await asked.database.close();
  return { verdicts: [applies.verdict, ...asked.verdicts], ...after };
}

async function afterApplying(
  { lost, kept = [] }: AppliesOutcome,
  scene: MigrationScene,
  input: MigrationInput,
  copies: Copies,
): Promise<Pick<Told, 'database' | 'killed' | 'kept'>> {
  return { database: lost ? await reopened(scene, input, copies) : scene.database, killed: lost, kept };
}

/** The database as it was before the migration. */
async function reopened(scene: MigrationScene, input: MigrationInput, copies: Copies): Promise<Database> {
  await scene.database.close();
  const copy = await copies.taken();
  return copy === undefined ? await input.restore() : await scene.engine.open(copy);
}

/** What the checks said. */
interface Asked {
  readonly verdicts: readonly Verdict[];
  /** Stands before the migration: the scene's, or one made anew. */
  readonly database: Database;
  /** Where the migration itself does not end, whatever is asked of it. */
  readonly hangs: Hanging | undefined;
}

async function askAll(
  checks: VerifyChecks,
  scene: MigrationScene,
  reopen: () => Promise<Database>,
): Promise<Asked> {
  const verdicts: Verdict[] = [];
  const watch = new TimeWatch(scene);
  let { database } = scene;
  let hangs: Hanging | undefined;
  for (const check of checks) {
    const unasked = hangs === undefined ? watch.reasonAgainst(check.name) : undefined;
    if (unasked !== undefined || hangs !== undefined) {
      if (unasked !== undefined)
        verdicts.push({ check: check.name, outcome: 'not run', reason: unasked, findings: [] });
      continue;
    }
    verdicts.push(...(await askOne(check, { ...scene, database, apply: watch.applyFor(check.name) }, watch)));
    if (await isLost(database)) database = await reopen();
    hangs = watch.hangs;
  }
  return { verdicts: toldOnce(verdicts), database, hangs };
}

/** A check that cannot be made says nothing about the migration. */
async function askOne(
  { name, run }: NamedCheck,
  scene: MigrationScene,
  watch: TimeWatch,
): Promise<readonly Verdict[]> {
  try {
    return await run(scene);
  } catch (error) {
    if (!isEngineDied(error) && !isPostgresError(error)) throw error;
    if (isEngineDied(error)) watch.died(name, error);
    if (isPostgresError(error)) await scene.database.execute('ROLLBACK').catch(() => undefined);
    const reason = `PostgreSQL could not be asked: ${firstLine(error.message)}.`;
    return [{ check: name, outcome: 'not run', reason, findings: [] }];
  }
}

function notRun({ id, unreadable }: ReadMigration, problem: Problem | undefined): Verdict {
  const reason =
    problem !== undefined
      ? `${id} cannot be sent as it stands: ${problem.message}.`
      : unreadable !== undefined
        ? `${id} is ${unreadable}: only its tool can run it.`
        : `${id} has no script.`;
  return { check: 'applies', outcome: 'not run', reason, findings: [] };
}
