import type { AppliedOperation } from '../catalog/builder.ts';
import type { Operation } from '../operations/types.ts';
import { existingObject } from './existing.ts';
import { missingObject, type EarlierCatalogs } from './missing.ts';
import { neededObject } from './needed.ts';
import { notAllowed } from './not-allowed.ts';
import { objectOfOtherKind } from './other-kind.ts';
import type { Refusal } from './types.ts';

/**
 * Why PostgreSQL refuses an operation. Nothing is claimed of what runs perhaps or when called, of what is not certain, and of rows.
 *
 * @param applied the operation with the schema around it.
 * @param earlier how the schema was when the script began, and before that.
 * @param scene `together`: the operations of the same statement. `inBody`: true in a DO block.
 */
export function refusalOf(
  { operation, before, after }: AppliedOperation,
  earlier: EarlierCatalogs,
  scene: { readonly together: readonly Operation[]; readonly inBody: boolean },
): Refusal | undefined {
  if (operation.run !== 'now') return undefined;
  return (
    objectOfOtherKind(operation, before) ??
    missingObject(operation, before, after, earlier, scene.inBody) ??
    existingObject(operation, before) ??
    neededObject(operation, before, scene.together) ??
    notAllowed(operation, before, after)
  );
}
