import type { HeldLock } from '../model/effects/held-locks.ts';
import type { Effect } from '../model/effects/types.ts';
import { blockedBy } from '../model/operations/lock-modes.ts';
import { isSameObject, objectKey } from '../model/operations/same-object.ts';
import type { ObjectName } from '../model/operations/types.ts';
import type { TracedStatement, TracedTransaction } from './trace.ts';

const BLOCKED = ['reads and writes', 'writes', 'writes to the same rows'] as const;

/** How long a transaction keeps the users of one relation waiting. */
export interface LockWindow {
  /** Under its last name. */
  readonly relation: ObjectName;
  /** Of a statement that writes any number of rows, only writes to the same rows wait. */
  readonly blocks: (typeof BLOCKED)[number];
  /** The statements that it lasts through, from the one that takes the lock. */
  readonly statements: readonly TracedStatement[];
  /** The slow work that is done meanwhile, with the statement that does it. */
  readonly through: readonly { readonly effect: Effect; readonly statement: TracedStatement }[];
}

/** A window with the index of its first statement. */
type Placed = LockWindow & { readonly from: number };

/** A window that is not over yet. */
interface Open {
  lock: HeldLock;
  readonly from: number;
}

/**
 * The windows of a transaction, in the order in which they begin. A lock that first blocks writes and later reads as well
 * gives two of them.
 */
export function windowsOf({ kind, statements }: TracedTransaction): readonly LockWindow[] {
  if (kind === 'autocommit') return statements.flatMap(aloneWindows);
  const windows: Placed[] = [];
  for (const blocks of BLOCKED) {
    let open: Open[] = [];
    const close = ({ lock, from }: Open, end: number): void => {
      const within = statements.slice(from, end);
      windows.push({ relation: lock.relation, blocks, statements: within, through: slowIn(within), from });
    };
    for (const [index, { heldAfter }] of statements.entries()) {
      const held = heldAfter.filter((lock) => isBlocking(lock, blocks));
      const goesOn = matched(open, held);
      for (const one of open) if (!goesOn.has(one)) close(one, index);
      const known = new Set(goesOn.values());
      open = open.filter((one) => goesOn.has(one));
      for (const one of open) one.lock = goesOn.get(one) ?? one.lock;
      for (const lock of held) if (!known.has(lock)) open.push({ lock, from: index });
    }
    for (const one of open) close(one, statements.length);
  }
  return windows
    .filter((window) => !isInWider(window, windows))
    .toSorted((a, b) => a.from - b.from)
    .map(({ relation, blocks, statements: within, through }) => ({
      relation,
      blocks,
      statements: within,
      through,
    }));
}

function isBlocking({ lock, rows }: HeldLock, blocks: LockWindow['blocks']): boolean {
  if (blocks === 'writes to the same rows') return rows !== undefined;
  const blocked = blockedBy(lock);
  return blocked === 'reads and writes' || blocked === blocks;
}

/** Which lock goes on as which: the one on the same relation, or the same one under the relation's new name. */
function matched(open: readonly Open[], held: readonly HeldLock[]): Map<Open, HeldLock> {
  const byName = new Map(held.map((lock) => [objectKey(lock.relation), lock]));
  const found = new Map<Open, HeldLock>();
  for (const one of open) {
    const lock = byName.get(objectKey(one.lock.relation));
    if (lock !== undefined) found.set(one, lock);
  }
  if (found.size === open.length) return found;
  const taken = new Set(found.values());
  for (const one of open) {
    if (found.has(one)) continue;
    const renamed = held.find(({ since, lock }) => since === one.lock.since && lock === one.lock.lock);
    if (renamed === undefined || taken.has(renamed)) continue;
    taken.add(renamed);
    found.set(one, renamed);
  }
  return found;
}

/** Whether more has to wait for all that time anyway. */
function isInWider(window: Placed, windows: readonly Placed[]): boolean {
  return windows.some(
    ({ relation, blocks, statements, from }) =>
      BLOCKED.indexOf(blocks) < BLOCKED.indexOf(window.blocks) &&
      isSameObject(relation, window.relation) &&
      from <= window.from &&
      from + statements.length >= window.from + window.statements.length,
  );
}

/** The windows of a statement by itself: what it takes it lets go of when it ends. */
function aloneWindows(statement: TracedStatement): readonly LockWindow[] {
  const { effects, lockedRows, onEmpty } = statement;
  const through = slowIn([statement]);
  return effects.flatMap(({ relation, lock, online }) => {
    const locksRows = lockedRows.some((name) => isSameObject(name, relation));
    const blocked = blockedBy(lock);
    if (online || onEmpty.some((name) => isSameObject(name, relation))) return [];
    if (blocked === 'nothing' && !locksRows) return [];
    const blocks = blocked === 'nothing' ? 'writes to the same rows' : blocked;
    return [{ relation, blocks, statements: [statement], through }];
  });
}

function slowIn(statements: readonly TracedStatement[]): LockWindow['through'] {
  return statements.flatMap((statement) => statement.slow.map((effect) => ({ effect, statement })));
}
