import type { Catalog, Table } from '../catalog/types.ts';
import type { HeldLock } from '../effects/held-locks.ts';
import { blockedBy } from '../operations/lock-modes.ts';
import { quoteIdentifier } from '../operations/display-name.ts';
import { isSameObject } from '../operations/same-object.ts';
import type { ObjectName, Operation } from '../operations/types.ts';
import type { History } from './history.ts';
import { lostGuarantees } from './lost-guarantees.ts';
import type { Replacement } from './replacement.ts';

/** What is asked about a swap of two tables' names. */
export interface SwapScene {
  readonly history: History;
  /** The schema when all that goes out together has run. */
  readonly final: Catalog;
  /** The schema just after the swap. */
  readonly after: Catalog;
  /** What an operation's transaction holds already when it begins; nothing for one that is not of this deploy. */
  readonly heldLocks: (operation: Operation) => readonly HeldLock[];
}

/**
 * What the new table of a swap lacks of the one whose name it takes, in words: guarantees, policies, and that writes of the time
 * between the copy and the swap reach it, through a trigger or because a lock kept them waiting.
 *
 * @param old the name of the old table after the swap.
 * @param taken the name that it had, and that the new one has now.
 */
export function missingInSwap(old: ObjectName, taken: ObjectName, scene: SwapScene): readonly string[] {
  const { after, final, history } = scene;
  const replacement = history.replacedBy(taken);
  const [was, is] = [after.table(old), final.table(taken) ?? after.table(taken)];
  if (was === undefined || is === undefined) return [];
  const isOf = replacement !== undefined && isSameObject(replacement.new.table, is.name);
  if (!isOf || replacement.kind !== 'table') return ['the rows', ...lostPolicies(was, is)];
  const lost = lostGuarantees({ ...replacement, old: { table: old, column: undefined } }, after, final);
  return [
    ...(isKeptInStep(replacement, old, taken, scene) ? [] : ['what is written after the copy']),
    ...new Set([...lost.map(({ text }) => text), ...lostPolicies(was, is)]),
  ];
}

function lostPolicies(was: Table, is: Table): readonly string[] {
  const lost = was.policies
    .filter(({ name }) => !is.policies.some((other) => other.name === name))
    .map(({ name }) => `the policy ${quoteIdentifier(name)}`);
  const isOff = was.rowSecurity.enabled && !is.rowSecurity.enabled;
  return isOff ? ['row-level security', ...lost] : lost;
}

/** Whether a trigger writes both, or whether writers of the old one waited from before the copy until after the swap. */
function isKeptInStep(
  { backfills, signs, ties }: Replacement,
  old: ObjectName,
  taken: ObjectName,
  { heldLocks }: SwapScene,
): boolean {
  if (signs.includes('dual write') || ties.some(({ kind }) => kind === 'trigger')) return true;
  const copies = [...backfills, ...ties.filter(({ kind }) => kind === 'backfill')];
  return (
    copies.length > 0 &&
    copies.every(({ operation }) =>
      heldLocks(operation).some(
        ({ relation, lock }) =>
          (isSameObject(relation, old) || isSameObject(relation, taken)) && blockedBy(lock) !== 'nothing',
      ),
    )
  );
}
