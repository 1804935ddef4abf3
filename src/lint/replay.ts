import {
  createCatalogBuilder,
  type AppliedOperation,
  type CatalogBuilder,
} from '../model/catalog/builder.ts';
import type { Catalog, Origin } from '../model/catalog/types.ts';
import { statementsInTransaction } from '../model/rollback/in-transaction.ts';
import { firstRefusal } from '../model/rollback/first-refusal.ts';
import { rollbackOutcome } from '../model/rollback/rollback-outcome.ts';
import type { RollbackOutcome } from '../model/rollback/types.ts';
import { createHistoryBuilder, type HistoryBuilder } from '../model/history/history.ts';
import { resolveInLoop } from '../model/operations/loops.ts';
import { operationsOf } from '../model/operations/operations-of.ts';
import type { Loop, Operation } from '../model/operations/types.ts';
import { runsRollbacks } from '../input/runners/runs-rollbacks.ts';
import { scriptTransactions } from '../input/runners/script-transactions.ts';
import { keepsSession } from '../input/runners/session.ts';
import { undoneStatements } from '../input/runners/undone-statements.ts';
import type { ReadFile, ReadMigration } from '../input/project/types.ts';
import { parseScript } from '../input/sql/parse-script.ts';
import type { Script, Statement } from '../input/sql/types.ts';
import type { MigrationProof } from './proofs.ts';
import type { Migration, RevertedMigration, Runner, Transaction } from './project.ts';

/** An operation of a judged migration with the schema around it. */
export interface Step {
  readonly operation: Operation;
  /** The script's statement that it belongs to; `operation.statement` can be one inside its body. */
  readonly statement: Statement;
  readonly before: Catalog;
  readonly after: Catalog;
  /** True if the script takes it back itself, with ROLLBACK: it holds its locks until then, and nothing of it stays. */
  readonly undone?: true;
}

/** A judged migration with its steps, in execution order. */
export interface ReplayedMigration {
  readonly source: ReadMigration;
  readonly migration: Migration;
  readonly steps: readonly Step[];
}

/** What is kept of a migration once it is folded. */
interface Kept {
  readonly script: Script | undefined;
  readonly rollback: Script | undefined;
  readonly operations: readonly Operation[];
  readonly transactions: readonly Transaction[];
  readonly rollbackOutcome?: RollbackOutcome | undefined;
}

const nothingKept: Kept = { script: undefined, rollback: undefined, operations: [], transactions: [] };

/** Folds migrations, in replay order, into the catalog and the history. */
export class Replay {
  readonly #builder: CatalogBuilder;
  readonly #history: HistoryBuilder = createHistoryBuilder();
  readonly #runner: Runner;
  /** The id of a migration that takes one back → the id of that one. */
  readonly #reverts: ReadonlyMap<string, string>;
  readonly #proofs: ReadonlyMap<string, MigrationProof>;
  readonly #judgesRollback: (migration: ReadMigration) => boolean;
  /** The id of a migration that is taken back → the id of the last one that does so. */
  readonly #lastReverts: ReadonlyMap<string, string>;
  /** Those that are yet to be taken back, by their ids. */
  readonly #awaiting = new Map<string, RevertedMigration>();
  #index = 0;

  constructor(options: {
    readonly postgresVersion: number;
    readonly runner: Runner;
    /** What was recorded of migrations, by their ids; default nothing was. */
    readonly proofs?: ReadonlyMap<string, MigrationProof> | undefined;
    /** Which migration takes which one back, by their ids; default none does. */
    readonly reverts?: ReadonlyMap<string, string>;
    /** Whether somebody asks for a judged migration's `rollbackOutcome`: working it out costs about as much as the migration. Default yes. */
    readonly judgesRollback?: (migration: ReadMigration) => boolean;
  }) {
    this.#builder = createCatalogBuilder({ postgresVersion: options.postgresVersion });
    this.#runner = options.runner;
    this.#reverts = options.reverts ?? new Map();
    this.#proofs = options.proofs ?? new Map();
    this.#judgesRollback = options.judgesRollback ?? (() => true);
    this.#lastReverts = new Map([...this.#reverts].map(([by, reverted]) => [reverted, by]));
  }

