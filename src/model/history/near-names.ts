import type { ObjectReference } from '../catalog/object-references.ts';
import type { Catalog } from '../catalog/types.ts';
import { nameSimilarity } from './name-similarity.ts';

/** A name that people probably meant. */
export interface NearName {
  readonly name: string;
  /** True if only its case differs: PostgreSQL folds names to lower case unless they are quoted. */
  readonly differsInCase: boolean;
}

/** From here on two names look like one that was misspelt, in the singular or plural, or written in another style. */
const LOOKS_LIKE = 0.65;

/** The name that is there and differs from one that is not in its case only. Parameters as {@link nearName}. */
export function nameInOtherCase(
  { kind, name, member }: ObjectReference,
  catalog: Catalog,
): NearName | undefined {
  const wanted = member ?? name.name;
  const found = candidates(kind, name, catalog).find(
    (candidate) => candidate !== wanted && candidate.toLowerCase() === wanted.toLowerCase(),
  );
  return found === undefined ? undefined : { name: found, differsInCase: true };
}

/**
 * The name that is there and was probably meant by one that is not.
 *
 * @param reference what is named and missing.
 * @param catalog the schema at that point.
 * @returns undefined if none is alike.
 */
export function nearName({ kind, name, member }: ObjectReference, catalog: Catalog): NearName | undefined {
  const wanted = member ?? name.name;
  let best: string | undefined;
  let similarity = LOOKS_LIKE;
  for (const candidate of candidates(kind, name, catalog)) {
    if (candidate === wanted) continue;
    if (candidate.toLowerCase() === wanted.toLowerCase()) return { name: candidate, differsInCase: true };
    const found = nameSimilarity(candidate, wanted);
    if (found <= similarity) continue;
    best = candidate;
    similarity = found;
  }
  return best === undefined ? undefined : { name: best, differsInCase: false };
}

function candidates(
  kind: ObjectReference['kind'],
  name: ObjectReference['name'],
  catalog: Catalog,
): string[] {
  switch (kind) {
    case 'table':
    case 'view':
      return namesOf([...catalog.tables(), ...catalog.views()], name.schema);
    case 'sequence':
      return namesOf([...catalog.sequences()], name.schema);
    case 'type':
      return namesOf([...catalog.types()], name.schema);
    case 'function':
      return namesOf([...catalog.allRoutines()], name.schema);
    case 'index':
      return [...catalog.tables()].flatMap((table) => table.indexes.map((index) => index.name));
    case 'column':
      return (catalog.table(name)?.columns ?? []).map((column) => column.name);
    case 'constraint':
      return (catalog.table(name)?.constraints ?? []).map((constraint) => constraint.name);
    case 'trigger':
      return (catalog.table(name)?.triggers ?? []).map((trigger) => trigger.name);
    case 'policy':
      return (catalog.table(name)?.policies ?? []).map((policy) => policy.name);
    default:
      return kind satisfies never;
  }
}

/** Of the same schema; a name without one is looked for in all. */
function namesOf(
  objects: readonly { readonly name: { readonly schema: string | undefined; readonly name: string } }[],
  schema: string | undefined,
): string[] {
  return objects.flatMap(({ name }) => (schema === undefined || name.schema === schema ? name.name : []));
}
