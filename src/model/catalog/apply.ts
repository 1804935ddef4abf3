import { dropView } from './drop-relations.ts';
import type { Operation } from '../operations/types.ts';
import { addColumn, alterColumnType, changeColumnValue, changeIdentity } from './columns.ts';
import { addConstraintOperation, alterConstraint, validateConstraint } from './constraints.ts';
import type { Draft } from './draft.ts';
import { noteUnseen, relationOf } from './draft.ts';
import { dropColumnOperation, dropConstraintOperation, dropIndex } from './drop-parts.ts';
import { dropRoutine, dropTableAndType, dropType } from './drop.ts';
import { saysOnly } from './edit.ts';
import { alterIndex, attachIndex, createIndex } from './indexes.ts';
import { dropNotNull, setNotNull } from './not-null.ts';
import { changeOwner, commentOn, dropObject, renameObject, setSchema } from './objects.ts';
import { attachPartition, detachPartition, setInheritance } from './partitions.ts';
import { changePrivileges } from './privileges.ts';
import { moveRelation, renameColumn, renameConstraint, renameIndex } from './rename.ts';
import { moveType } from './rename-types.ts';
import { alterFunction, createFunction } from './routines.ts';
import { createExtension, createSchema } from './schemas.ts';
import { alterSequence, createSequence, dropSequence } from './sequences.ts';
import {
  alterPolicy,
  createPolicy,
  createRule,
  createTrigger,
  dropPolicy,
  dropRule,
  dropTrigger,
  setRowSecurity,
  setTriggerState,
} from './table-rules.ts';
import { changeTable, createTable } from './tables.ts';
import {
  addEnumValue,
  alterCompositeType,
  alterDomain,
  createDomain,
  createEnum,
  createType,
  renameEnumValue,
} from './types-and-domains.ts';
import { createMaterializedView, createTableAs, createView, refreshMaterializedView } from './views.ts';

/**
 * Writes what an operation does into the catalog. What names an object that is not there, or one that is there already,
 * does as little as it can: a replay never throws.
 *
 * @param draft the catalog; it is changed.
 * @param operation with its names resolved.
 * @returns the operation, with the names that PostgreSQL chose and the columns it took from elsewhere.
 */
export function applyOperation(draft: Draft, operation: Operation): Operation {
  switch (operation.kind) {
    case 'CreateTable':
      return createTable(draft, operation);
    case 'CreateTableAs':
      return createTableAs(draft, operation);
    case 'AddColumn':
      return addColumn(draft, operation);
    case 'AddConstraint':
      return addConstraintOperation(draft, operation);
    case 'CreateIndex':
      return createIndex(draft, operation);
    case 'CreateView':
      return createView(draft, operation);
    case 'CreateMaterializedView':
      return createMaterializedView(draft, operation);
    case 'CreateFunction':
      return createFunction(draft, operation);
    default:
      changeCatalog(draft, operation);
      return operation;
  }
}

type Filled =
  | 'CreateTable'
  | 'CreateTableAs'
  | 'AddColumn'
  | 'AddConstraint'
  | 'CreateIndex'
  | 'CreateView'
  | 'CreateMaterializedView'
  | 'CreateFunction';

