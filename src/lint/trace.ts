import { refusesTransaction } from '../input/runners/outside-transaction.ts';
import type { ReadMigration, ReadProject } from '../input/project/types.ts';
import type { Comment, Statement } from '../input/sql/types.ts';
import type { SourceText } from '../input/text/types.ts';
import type { Catalog } from '../model/catalog/types.ts';
import { effectsOf } from '../model/effects/effects-of.ts';
import type { HeldLock } from '../model/effects/held-locks.ts';
import { slowWork } from '../model/effects/slow-work.ts';
import { strongestEffects } from '../model/effects/strongest-effects.ts';
import type { Effect } from '../model/effects/types.ts';
import type { ObjectName, Operation } from '../model/operations/types.ts';
import { Deploy } from './context.ts';
import { createdBy, type CreatedObject } from './created-by.ts';
import type { Runner, Transaction } from './project.ts';
import { Replay, type ReplayedMigration, type Step } from './replay.ts';

/** What a statement of a migration does to a live database. */
export interface TracedStatement {
  readonly statement: Statement;
  /** The command that PostgreSQL refuses in the transaction that the statement runs in; undefined if it runs. */
  readonly refused: string | undefined;
  readonly creates: readonly CreatedObject[];
  /** On each relation that existed before the deploy, strongest lock first. */
  readonly effects: readonly Effect[];
  /** Those of the effects whose work takes longer the more rows there are. */
  readonly slow: readonly Effect[];
  /** Relations of the same deploy that it changes: nobody waits for them. */
  readonly onNew: readonly ObjectName[];
  /** True if it runs SQL that cannot be read. */
  readonly opaque: boolean;
  /** The locks that its transaction holds when it begins, and when it has ended; empty for a statement by itself. */
  readonly held: readonly HeldLock[];
  readonly heldAfter: readonly HeldLock[];
}

export interface TracedTransaction {
  readonly kind: Transaction['kind'];
  readonly end: Transaction['end'];
  readonly statements: readonly TracedStatement[];
}

export interface TracedMigration {
  readonly id: string;
  readonly path: string;
  /** Undefined for a migration without a script. */
  readonly source: SourceText | undefined;
  readonly comments: readonly Comment[];
  readonly transactions: readonly TracedTransaction[];
  /** How many pieces of the script could not be read. */
  readonly problems: number;
}

/**
 * Says what migrations do to a live database, statement by statement. The history before them is replayed.
 *
 * Pure and synchronous. The SQL parser must have been loaded.
 *
 * @param source migrations in replay order; `only` says which to trace, without it the pending ones are. A pending one
 *   goes out with the other pending ones; without a base each is a deploy of its own.
 */
export function traceProject(
  source: ReadProject,
  options: { readonly runner: Runner; readonly postgresVersion: number },
): readonly TracedMigration[] {
  const replay = new Replay(options);
  const together = source.base.kind !== 'none';
  const { only } = source.found;
  const isWanted = ({ forward, path, state }: ReadMigration): boolean =>
    only === undefined ? state === 'pending' : only.includes(forward?.source.path ?? path);
  const last = source.migrations.findLastIndex(isWanted);
  const traced: TracedMigration[] = [];
  const pending: ReplayedMigration[] = [];
  let before = replay.catalog();
  for (const migration of source.migrations.slice(0, last + 1)) {
    const joins = together && migration.state === 'pending';
    if (!joins) before = replay.catalog();
    if (!joins && !isWanted(migration)) {
      replay.fold(migration);
      continue;
    }
    const replayed = replay.judge(asItIsNow(migration));
    if (joins) pending.push(replayed);
    else traced.push(traceMigration(replayed, deployOf([replayed], before, options), options));
  }
  const deploy = deployOf(pending, pending[0]?.migration.catalogBefore ?? before, options);
  const wanted = pending.filter((replayed) => isWanted(replayed.source));
  return [...traced, ...wanted.map((replayed) => traceMigration(replayed, deploy, options))];
}

/** An applied migration that was edited since, as the working tree has it. */
function asItIsNow(migration: ReadMigration): ReadMigration {
  const { current, forward } = migration;
  if (current === undefined || forward === undefined) return migration;
  return { ...migration, forward: { ...forward, source: current } };
}

type Options = Parameters<typeof traceProject>[1];

function deployOf(replayed: readonly ReplayedMigration[], before: Catalog, options: Options): Deploy {
  const migrations = replayed.map(({ migration }) => migration);
  return new Deploy(replayed, migrations, before, migrations[0]?.index ?? 0, options);
}

function traceMigration(
  { migration, steps, source }: ReplayedMigration,
  deploy: Deploy,
  { postgresVersion }: Options,
): TracedMigration {
  const stepsOf = new Map<Statement, Step[]>();
  for (const step of steps) {
    const list = stepsOf.get(step.statement);
    if (list === undefined) stepsOf.set(step.statement, [step]);
    else list.push(step);
  }
  const { script } = migration;
  return {
    id: migration.id,
    path: source.forward?.source.path ?? migration.path,
    source: script?.source,
    comments: script?.comments ?? [],
    problems: script?.problems.length ?? 0,
    transactions: migration.transactions.map(({ kind, end, statements }) => ({
      kind,
      end,
      statements: statements.map((statement) =>
        traceStatement(statement, stepsOf.get(statement) ?? [], kind, deploy, postgresVersion),
      ),
    })),
  };
}

function traceStatement(
  statement: Statement,
  steps: readonly Step[],
  kind: Transaction['kind'],
  deploy: Deploy,
  postgresVersion: number,
): TracedStatement {
  const run = steps.filter(({ operation }) => operation.run !== 'called');
  const effects: Effect[] = [];
  const slow: Effect[] = [];
  const onNew: ObjectName[] = [];
  for (const step of run) {
    const all = effectsOf(step.operation, step.before, postgresVersion);
    const older = all.filter(({ relation }) => deploy.isOlder(relation, step));
    effects.push(...older);
    slow.push(...slowWork(step.operation, older, step.before));
    onNew.push(...all.filter((effect) => !older.includes(effect)).map(({ relation }) => relation));
  }
  const [first] = run;
  const last = run.at(-1);
  const alone = kind === 'autocommit' || first === undefined || last === undefined;
  return {
    statement,
    refused: kind === 'autocommit' ? undefined : refusedCommand(statement, run),
    creates: run.flatMap(({ operation, before }) => createdBy(operation, before)),
    effects: strongestEffects(effects),
    slow: strongestEffects(slow),
    onNew,
    opaque: run.some(({ operation }) => operation.kind === 'Opaque'),
    held: alone ? [] : deploy.locks.before(first.operation),
    heldAfter: alone ? [] : deploy.locks.after(last.operation),
  };
}

/** What PostgreSQL refuses in a transaction: CONCURRENTLY and its kin, and a COMMIT in a body. */
function refusedCommand(statement: Statement, steps: readonly Step[]): string | undefined {
  const control = steps.find(({ operation }) => operation.kind === 'BodyTransactionControl');
  return refusesTransaction(statement.tree) ?? (control && `${controlWord(control.operation)} in a DO block`);
}

function controlWord(operation: Operation): string {
  return operation.kind === 'BodyTransactionControl' ? operation.command.toUpperCase() : '';
}
