import { refusesTransaction } from '../input/runners/outside-transaction.ts';
import type { ReadMigration, ReadProject } from '../input/project/types.ts';
import type { Comment, Statement } from '../input/sql/types.ts';
import type { SourceText } from '../input/text/types.ts';
import type { Catalog } from '../model/catalog/types.ts';
import { failsOnRows } from '../model/effects/empty-or-fails.ts';
import { effectsOf } from '../model/effects/effects-of.ts';
import type { HeldLock } from '../model/effects/held-locks.ts';
import { rowsLockedBy } from '../model/effects/locked-rows.ts';
import { slowWork } from '../model/effects/slow-work.ts';
import { strongestEffects } from '../model/effects/strongest-effects.ts';
import type { Effect } from '../model/effects/types.ts';
import { isSameObject } from '../model/operations/same-object.ts';
import type { ObjectName, Operation } from '../model/operations/types.ts';
import { Deploy } from './deploy.ts';
import { createdBy, type CreatedObject } from './created-by.ts';
import type { Runner, Transaction } from './project.ts';
import { Replay, type ReplayedMigration, type Step } from './replay.ts';

/** What a statement of a migration does to a live database. */
export interface TracedStatement {
  readonly statement: Statement;
  /** The command that PostgreSQL refuses in the transaction that the statement runs in; undefined if it runs. */
  readonly refused: string | undefined;
  /** The statement at which PostgreSQL has stopped before it came to this one. Neither of the two does anything. */
  readonly stoppedAt: Statement | undefined;
  readonly creates: readonly CreatedObject[];
  /** On each relation that existed before the deploy, strongest lock first. */
  readonly effects: readonly Effect[];
  /** Those of the effects whose work takes longer the more rows there are. */
  readonly slow: readonly Effect[];
  /** Relations of the effects of which any number of rows stays locked until the transaction ends: their other writers wait. */
  readonly lockedRows: readonly ObjectName[];
  /** Relations that it adds a required column to: at their first row it fails. */
  readonly failsOnRowsOf: readonly ObjectName[];
  /** Relations of the effects that are empty, or else the transaction fails: nobody waits for them. */
  readonly onEmpty: readonly ObjectName[];
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
  /** True if it is the transaction that the migration before did not end: the runner makes one of them all. */
  readonly goesOn: boolean;
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
    else traced.push(...traceDeploy([replayed], before, options));
  }
  const all = traceDeploy(pending, pending[0]?.migration.catalogBefore ?? before, options);
  return [
    ...traced,
    ...all.filter((_, index) => pending.slice(index, index + 1).some(({ source: one }) => isWanted(one))),
  ];
}

function traceDeploy(
  replayed: readonly ReplayedMigration[],
  before: Catalog,
  options: Options,
): readonly TracedMigration[] {
  const deploy = deployOf(replayed, before, options);
  const traced = replayed.map((one) => traceMigration(one, deploy, options));
  return stopped(options.runner.oneTransactionPerDeploy === true ? joined(traced) : traced);
}

/** Marks the transactions that go on from one migration to the next. */
function joined(migrations: readonly TracedMigration[]): readonly TracedMigration[] {
  let isOpen = false;
  return migrations.map((migration) => ({
    ...migration,
    transactions: migration.transactions.map((transaction) => {
      const goesOn = isOpen && transaction.kind === 'runner';
      isOpen = transaction.kind === 'runner' && transaction.end === 'itself';
      return { ...transaction, goesOn };
    }),
  }));
}

/** Takes back what is said of a statement that PostgreSQL refuses, and of what its file or its transaction would have done after it. */
function stopped(migrations: readonly TracedMigration[]): readonly TracedMigration[] {
  let stoppedAt: Statement | undefined;
  const stop = (traced: TracedStatement): TracedStatement => {
    if (stoppedAt === undefined && traced.refused === undefined) return traced;
    const { statement, refused } = traced;
    const nothing = {
      ...NOTHING,
      statement,
      refused: stoppedAt === undefined ? refused : undefined,
      stoppedAt,
    };
    stoppedAt ??= statement;
    return nothing;
  };
  return migrations.map((migration) => {
    if (migration.transactions[0]?.goesOn === false) stoppedAt = undefined;
    const transactions = migration.transactions.map((transaction) => ({
      ...transaction,
      statements: transaction.statements.map(stop),
    }));
    return { ...migration, transactions };
  });
}

/** What a statement does that PostgreSQL does not run. */
const NOTHING: Omit<TracedStatement, 'statement' | 'refused' | 'stoppedAt'> = {
  creates: [],
  effects: [],
  slow: [],
  lockedRows: [],
  failsOnRowsOf: [],
  onEmpty: [],
  onNew: [],
  opaque: false,
  held: [],
  heldAfter: [],
};

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
      goesOn: false,
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
  const lockedRows: ObjectName[] = [];
  const onEmpty: ObjectName[] = [];
  const onNew: ObjectName[] = [];
  for (const step of run) {
    const all = effectsOf(step.operation, step.before, postgresVersion);
    const older = all.filter(({ relation }) => deploy.isOlder(relation, step));
    effects.push(...older);
    const empty = older
      .map(({ relation }) => relation)
      .filter((relation) => deploy.isEmptyOrFails(relation, step.operation));
    const onRows = older.filter(({ relation }) => !empty.includes(relation));
    slow.push(...slowWork(step.operation, onRows, step.before));
    lockedRows.push(...rowsLockedBy(step.operation, onRows, step.before));
    onEmpty.push(...empty);
    onNew.push(...all.filter((effect) => !older.includes(effect)).map(({ relation }) => relation));
  }
  const [first] = run;
  const last = run.at(-1);
  const alone = kind === 'autocommit' || first === undefined || last === undefined;
  return {
    statement,
    refused: kind === 'autocommit' ? undefined : refusedCommand(statement, run),
    stoppedAt: undefined,
    creates: run.flatMap(({ operation, before }) => createdBy(operation, before)),
    effects: strongestEffects(effects),
    slow: strongestEffects(slow),
    lockedRows,
    failsOnRowsOf: run.flatMap(({ operation, before }) =>
      operation.kind === 'AddColumn' && failsOnRows(operation, before)
        ? onEmpty.filter((relation) => isSameObject(relation, operation.table)).slice(0, 1)
        : [],
    ),
    onEmpty,
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
