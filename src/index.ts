/** The public API of migration-lint: what rules and plugins are built from. Nothing else is public. */
export { defineRule } from './lint/rule.ts';
export type * from './lint/rule.ts';
export { definePlugin } from './lint/plugin.ts';
export type { Plugin, PluginConfig, RuleEntry } from './lint/plugin.ts';
export type * from './lint/examples.ts';
export { changedCode } from './lint/changed-code.ts';
export type { Conventions } from './lint/conventions.ts';
export { isFollowed } from './lint/existed.ts';
export type { BuiltPresets, PresetContents } from './config/presets.ts';
export type * from './lint/project.ts';
export type * from './lint/directives/directive.ts';
export type * from './lint/finding.ts';
export type * from './model/operations/types.ts';
export type * from './model/catalog/types.ts';
export type * from './model/effects/held-locks.ts';
export type * from './model/effects/types.ts';
export {
  timeoutMilliseconds,
  type Timeout,
  type TimeoutName,
  type Timeouts,
} from './model/catalog/timeouts.ts';
export type * from './model/history/replacement.ts';
export type { History, RowCopy } from './model/history/history.ts';
export { displayName, displayNames, quoteIdentifier } from './model/operations/display-name.ts';
export { findsRowsBy, hasSameFirstKey, indexInsteadOf } from './model/catalog/index-keys.ts';
export { sameConstraintIn, sameIndexIn, sameTableIn } from './model/catalog/same-object-in.ts';
export { schemaContents } from './model/catalog/schema-contents.ts';
export { usesEnumValue, type EnumValue } from './model/catalog/enum-value-uses.ts';
export {
  addedColumnDifferences,
  indexDifferences,
  tableDifferences,
  type ShapeDifference,
} from './model/catalog/shape-differences.ts';
export { isSeenSince } from './model/catalog/unknown-objects.ts';
export { typeText } from './model/catalog/type-text.ts';
export { isNull } from './model/operations/constants.ts';
export { isAloneInFile, isInBody } from './model/operations/in-body.ts';
export {
  functionsNewerThan,
  newerSyntaxKinds,
  syntaxNewerThan,
  type NewerFunction,
  type NewerSyntax,
} from './model/operations/newer-syntax.ts';
export { objectNames } from './model/operations/object-names.ts';
export { isAlwaysTrue, sessionCallsPerRow, usesCurrentTime } from './model/operations/row-calls.ts';
export { givenNames, type GivenName, type NamedKind } from './model/operations/given-names.ts';
export { cutNameIn, mayBeCut, mayHoldCutName, type CutName } from './model/operations/cut-names.ts';
export { filledPattern, matchesObjectPattern } from './model/operations/object-name-pattern.ts';
export { reservedWord } from './model/operations/reserved-word.ts';
export { isQualified, type CreatingOperation } from './model/operations/qualified.ts';
export { canonicalTypeName } from './model/operations/type-names.ts';
export { isSameObject } from './model/operations/same-object.ts';
export { writtenSecrets, type SecretOperation, type WrittenSecret } from './model/operations/secrets.ts';
export { backfillOf, type Backfill } from './model/history/backfill-of.ts';
export {
  droppedAlong,
  type CascadeScene,
  type CascadingDrop,
  type DroppedAlong,
} from './model/history/cascade-drops.ts';
export { tablesLostByCascade } from './model/history/cascade-loss.ts';
export { uniqueIndexWithin, type UniqueKey } from './model/history/known-unique.ts';
export { givesValues, type RowWrite, type WritingOperation } from './model/history/row-writes.ts';
export { missingInSwap, type SwapScene } from './model/history/table-swap.ts';
export { usesColumn } from './model/catalog/expressions.ts';
export { isClientDefault } from './model/operations/client-default.ts';
export { isFailure } from './model/operations/failures.ts';
export { isSameValue } from './model/operations/same-value.ts';
export { swallowedErrors, type SwallowedError } from './model/operations/swallowed-errors.ts';
export {
  changedRowsOf,
  changesStructure,
  movesOldRows,
  namesItsRows,
  type DataChange,
} from './model/history/data-changes.ts';
export { checksRows, mayCheckRows } from './model/history/integrity-checks.ts';
export {
  columnBefore,
  columnExistedBefore,
  dataLossOf,
  isDestructive,
  type DataLoss,
  type DestructiveOnTable,
  type DestructiveOperation,
} from './model/history/data-loss.ts';
export { saysDeliberatelyEmpty } from './model/history/deliberately-empty.ts';
export {
  operationsOfKind,
  operationsOfStatement,
  operationsOn,
  runsBefore,
  type DeployOperations,
  type OperationSequence,
} from './model/history/deploy-operations.ts';
export { missingObjects, type MissingObject, type MissingScene } from './model/history/missing-objects.ts';
export type { ObjectReference, ReferredKind } from './model/catalog/object-references.ts';
export type { Departure } from './model/history/departures.ts';
export type { NearName } from './model/history/near-names.ts';
export { isEmptiedBefore, isTruncatedBefore } from './model/history/emptied-tables.ts';
export { firstDifference } from './model/history/first-difference.ts';
export { lostGuarantees } from './model/history/lost-guarantees.ts';
export { ageInDays, overdueAge } from './model/history/overdue.ts';
export { adoptableIndex } from './model/catalog/adoptable-index.ts';
export { addedForeignKeys, type ForeignKey } from './model/history/added-foreign-keys.ts';
export { cascadeReach } from './model/history/cascade-reach.ts';
export { droppedWithColumn, type DroppedPart } from './model/history/dropped-with-column.ts';
export { keyTypeMatch, type KeyTypeMatch } from './model/history/foreign-key-types.ts';
export { unnamedConstraints } from './model/operations/unnamed-constraints.ts';
export { keyText } from './model/operations/key-text.ts';
export { concurrentBuildAdvice } from './input/runners/concurrent-build-advice.ts';
export { laterTransaction } from './input/runners/later-transaction.ts';
export { slowWorkOnRows, type WorkScene } from './model/effects/work-on-rows.ts';
export { contractClaim } from './model/history/contract-claim.ts';
export { columnNeededByInserts } from './model/history/required-column.ts';
export {
  columnTypePlace,
  newColumns,
  newTables,
  type ColumnScene,
  type NewTable,
  type NumberedOperations,
} from './model/history/new-tables.ts';
export { newNameOf } from './model/history/replacement-names.ts';
export { replacementColumn, replacementTable } from './model/history/replacements.ts';
export { mostHoursBetween, timeOf } from './model/history/version-time.ts';
export {
  batchLoopOf,
  changedTables,
  endlessAround,
  isRowChange,
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
  callsRoutineInDeploy,
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
export { versionFault, type VersionFault, type VersionScene } from './model/history/version-fault.ts';
export { changedTableNames, changeGroups, type ChangeGroup } from './model/history/change-groups.ts';
export {
  headerContradictions,
  headerOf,
  isSameField,
  isUnfilled,
  type HeaderContradiction,
  type HeaderField,
} from './model/history/header.ts';
export { unansweredWarnings, type GeneratedWarnings } from './model/history/generated-warnings.ts';
export { isVersionBefore } from './model/history/version-order.ts';
export { beginsBefore, isBegin } from './input/runners/begins-before.ts';
export { byteOrderMarkFate } from './input/runners/byte-order-mark.ts';
export {
  deletedFault,
  duplicateFault,
  lateFault,
  missingScriptFault,
  renamedFault,
  type Fault,
} from './input/runners/history-faults.ts';
export { lockAdvice, outsideTransactionAdvice } from './input/runners/outside-advice.ts';
export { timeoutAdvice } from './input/runners/timeout-advice.ts';
export { refusesTransaction } from './input/runners/outside-transaction.ts';
export { flywayRefusesTransaction } from './input/runners/flyway.ts';
export { allowsCommitInBody } from './input/runners/transactions.ts';
export { blockedBy, compareLocks } from './model/operations/lock-modes.ts';
export { failsOnRows, isEmptyOrFails, type EmptyScene } from './model/effects/empty-or-fails.ts';
export { provesNotNull } from './model/effects/not-null.ts';
export {
  blockingWork,
  lockWait,
  lockWaitBound,
  statementBound,
  type LockScene,
} from './model/effects/lock-waits.ts';
export { lockedTables, locksOnUsedTables, locksWidenedBy } from './model/effects/lock-windows.ts';
export { combinableWith } from './model/effects/combinable.ts';
export { hasUsers, rewrittenTables, type WaitScene } from './model/effects/rewritten-tables.ts';
export { slowWork } from './model/effects/slow-work.ts';
export { isVolatile } from './model/effects/volatility.ts';
export { workAfter, type WorkAfter } from './model/effects/work-after.ts';
export { typeChangeWork } from './model/effects/type-change.ts';
export type * from './input/sql/types.ts';
export type * from './input/text/types.ts';
