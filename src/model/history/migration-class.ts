/** The class of a migration: what a checklist before a deployment asks of it, each answer with the operations that decide it. */
import type { Catalog, Table } from '../catalog/types.ts';
import type { HeldLock } from '../effects/held-locks.ts';
import { isSkipped } from '../effects/skipped.ts';
import type { Effect } from '../effects/types.ts';
import type { ObjectName, Operation, OperationKind } from '../operations/types.ts';
import type { Place } from '../../input/text/types.ts';
import { lossRiskOf, type DataLossRisk, type LossRisk, type Reversibility } from './data-loss-risk.ts';
import { waitOf, worseFirst, type Blocked, type Wait, type WaitLength } from './downtime.ts';
import type { History } from './history.ts';
import type { Change, Failing, Impact } from './impact.ts';
import { impactOf } from './impact-of.ts';

/** Why an answer is what it is: one operation, and what it does. */
export interface ClassReason {
  readonly kind: OperationKind;
  /** The statement's place. */
  readonly place: Place;
  /** A predicate: `drops users.fax, which running code may use`. */
  readonly text: string;
}

/** One answer. */
export interface Graded<Value extends string> {
  readonly value: Value;
  /** The first operations that decide it, at most three; none where nothing does. */
  readonly reasons: readonly ClassReason[];
}

/**
 * The step of expand and contract that a migration is. An expand may fill in what it adds; `mixed` expands and contracts at
 * once, so that there is no moment for the code in between.
 */
export type MigrationPhase = 'expand' | 'backfill' | 'contract' | 'mixed' | 'none';

/**
 * When to run it: before the code of its release, after it, either way, or `neither`: one of the two fails in any order, and
 * the change has to be taken apart.
 */
export type DeploymentOrder = 'schema first' | 'code first' | 'either' | 'neither';

/** The answers for one migration. */
export interface MigrationClass {
  readonly class: Graded<Change>;
  /** The same in two words: breaking, or safe. */
  readonly compatibility: 'safe' | 'breaking';
  readonly phase: Graded<MigrationPhase>;
  readonly dataLoss: Graded<DataLossRisk>;
  readonly reversible: Graded<Reversibility>;
  readonly downtime: {
    readonly blocks: Blocked;
    readonly length: WaitLength;
    readonly reasons: readonly ClassReason[];
  };
  readonly order: Graded<DeploymentOrder>;
  /** What could not be read, and may make each answer worse: dynamic SQL, procedures that are called. */
  readonly unread: readonly ClassReason[];
}

/** What is asked about the operations of a deploy. */
export interface ClassSources {
  /** The schema before the deploy. */
  readonly start: Catalog;
  /** The schema after the migration. */
  readonly after: Catalog;
  readonly history: History;
  readonly catalogBefore: (operation: Operation) => Catalog;
  /** A table as it was before the deploy; undefined if the deploy created it. */
  readonly existedBeforeDeploy: (table: ObjectName, operation: Operation) => Table | undefined;
  /** What an operation does to relations that existed before the deploy. */
  readonly effectsOf: (operation: Operation) => readonly Effect[];
  /** The locks that its transaction holds on such relations when an operation begins. */
  readonly heldLocks: (operation: Operation) => readonly HeldLock[];
}

/**
 * Answers for a migration.
 *
 * @param migration its operations in execution order, names resolved, and its index in replay order.
 */
export function classOfMigration(
  migration: { readonly operations: readonly Operation[]; readonly index: number },
  sources: ClassSources,
): MigrationClass {
  const judged = migration.operations.flatMap((operation) => judge(operation, sources));
  const impacts = judged.flatMap(({ operation, impact }) => (impact ? [{ operation, ...impact }] : []));
  const losses = judged.flatMap(({ operation, loss }) => (loss ? [{ operation, ...loss }] : []));
  const change = worst(impacts, ({ change: one }) => one, CHANGES, 'none');
  return {
    class: change,
    compatibility: change.value === 'breaking' ? 'breaking' : 'safe',
    phase: phaseOf(impacts, migration.index, sources.history),
    dataLoss: worst(losses, ({ risk }) => risk, ['low', 'medium', 'high'], 'low'),
    reversible: reversibilityOf(impacts, losses),
    downtime: downtimeOf(judged),
    order: orderOf(impacts),
    unread: judged
      .filter(({ operation }) => isUnread(operation))
      .map(({ operation }) => reasonOf(operation, UNREAD)),
  };
}

const CHANGES: readonly Change[] = ['none', 'additive', 'low risk', 'breaking'];
const UNREAD = 'runs SQL that could not be read';
/** How many operations are named for one answer. */
const REASONS = 3;

interface Judged {
  readonly operation: Operation;
  readonly impact: Impact | undefined;
  readonly loss: LossRisk | undefined;
  readonly wait: Wait | undefined;
}

type Of<Value> = Value & { readonly operation: Operation };

