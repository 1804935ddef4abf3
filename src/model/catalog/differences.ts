import type { ObjectName } from '../operations/types.ts';
import { objectKey } from '../operations/same-object.ts';
import type { CatalogView } from './catalog-view.ts';
import { extensionChanges, routineChanges, schemaChanges, sequenceChanges } from './differences/objects.ts';
import { relationChanges, viewChanges } from './differences/relations.ts';
import { typeChanges } from './differences/user-types.ts';
import type { Catalog, Routine, Sequence, Table, View } from './types.ts';

/** What kind of thing differs: an object, or a part of a table. */
export type DifferingKind =
  | 'schema'
  | 'extension'
  | 'table'
  | 'column'
  | 'constraint'
  | 'index'
  | 'trigger'
  | 'rule'
  | 'policy'
  | 'view'
  | 'materialized view'
  | 'sequence'
  | 'type'
  | 'enum value'
  | 'function'
  | 'procedure'
  | 'aggregate';

/** An object of a catalog, or a part of one: `name` is the column's, the constraint's …, `on` its table, view or type. */
export interface DifferingObject {
  readonly kind: DifferingKind;
  readonly name: ObjectName;
  readonly on: ObjectName | undefined;
}

/** How one catalog differs from another in one thing. */
export type CatalogDifference = { readonly object: DifferingObject } & (
  | { readonly kind: 'missing' }
  | { readonly kind: 'left' }
  /**
   * `property` in words: `type`, `default`, `NOT NULL`, `definition`, `comment`, `owner`, `privileges`. Undefined: it had none. Of
   * what is on or off (`NOT NULL`, `row security`) the text is the property's own name.
   */
  | {
      readonly kind: 'changed';
      readonly property: string;
      readonly before: string | undefined;
      readonly after: string | undefined;
    }
  /** The same columns in another order. */
  | { readonly kind: 'column order'; readonly before: readonly string[]; readonly after: readonly string[] }
);

/**
 * How a catalog differs from an earlier one. Objects that either is not certain of are left out.
 *
 * @param before the schema as it should be.
 * @param after the schema as it is.
 * @param trust `all`: also that something is missing or left while unseen things may have happened between the two. By default
 *   nothing is claimed from absence then.
 * @returns the differences, those of whole objects first; parts of an object that is missing or left are not listed.
 */
export function catalogDifferences(
  before: Catalog,
  after: Catalog,
  trust: 'seen' | 'all' = 'seen',
): readonly CatalogDifference[] {
  if (before === after) return [];
  const found = differencesOf(before, after, trust);
  const isWhole = ({ kind }: CatalogDifference): boolean => kind === 'missing' || kind === 'left';
  const order = (one: CatalogDifference): number =>
    isWhole(one) && one.object.on === undefined ? 0 : isWhole(one) ? 1 : 2;
  return found.toSorted((one, other) => order(one) - order(other));
}

function differencesOf(before: Catalog, after: Catalog, trust: 'seen' | 'all'): readonly CatalogDifference[] {
  const names = namesIn(before, after);
  // What went unseen may have made or dropped anything: absence proves nothing then.
  const seen = trust === 'all' || before.lastUnseen === after.lastUnseen;
  return [
    ...changes(names.schemas, (name) => [before.schema(name.name), after.schema(name.name)], schemaChanges),
    ...changes(
      names.extensions,
      (name) => [before.extension(name.name), after.extension(name.name)],
      extensionChanges,
    ),
    ...changes(names.types, (name) => [before.type(name), after.type(name)], typeChanges),
    ...changes(names.relations, (name) => [before.sequence(name), after.sequence(name)], sequenceChanges),
    ...changes(names.relations, (name) => [before.table(name), after.table(name)], relationChanges),
    ...changes(names.relations, (name) => [before.view(name), after.view(name)], viewChanges),
    ...names.routines.flatMap((name) => overloadChanges(before.routines(name), after.routines(name))),
  ].filter(({ kind, object }) => seen || object.on !== undefined || (kind !== 'missing' && kind !== 'left'));
}

/** The names of everything that may differ, each once. */
interface Names {
  readonly relations: readonly ObjectName[];
  readonly types: readonly ObjectName[];
  readonly routines: readonly ObjectName[];
  readonly schemas: readonly ObjectName[];
  readonly extensions: readonly ObjectName[];
}

function namesIn(before: Catalog, after: Catalog): Names {
  const written = writtenSince(after, before) ?? writtenSince(before, after);
  if (written !== undefined) {
    const names = { relations: [], types: [], routines: [], schemas: [], extensions: [] } satisfies Names;
    const byKind: Readonly<Record<(typeof written)[number]['kind'], ObjectName[]>> = names;
    for (const { kind, name } of written) byKind[kind].push(name);
    return {
      relations: once(names.relations),
      types: once(names.types),
      routines: once(names.routines),
      schemas: once(names.schemas),
      extensions: once(names.extensions),
    };
  }
  const both = <One>(
    list: (catalog: Catalog) => Iterable<One>,
    name: (one: One) => ObjectName,
  ): ObjectName[] => once([before, after].flatMap((catalog) => [...list(catalog)].map(name)));
  const own = ({ name }: { readonly name: ObjectName }): ObjectName => name;
  const plain = ({ name }: { readonly name: string }): ObjectName => ({ schema: undefined, name });
  const relations = (catalog: Catalog): Iterable<Table | View | Sequence> => [
    ...catalog.tables(),
    ...catalog.views(),
    ...catalog.sequences(),
  ];
  return {
    relations: both(relations, own),
    types: both((catalog) => catalog.types(), own),
    routines: both((catalog) => catalog.allRoutines(), own),
    schemas: both((catalog) => catalog.schemas(), plain),
    extensions: both((catalog) => catalog.extensions(), plain),
  };
}

const writtenSince = (later: Catalog, earlier: Catalog): ReturnType<CatalogView['writtenSince']> =>
  'writtenSince' in later ? (later as CatalogView).writtenSince(earlier) : undefined;

const once = (names: readonly ObjectName[]): ObjectName[] => [
  ...new Map(names.map((name) => [objectKey(name), name])).values(),
];

type Pair<One> = readonly [before: One | undefined, after: One | undefined];

/** Objects do not change: the same one on both sides differs in nothing. */
function changes<One>(
  names: readonly ObjectName[],
  find: (name: ObjectName) => Pair<One>,
  compare: (before: One | undefined, after: One | undefined) => readonly CatalogDifference[],
): readonly CatalogDifference[] {
  return names.flatMap((name) => {
    const [before, after] = find(name);
    return before === after ? [] : compare(before, after);
  });
}

function overloadChanges(
  before: readonly Routine[],
  after: readonly Routine[],
): readonly CatalogDifference[] {
  if (before === after) return [];
  const key = ({ name: { argumentTypes } }: Routine): string =>
    (argumentTypes ?? [])
      .map(({ schema, name, arrayDimensions }) => `${schema}.${name}.${arrayDimensions}`)
      .join();
  const keys = new Set([...before, ...after].map(key));
  return [...keys].flatMap((one) => {
    const [was, is] = [before, after].map((list) => list.find((routine) => key(routine) === one));
    return was === is ? [] : routineChanges(was, is);
  });
}
