/** The public API of migration-lint: what rules and plugins are built from. Nothing else is public. */

// Rules and plugins: what they are made of, and what a rule is told.
export type * from './lint/rule.ts';
export { defineRule } from './lint/rule.ts';
export type { Plugin, PluginConfig, RuleEntry } from './lint/plugin.ts';
export { definePlugin } from './lint/plugin.ts';
export type * from './lint/examples.ts';
export type { Conventions } from './lint/conventions.ts';
export type { BuiltPresets, PresetContents } from './config/presets.ts';
export type * from './lint/directives/directive.ts';
export type * from './lint/finding.ts';
export type * from './lint/fix.ts';
export type * from './lint/plan-request.ts';
export type * from './lint/project.ts';

// Fixes by edits: what rules make their edits with.
export { editFix } from './lint/edits/edit-fix.ts';
export { insertAfter, insertBefore, moveAfter } from './lint/edits/insert.ts';
export { inCaseOf } from './lint/edits/keyword-case.ts';
export { removeAction, removeStatement } from './lint/edits/remove.ts';
export { insertWords, removeWords, replaceText, replaceWords } from './lint/edits/words.ts';
export { batchCommitFix, batchPauseFix, batchSizeFix, withoutOffsetFix } from './lint/fixes/batch-loop.ts';
export { combinedAlterFix } from './lint/fixes/combined-alter.ts';
export { directiveFormFix, otherRuleFix, withoutRuleFix } from './lint/fixes/directive.ts';
export {
  newTypeFix,
  textWithLimit,
  withBrackets,
  type NewType,
  type TypeFixScene,
} from './lint/fixes/new-type.ts';
export { runAgainFix } from './lint/fixes/run-again.ts';
export { earlierTimeoutFix, sessionSettingFix, timeoutFix, timeoutValueFix } from './lint/fixes/timeout.ts';
export { closingCommitFix, innerBeginFix, runnersTransactionFix } from './lint/fixes/transaction-control.ts';

// Fixes of indexes and constraints: in their place, or a plan for several migrations.
export { concurrentFix, type IndexOperation } from './lint/fixes/concurrently.ts';
export {
  checkedNotNullFix,
  columnWithoutConstraintsFix,
  keyUsingIndexFix,
  takeOverIndexFix,
  validateAfterCommitFix,
  validateLaterFix,
} from './lint/fixes/constraints.ts';
export {
  dropLaterFix,
  leaveIndexOutFix,
  leaveKeyOutFix,
  skippedInvalidFix,
} from './lint/fixes/index-edits.ts';
export {
  batchedWriteFix,
  changeTypeFix,
  draftDropFix,
  fillWithDefaultFix,
  renameColumnFix,
  replaceDroppedColumnFix,
  requireLaterFix,
} from './lint/fixes/expand-contract.ts';
export { savedCopyFix } from './lint/fixes/saved-copy.ts';
export { addIndexFix, ownMigrationFix, partitionedIndexFix } from './lint/fixes/indexes.ts';
export { moveApartFix, moveFix } from './lint/fixes/moves.ts';
export type { FixScene } from './lint/fixes/scene.ts';

// Places in source text, and statements as they are read.
export type * from './input/text/types.ts';
export type * from './input/sql/types.ts';

