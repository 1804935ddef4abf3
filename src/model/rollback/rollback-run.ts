import type { Script, Statement } from '../../input/sql/types.ts';
import type { Transaction } from '../../input/runners/types.ts';
import type { AppliedOperation, CatalogBuilder } from '../catalog/builder.ts';
import type { Catalog, Origin } from '../catalog/types.ts';
import { isFailure } from '../operations/failures.ts';
import { objectNames } from '../operations/object-names.ts';
import { operationsOf } from '../operations/operations-of.ts';
import type { Operation } from '../operations/types.ts';
import { statementsInTransaction, transactionRefusal } from './in-transaction.ts';
import { droppedBy } from './needed.ts';
import { refusalOf } from './refusal-of.ts';
import type { Refusal, RollbackStep } from './types.ts';

/** A rollback script and what it is to undo. */
export interface RollbackScene {
  readonly script: Script;
  /** The script's transactions, as its runner sends it. */
  readonly transactions: readonly Transaction[];
  /** True if it is sure that the runner runs rollbacks, and so: nobody knows how people send one by hand. */
  readonly isSent?: boolean;
  /** The migration's place in replay order, and its id. */
  readonly migration: number;
  readonly id: string;
  /** The schema before the migration. */
  readonly before: Catalog;
}

/** What a rollback script did, each refused step put right. */
export interface RollbackRun {
  readonly steps: readonly RollbackStep[];
  /** The schema in the end. */
  readonly put: Catalog;
  /** What a RAISE says that stops the script. */
  readonly raises: string | undefined;
}

/**
 * Runs a rollback script from the schema that a builder has. What PostgreSQL refuses is put right: what others need is done as soon as
 * nobody needs it, at the end of the script in any case.
 */
export function runRollback(builder: CatalogBuilder, scene: RollbackScene): RollbackRun {
  return new Rollback(builder, scene).run();
}

/** Where a script's transactions begin, and whether they are more than one statement's own. */
export function beginsOf(transactions: readonly Transaction[]): ReadonlyMap<Statement | undefined, boolean> {
  return new Map(transactions.map(({ kind, statements: [first] }) => [first, kind !== 'autocommit']));
}

/** The bodies of functions are worth reading only where a script can call what it makes itself. */
export function bodiesIn({ statements }: Script): 'all' | 'do-only' {
  const makes = statements.some(({ tree }) => 'CreateFunctionStmt' in tree);
  const calls = statements.some(({ tree }) => 'SelectStmt' in tree || 'CallStmt' in tree || 'DoStmt' in tree);
  return makes && calls ? 'all' : 'do-only';
}

/** A step that PostgreSQL refuses because others need its object, or one is in its way: it waits until they are gone. */
interface Waiting {
  readonly at: number;
  readonly raw: Operation;
  readonly origin: Origin;
  readonly together: readonly Operation[];
  /** What is in its way, as the refusal says it. */
  readonly blocking: string;
}

const isBlocked = (
  refusal: Refusal | undefined,
): refusal is Extract<Refusal, { kind: 'needed' | 'exists' }> =>
  refusal?.kind === 'needed' || refusal?.kind === 'exists';

/** Nothing that they name can be missing. */
const NEVER_REFUSED: ReadonlySet<Operation['kind']> = new Set([
  'TransactionControl',
  'BodyTransactionControl',
  'SetVariable',
  'Raise',
  'Do',
  'Select',
]);

/** DROP statements that can name several objects, of which one may need another. */
const DROPS_SEVERAL: ReadonlySet<Operation['kind']> = new Set([
  'DropTable',
  'DropView',
  'DropMaterializedView',
  'DropType',
  'DropFunction',
]);

class Rollback {
  readonly #builder: CatalogBuilder;
  readonly #scene: RollbackScene;
  readonly #start: Catalog;
  readonly #steps: RollbackStep[] = [];
  #waiting: Waiting[] = [];
  /** Statements that run in more than their own transaction. */
  readonly #inTransaction: ReadonlySet<Statement>;
  /** What the statement that runs drops, names resolved before its first drop. */
  #dropped: { readonly statement: Statement; readonly operations: readonly Operation[] } | undefined;

  constructor(builder: CatalogBuilder, scene: RollbackScene) {
    this.#builder = builder;
    this.#scene = scene;
    this.#start = builder.catalog();
    this.#inTransaction = statementsInTransaction(scene.transactions, scene.isSent === true);
  }

  run(): RollbackRun {
    const raises = this.#runStatements();
    this.#retry(undefined);
    this.#builder.endScript();
    return { steps: this.#steps, put: this.#builder.catalog(), raises };
  }

  #runStatements(): string | undefined {
    const { script, transactions, migration, id } = this.#scene;
    const begins = beginsOf(transactions);
    const bodies = bodiesIn(script);
    this.#builder.endSession();
    this.#builder.startScript({ inTransaction: false });
    for (const statement of script.statements) {
      const inTransaction = begins.get(statement);
      if (inTransaction !== undefined) this.#builder.startScript({ inTransaction });
      const operations = operationsOf(statement, { bodies });
      for (const raw of operations) {
        const applied = this.#step(raw, { migration, id, statement }, operations);
        if (isFailure(applied) && applied.kind === 'Raise' && applied.run === 'now')
          return applied.message ?? '';
      }
    }
    return undefined;
  }

