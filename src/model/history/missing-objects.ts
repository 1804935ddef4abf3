import { referencesOf, type ObjectReference } from '../catalog/object-references.ts';
import { mayComeFromOutside } from '../catalog/outside-objects.ts';
import type { Catalog } from '../catalog/types.ts';
import { isInCatalog, isSeenSince, isSurelyAbsent, isWhollyKnown } from '../catalog/unknown-objects.ts';
import type { Operation } from '../operations/types.ts';
import { bringsAbout, creationsOf } from './creations.ts';
import { operationsOfStatement, runsBefore, type DeployOperations } from './deploy-operations.ts';
import { firstDeparture, type Departure } from './departures.ts';
import type { History } from './history.ts';
import { nameInOtherCase, nearName, type NearName } from './near-names.ts';

/** Where it is asked what an operation lacks. */
export interface MissingScene {
  /** The schema just before the operation, and just after it. */
  readonly catalog: Catalog;
  readonly catalogAfter: Catalog;
  /** The schema before the deploy. */
  readonly catalogBeforeDeploy: Catalog;
  readonly history: Pick<History, 'departureOf'>;
  readonly migration: { readonly index: number; readonly operations: readonly Operation[] };
  readonly deploy: DeployOperations;
  /** True if the operation stands in a DO block. */
  readonly inBody: boolean;
}

/** Something that an operation needs and that is certainly not there. */
export interface MissingObject {
  readonly reference: ObjectReference;
  /** Since when it is gone, if it was there once. */
  readonly departure: Departure | undefined;
  /** The operation of the same deploy that brings it about, too late. */
  readonly creation: Operation | undefined;
  /** The name that was probably meant. */
  readonly near: NearName | undefined;
}

/**
 * What an operation needs and PostgreSQL will certainly not find. Nothing is claimed of an operation that runs perhaps, of tables
 * that are not known from their beginning, of a history that began with a database of its own, or of what a platform or an
 * extension may provide.
 *
 * @param operation with resolved names.
 */
export function missingObjects(operation: Operation, scene: MissingScene): readonly MissingObject[] {
  if (operation.run !== 'now') return [];
  const missing: MissingObject[] = [];
  for (const reference of referencesOf(operation, scene.catalog, scene.inBody)) {
    const catalog = reference.after ? scene.catalogAfter : scene.catalog;
    if (isInCatalog(reference, catalog)) continue;
    const found = judge(reference, operation, catalog, scene);
    if (found !== undefined) missing.push(found);
  }
  return missing;
}

function judge(
  reference: ObjectReference,
  operation: Operation,
  catalog: Catalog,
  scene: MissingScene,
): MissingObject | undefined {
  const departure = departureBefore(operation, reference, scene);
  const isGone = departure !== undefined && isSeenSince(departure.migration, catalog);
  const missing = (rest: Partial<MissingObject>): MissingObject => ({
    reference,
    departure: isGone ? departure : undefined,
    creation: undefined,
    near: undefined,
    ...rest,
  });
  if (reference.member !== undefined) {
    if (!isMemberAbsent(reference, catalog, isGone) || isAddedBeside(operation, reference, scene))
      return undefined;
    return missing({
      near: isGone ? undefined : nearName(reference, catalog),
      creation: laterCreation(),
    });
  }
  if (isGone) return isOutside() ? undefined : missing({});
  // An extension may have brought the type of a column: only a name in another case is certainly a mistake.
  const isColumnType = reference.kind === 'type' && reference.part === 'type';
  if (isColumnType && nameInOtherCase(reference, catalog) === undefined) return undefined;
  if (!scene.catalogBeforeDeploy.fromEmpty || !isSurelyAbsent(reference, catalog)) return undefined;
  const near = nameInOtherCase(reference, catalog) ?? nearName(reference, catalog);
  if (isColumnType) return missing({ near });
  const creation = laterCreation();
  const isSure = near !== undefined || creation !== undefined || hasTables(scene.catalogBeforeDeploy);
  return isSure ? missing({ near, creation }) : undefined;

  function laterCreation(): Operation | undefined {
    return isGone ? undefined : creationAfter(operation, reference, scene.deploy);
  }

  function isOutside(): boolean {
    const kind = reference.kind === 'type' || reference.kind === 'function' ? reference.kind : 'relation';
    return mayComeFromOutside(reference.name, kind, catalog);
  }
}

/** The last DROP or rename before an operation; of one in the same migration only what stands before it counts. */
function departureBefore(
  operation: Operation,
  reference: ObjectReference,
  { history, migration, deploy }: MissingScene,
): Departure | undefined {
  const last = history.departureOf(reference, migration.index);
  if (last?.migration !== migration.index) return last;
  const first = firstDeparture(migration.operations, reference);
  if (first !== undefined && runsBefore(first, operation, deploy)) return last;
  return history.departureOf(reference, migration.index - 1);
}

function isMemberAbsent(reference: ObjectReference, catalog: Catalog, isGone: boolean): boolean {
  const { kind, name } = reference;
  const table = catalog.table(name);
  if (table === undefined || table.certainty !== 'certain') return false;
  if (isGone) return true;
  if (kind === 'trigger' && mayComeFromOutside(name, 'relation', catalog)) return false;
  return isWhollyKnown(name, catalog);
}

/** Whether the same ALTER TABLE adds it: PostgreSQL adds columns before it makes constraints. */
function isAddedBeside(operation: Operation, reference: ObjectReference, { deploy }: MissingScene): boolean {
  if (operation.action === undefined) return false;
  return operationsOfStatement(operation.statement, deploy).some((other) => bringsAbout(other, reference));
}

function creationAfter(
  operation: Operation,
  reference: ObjectReference,
  deploy: DeployOperations,
): Operation | undefined {
  return creationsOf(reference, deploy).find((other) => runsBefore(operation, other, deploy));
}

/** Whether a migration of the history created tables: its beginning is known then. */
function hasTables(catalog: Catalog): boolean {
  for (const { origin } of catalog.tables()) if (origin.migration >= 0) return true;
  return false;
}