// What the runner does with migrations, and how to say what to do with it.
export { beginsBefore, isBegin } from './input/runners/begins-before.ts';
export { byteOrderMarkFate } from './input/runners/byte-order-mark.ts';
export { flywayRefusesTransaction } from './input/runners/flyway.ts';
export {
  deletedFault,
  duplicateFault,
  lateFault,
  missingScriptFault,
  renamedFault,
  type HistoryFault,
} from './input/runners/history-faults.ts';
export { refusesTransaction } from './input/runners/outside-transaction.ts';
export { allowsCommitInBody } from './input/runners/transactions.ts';
export { concurrentBuildAdvice, inPlaceAdvice } from './lint/advice/concurrent-build.ts';
export { keyBuildOf, type KeyBuild, type KeyBuildScene } from './lint/key-build.ts';
export type { MigrationProof } from './lint/proofs.ts';
export { isRollbackProven } from './lint/proofs.ts';
export { laterTransaction } from './lint/advice/later-transaction.ts';
export { flywayLockAdvice, outsideTransactionAdvice } from './lint/advice/outside-transaction.ts';
export { timeoutAdvice } from './lint/advice/timeout.ts';
export { fieldFix, headerFix } from './lint/fixes/header.ts';
export { enableRowSecurityFix } from './lint/fixes/row-security.ts';
export { renameByChanges, renameTo, renumber, type NamingScene } from './lint/fixes/rename.ts';
export { isLastOfTransaction, type TransactionScene } from './model/history/last-of-transaction.ts';
export { isAloneInFile, isInBody } from './model/operations/in-body.ts';

// Words for messages, and the places of parts.
export { displayName, displayNames, quoteIdentifier, shortList } from './model/operations/display-name.ts';
export { deferralText, indexKeyText, keyText } from './model/operations/key-text.ts';
export { typeText } from './model/catalog/type-text.ts';
export { columnPlace, definitionPlace } from './model/operations/places.ts';

// The names that a statement gives.
export {
  givenNamePlace,
  givenNames,
  type GivenName,
  type NamedKind,
} from './model/operations/given-names.ts';
export { cutNameIn, mayBeCut, mayHoldCutName, type CutName } from './model/operations/cut-names.ts';
export { filledPattern, matchesObjectPattern } from './model/operations/object-name-pattern.ts';
export { reservedWord } from './model/operations/reserved-word.ts';
export { isQualified, type CreatingOperation } from './model/operations/qualified.ts';
export { unnamedConstraints } from './model/operations/unnamed-constraints.ts';

// What a statement does: operations and their parts.
export { isClientDefault } from './model/operations/client-default.ts';
export { isNull } from './model/operations/constants.ts';
export { isFailure } from './model/operations/failures.ts';
export {
  functionsNewerThan,
  newerSyntaxKinds,
  syntaxNewerThan,
  type NewerFunction,
  type NewerSyntax,
} from './model/operations/newer-syntax.ts';
export { objectNames } from './model/operations/object-names.ts';
export { isAlwaysTrue, sessionCallsPerRow, usesCurrentTime } from './model/operations/row-calls.ts';
export { isSameObject } from './model/operations/same-object.ts';
export { isSameValue } from './model/operations/same-value.ts';
export { writtenSecrets, type SecretOperation, type WrittenSecret } from './model/operations/secrets.ts';
export { swallowedErrors, type SwallowedError } from './model/operations/swallowed-errors.ts';
export { canonicalTypeName } from './model/operations/type-names.ts';
export type * from './model/operations/types.ts';

// The schema: what is there, and what of it is the same or serves as well.
export { settlesSearchPath, usesCallersSearchPath } from './model/catalog/callers-search-path.ts';
export { usesEnumValue, type EnumValue } from './model/catalog/enum-value-uses.ts';
export { usesColumn } from './model/catalog/expressions.ts';
export { isImplicitRelation } from './model/catalog/implicit-relation.ts';
export { findsRowsBy, hasSameFirstKey, indexInsteadOf } from './model/catalog/index-keys.ts';
export type { ObjectReference, ReferredKind } from './model/catalog/object-references.ts';
export { sameConstraintIn, sameIndexIn, sameTableIn } from './model/catalog/same-object-in.ts';
export { catalogDifferences } from './model/catalog/differences.ts';
export type * from './model/catalog/differences.ts';
export { differenceWords, differingWords } from './model/catalog/difference-words.ts';
export { schemaContents } from './model/catalog/schema-contents.ts';
export {
  addedColumnDifferences,
  indexDifferences,
  tableDifferences,
  type ShapeDifference,
} from './model/catalog/shape-differences.ts';
export {
  timeoutMilliseconds,
  type Timeout,
  type TimeoutName,
  type Timeouts,
} from './model/catalog/timeouts.ts';
export type * from './model/catalog/types.ts';
export { isSeenSince } from './model/catalog/unknown-objects.ts';
export { isFollowed } from './lint/existed.ts';
export {
  differsInEachRow,
  mayRemoveDuplicates,
  wasUniqueBefore,
  type DuplicateScene,
} from './model/history/duplicate-values.ts';
export { uniqueIndexWithin, type UniqueKey } from './model/history/known-unique.ts';