function changeCatalog(draft: Draft, operation: Exclude<Operation, { readonly kind: Filled }>): void {
  switch (operation.kind) {
    case 'CreateSchema':
      return createSchema(draft, operation);
    case 'DropTable':
      return dropTableAndType(draft, operation.table, operation.behavior === 'cascade');
    case 'RenameTable':
      return moveRelation(draft, operation.table, { ...operation.table, name: operation.newName });
    case 'DropColumn':
      return dropColumnOperation(draft, operation);
    case 'RenameColumn':
      return renameColumn(draft, operation.table, operation.column, operation.newName);
    case 'AlterColumnType':
      return alterColumnType(draft, operation);
    case 'SetDefault':
    case 'DropDefault':
    case 'SetExpression':
    case 'DropExpression':
      return changeColumnValue(draft, operation);
    case 'SetNotNull':
      return setNotNull(draft, operation.table, operation.column, { only: saysOnly(operation) });
    case 'DropNotNull':
      return dropNotNull(draft, operation.table, operation.column, saysOnly(operation));
    case 'AddIdentity':
    case 'AlterIdentity':
    case 'DropIdentity':
      return changeIdentity(draft, operation);
    case 'AlterConstraint':
      return alterConstraint(draft, operation);
    case 'ValidateConstraint':
      return validateConstraint(draft, operation.table, operation.constraint);
    case 'DropConstraint':
      return dropConstraintOperation(draft, operation);
    case 'RenameConstraint':
      return renameConstraint(draft, operation);
    case 'SetTableOptions':
    case 'SetPersistence':
      return changeTable(draft, operation);
    case 'SetTriggerState':
      return setTriggerState(draft, operation);
    case 'SetRowSecurity':
      return setRowSecurity(draft, operation);
    case 'SetInheritance':
      return setInheritance(draft, operation);
    case 'AttachPartition':
      return attachPartition(draft, operation);
    case 'DetachPartition':
      return detachPartition(draft, operation);
    case 'DropIndex':
      return dropIndex(draft, operation.index, operation.behavior === 'cascade');
    case 'RenameIndex':
      return renameIndexOrRelation(draft, operation.index, operation.newName);
    case 'AlterIndex':
      return alterIndex(draft, operation);
    case 'AttachIndex':
      return attachIndex(draft, operation);
    case 'CreateEnum':
      return createEnum(draft, operation);
    case 'AddEnumValue':
      return addEnumValue(draft, operation);
    case 'RenameEnumValue':
      return renameEnumValue(draft, operation);
    case 'CreateDomain':
      return createDomain(draft, operation);
    case 'AlterDomain':
      return alterDomain(draft, operation);
    case 'CreateType':
      return createType(draft, operation);
    case 'AlterCompositeType':
      return alterCompositeType(draft, operation);
    case 'DropType':
      return dropType(draft, operation.type, operation.behavior === 'cascade');
    case 'RenameType':
      return moveType(draft, operation.type, { ...operation.type, name: operation.newName });
    case 'CreateSequence':
      return createSequence(draft, operation);
    case 'AlterSequence':
      return alterSequence(draft, operation);
    case 'DropSequence':
      return dropSequence(draft, operation.sequence, operation.behavior === 'cascade');
    case 'DropView':
    case 'DropMaterializedView':
      return dropView(draft, operation.view, operation.behavior === 'cascade');
    case 'RefreshMaterializedView':
      return refreshMaterializedView(draft, operation);
    case 'DropFunction':
      return dropRoutine(draft, operation);
    case 'CreateTrigger':
      return createTrigger(draft, operation);
    case 'DropTrigger':
      return dropTrigger(draft, operation);
    case 'CreateRule':
      return createRule(draft, operation);
    case 'DropRule':
      return dropRule(draft, operation);
    case 'CreatePolicy':
      return createPolicy(draft, operation);
    case 'AlterPolicy':
      return alterPolicy(draft, operation);
    case 'DropPolicy':
      return dropPolicy(draft, operation);
    case 'Rename':
      return renameObject(draft, operation);
    case 'SetSchema':
      return setSchema(draft, operation);
    case 'ChangeOwner':
      return changeOwner(draft, operation);
    case 'DropObject':
      return dropObject(draft, operation);
    case 'CommentOn':
      return commentOn(draft, operation);
    case 'Grant':
      return changePrivileges(draft, operation);
    case 'CreateExtension':
      return createExtension(draft, operation);
    case 'Opaque':
      noteUnseen(draft);
      return;
    case 'AlterFunction':
      return alterFunction(draft, operation);
    // Nothing of these is kept: rows, storage, roles and clusters, the session, what only runs code. ALTER EXTENSION's
    // versions are not followed either.
    case 'AlterColumnStorage':
    case 'SetAccessMethod':
    case 'SetTablespace':
    case 'ClusterOn':
    case 'SetRuleState':
    case 'SetReplicaIdentity':
    case 'SetOfType':
    case 'Reindex':
    case 'AlterExtension':
    case 'GrantRole':
    case 'AlterDefaultPrivileges':
    case 'Insert':
    case 'Update':
    case 'Delete':
    case 'Merge':
    case 'Truncate':
    case 'Copy':
    case 'Select':
    case 'TransactionControl':
    case 'SetVariable':
    case 'LockTable':
    case 'Vacuum':
    case 'Analyze':
    case 'Cluster':
    case 'Do':
    case 'Call':
    case 'BodyTransactionControl':
    case 'Raise':
    case 'ClusterWide':
    case 'CreateRole':
    case 'AlterRole':
    case 'Publication':
    case 'CreateStatistics':
    case 'Other':
      return;
    default:
      operation satisfies never;
  }
}

/** ALTER INDEX … RENAME works on any relation (manual, ALTER INDEX, notes). */
function renameIndexOrRelation(
  draft: Draft,
  name: { schema: string | undefined; name: string },
  to: string,
): void {
  const relation = relationOf(draft, name);
  if (relation?.kind === 'index') renameIndex(draft, relation.name, to);
  else if (relation !== undefined) moveRelation(draft, relation.name, { ...relation.name, name: to });
}
