import { areAlike, areMarked } from './replacement-signs.ts';
import { placeOf, stepOf } from './replacement-candidate.ts';
import type { Replacement } from './replacement.ts';
import { areCompatible } from './replacements.ts';
import { nameSimilarity } from './name-similarity.ts';
import type { ColumnLife, TableLife } from './timeline.ts';

/**
 * What takes the place of dropped columns that no SQL of the history copied from, worked out once each. Whoever asks throws it away
 * when the history goes on: what is renamed later has another name then.
 */
export class Shapes {
  readonly #found = new Map<ColumnLife, Replacement | undefined>();
  readonly #columns = new Map<TableLife, AddedColumns>();

  /**
   * A column of an alike name and a compatible type that the same migration added, or an earlier one under a name that marks it.
   * Its values may have been copied by a script outside of the migrations, or not at all.
   *
   * @param old a column that was dropped.
   */
  of(old: ColumnLife): Replacement | undefined {
    if (old.dropped === undefined || old.type === undefined) return undefined;
    const known = this.#found.get(old);
    if (known !== undefined || this.#found.has(old)) return known;
    const columns = this.#columnsOf(old.table);
    const hasLater = columns.newest > (old.added?.migration ?? -1);
    const found = hasLater ? byShape(old, columns.lives) : undefined;
    this.#found.set(old, found);
    return found;
  }

  #columnsOf(table: TableLife): AddedColumns {
    const known = this.#columns.get(table);
    if (known !== undefined) return known;
    const lives = [...new Set(table.columns.all())];
    let newest = -1;
    for (const { added } of lives) newest = Math.max(newest, added?.migration ?? -1);
    const columns = { lives, newest };
    this.#columns.set(table, columns);
    return columns;
  }
}

/** The columns that a table ever had. */
interface AddedColumns {
  readonly lives: readonly ColumnLife[];
  /** Index of the last migration that added one; -1 for none. */
  readonly newest: number;
}

function byShape(old: ColumnLife, columns: readonly ColumnLife[]): Replacement | undefined {
  const { dropped, type } = old;
  const name = old.names.at(-1);
  if (dropped === undefined || type === undefined || name === undefined) return undefined;
  let best: { readonly life: ColumnLife; readonly likeness: number } | undefined;
  for (const life of columns) {
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