// Locks and work on a live database.
export { combinableWith } from './model/effects/combinable.ts';
export { joinsEmptyTable } from './model/effects/empty-joins.ts';
export {
  failsOnRows,
  isEmptyOrFails,
  isWithoutRows,
  type EmptyScene,
} from './model/effects/empty-or-fails.ts';
export type * from './model/effects/held-locks.ts';
export {
  blockingWork,
  lockWait,
  lockWaitBound,
  statementBound,
  type BlockingWork,
  type LockScene,
} from './model/effects/lock-waits.ts';
export {
  isLockedForAll,
  lockedTables,
  locksOnUsedTables,
  locksWidenedBy,
  tablesLockedForKey,
} from './model/effects/lock-windows.ts';
export { hasNullCheck, provesNotNull } from './model/effects/not-null.ts';
export { foreignKeysLackedBy, isProvenToFit } from './model/effects/partition-effects.ts';
export { isIndexThere } from './model/effects/skipped.ts';
export { takesOverIndexes } from './model/effects/taken-over-indexes.ts';
export { hasSlowWork } from './model/effects/slow-work.ts';
export type * from './model/effects/types.ts';
export {
  hasUsers,
  rewrittenTables,
  slowWorkOnUsedTables,
  type WaitScene,
} from './model/effects/used-tables.ts';
export { isVolatile } from './model/effects/volatility.ts';
export { workWhileLocked, type WorkWhileLocked } from './model/effects/work-while-locked.ts';
export { blockedBy } from './model/operations/lock-modes.ts';
export { isEmptiedBefore, isTruncatedBefore } from './model/history/emptied-tables.ts';

// What a deploy does, operation by operation.
export { addedForeignKeys, isSameForeignKey, type ForeignKey } from './model/history/added-foreign-keys.ts';
export { isLastDefaultChange } from './model/history/default-changes.ts';
export type { Departure } from './model/history/departures.ts';
export {
  operationsOfKind,
  operationsOfStatement,
  operationsOn,
  runsBefore,
  type DeployOperations,
  type OperationSequence,
} from './model/history/deploy-operations.ts';
export { missedWithColumn, type DroppedPart } from './model/history/dropped-with-column.ts';
export { keyTypeMatch, type KeyTypeMatch } from './model/history/foreign-key-types.ts';
export { checksRows, mayCheckRows } from './model/history/integrity-checks.ts';
export { missingObjects, type MissingObject, type MissingScene } from './model/history/missing-objects.ts';
export type { NearName } from './model/history/near-names.ts';
export {
  columnTypePlace,
  findNewColumns,
  newColumns,
  type ColumnScene,
  type FoundColumns,
} from './model/history/new-columns.ts';
export { newTables, type NewTable, type NumberedOperations } from './model/history/new-tables.ts';
export { columnNeededByInserts } from './model/history/required-column.ts';
export { indexWords, runAgainAdvice, type RunAgainAdvice } from './model/history/run-again.ts';
export { failsOnSecondRun } from './model/history/second-run.ts';
export { hasWrittenSystemCatalogBefore } from './model/history/system-catalog-writes.ts';
export {
  isCastOfColumn,
  typeChangeOf,
  type EnumSwap,
  type TypeChange,
  type TypeChangeRefusal,
} from './model/history/type-change.ts';

