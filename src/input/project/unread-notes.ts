import type { ReadMigration } from './types.ts';

/** How many ids are named. */
const NAMED = 3;

/**
 * What of a history could not be read, for people: one sentence for each kind of thing, with a count. What comes after such a
 * migration is judged all the same, but nothing is claimed of what it may have changed.
 */
export function unreadNotes(migrations: readonly ReadMigration[]): readonly string[] {
  const byForm = new Map<string, string[]>();
  const partly = new Set<string>();
  for (const { id, unreadable, forward, rollback } of migrations) {
    if (unreadable !== undefined) {
      const ids = byForm.get(unreadable);
      if (ids === undefined) byForm.set(unreadable, [id]);
      else ids.push(id);
    }
    for (const sentence of [forward?.unread, rollback?.unread]) {
      if (sentence !== undefined) partly.add(`${id}: ${sentence}`);
    }
  }
  const notes = [...byForm].map(([form, ids]) => {
    const more = ids.length > NAMED ? ` and ${ids.length - NAMED} more` : '';
    const what = ids.length === 1 ? `1 migration is ${form}` : `${ids.length} migrations are each ${form}`;
    return `${what}, which is not read (${ids.slice(0, NAMED).join(', ')}${more}): what it did to the schema is not known.`;
  });
  return [...notes, ...partly];
}
