/** The public API of migration-lint: what rules and plugins are built from. Nothing else is public. */
export { defineRule } from './lint/rule.ts';
export type * from './lint/rule.ts';
export { definePlugin } from './lint/plugin.ts';
export type { Plugin, PluginConfig, RuleEntry } from './lint/plugin.ts';
export type * from './lint/examples.ts';
export type { Conventions } from './lint/conventions.ts';
export type { BuiltPresets, PresetContents } from './config/presets.ts';
export type * from './lint/project.ts';
export type * from './lint/directives/directive.ts';
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
export { isAloneInFile, isInBody } from './model/operations/in-body.ts';
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
  operationsOfStatement,
  operationsOn,
  runsBefore,
  type DeployOperations,
  type OperationSequence,
} from './model/history/deploy-operations.ts';
export { isEmptiedBefore, isTruncatedBefore } from './model/history/emptied-tables.ts';
export { firstDifference } from './model/history/first-difference.ts';
export { lostGuarantees } from './model/history/lost-guarantees.ts';
export { overdueAge } from './model/history/overdue.ts';
export { contractClaim } from './model/history/contract-claim.ts';
export { columnNeededByInserts } from './model/history/required-column.ts';
export { newNameOf } from './model/history/replacement-names.ts';
export { replacementColumn, replacementTable } from './model/history/replacements.ts';
export { mostHoursBetween, timeOf } from './model/history/version-time.ts';
export {
  batchLoopOf,
  changedTables,
  endlessAround,
  type BatchLoop,
  type RowChange,
} from './model/loops/batch-loop.ts';
export { passesAtMost } from './model/loops/batch-size.ts';
export type { Ending } from './model/loops/ending.ts';
export type { Gap } from './model/loops/gaps.ts';
export type { SkippingPage } from './model/loops/paging.ts';
export {
  callBarrier,
  callEndsTransaction,
  routineOf,
  runsInDeploy,
  type ProcedureBarrier,
} from './model/loops/routine-bodies.ts';
export { isBoundedWrite } from './model/loops/row-bounds.ts';
export { isTableSaved, savedCopies, type Viewpoint } from './model/history/saved-copies.ts';
export {
  typeChangeOf,
  type EnumSwap,
  type TypeChange,
  type TypeChangeRefusal,
} from './model/history/type-change.ts';
export { unboundedReads } from './model/loops/unbounded-reads.ts';
export { falseClaim, type ClaimScene, type FalseClaim } from './model/history/borne-out.ts';
export { claimsOf, type NameClaim } from './model/history/name-claims.ts';
export {
  isFirstName,
  matchesNamePattern,
  nameConventions,
  snakeCase,
  type NameConvention,
} from './model/history/name-pattern.ts';
export { isVagueName } from './model/history/vague-name.ts';
export { isVersionBefore } from './model/history/version-order.ts';
export { byteOrderMarkFate } from './input/runners/byte-order-mark.ts';
export { lockAdvice, outsideTransactionAdvice } from './input/runners/outside-advice.ts';
export { refusesTransaction } from './input/runners/outside-transaction.ts';
export { flywayRefusesTransaction } from './input/runners/flyway.ts';
export { allowsCommitInBody } from './input/runners/transactions.ts';
export { blockedBy, compareLocks } from './model/operations/lock-modes.ts';
export { failsOnRows, isEmptyOrFails, type EmptyScene } from './model/effects/empty-or-fails.ts';
export { provesNotNull } from './model/effects/not-null.ts';
export { lockedTables, locksOnUsedTables, locksWidenedBy } from './model/effects/lock-windows.ts';
export { slowWork } from './model/effects/slow-work.ts';
export { isVolatile } from './model/effects/volatility.ts';
export { typeChangeWork } from './model/effects/type-change.ts';
export type * from './input/sql/types.ts';
export type * from './input/text/types.ts';
