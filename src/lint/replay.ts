import {
  createCatalogBuilder,
  type AppliedOperation,
  type CatalogBuilder,
} from '../model/catalog/builder.ts';
import type { Catalog, Origin } from '../model/catalog/types.ts';
import { createHistoryBuilder, type HistoryBuilder } from '../model/history/history.ts';
import { resolveInLoop } from '../model/operations/loops.ts';
import { operationsOf } from '../model/operations/operations-of.ts';
import type { Loop, Operation } from '../model/operations/types.ts';
import { scriptTransactions } from '../input/runners/script-transactions.ts';
import { keepsSession } from '../input/runners/session.ts';
import { undoneStatements } from '../input/runners/undone-statements.ts';
import type { ReadFile, ReadMigration } from '../input/project/types.ts';
import { parseScript } from '../input/sql/parse-script.ts';
import type { Script, Statement } from '../input/sql/types.ts';
import type { Migration, Runner, Transaction } from './project.ts';

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
}

const nothingKept: Kept = { script: undefined, rollback: undefined, operations: [], transactions: [] };

/** Folds migrations, in replay order, into the catalog and the history. */
export class Replay {
  readonly #builder: CatalogBuilder;
  readonly #history: HistoryBuilder = createHistoryBuilder();
  readonly #runner: Runner;
  #index = 0;

  constructor(options: { readonly postgresVersion: number; readonly runner: Runner }) {
    this.#builder = createCatalogBuilder({ postgresVersion: options.postgresVersion });
    this.#runner = options.runner;
  }

  get history(): HistoryBuilder {
    return this.#history;
  }

  catalog(): Catalog {
    return this.#builder.catalog();
  }

  /** Forgets how the schema was before now, which no rule will ask for any more, and what a deploy's session has set. */
  forget(): void {
    this.#builder.endSession();
    this.#builder.forgetPast();
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
    const operations = steps.filter(({ undone }) => undone !== true).map(({ operation }) => operation);
    const migration = this.#finish(source, { script, rollback, operations, transactions }, before);
    return { source, migration, steps };
  }

  #transactionsOf(script: Script, { forward }: ReadMigration): readonly Transaction[] {
    return scriptTransactions(this.#runner, script, forward?.withoutTransaction);
  }

  #markUnread(): void {
    this.#builder.markIncomplete(this.#index);
    this.#history.recordUnread(this.#index);
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
      ...(source.rollbackPath !== undefined && { rollbackPath: source.rollbackPath }),
      ...(source.repeats === true && { repeats: true }),
      ...(source.missingScript !== undefined && { missingScript: source.missingScript }),
      ...(source.conflicts !== undefined && { conflicts: source.conflicts }),
      operations: kept.operations,
      loops: loopsOf(kept.operations),
      transactions: kept.transactions,
      catalogBefore: before,
      catalogAfter: this.#builder.catalog(),
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
