import { catalogDifferences, type CatalogDifference } from '../catalog/differences.ts';
import type { Catalog } from '../catalog/types.ts';
import { counts, doneBy } from './shortcomings.ts';

/**
 * What a migration did and is still done after the one that is to take it back. What others have changed in between is left out, and
 * so is what no migration can take back.
 *
 * @param reverted the schema before and after the migration that is to be taken back.
 * @param now the schema after the one that takes it back.
 * @returns nothing where something unseen may have happened since.
 */
export function notReverted(
  { catalogBefore, catalogAfter }: { readonly catalogBefore: Catalog; readonly catalogAfter: Catalog },
  now: Catalog,
): readonly CatalogDifference[] {
  if (catalogBefore.lastUnseen !== now.lastUnseen) return [];
  const changes = catalogDifferences(catalogBefore, catalogAfter).filter(counts);
  if (changes.length === 0) return [];
  const isOwn = doneBy(changes);
  return catalogDifferences(catalogBefore, now).filter(
    (difference) => counts(difference) && isOwn(difference),
  );
}