  get history(): HistoryBuilder {
    return this.#history;
  }

  catalog(): Catalog {
    return this.#builder.catalog();
  }

  /**
   * Forgets what a deploy's session has set, and how the schema was before now, unless a later migration takes one back: then it is
   * compared with what was there before that.
   */
  forget(): void {
    this.#builder.endSession();
    if (this.#awaiting.size === 0) this.#builder.forgetPast();
  }

  /**
   * Folds a migration that is not judged.
   *
   * @returns what is kept of it: its names, no operations and no script.
   */
  fold(source: ReadMigration): Migration {
    const before = this.#builder.catalog();
    const script = scriptOf(source.forward);
    if (script !== undefined) this.#run(script, this.#transactionsOf(script, source), source, undefined);
    else if (source.unreadable !== undefined) this.#markUnread();
    this.#builder.endSession();
    script?.forget();
    return this.#finish(source, nothingKept, before);
  }

  /** Folds a migration and keeps all that rules look at. */
  judge(source: ReadMigration): ReplayedMigration {
    const before = this.#builder.catalog();
    const script = scriptOf(source.forward);
    const rollback = scriptOf(source.rollback);
    const steps: Step[] = [];
    const transactions = script === undefined ? [] : this.#transactionsOf(script, source);
    if (script !== undefined) this.#run(script, transactions, source, steps);
    else if (source.unreadable !== undefined) this.#markUnread();
    if (!keepsSession(this.#runner)) this.#builder.endSession();
    const outcome = this.#rollbackOutcome(source, { script, rollback, transactions, steps, before });
    const operations = steps.filter(({ undone }) => undone !== true).map(({ operation }) => operation);
    const kept = { script, rollback, operations, transactions, rollbackOutcome: outcome };
    const migration = this.#finish(source, kept, before);
    return { source, migration, steps };
  }

  /** Undefined where nobody can tell: a script that cannot be read, a migration that PostgreSQL refuses. */
  #rollbackOutcome(
    source: ReadMigration,
    {
      script,
      rollback,
      transactions: forwardTransactions,
      steps,
      before,
    }: Pick<Kept, 'script' | 'rollback' | 'transactions'> & {
      readonly steps: readonly Step[];
      readonly before: Catalog;
    },
  ): RollbackOutcome | undefined {
    if (script === undefined || rollback === undefined || source.rollback?.unread !== undefined)
      return undefined;
    const isRead = script.problems.length === 0 && rollback.problems.length === 0;
    if (!isRead || !this.#judgesRollback(source)) return undefined;
    try {
      const { assumed } = this.#runner;
      const inTransaction = statementsInTransaction(forwardTransactions, assumed !== true);
      if (firstRefusal(steps, before, inTransaction) !== undefined) return undefined;
      const transactions = scriptTransactions(this.#runner, rollback, source.rollback?.withoutTransaction);
      const isSent = runsRollbacks(this.#runner) && assumed !== true;
      const scene = { script: rollback, transactions, isSent, migration: this.#index, id: source.id, before };
      return rollbackOutcome(this.#builder, scene);
    } catch (error) {
      // A schema nested beyond our stack.
      if (!(error instanceof RangeError)) throw error;
      return undefined;
    }
  }

  #transactionsOf(script: Script, { forward }: ReadMigration): readonly Transaction[] {
    return scriptTransactions(this.#runner, script, forward?.withoutTransaction);
  }

  #markUnread(): void {
    this.#builder.markIncomplete(this.#index);
    this.#history.recordUnread(this.#index);
  }

  /** Notes a migration that a later one takes back, and finds the one that this one takes back. */
  #revertedBy(
    { id }: ReadMigration,
    catalogBefore: Catalog,
    catalogAfter: Catalog,
  ): RevertedMigration | undefined {
    const key = this.#reverts.get(id);
    const reverted = key === undefined ? undefined : this.#awaiting.get(key);
    // Of several that take the same one back, the last ends the wait.
    if (key !== undefined && this.#lastReverts.get(key) === id) this.#awaiting.delete(key);
    if (this.#lastReverts.has(id)) this.#awaiting.set(id, { id, catalogBefore, catalogAfter });
    return reverted;
  }

  /** Functions' bodies are read for `steps` only: what they do is not done now. */
  #run(
    script: Script,
    transactions: readonly Transaction[],
    source: ReadMigration,
    steps: Step[] | undefined,
  ): void {
    const bodies = steps === undefined ? 'do-only' : 'all';
    if (script.problems.length > 0 || source.forward?.unread !== undefined) this.#markUnread();
    const begins = new Map(
      transactions.map(({ kind, statements: [first] }) => [first, kind !== 'autocommit']),
    );
    const undone = undoneStatements(transactions);
    this.#builder.startScript({ inTransaction: false });
    for (const statement of script.statements) {
      // Also in the middle of a script: what follows a COMMIT in one query is a transaction again.
      const inTransaction = begins.get(statement);
      if (inTransaction !== undefined) this.#builder.startScript({ inTransaction });
      const origin = { migration: this.#index, id: source.id, statement };
      for (const raw of operationsOf(statement, { bodies })) {
        const { operation, before, after } = this.#apply(raw, origin);
        if (steps !== undefined) resolveInLoop(raw, operation);
        const isUndone = undone.has(statement);
        if (operation.run !== 'called' && !isUndone) this.#history.record(operation, this.#index, source.id);
        steps?.push({ operation, statement, before, after, ...(isUndone && { undone: true }) });
      }
    }
    this.#builder.endScript();
  }

  /** A schema that is nested beyond our stack must not end the run: what the operation did is not known then. */
  #apply(operation: Operation, origin: Origin): AppliedOperation {
    try {
      return this.#builder.apply(operation, origin);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#builder.markIncomplete(this.#index);
      const catalog = this.#builder.catalog();
      return { operation, before: catalog, after: catalog };
    }
  }

  #finish(source: ReadMigration, kept: Kept, before: Catalog): Migration {
    const catalogAfter = this.#builder.catalog();
    const proof = this.#proofs.get(source.id);
    const reverts = this.#revertedBy(source, before, catalogAfter);
    return {
      id: source.id,
      version: source.version,
      name: source.name,
      index: this.#index++,
      state: source.state,
      path: source.path,
      script: kept.script,
      rollback: kept.rollback,
      hasRollback: source.rollback !== undefined,
      rollbackOutcome: kept.rollbackOutcome,
      ...(source.rollbackPath !== undefined && { rollbackPath: source.rollbackPath }),
      ...(source.rollbackFile !== undefined && { rollbackFile: source.rollbackFile }),
      ...(reverts !== undefined && { reverts }),
      ...(proof !== undefined && { proof }),
      ...(source.repeats === true && { repeats: true }),
      ...(source.missingScript !== undefined && { missingScript: source.missingScript }),
      ...(source.conflicts !== undefined && { conflicts: source.conflicts }),
      operations: kept.operations,
      loops: loopsOf(kept.operations),
      transactions: kept.transactions,
      catalogBefore: before,
      catalogAfter,
      change: source.change,
      asApplied: source.change === 'edited' ? source.forward?.source : undefined,
      current: source.current,
    };
  }
}

function scriptOf(file: ReadFile | undefined): Script | undefined {
  return file === undefined ? undefined : parseScript(file.source, file.problems, file.within);
}

function loopsOf(operations: readonly Operation[]): Loop[] {
  const loops = new Set<Loop>();
  for (const operation of operations) {
    for (let loop = operation.loop; loop !== undefined; loop = loop.parent) loops.add(loop);
  }
  return [...loops];
}