// What happens to rows: losses, copies, backfills, loops.
export { backfillOf, type Backfill } from './model/history/backfill-of.ts';
export {
  droppedAlong,
  type CascadeScene,
  type CascadingDrop,
  type DroppedAlong,
} from './model/history/cascade-drops.ts';
export { tablesLostByCascade } from './model/history/cascade-loss.ts';
export { cascadeReach } from './model/history/cascade-reach.ts';
export {
  changedRowsOf,
  changesStructure,
  movesOldRows,
  namesItsRows,
  reachesEveryRow,
  type DataChange,
} from './model/history/data-changes.ts';
export {
  columnBefore,
  columnExistedBefore,
  dataLossOf,
  isDestructive,
  type DataLoss,
  type DestructiveOnTable,
  type DestructiveOperation,
} from './model/history/data-loss.ts';
export { isFilledAgain } from './model/history/filled-again.ts';
export { givesValues, type RowWrite, type WritingOperation } from './model/history/row-writes.ts';
export { isTableSaved, savedCopies, type Viewpoint } from './model/history/saved-copies.ts';
export {
  batchLoopOf,
  changedTables,
  endlessAround,
  isRowChange,
  type BatchLoop,
  type RowChange,
} from './model/loops/batch-loop.ts';
export { passesAtMost } from './model/loops/batch-size.ts';
export type { LoopEnding } from './model/loops/ending.ts';
export type { KeyGap } from './model/loops/key-gaps.ts';
export { loopReads } from './model/loops/loop-reads.ts';
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
export { unboundedReads, unboundedSources } from './model/loops/unbounded-reads.ts';

// What rollbacks make of the schema.
export { KEPT_TABLES } from './lint/sizes/kept-tables.ts';
export { isTableAmong } from './lint/sizes/table-pattern.ts';
export {
  hasSomethingToUndo,
  shortcomingsOf,
  stepNear,
  undoesNothing,
  type Shortcomings,
  type MigrationSchemas,
} from './model/rollback/shortcomings.ts';
export { rollbackLosses, rowsBeyondMigration, type RollbackLoss } from './model/rollback/losses.ts';
export { notReverted } from './model/rollback/not-reverted.ts';
export type * from './model/rollback/types.ts';

// What replaces what over the history: expand and contract.
export { contractClaim } from './model/history/contract-claim.ts';
export type { History, RowCopy } from './model/history/history.ts';
export { lostGuarantees } from './model/history/lost-guarantees.ts';
export { ageInDays, overdueAge } from './model/history/overdue.ts';
export { newNameOf } from './model/history/replacement-names.ts';
export { lastFillOf } from './model/history/last-fill.ts';
export type * from './model/history/replacement.ts';
export { replacementColumn, replacementTable } from './model/history/replacements.ts';
export { missingInSwap, type SwapScene } from './model/history/table-swap.ts';
export { changedCode } from './lint/changed-code.ts';
export { mostHoursBetween, versionMoment } from './model/history/version-time.ts';

// Migrations as files: versions, names, headers, comments.
export { falseClaim, type ClaimScene, type FalseClaim } from './model/history/borne-out.ts';
export { changedTableNames, changeGroups, type ChangeGroup } from './model/history/change-groups.ts';
export { saysDeliberatelyEmpty } from './model/history/deliberately-empty.ts';
export { firstDifference } from './model/history/first-difference.ts';
export { unansweredWarnings, type GeneratedWarnings } from './model/history/generated-warnings.ts';
export {
  headerContradictions,
  headerOf,
  isSameField,
  isUnfilled,
  type HeaderContradiction,
  type HeaderField,
} from './model/history/header.ts';
export { claimsOf, type NameClaim } from './model/history/name-claims.ts';
export {
  isFirstName,
  matchesNamePattern,
  nameConventions,
  snakeCase,
  type NameConvention,
} from './model/history/name-pattern.ts';
export {
  revertClaim,
  type NamedMigration,
  type NamedScript,
  type RevertClaim,
} from './model/history/reverts.ts';
export { isVagueName } from './model/history/vague-name.ts';
export { versionFault, type VersionFault, type VersionScene } from './model/history/version-fault.ts';
export { isVersionBefore } from './model/history/version-order.ts';
