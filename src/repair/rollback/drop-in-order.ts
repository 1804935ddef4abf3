import { typeText } from '../../model/catalog/type-text.ts';
import type { Routine, UserType } from '../../model/catalog/types.ts';
import { displayName, quoteIdentifier } from '../../model/operations/display-name.ts';
import { objectKey } from '../../model/operations/same-object.ts';
import { dropObject, subjectText } from '../ddl/notes.ts';
import { createOrder } from '../ddl/order.ts';
import type { ComparedCatalogs } from './compare.ts';
import { dropAddedParts, dropAddedRules, dropAddedTables, dropViews, isBoundToTables } from './drop-added.ts';
import type { RemadeViews } from './remade-views.ts';
import { changedPolicies } from './restore-objects.ts';
import type { UndoScene } from './scene.ts';
import type { RollbackStatement } from './types.ts';

const plain = (sql: string): RollbackStatement => ({ sql });

/** First what the migration made and others do not need: by the names of after. */
export function dropFirst(
  compared: ComparedCatalogs,
  views: RemadeViews,
  scene: UndoScene,
): readonly RollbackStatement[] {
  const { parts, tables, routines } = compared;
  return [
    ...dropViews(views.drop),
    ...parts.flatMap((part) => [
      ...dropAddedRules(part, scene),
      ...changedPolicies(part).map((name) =>
        plain(`DROP POLICY IF EXISTS ${quoteIdentifier(name)} ON ${displayName(part.after.name)}`),
      ),
    ]),
    ...parts.flatMap((part) => dropAddedParts(part, scene)),
    ...routines.added.filter((one) => isBoundToTables(one, compared)).map((one) => plain(dropObject(one))),
    ...dropAddedTables(tables.added, scene.catalogAfter),
  ];
}

/** New types and functions under the name of former ones: they are needed until the former ones are back. */
export function namesInTheWay({ types, routines }: ComparedCatalogs): {
  readonly renames: readonly RollbackStatement[];
  readonly names: ReadonlyMap<UserType | Routine, string>;
} {
  const names = new Map<UserType | Routine, string>();
  const renames: RollbackStatement[] = [];
  const wanted = new Set(
    [...types.gone, ...types.pairs.map(({ before }) => before)].map(({ name }) => objectKey(name)),
  );
  for (const type of types.added) {
    if (!wanted.has(objectKey(type.name))) continue;
    const name = `${type.name.name}_undone`;
    names.set(type, name);
    renames.push(plain(`ALTER ${subjectText(type)} RENAME TO ${quoteIdentifier(name)}`));
  }
  for (const routine of routines.added) {
    if (!routines.gone.some((one) => signature(one) === signature(routine))) continue;
    const name = `${routine.name.name}_undone`;
    names.set(routine, name);
    renames.push(plain(`ALTER ${subjectText(routine)} RENAME TO ${quoteIdentifier(name)}`));
  }
  return { renames, names };
}

function signature({ name }: Routine): string {
  return `${objectKey(name)}\0${(name.argumentTypes ?? []).map(typeText).join(',')}`;
}

/** At last what nothing needs any more. */
export function dropLast(
  compared: ComparedCatalogs,
  names: ReadonlyMap<UserType | Routine, string>,
): readonly RollbackStatement[] {
  const { schemas, extensions, types, sequences, routines } = compared;
  const renamed = <One extends UserType | Routine>(one: One): One => {
    const name = names.get(one);
    return name === undefined ? one : { ...one, name: { ...one.name, name } };
  };
  const objects = createOrder([
    ...types.added.map(renamed),
    ...sequences.added.filter(({ ownedBy }) => ownedBy === undefined),
    ...routines.added.filter((one) => !isBoundToTables(one, compared)).map(renamed),
  ]);
  return [
    ...objects.toReversed().map(dropObject),
    ...extensions.added.map(({ name }) => `DROP EXTENSION IF EXISTS ${quoteIdentifier(name)}`),
    ...schemas.added
      .filter(({ name }) => name !== 'public')
      .map(({ name }) => `DROP SCHEMA IF EXISTS ${quoteIdentifier(name)}`),
  ].map(plain);
}
