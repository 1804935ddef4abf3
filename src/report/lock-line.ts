import { positionAt } from '../input/text/positions.ts';
import type { Finding, HeldPlace } from '../lint/finding.ts';
import { blockedBy } from '../model/operations/lock-modes.ts';
import { displayName, displayNames } from '../model/operations/display-name.ts';
import type { Effect } from '../model/effects/types.ts';
import { groupBy } from './group-by.ts';
import { listed } from './words.ts';

/** How many relations are named for one lock. */
const NAMED = 3;

/**
 * The locks of earlier statements under which an operation works: `under ACCESS EXCLUSIVE on users since line 2, which keeps
 * reads and writes waiting until the transaction ends`.
 *
 * @param path the file of the finding, which is not named again.
 * @returns empty if there are none.
 */
export function heldLine(held: readonly HeldPlace[], path: string): string {
  if (held.length === 0) return '';
  const alike = groupBy(
    held,
    ({ lock, since }) => `${lock} ${positionAt(since.source, since.span.start).line} ${since.source.path}`,
  );
  const clauses = [...alike.values()].slice(0, NAMED).map((locks) => heldClause(locks, path));
  const more = alike.size > NAMED ? ['more locks'] : [];
  const waiting = held.some(({ lock }) => blockedBy(lock) === 'reads and writes')
    ? 'reads and writes'
    : 'writes';
  const which = alike.size > 1 ? 'which keep' : 'which keeps';
  return `under ${listed([...clauses, ...more])}, ${which} ${waiting} waiting until the transaction ends`;
}

function heldClause(locks: readonly HeldPlace[], path: string): string {
  const [first] = locks;
  if (first === undefined) return '';
  const { source, span } = first.since;
  const place = source.path === path ? '' : ` of ${source.path}`;
  const names = displayNames(
    locks.map(({ relation }) => relation),
    'relations',
  );
  return `${first.lock} on ${listed(names)} since line ${positionAt(source, span.start).line}${place}`;
}

/** What a finding shows: what its operation takes, and under which locks it works. */
export function findingLockLine({ effects, held = [], path }: Finding): string {
  return [lockLine(effects), heldLine(held, path)].filter((part) => part !== '').join(', ');
}

/**
 * What an operation holds on a live database while it does what: `ACCESS EXCLUSIVE on users, metadata only`. Relations
 * with the same lock and work are named together.
 *
 * @param effects strongest lock first.
 * @returns one line; empty if there are no effects.
 */
export function lockLine(effects: readonly Effect[]): string {
  const alike = groupBy(effects, ({ lock, work, online }) => `${lock} ${work} ${online}`);
  return [...alike.values()].map(lockClause).join('; ');
}

function lockClause(effects: readonly Effect[]): string {
  const [first] = effects;
  if (first === undefined) return '';
  const names = [...new Set(effects.map(({ relation }) => displayName(relation)))];
  const shown =
    names.length <= NAMED + 1 ? names : [...names.slice(0, NAMED), `${names.length - NAMED} more relations`];
  const online = first.online ? ', reads and writes go on' : '';
  return `${first.lock} on ${listed(shown)}${workClause(first.work, names.length > 1)}${online}`;
}

function workClause(work: Effect['work'], several: boolean): string {
  switch (work) {
    case 'metadata':
      return ', metadata only';
    case 'index build':
      return several ? ' while the indexes are built' : ' while the index is built';
    case 'scan':
      return several ? ' while the tables are scanned' : ' while the table is scanned';
    case 'rewrite':
      return several ? ' while the tables are rewritten' : ' while the table is rewritten';
    case 'rows':
      return ' while the rows are processed';
    default:
      return work satisfies never;
  }
}
