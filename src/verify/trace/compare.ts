import type { Node } from '@pgsql/types';
import { compareLocks } from '../../model/operations/lock-modes.ts';
import type { LockMode } from '../../model/operations/types.ts';
import type { EffectFacts } from './facts.ts';
import type { Observation } from './observation.ts';

/** What effects say of a statement, before anybody looks at what PostgreSQL does. */
export interface PredictedEffects {
  /** What the statement does, whatever the database holds. */
  readonly certain: EffectFacts;
  /** That, and what it may do: under an IF, in a loop. */
  readonly possible: EffectFacts;
  /** True if it runs SQL that cannot be read, or the functions of triggers: what else it does is not known. */
  readonly opaque: boolean;
  /** Tables whose scan is the planner's to choose: keys of a foreign key are looked up in an index, or not at all. */
  readonly lookedUp: ReadonlySet<string>;
  /** Sequences that belonged to a column before the statement. */
  readonly ownedSequences: ReadonlySet<string>;
  /** Partitioned tables, which have no rows of their own, each with its partitions. */
  readonly partitions: ReadonlyMap<string, readonly string[]>;
}

/** What could be seen of a statement. */
export interface Visibility {
  /** False where the engine cannot show the locks of a statement that runs alone. */
  readonly locks: boolean;
  /** False outside a transaction, where scans are not counted. */
  readonly scans: boolean;
  /** True if all tables hold rows: a query then comes to each that it names. */
  readonly filled?: boolean;
  /** Which locks the transaction held before the statement, by relation: PostgreSQL does not list one twice. */
  readonly held?: HeldModes;
}

/** Relation → the locks on it. */
export type HeldModes = ReadonlyMap<string, ReadonlySet<LockMode>>;

/** One fact about one relation on which prediction and observation differ. */
export type EffectDifference =
  | {
      readonly fact: 'locks';
      readonly relation: string;
      /** Undefined for none. */
      readonly predicted: LockMode | undefined;
      readonly observed: LockMode | undefined;
    }
  | {
      readonly fact: Exclude<keyof EffectFacts, 'locks'>;
      readonly relation: string;
      readonly predicted: boolean;
      readonly observed: boolean;
    };

/** Statements that plan a query: how it finds its rows, and whether it comes to a table at all, is the planner's. */
const PLANNED: ReadonlySet<string> = new Set([
  'InsertStmt',
  'UpdateStmt',
  'DeleteStmt',
  'SelectStmt',
  'MergeStmt',
  'DoStmt',
  'CallStmt',
  'CopyStmt',
  'ExplainStmt',
  'ExecuteStmt',
  'DeclareCursorStmt',
]);

/** Statements that make a relation of a query: what they read is known, but not whether a join without rows comes to all of it. */
const QUERIES: ReadonlySet<string> = new Set(['CreateTableAsStmt', 'RefreshMatViewStmt']);

/**
 * Statements that check SQL and do not run it, with the strongest lock under which they look at the relations that it names. It
 * conflicts with none that its users take, and effects do not read that SQL.
 */
const CHECKS: Readonly<Record<string, LockMode>> = {
  CreatePolicyStmt: 'ACCESS SHARE',
  AlterPolicyStmt: 'ACCESS SHARE',
  ExplainStmt: 'ACCESS SHARE',
  PrepareStmt: 'ACCESS SHARE',
  DeclareCursorStmt: 'ACCESS SHARE',
  CreateFunctionStmt: 'ROW EXCLUSIVE',
  RuleStmt: 'ROW EXCLUSIVE',
};

/**
 * Compares what was predicted of a statement with what was observed.
 *
 * - An index that is locked with ACCESS EXCLUSIVE stops every reader of its table, so that it counts as the table's lock; not
 *   that of a CONCURRENTLY, which locks an index when nobody uses it any more.
 * - A sequence that belongs to a column shares its table's fate: its lock is compared only where one is predicted.
 * - A partitioned table has no rows: the work predicted on it is that on its partitions. Where nobody has made one yet, there is none.
 * - A rewrite reads its table and builds its indexes, if there are any.
 * - Scans are not compared where the planner chooses them, nor where they are not counted.
 * - What may happen need not: neither its lock nor its work is missed. Of SQL that cannot be read, nothing is unexpected.
 *
 * @param tree the statement's parse tree.
 */
