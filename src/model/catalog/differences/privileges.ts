import type { CatalogDifference, DifferingObject } from '../differences.ts';
import type { Privilege } from '../types.ts';
import { property } from './property.ts';

/** Who owns an object, what others may do with it, what is said of it. */
interface Kept {
  readonly owner?: string | undefined;
  readonly privileges?: readonly Privilege[];
  readonly comment: string | undefined;
}

/** How an object's owner, privileges and comment differ. */
export function keptChanges(
  object: DifferingObject,
  before: Kept,
  after: Kept,
): readonly CatalogDifference[] {
  return [
    ...property(object, 'owner', [before.owner, after.owner]),
    ...(before.privileges === after.privileges
      ? []
      : property(object, 'privileges', [privilegesText(before), privilegesText(after)])),
    ...property(object, 'comment', [before.comment, after.comment]),
  ];
}

function privilegesText({ privileges = [] }: Kept): string | undefined {
  const texts = privileges.map(
    ({ grantee, privilege, withGrantOption }) =>
      `${privilege} to ${grantee}${withGrantOption ? ' with grant option' : ''}`,
  );
  return texts.length === 0 ? undefined : texts.sort().join(', ');
}