function judge(operation: Operation, sources: ClassSources): readonly Judged[] {
  const before = sources.catalogBefore(operation);
  if (operation.run === 'called' || isSkipped(operation, before)) return [];
  const existed = (table: ObjectName): Table | undefined => sources.existedBeforeDeploy(table, operation);
  const { start, after, history } = sources;
  const impact = impactOf(operation, { start, before, after, existed });
  const loss = lossRiskOf(operation, { before, history, existed });
  const wait = waitOf(operation, {
    before,
    effects: sources.effectsOf(operation),
    held: sources.heldLocks(operation),
    isOld: (table) => existed(table) !== undefined,
  });
  return [{ operation, impact, loss, wait }];
}

function isUnread(operation: Operation): boolean {
  return operation.kind === 'Opaque' || operation.kind === 'Call';
}

function reasonOf(operation: Operation, text: string): ClassReason {
  const { source, span } = operation.statement;
  return { kind: operation.kind, place: { source, span }, text };
}

function reasonsOf(found: readonly Of<{ readonly text: string }>[]): readonly ClassReason[] {
  return found.slice(0, REASONS).map(({ operation, text }) => reasonOf(operation, text));
}

/** The worst of some values, with those that have it; `order` from good to bad. */
function worst<Item extends Of<{ readonly text: string }>, Value extends string>(
  items: readonly Item[],
  valueOf: (item: Item) => Value,
  order: readonly Value[],
  none: Value,
): Graded<Value> {
  let value = none;
  for (const item of items) if (order.indexOf(valueOf(item)) > order.indexOf(value)) value = valueOf(item);
  return { value, reasons: value === none ? [] : reasonsOf(items.filter((item) => valueOf(item) === value)) };
}

/** By the replacements that the history shows; else by what the operations are by their kind. */
function phaseOf(impacts: readonly Of<Impact>[], index: number, history: History): Graded<MigrationPhase> {
  const replacements = history.replacementsIn(index).filter(({ certainty }) => certainty === 'certain');
  const contracts = new Set(replacements.map(({ contract }) => contract?.operation));
  const fills = new Set(replacements.flatMap(({ backfills }) => backfills.map(({ operation }) => operation)));
  const phases = impacts.map((impact) => {
    if (contracts.has(impact.operation)) return { ...impact, phase: 'contract' as const };
    return fills.has(impact.operation) ? { ...impact, phase: 'backfill' as const } : impact;
  });
  const of = (phase: Impact['phase']): readonly Of<Impact>[] => phases.filter((one) => one.phase === phase);
  const [expands, backfills, ends] = [of('expand'), of('backfill'), of('contract')];
  if (expands.length > 0 && ends.length > 0)
    return { value: 'mixed', reasons: reasonsOf([...expands.slice(0, 1), ...ends.slice(0, 1)]) };
  if (ends.length > 0) return { value: 'contract', reasons: reasonsOf(ends) };
  if (expands.length > 0) return { value: 'expand', reasons: reasonsOf(expands) };
  return backfills.length > 0
    ? { value: 'backfill', reasons: reasonsOf(backfills) }
    : { value: 'none', reasons: [] };
}

function reversibilityOf(
  impacts: readonly Of<Impact>[],
  losses: readonly Of<LossRisk>[],
): Graded<Reversibility> {
  const final = impacts.flatMap(({ operation, final: text }) =>
    text === undefined ? [] : [{ operation, text, reversible: 'no' as const }],
  );
  const all: readonly Of<{ readonly text: string; readonly reversible: Reversibility }>[] = [
    ...losses,
    ...final,
  ];
  return worst(all, ({ reversible }) => reversible, ['yes', 'with data loss', 'no'], 'yes');
}

function downtimeOf(judged: readonly Judged[]): MigrationClass['downtime'] {
  const waits = judged.flatMap(({ operation, wait }) => (wait ? [{ operation, ...wait }] : []));
  const [first] = [...waits].sort(worseFirst);
  if (first === undefined) return { blocks: 'nothing', length: 'none', reasons: [] };
  const alike = waits.filter((wait) => worseFirst(wait, first) === 0);
  return { blocks: first.blocks, length: first.length, reasons: reasonsOf(alike) };
}

/**
 * Old code must go first where it would fail on the new schema, the schema where new code would fail without it. What only a
 * wrong write runs into (a new constraint) gives way to what is sure to fail.
 */
function orderOf(impacts: readonly Of<Impact>[]): Graded<DeploymentOrder> {
  const failing = (who: Failing): readonly Of<Impact>[] => impacts.filter((one) => one.failing === who);
  const [both, old, new_] = [failing('both'), failing('old code'), failing('new code')];
  const sure = old.filter(({ change }) => change === 'breaking');
  if (both.length > 0) return { value: 'neither', reasons: reasonsOf(both) };
  if (sure.length > 0 && new_.length > 0)
    return { value: 'neither', reasons: reasonsOf([...sure.slice(0, 1), ...new_.slice(0, 1)]) };
  if (new_.length > 0) return { value: 'schema first', reasons: reasonsOf(new_) };
  if (old.length > 0) return { value: 'code first', reasons: reasonsOf(old) };
  return { value: 'either', reasons: [] };
}
