import { typeText } from '../../model/catalog/type-text.ts';
import type { View } from '../../model/catalog/types.ts';
import { isSameObject, objectKey } from '../../model/operations/same-object.ts';
import type { ComparedCatalogs, TableParts } from './compare.ts';
import type { UndoScene } from './scene.ts';

/** Views that are dropped and made again. */
export interface RemadeViews {
  /** As they are after the migration: the new ones, the changed ones, and those that read them. */
  readonly drop: readonly View[];
  /** As they were. */
  readonly create: readonly View[];
}

/** The views that are in the way of the rollback, or are not as they were. */
export function viewsToRemake({ views, parts }: ComparedCatalogs, scene: UndoScene): RemadeViews {
  const drop = new Set(views.added);
  const changed = new Set(parts.flatMap((part) => changedColumns(part, scene)));
  for (const { before, after } of views.pairs) {
    const isOther =
      before.definition !== after.definition ||
      before.columnNames.join('\0') !== after.columnNames.join('\0') ||
      JSON.stringify(before.options) !== JSON.stringify(after.options);
    const readsChanged = after.columnReads.some((one) =>
      changed.has(`${objectKey(one.relation)}\0${one.column}`),
    );
    if (isOther || readsChanged) drop.add(after);
  }
  // What reads a view that is dropped goes with it.
  for (let size = -1; size !== drop.size;) {
    size = drop.size;
    for (const { after } of views.pairs)
      if (after.reads.some((read) => [...drop].some(({ name }) => isSameObject(name, read)))) drop.add(after);
  }
  const create = views.pairs.filter(({ after }) => drop.has(after)).map(({ before }) => before);
  return { drop: [...drop], create: [...create, ...views.gone] };
}

/** Columns that are dropped, or get another type, so that no view may read them meanwhile. By the names of after. */
function changedColumns({ after, columns }: TableParts, scene: UndoScene): readonly string[] {
  const names = [
    ...columns.added.map(({ name }) => name),
    ...columns.pairs.flatMap(({ before, after: is }) =>
      typeText(before.type) !== scene.formerType(is.type) || (before.generated && !is.generated)
        ? [is.name]
        : [],
    ),
  ];
  return names.map((name) => `${objectKey(after.name)}\0${name}`);
}
