/** The public API of migration-lint: what rules and plugins are built from. Nothing else is public. */
export { defineRule } from './lint/rule.ts';
export type * from './lint/rule.ts';
export type * from './lint/examples.ts';
export type * from './lint/project.ts';
export type * from './lint/finding.ts';
export type * from './model/operations/types.ts';
export type * from './model/catalog/types.ts';
export type * from './model/effects/held-locks.ts';
export type * from './model/effects/types.ts';
export type * from './model/history/replacement.ts';
export type { History, RowCopy } from './model/history/history.ts';
export { displayName, displayNames, quoteIdentifier } from './model/operations/display-name.ts';
export { typeText } from './model/catalog/type-text.ts';
export { isNull } from './model/operations/constants.ts';
export { isInBody } from './model/operations/in-body.ts';
export { objectNames } from './model/operations/object-names.ts';
export { isSameObject } from './model/operations/same-object.ts';
export { tablesLostByCascade } from './model/history/cascade-loss.ts';
export {
  columnExistedBefore,
  dataLossOf,
  isDestructive,
  type DataLoss,
  type DestructiveOnTable,
  type DestructiveOperation,
} from './model/history/data-loss.ts';
export {
  operationsOfKind,
  operationsOn,
  runsBefore,
  type DeployOperations,
  type OperationSequence,
} from './model/history/deploy-operations.ts';
export { isEmptiedBefore, isTruncatedBefore } from './model/history/emptied-tables.ts';
export { firstDifference } from './model/history/first-difference.ts';
export { skippingPages, type SkippingPage } from './model/history/paging.ts';
export { replacementColumn, replacementTable } from './model/history/replacements.ts';
export { isBoundedWrite } from './model/history/row-bounds.ts';
export { isTableSaved, savedCopies, type Viewpoint } from './model/history/saved-copies.ts';
export { unboundedReads } from './model/history/unbounded-reads.ts';
export { isVagueName } from './model/history/vague-name.ts';
export { isVersionBefore } from './model/history/version-order.ts';
export { refusesTransaction } from './input/runners/outside-transaction.ts';
export { blockedBy, compareLocks } from './model/operations/lock-modes.ts';
export { provesNotNull } from './model/effects/not-null.ts';
export { isVolatile } from './model/effects/volatility.ts';
export { typeChangeWork } from './model/effects/type-change.ts';
export type * from './input/sql/types.ts';
export type * from './input/text/types.ts';
