import { displayName } from '../model/operations/display-name.ts';
import type { Effect } from '../model/effects/types.ts';
import { groupBy } from './group-by.ts';
import { listed } from './words.ts';

/** How many relations are named for one lock. */
const NAMED = 3;

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
