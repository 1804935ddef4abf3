import type { FileTree } from '../files/types.ts';
import { drizzleJournal } from '../layouts/drizzle-journal.ts';
import type { FoundProject } from '../layouts/types.ts';
import type { ReadMigration } from './types.ts';

/** How many ids are named. */
const NAMED = 3;

/**
 * That pending migrations of Drizzle never run, for people: one sentence, or none. Its migrator (drizzle-orm 0.45) takes the latest
 * `when` of those that the database has and passes over every one that is not later, whatever its place in the journal.
 */
export function skippedNotes(
  tree: FileTree,
  { layout, folder }: FoundProject,
  migrations: readonly Pick<ReadMigration, 'id' | 'state'>[],
): readonly string[] {
  const journal = layout === 'drizzle' ? drizzleJournal(tree, folder) : undefined;
  if (journal === undefined) return [];
  const whens = new Map(journal.entries.map(({ tag, when }) => [tag, when]));
  let last: { readonly id: string; readonly when: number } | undefined;
  for (const { id, state } of migrations) {
    const when = whens.get(id);
    if (state === 'applied' && when !== undefined && when >= (last?.when ?? -Infinity)) last = { id, when };
  }
  if (last === undefined) return [];
  const { id: latest, when: limit } = last;
  const skipped = migrations.filter(
    ({ id, state }) => state === 'pending' && (whens.get(id) ?? Infinity) <= limit,
  );
  if (skipped.length === 0) return [];
  const more = skipped.length > NAMED ? ` and ${skipped.length - NAMED} more` : '';
  const names = skipped.slice(0, NAMED).map(({ id }) => id);
  const [runs, its] = skipped.length === 1 ? ['runs', 'its'] : ['run', 'their'];
  return [
    `${names.join(', ')}${more} never ${runs}: ${its} \`when\` in meta/_journal.json is not later than that of ${latest}.`,
  ];
}
