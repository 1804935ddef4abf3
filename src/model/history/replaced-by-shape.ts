import { areAlike, areMarked } from './replacement-signs.ts';
import { placeOf, stepOf } from './replacement-candidate.ts';
import type { Replacement } from './replacement.ts';
import { areCompatible } from './replacements.ts';
import { nameSimilarity } from './name-similarity.ts';
import type { ColumnLife } from './timeline.ts';

/**
 * What takes the place of a dropped column that no SQL of the history copied from: a column of an alike name and a compatible
 * type that the same migration added, or an earlier one under a name that marks it. Its values may have been copied by a
 * script outside of the migrations, or not at all.
 *
 * @param old a column that was dropped.
 */
export function byShape(old: ColumnLife): Replacement | undefined {
  const { dropped, type } = old;
  const name = old.names.at(-1);
  if (dropped === undefined || type === undefined || name === undefined) return undefined;
  let best: { readonly life: ColumnLife; readonly likeness: number } | undefined;
  for (const life of new Set(old.table.columns.all())) {
    const { added } = life;
    const [newName] = life.names;
    if (life === old || added === undefined || newName === undefined || life.type === undefined) continue;
    if (added.migration <= (old.added?.migration ?? -1) || added.migration > dropped.migration) continue;
    if (life.dropped !== undefined && life.dropped.order < dropped.order) continue;
    const isTogether = added.migration === dropped.migration;
    if (!areCompatible(type, life.type) || !(isTogether ? areAlike(name, newName) : areMarked(name, newName)))
      continue;
    const likeness = nameSimilarity(name, newName);
    if (best === undefined || likeness > best.likeness) best = { life, likeness };
  }
  return best && replacement(old, best.life);
}

function replacement(old: ColumnLife, new_: ColumnLife): Replacement | undefined {
  const { added } = new_;
  if (added === undefined || old.dropped === undefined) return undefined;
  return {
    kind: 'column',
    old: placeOf(old),
    new: placeOf(new_),
    ties: [{ ...stepOf(added), kind: 'shape' }],
    expand: stepOf(added),
    backfills: [],
    contract: stepOf(old.dropped),
    values: 'kept',
    signs: [],
    certainty: 'probable',
  };
}
