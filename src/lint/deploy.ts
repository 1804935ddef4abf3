import { deployTransactions } from '../input/runners/deploy-transactions.ts';
import type { Statement } from '../input/sql/types.ts';
import type { Catalog } from '../model/catalog/types.ts';
import { isEmptyOrFails } from '../model/effects/empty-or-fails.ts';
import { effectsOf } from '../model/effects/effects-of.ts';
import { TransactionLocks } from '../model/effects/transaction-locks.ts';
import type { Effect } from '../model/effects/types.ts';
import type { ObjectName, Operation } from '../model/operations/types.ts';
import { isOlderThanDeploy, isReadable } from './existed.ts';
import type { Migration, Project, Transaction } from './project.ts';
import type { ReplayedMigration, Step } from './replay.ts';

/** Migrations that go out together. What only few rules ask of them is worked out when it is first asked for. */
export class Deploy {
  /** In replay order. */
  readonly migrations: readonly Migration[];
  /** The schema before the first of them. */
  readonly before: Catalog;
  /** Index of the first of them in replay order. */
  readonly firstIndex: number;
  readonly #replayed: readonly ReplayedMigration[];
  readonly #project: Pick<Project, 'runner' | 'postgresVersion'>;
  #locks: TransactionLocks<Step> | undefined;
  readonly #effects = new Map<Step, readonly Effect[]>();
  readonly #effectsOnOlder = new Map<Step, readonly Effect[]>();
  #readable: boolean | undefined;
  #steps: ReadonlyMap<Operation, Step> | undefined;
  #transactions: ReadonlyMap<Statement, Transaction> | undefined;

  /** `replayed` are the migrations with their steps; empty for a deploy of nothing. */
  constructor(
    replayed: readonly ReplayedMigration[],
    migrations: readonly Migration[],
    before: Catalog,
    firstIndex: number,
    project: Pick<Project, 'runner' | 'postgresVersion'>,
  ) {
    this.#replayed = replayed;
    this.#project = project;
    this.migrations = migrations;
    this.before = before;
    this.firstIndex = firstIndex;
  }

  /** False if something in it could not be read. */
  get readable(): boolean {
    return (this.#readable ??= isReadable(this.#replayed.map(({ migration }) => migration)));
  }

  /** The step of an operation; undefined if it is no operation of the deploy. */
  stepOf(operation: Operation): Step | undefined {
    return (this.#steps ??= stepsByOperation(this.#replayed)).get(operation);
  }

  /** The locks of its transactions on relations that existed before it: nobody waits for others. */
  get locks(): TransactionLocks<Step> {
    return (this.#locks ??= new TransactionLocks(
      this.#replayed.flatMap(({ steps }) => steps),
      (statement) => this.#transactionOfStatement(statement),
      (step) =>
        this.effectsOfStep(step).filter(({ relation }) => !this.isEmptyOrFails(relation, step.operation)),
    ));
  }

  /** What a step of it does, worked out once however many ask: rules, the transaction's locks, the migration's class. */
  allEffectsOf(step: Step): readonly Effect[] {
    const known = this.#effects.get(step);
    if (known !== undefined) return known;
    const effects = effectsOf(step.operation, step.before, this.#project.postgresVersion);
    this.#effects.set(step, effects);
    return effects;
  }

  /** What a step of it does to relations that existed before it. */
  effectsOfStep(step: Step): readonly Effect[] {
    const known = this.#effectsOnOlder.get(step);
    if (known !== undefined) return known;
    const effects = this.allEffectsOf(step).filter(({ relation }) => this.isOlder(relation, step));
    this.#effectsOnOlder.set(step, effects);
    return effects;
  }

  /** Whether a relation that a step of it names existed before it. */
  isOlder(relation: ObjectName, { operation, before, after }: Step): boolean {
    return isOlderThanDeploy(relation, { catalog: before, catalogAfter: after, operation, deploy: this });
  }

  /** Whether an operation's transaction can only succeed if a table has no rows: nobody waits for that one. */
  isEmptyOrFails(table: ObjectName, operation: Operation): boolean {
    return isEmptyOrFails(table, operation, {
      deploy: this.migrations,
      transactionOf: (other) => this.transactionOf(other),
      catalogBefore: (other) => this.stepOf(other)?.before ?? this.before,
    });
  }

  /** The transaction that an operation runs in: of the whole deploy, if the runner makes one of it. */
  transactionOf(operation: Operation): Transaction {
    const statement = this.stepOf(operation)?.statement;
    const found = statement === undefined ? undefined : this.#transactionOfStatement(statement);
    return found ?? { kind: 'autocommit', statements: [operation.statement], end: 'itself' };
  }

  #transactionOfStatement(statement: Statement): Transaction | undefined {
    this.#transactions ??= new Map(
      deployTransactions(
        this.#replayed.map(({ migration }) => migration.transactions),
        this.#project.runner.oneTransactionPerDeploy === true,
      ).flatMap((transaction) =>
        transaction.statements.map((statement) => [statement, transaction] as const),
      ),
    );
    return this.#transactions.get(statement);
  }
}

function stepsByOperation(replayed: readonly ReplayedMigration[]): ReadonlyMap<Operation, Step> {
  const steps = new Map<Operation, Step>();
  for (const one of replayed) for (const step of one.steps) steps.set(step.operation, step);
  return steps;
}
