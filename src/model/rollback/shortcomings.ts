import { catalogDifferences, type CatalogDifference, type DifferingObject } from '../catalog/differences.ts';
import type { Catalog } from '../catalog/types.ts';
import { objectNames } from '../operations/object-names.ts';
import { isSameObject, objectKey } from '../operations/same-object.ts';
import type { ObjectName, Operation } from '../operations/types.ts';
import type { RollbackOutcome, RollbackStep } from './types.ts';

/** What is wrong with a schema after a rollback, each refused step of it put right. */
export interface Shortcomings {
  /** What the migration did and the rollback does not undo. */
  readonly notUndone: readonly CatalogDifference[];
  /** What the rollback takes away or changes though the migration did not touch it. */
  readonly overreaching: readonly CatalogDifference[];
}

/** A migration with its schema before and after it. */
export interface MigrationSchemas {
  readonly catalogBefore: Catalog;
  readonly catalogAfter: Catalog;
  readonly operations: readonly Operation[];
}

/**
 * What a rollback does not bring back, told apart by who has done it. Not counted are columns in another order, values of an enum
 * that are still there, since PostgreSQL cannot take one away, and constraints that are still valid.
 *
 * @returns nothing where something unseen may happen in the rollback. Where it may only have happened in the migration, objects count
 *   as taken away that the migration drops by name.
 */
export function shortcomingsOf(
  { complete, seen, raises, shortcomings }: RollbackOutcome,
  migration: MigrationSchemas,
): Shortcomings {
  if (!seen || raises !== undefined) return { notUndone: [], overreaching: [] };
  const counted = shortcomings.filter(
    (difference) => counts(difference) && (complete || isSure(difference, migration.operations)),
  );
  if (counted.length === 0) return { notUndone: [], overreaching: [] };
  const done = doneBy(catalogDifferences(migration.catalogBefore, migration.catalogAfter, 'all'));
  const isOwn = (difference: CatalogDifference): boolean => difference.kind === 'left' || done(difference);
  return {
    notUndone: counted.filter(isOwn),
    overreaching: counted.filter((difference) => !isOwn(difference)),
  };
}

function isSure({ kind, object }: CatalogDifference, operations: readonly Operation[]): boolean {
  if (kind !== 'missing' || object.on !== undefined) return true;
  return operations.some((operation) => {
    const dropped = operation.run === 'now' ? droppedName(operation) : undefined;
    return dropped !== undefined && isSameObject(dropped, object.name);
  });
}

function droppedName(operation: Operation): ObjectName | undefined {
  switch (operation.kind) {
    case 'DropTable':
      return operation.table;
    case 'DropView':
    case 'DropMaterializedView':
      return operation.view;
    case 'DropType':
      return operation.type;
    case 'DropFunction':
      return operation.routine;
    case 'DropSequence':
      return operation.sequence;
    default:
      return undefined;
  }
}

/**
 * Whether a difference is one that a rollback could have avoided: not an enum's value, nor columns in another order. A constraint that
 * is still valid harms nobody, and nothing but dropping it would make it invalid again.
 */
export function counts(difference: CatalogDifference): boolean {
  const { kind, object } = difference;
  if (kind === 'changed') return difference.property !== 'validity' || difference.after === undefined;
  return kind !== 'column order' && !(kind === 'left' && object.kind === 'enum value');
}

/** Tells whether a difference is about something that the migration made or took away, a part of that, or a property that it changed. */
export function doneBy(changes: readonly CatalogDifference[]): (difference: CatalogDifference) => boolean {
  const keys = new Set(changes.flatMap((change) => [keyOf(change), ...wholeOf(change)]));
  return (difference) => {
    const { object } = difference;
    const isPartOfOwn = object.on !== undefined && keys.has(`whole ${objectKey(object.on)}`);
    return isPartOfOwn || keys.has(keyOf(difference)) || keys.has(objectKeyOf(object));
  };
}

const objectKeyOf = ({ kind, name, on }: DifferingObject): string =>
  `${kind} ${objectKey(on ?? { schema: undefined, name: '' })} ${objectKey(name)}`;

const keyOf = (difference: CatalogDifference): string =>
  difference.kind === 'changed'
    ? `${objectKeyOf(difference.object)} ${difference.property}`
    : objectKeyOf(difference.object);

/** What is made or taken away as a whole stands for all its parts. */
const wholeOf = ({ kind, object }: CatalogDifference): readonly string[] =>
  object.on === undefined && (kind === 'missing' || kind === 'left')
    ? [`whole ${objectKey(object.name)}`]
    : [];

/**
 * The step of a rollback that a difference is best shown at: the one that takes the object away, else the last one about it, else
 * the last one.
 *
 * @returns undefined for a rollback without steps.
 */
export function stepNear(
  { object }: CatalogDifference,
  { steps }: Pick<RollbackOutcome, 'steps'>,
): RollbackStep | undefined {
  const { name, on } = object;
  const taking = steps.find(({ before, after }) => hasObject(object, before) && !hasObject(object, after));
  if (on === undefined && taking !== undefined) return taking;
  const wanted = (on ?? name).name;
  const about = steps.filter(({ operation }) => objectNames([operation]).includes(wanted));
  return about.findLast(({ before, after }) => before !== after) ?? about.at(-1) ?? steps.at(-1);
}

function hasObject({ kind, name }: DifferingObject, catalog: Catalog): boolean {
  switch (kind) {
    case 'table':
      return catalog.table(name) !== undefined;
    case 'view':
    case 'materialized view':
      return catalog.view(name) !== undefined;
    case 'type':
      return catalog.type(name) !== undefined;
    case 'sequence':
      return catalog.sequence(name) !== undefined;
    default:
      return false;
  }
}

/** Operations that leave the schema and the rows as they are. */
const INERT: ReadonlySet<Operation['kind']> = new Set([
  'Select',
  'SetVariable',
  'TransactionControl',
  'BodyTransactionControl',
  'Raise',
  'Do',
  'LockTable',
  'Analyze',
]);

/** Whether a rollback script does nothing at all: it is empty, or only looks, sets and says. */
export function undoesNothing({ steps }: Pick<RollbackOutcome, 'steps'>): boolean {
  return steps.every(({ operation }) => INERT.has(operation.kind));
}

/**
 * Whether there is anything to undo in the schema. Values added to an enum are nothing: PostgreSQL has no way back.
 *
 * @param before the schema before a migration.
 * @param after the schema after it.
 */
export function hasSomethingToUndo(before: Catalog, after: Catalog): boolean {
  return catalogDifferences(before, after).some(counts);
}
