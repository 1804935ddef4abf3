import type { Catalog, Routine, Sequence, Table, UserType, View } from '../../model/catalog/types.ts';
import type { ObjectName, TypeName } from '../../model/operations/types.ts';
import { namesIn } from './written.ts';

/** An object of the catalog that a statement of its own makes, in a schema. */
export type CreatedObject = Table | View | Sequence | UserType | Routine;

/** Every object of a catalog that can be made again: not those of a session, nor what is PostgreSQL's own. */
export function objectsOf(catalog: Catalog): readonly CreatedObject[] {
  const all = [
    ...catalog.types(),
    ...catalog.sequences(),
    ...catalog.tables(),
    ...catalog.allRoutines(),
    ...catalog.views(),
  ];
  return all.filter(({ name }) => name.schema !== 'pg_temp');
}

const ranks: Readonly<Record<CreatedObject['kind'], number>> = {
  enum: 0,
  shell: 0,
  range: 1,
  base: 1,
  domain: 1,
  composite: 1,
  sequence: 0,
  function: 2,
  procedure: 2,
  aggregate: 3,
  table: 4,
  view: 5,
  'materialized view': 5,
};

/**
 * The order in which objects can be made: each after those that it needs. What only the body of a function names comes first
 * where that is possible; foreign keys count for nothing, since they are made when all tables are there.
 *
 * @param objects in any order; equals stay in the order in which they are given.
 */
export function createOrder<One extends CreatedObject>(objects: readonly One[]): readonly One[] {
  const byName = new Map<string, One[]>();
  for (const object of objects) {
    const { name } = object.name;
    const there = byName.get(name);
    if (there === undefined) byName.set(name, [object]);
    else there.push(object);
  }
  const ordered: One[] = [];
  const seen = new Set<One>();
  const visit = (object: One): void => {
    if (seen.has(object)) return;
    seen.add(object);
    for (const other of neededBy(object, byName)) visit(other);
    ordered.push(object);
  };
  for (const object of objects.toSorted((a, b) => ranks[a.kind] - ranks[b.kind])) visit(object);
  return ordered;
}

/** What an object names among others, of lower rank first: what it must have, then what its texts seem to name. */
function neededBy<One extends CreatedObject>(
  object: One,
  byName: ReadonlyMap<string, readonly One[]>,
): readonly One[] {
  const hard = new Set<One>();
  for (const name of namesNeeded(object)) {
    for (const other of byName.get(name.name) ?? [])
      if (other !== object && (name.schema ?? other.name.schema) === other.name.schema) hard.add(other);
  }
  const soft = new Set<One>();
  for (const text of textsOf(object)) {
    for (const name of namesIn(text))
      for (const other of byName.get(name) ?? []) if (other !== object && !hard.has(other)) soft.add(other);
  }
  const byRank = (a: One, b: One): number => ranks[a.kind] - ranks[b.kind];
  return [...[...hard].toSorted(byRank), ...[...soft].toSorted(byRank)];
}

function namesNeeded(object: CreatedObject): readonly ObjectName[] {
  switch (object.kind) {
    case 'table': {
      const parents = object.partitionOf === undefined ? object.inherits : [object.partitionOf.parent];
      return [...parents, ...object.columns.map(({ type }) => type)];
    }
    case 'domain':
      return [object.base];
    case 'composite':
      return object.attributes.map(({ type }) => type);
    case 'view':
    case 'materialized view':
      return object.reads;
    case 'function':
    case 'procedure':
    case 'aggregate':
      return typesOf(object);
    case 'sequence':
      // That of an identity column is made with its column.
      return object.identity && object.ownedBy !== undefined ? [object.ownedBy.table] : [];
    case 'enum':
    case 'range':
    case 'base':
    case 'shell':
      return [];
    default:
      return object satisfies never;
  }
}

function typesOf({ name, returns }: Routine): readonly TypeName[] {
  const types = [...(name.argumentTypes ?? []), ...(returns === undefined ? [] : [returns])];
  return types.filter((type) => type.schema !== undefined);
}

/** Texts that may name other objects: PL/pgSQL looks them up when it runs, so that its bodies need nothing. */
function textsOf(object: CreatedObject): readonly string[] {
  switch (object.kind) {
    case 'table':
      return [
        ...object.columns.flatMap((one) => one.default?.text ?? one.generated?.expression.text ?? []),
        ...object.constraints.flatMap(({ definition }) =>
          definition.type === 'check' ? [definition.expression.text] : [],
        ),
        ...object.indexes.flatMap((index) => [
          ...(index.where === undefined ? [] : [index.where.text]),
          ...index.elements.flatMap((one) => one.expression?.text ?? []),
        ]),
      ];
    case 'domain':
      return object.constraints.flatMap(({ definition }) =>
        definition.type === 'check' ? [definition.expression.text] : [],
      );
    case 'view':
    case 'materialized view':
    case 'aggregate':
      return [object.definition];
    case 'function':
    case 'procedure':
      return object.language === 'plpgsql' ? [] : [object.definition];
    default:
      return [];
  }
}
