import type { Catalog } from '../../model/catalog/types.ts';
import type { CreateHow } from './how.ts';
import { notesOf } from './notes.ts';
import { createOrder, objectsOf } from './order.ts';
import type { CreatedObject } from './order.ts';
import { createRoutine } from './routines.ts';
import { createExtension, createSchema } from './schemas.ts';
import { createSequence, ownSequence } from './sequences.ts';
import { createTable, foreignKeys, partsOfTable } from './tables.ts';
import { createType } from './types.ts';
import { createView, outdatedView, partsOfView } from './views.ts';

/** An object's statements in the three steps in which several objects are made: each step of all before the next. */
export interface CreateSteps {
  /** The object itself. */
  readonly create: readonly string[];
  /** What needs other objects: foreign keys, a sequence's owner. */
  readonly bind: readonly string[];
  /** Triggers, policies, comments, owner, privileges. */
  readonly finish: readonly string[];
}

/**
 * The statements that make an object exactly as the catalog has it, without semicolons.
 *
 * @param object an object of the catalog.
 * @param catalog where it is from: identity columns have their sequences there, partitions their parents.
 * @param how whether the statements are to succeed a second time.
 */
export function createSteps(object: CreatedObject, catalog: Catalog, how: CreateHow = {}): CreateSteps {
  switch (object.kind) {
    case 'table':
      return {
        create: createTable(object, catalog, how),
        bind: foreignKeys(object),
        finish: partsOfTable(object, catalog, how),
      };
    case 'view':
    case 'materialized view':
      return { create: [createView(object, catalog, how)], bind: [], finish: partsOfView(object, how) };
    case 'sequence':
      return { create: createSequence(object, how), bind: ownSequence(object), finish: notesOf(object) };
    case 'function':
    case 'procedure':
    case 'aggregate':
      return { create: createRoutine(object, how.again), bind: [], finish: notesOf(object) };
    case 'enum':
    case 'domain':
    case 'composite':
    case 'range':
    case 'base':
    case 'shell':
      return { create: createType(object), bind: [], finish: notesOf(object) };
    default:
      return object satisfies never;
  }
}

/** The statements that make several objects, in an order that PostgreSQL takes. */
export function createStatements(objects: readonly CreatedObject[], catalog: Catalog): readonly string[] {
  const steps = createOrder(objects).map((object) => createSteps(object, catalog));
  return [
    ...steps.flatMap(({ create }) => create),
    ...steps.flatMap(({ bind }) => bind),
    ...steps.flatMap(({ finish }) => finish),
  ];
}

/** The statements that make a whole catalog from an empty database; views left out that are outdated ({@link outdatedView}). */
export function createCatalog(catalog: Catalog): readonly string[] {
  const isMakeable = (object: CreatedObject): boolean =>
    (object.kind !== 'view' && object.kind !== 'materialized view') ||
    outdatedView(object, catalog) === undefined;
  const schemas = [...catalog.schemas()];
  const hasPublic = schemas.some(({ name }) => name === 'public');
  return [
    ...(hasPublic ? [] : ['DROP SCHEMA IF EXISTS public']),
    ...schemas.filter(({ name }) => name !== 'public').map(createSchema),
    ...[...catalog.extensions()].map(createExtension),
    ...createStatements(objectsOf(catalog).filter(isMakeable), catalog),
    ...schemas.flatMap((schema) => notesOf({ ...schema, kind: 'schema' })),
  ];
}