export function effectDifferences(
  tree: Node,
  prediction: PredictedEffects,
  observation: Observation,
  visibility: Visibility,
): readonly EffectDifference[] {
  const kind = Object.keys(tree)[0] ?? '';
  const found: EffectDifference[] = [
    ...workDifferences('rewritten', prediction, observation),
    ...workDifferences('indexed', prediction, observation),
  ];
  if (visibility.locks) found.push(...lockDifferences(tree, kind, prediction, observation, visibility.held));
  if (visibility.scans && !PLANNED.has(kind)) {
    const mayMissAll = QUERIES.has(kind) && visibility.filled !== true;
    const scans = workDifferences('scanned', prediction, observation);
    found.push(
      ...scans.filter(
        ({ relation, observed }) => observed === true || !(mayMissAll || prediction.lookedUp.has(relation)),
      ),
    );
  }
  return found;
}

function workDifferences(
  fact: Exclude<keyof EffectFacts, 'locks'>,
  { certain, possible, partitions, opaque }: PredictedEffects,
  observation: Observation,
): readonly EffectDifference[] {
  const seen = observation[fact];
  const isBorneOut = (name: string): boolean => {
    const below = partitions.get(name);
    if (below === undefined) return false;
    return below.length === 0 || below.some((partition) => seen.includes(partition) || isBorneOut(partition));
  };
  // A rewrite is compared as such: what comes with it is not said again.
  const isRewritten = (name: string): boolean =>
    fact !== 'rewritten' && (certain.rewritten.includes(name) || observation.rewritten.includes(name));
  const missed = certain[fact].filter(
    (name) => !seen.includes(name) && !isBorneOut(name) && !isRewritten(name),
  );
  const unexpected = opaque
    ? []
    : seen.filter((name) => !possible[fact].includes(name) && !isRewritten(name));
  return [
    ...missed.map((relation) => ({ fact, relation, predicted: true, observed: false })),
    ...unexpected.map((relation) => ({ fact, relation, predicted: false, observed: true })),
  ];
}

function lockDifferences(
  tree: Node,
  kind: string,
  { certain, possible, ownedSequences, opaque }: PredictedEffects,
  observation: Observation,
  held: HeldModes | undefined,
): readonly EffectDifference[] {
  const seen = locksOfUsers(tree, observation);
  const names = new Set([...Object.keys(possible.locks), ...seen.keys()]);
  const found: EffectDifference[] = [];
  for (const relation of [...names].sort()) {
    const most = possible.locks[relation];
    const least = certain.locks[relation];
    const observed = seen.get(relation);
    if (most === undefined && ownedSequences.has(relation)) continue;
    if (agrees(least, most, observed, held?.get(relation))) continue;
    const isUnexpected = observed !== undefined && (most === undefined || compareLocks(observed, most) > 0);
    const checked = CHECKS[kind];
    if (isUnexpected && (opaque || (checked !== undefined && compareLocks(observed, checked) <= 0))) continue;
    found.push({ fact: 'locks', relation, predicted: most, observed });
  }
  return found;
}

/** @param least the lock that is taken for certain, `most` the strongest that may be. */
function agrees(
  least: LockMode | undefined,
  most: LockMode | undefined,
  observed: LockMode | undefined,
  held: ReadonlySet<LockMode> | undefined,
): boolean {
  if (observed !== undefined && (most === undefined || compareLocks(observed, most) > 0)) return false;
  if (least === undefined || held?.has(least) === true) return true;
  return observed !== undefined && compareLocks(observed, least) >= 0;
}

/** The locks on relations as their users meet them: those of their indexes counted. */
export function locksOfUsers(
  tree: Node,
  { locks, indexLocks }: Pick<Observation, 'locks' | 'indexLocks'>,
): Map<string, LockMode> {
  const found = new Map(Object.entries(locks));
  if (isConcurrent(tree)) return found;
  for (const { table, lock } of Object.values(indexLocks))
    if (lock === 'ACCESS EXCLUSIVE') found.set(table, lock);
  return found;
}

function isConcurrent(tree: Node): boolean {
  if ('IndexStmt' in tree) return tree.IndexStmt.concurrent === true;
  if ('DropStmt' in tree) return tree.DropStmt.concurrent === true;
  if ('RefreshMatViewStmt' in tree) return tree.RefreshMatViewStmt.concurrent === true;
  if ('ReindexStmt' in tree)
    return (tree.ReindexStmt.params ?? []).some(
      (parameter) => 'DefElem' in parameter && parameter.DefElem.defname === 'concurrently',
    );
  if ('AlterTableStmt' in tree)
    return (tree.AlterTableStmt.cmds ?? []).some(
      (one) =>
        'AlterTableCmd' in one &&
        one.AlterTableCmd.def !== undefined &&
        'PartitionCmd' in one.AlterTableCmd.def &&
        one.AlterTableCmd.def.PartitionCmd.concurrent === true,
    );
  return false;
}
