import type { ReadMigration } from '../../input/project/types.ts';
import { compareLocks } from '../../model/operations/lock-modes.ts';
import { runsInTransaction } from '../apply/prepare-script.ts';
import { mayNeverEnd } from '../apply/may-never-end.ts';
import { mayComeOfSharing } from '../apply/shared-transaction.ts';
import type { Database, Limits } from '../engines/types.ts';
import { ReplayInOrder } from '../replay-in-order.ts';
import type { MeasuredStatement, Verdict, VerifyFinding } from '../types.ts';
import type { MigrationScene, NamedCheck } from '../verify-migration.ts';
import { firstLine } from '../words.ts';
import { effectDifferences, locksOfUsers, type EffectDifference } from './compare.ts';
import type { EffectFacts } from './facts.ts';
import {
  aloneCommand,
  observeForGood,
  observeInTransaction,
  type ObservedScript,
  type ObservedStatement,
} from './observe-script.ts';
import { predictionOf, type ScriptPrediction } from './predictions.ts';
import { differenceText, worstDifference } from './sentences.ts';

/** How effects are traced. */
export interface TraceOptions {
  /**
   * Puts rows into the tables of a copy, outside a transaction, before the script runs; undefined leaves them as they are: mostly
   * empty. A script that fails on rows is traced without them.
   */
  readonly fill?: ((database: Database) => Promise<unknown>) | undefined;
  readonly limits?: Limits;
}

/**
 * The check that compares what lint predicts of each statement with what PostgreSQL does: locks, rewrites, scans and index builds on
 * relations that existed before the migration.
 *
 * A script that fits a transaction runs in one that is rolled back. All others, those that may run for ever, and those that want rows
 * run on a copy, each statement in the transaction that its runner gives it; what runs in no transaction at all is not observed
 * but for its files.
 *
 * @param migrations the project's, in replay order. The check must be asked about them in that order.
 */
export function tracesEffects(migrations: readonly ReadMigration[], options: TraceOptions = {}): NamedCheck {
  let history: ReplayInOrder | undefined;
  return {
    name: 'effects',
    run: async (scene) => {
      const { forward, migration, runner, engine } = scene;
      const lint = { runner, postgresVersion: engine.major };
      history ??= new ReplayInOrder(migrations, lint);
      const replayed = history.of(migration);
      const predicted = replayed && predictionOf(replayed, lint);
      if (forward.statements.length === 0) return [];
      // Nothing could be seen of them, and a copy takes its time.
      if (forward.statements.every((statement) => !runsInTransaction(statement)))
        return [notRun(unseenText(forward.statements.map(aloneCommand)))];
      return [verdictOf(scene, predicted, await observe(scene, options))];
    },
  };
}

function needsCopy({ forward }: MigrationScene): boolean {
  return !forward.fitsTransaction || mayNeverEnd(forward);
}

async function observe(scene: MigrationScene, options: TraceOptions): Promise<ObservedScript> {
  const { database, forward } = scene;
  if (options.fill !== undefined) {
    const filled = await observeCopy(scene, options);
    if (filled.stopped === undefined) return filled;
    return await observe(scene, { ...options, fill: undefined });
  }
  if (needsCopy(scene)) return await observeCopy(scene, options);
  const observed = await observeInTransaction(database, forward, options.limits);
  const { stopped } = observed;
  return stopped !== undefined && forward.transactions.length > 1 && mayComeOfSharing(stopped.error)
    ? await observeCopy(scene, options)
    : observed;
}

async function observeCopy(scene: MigrationScene, { fill, limits }: TraceOptions): Promise<ObservedScript> {
  const copy = await scene.engine.open(await scene.copy());
  try {
    await fill?.(copy);
    return await observeForGood(copy, scene.forward, limits);
  } finally {
    await copy.close();
  }
}

function verdictOf(
  scene: MigrationScene,
  predicted: ScriptPrediction | undefined,
  { statements, stopped }: ObservedScript,
): Verdict {
  const compared = statements.map((observed) => compare(observed, predicted));
  const trace = statements.map((observed) => measured(scene, observed, predicted));
  const findings = compared.flatMap(({ differences, statement }) =>
    differences.length === 0 ? [] : [findingOf(scene, statement, differences)],
  );
  const { incomplete } = scene.fidelity;
  const [first] = incomplete;
  if (findings.length > 0 && first !== undefined)
    return {
      ...notRun(`${first.id} did not run whole here, so that the tables are not those that lint knows.`),
      trace,
    };
  if (findings.length > 0)
    return { check: 'effects', outcome: 'refuted', reason: undefined, findings, trace };
  const alone = statements.flatMap((one) => (one.alone === undefined ? [] : [one.alone]));
  const unseen = alone.length === 0 ? undefined : unseenText(alone);
  if (stopped !== undefined)
    return { ...notRun(`PostgreSQL stopped: ${firstLine(stopped.error.message)}.`), trace };
  if (alone.length === statements.length) return { ...notRun(unseen ?? ''), trace };
  return { check: 'effects', outcome: 'proven', reason: unseen, findings, trace };
}

function unseenText(commands: readonly string[]): string {
  return `The locks of ${[...new Set(commands)].join(' and of ')} could not be seen: it runs in no transaction.`;
}

interface Compared {
  readonly statement: ObservedStatement['statement'];
  readonly differences: readonly EffectDifference[];
}

/** Compares one statement. Where lint does not know the schema whole, it is not held to what it does not say. */
export function compare(
  { statement, observation, held, alone }: ObservedStatement,
  predicted: ScriptPrediction | undefined,
): Compared {
  const prediction = predicted?.get(statement.span.start);
  if (prediction === undefined) return { statement, differences: [] };
  const visible = alone === undefined;
  const opaque = prediction.opaque || !prediction.complete;
  const differences = effectDifferences(statement.tree, { ...prediction, opaque }, observation, {
    locks: visible,
    scans: visible,
    held,
  });
  return { statement, differences };
}

function measured(
  { forward }: MigrationScene,
  { statement, observation, held, alone }: ObservedStatement,
  predicted: ScriptPrediction | undefined,
): MeasuredStatement {
  const { rewritten, indexed, scanned } = observation;
  const raised = [...locksOfUsers(statement.tree, observation)].filter(([relation, lock]) =>
    [...(held.get(relation) ?? [])].every((other) => compareLocks(lock, other) > 0),
  );
  const prediction: EffectFacts | undefined = predicted?.get(statement.span.start)?.possible;
  return {
    place: { source: forward.source, span: statement.span },
    measured: { locks: Object.fromEntries(raised), rewritten, indexed, scanned },
    predicted: prediction,
    alone,
  };
}

function findingOf(
  { forward }: MigrationScene,
  statement: ObservedStatement['statement'],
  differences: readonly EffectDifference[],
): VerifyFinding {
  const worst = worstDifference(differences);
  const others = differences.filter((one) => one !== worst);
  return {
    id: 'unpredicted-effect',
    severity: 'warning',
    message: worst === undefined ? '' : differenceText(worst),
    help: 'What lint says of this statement may be wrong, so trust what was measured. Please report the statement, with the tables it names, as a bug of migration-lint.',
    path: forward.source.path,
    place: { source: forward.source, span: statement.span },
    details: others.map(differenceText),
  };
}

function notRun(reason: string): Verdict {
  return { check: 'effects', outcome: 'not run', reason, findings: [] };
}