  /** @returns the operation with its names resolved. */
  #step(raw: Operation, origin: Origin, operations: readonly Operation[]): Operation {
    const together = this.#droppedTogether(raw, origin, operations);
    const { operation, before, after, refusal } = this.#attempt(raw, origin, together);
    if (raw.run === 'called') return operation;
    const { statement } = origin;
    if (refusal === undefined) {
      this.#steps.push({ operation, statement, before, after, refusal });
      if (before !== after) this.#retry(operation);
      return operation;
    }
    // A step before it may wait for what this one needs to be gone: that is no mistake of its own.
    const isOwn = refusal.kind !== 'exists' || !this.#waits(refusal);
    if (isBlocked(refusal))
      this.#waiting.push({ at: this.#steps.length, raw, origin, together, blocking: blockingOf(refusal) });
    this.#steps.push({
      operation,
      statement,
      before,
      after: before,
      refusal: isOwn ? refusal : undefined,
    });
    // Put right, it does what it says.
    if (refusal.kind === 'not allowed') this.#builder.apply(raw, origin);
    return operation;
  }

  /** Does an operation unless PostgreSQL refuses it. */
  #attempt(
    raw: Operation,
    origin: Origin,
    together: readonly Operation[],
  ): AppliedOperation & { readonly refusal: Refusal | undefined } {
    if (raw.run !== 'now' || NEVER_REFUSED.has(raw.kind))
      return { ...this.#builder.apply(raw, origin), refusal: undefined };
    let refusal: Refusal | undefined;
    const applied = this.#builder.applyUnless(raw, origin, (made) => {
      const scene = { together, inBody: raw.statement !== origin.statement };
      refusal = refusalOf(made, { start: this.#start, earlier: this.#scene.before }, scene);
      refusal ??= transactionRefusal(raw, origin.statement, this.#inTransaction);
      return refusal !== undefined;
    });
    return { ...applied, refusal };
  }

  /** What one DROP drops besides; nothing for one object. */
  #droppedTogether(raw: Operation, origin: Origin, operations: readonly Operation[]): readonly Operation[] {
    if (!DROPS_SEVERAL.has(raw.kind) || operations.length === 1) return [];
    if (this.#dropped?.statement !== raw.statement) {
      const same = operations.filter((one) => one.statement === raw.statement && droppedBy([one]).length > 0);
      const resolve = (one: Operation): Operation =>
        this.#builder.trial(() => this.#builder.apply(one, origin)).operation;
      this.#dropped = { statement: raw.statement, operations: same.length > 1 ? same.map(resolve) : [] };
    }
    return this.#dropped.operations;
  }

  /** What a step makes may only be there because a step before it waits. */
  #waits({ name }: Extract<Refusal, { readonly kind: 'exists' }>): boolean {
    return this.#waiting.some(({ at }) => {
      const refusal = this.#steps[at]?.refusal;
      return refusal?.kind === 'needed' && refusal.name.replaceAll('"', '').endsWith(name);
    });
  }

  /**
   * Does what has waited, as soon as nothing is in its way.
   *
   * @param done the step that may have cleared the way; undefined at the end of the script.
   */
  #retry(done: Operation | undefined): void {
    const until = done && this.#steps.at(-1)?.statement;
    for (const waiting of this.#waiting) {
      if (done !== undefined && !mayClear(done, waiting)) continue;
      const { at, raw, origin, together } = waiting;
      const { refusal } = this.#attempt(raw, origin, together);
      const stillWaits = isBlocked(refusal);
      if (stillWaits && done !== undefined) continue;
      this.#waiting = this.#waiting.filter((one) => one !== waiting);
      const step = this.#steps[at];
      const waited = step?.refusal;
      if (step !== undefined && !stillWaits && isBlocked(waited))
        this.#steps[at] = { ...step, refusal: { ...waited, later: true, ...(until && { until }) } };
      if (refusal !== undefined && refusal.kind !== 'exists') this.#builder.apply(raw, origin);
    }
  }
}

const blockingOf = (refusal: Extract<Refusal, { kind: 'needed' | 'exists' }>): string =>
  refusal.kind === 'exists' ? refusal.name : refusal.by.join('\n');

/** A step that drops what hangs on an object, or names what is in the way: all others need not be tried again. */
function mayClear(done: Operation, { blocking }: Waiting): boolean {
  if ('behavior' in done && done.behavior === 'cascade') return true;
  const dropped = droppedBy([done]).map(({ name }) => name);
  const names = [...dropped, ...objectNames([done]), ...namesOfPart(done)];
  return names.length === 0 || names.some((name) => blocking.includes(name));
}

function namesOfPart(operation: Operation): readonly string[] {
  const found: string[] = [];
  if ('name' in operation && typeof operation.name === 'string') found.push(operation.name);
  if ('constraint' in operation && typeof operation.constraint === 'string') found.push(operation.constraint);
  if (operation.kind === 'DropIndex') found.push(operation.index.name);
  if (operation.kind === 'DropSequence') found.push(operation.sequence.name);
  return found;
}
