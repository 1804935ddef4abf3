import { typeText } from '../../model/catalog/type-text.ts';
import { displayName, quoteIdentifier } from '../../model/operations/display-name.ts';
import { objectKey } from '../../model/operations/same-object.ts';
import type { ObjectName, Operation } from '../../model/operations/types.ts';
import { columnPath } from '../ddl/words.ts';
import type { ComparedCatalogs } from './compare.ts';
import type { Loss, UndoneMigration } from './types.ts';
import { valuesGoingBack } from './type-losses.ts';
import { untrackedLosses } from './untracked-losses.ts';

/** What of an operation stays: rows that it changed, what it dropped unseen, and what the catalog does not follow. */
export function operationLosses(
  operation: Operation,
  migration: UndoneMigration,
  compared: ComparedCatalogs,
): readonly Loss[] {
  if (operation.run === 'called') return [];
  const wasThere = (table: ObjectName): boolean => {
    const found = migration.catalogAfter.table(table);
    return found !== undefined && compared.tables.pairs.some(({ after }) => after === found);
  };
  switch (operation.kind) {
    case 'Insert':
    case 'Delete':
    case 'Truncate':
    case 'Merge':
    case 'Copy': {
      const { table } = operation;
      if (table === undefined || !wasThere(table) || (operation.kind === 'Copy' && !operation.from))
        return [];
      return [
        lostRows(
          table,
          `The rows that it ${rowVerbs[operation.kind]} ${displayName(table)} stay as they are.`,
        ),
      ];
    }
    case 'Update':
      return wasThere(operation.table) ? updateLoss(operation, compared) : [];
    case 'AlterColumnType':
      return typeLoss(operation, migration);
    case 'DropColumn':
    case 'DropConstraint':
    case 'DropTable':
    case 'DropIndex':
      return unknownLoss(operation, migration);
    case 'Opaque':
      return [
        {
          of: 'schema',
          object: undefined,
          sentence: 'What its dynamic SQL does is not undone: nobody can read it here.',
        },
      ];
    default:
      return untrackedLosses(operation, compared);
  }
}

const rowVerbs = {
  Insert: 'inserts into',
  Delete: 'deletes from',
  Truncate: 'deletes from',
  Merge: 'changes in',
  Copy: 'copies into',
} as const;

function lostRows(table: ObjectName, sentence: string): Loss {
  return { of: 'rows', object: displayName(table), sentence };
}

function updateLoss(
  { table, assignments }: Extract<Operation, { kind: 'Update' }>,
  { parts }: ComparedCatalogs,
): readonly Loss[] {
  const added = parts.find(({ after }) => objectKey(after.name) === objectKey(table))?.columns.added ?? [];
  const changed = assignments.filter(({ column }) => !added.some(({ name }) => name === column));
  if (changed.length === 0) return [];
  const columns = changed.map(({ column }) => quoteIdentifier(column)).join(', ');
  const sentence = `The values that it writes to ${columns} of ${displayName(table)} stay as they are.`;
  return [lostRows(table, sentence)];
}

function typeLoss(
  { table, column, type }: Extract<Operation, { kind: 'AlterColumnType' }>,
  migration: UndoneMigration,
): readonly Loss[] {
  const former = migration.catalogBefore.table(table)?.columns.find(({ name }) => name === column);
  if (former === undefined || typeText(former.type) === typeText(type)) return [];
  const object = columnPath(table, column);
  const fate = valuesGoingBack(type, former.type, migration);
  const sentence = `The values of ${object} go back to ${typeText(former.type)}: ${fate}.`;
  return [{ of: 'rows', object, sentence }];
}

function unknownObject(object: string): Loss {
  return { of: 'schema', object, sentence: `${object} does not come back: no migration says how it was.` };
}

/** What the history never made cannot be made again. */
function unknownLoss(
  operation: Extract<Operation, { kind: 'DropColumn' | 'DropConstraint' | 'DropTable' | 'DropIndex' }>,
  { catalogBefore, operations }: UndoneMigration,
): readonly Loss[] {
  const isMadeHere = operations.some(({ kind }) => kind === 'CreateTable' || kind === 'RenameTable');
  if (operation.kind === 'DropIndex') {
    const { index, ifExists } = operation;
    if (ifExists || catalogBefore.index(index) !== undefined || operations.length > 1) return [];
    return [unknownObject(displayName(index))];
  }
  const table = catalogBefore.table(operation.table);
  if (operation.kind === 'DropTable') {
    const isKnown = table !== undefined || operation.ifExists || isMadeHere;
    return isKnown ? [] : [unknownObject(displayName(operation.table))];
  }
  const isUnknown = table === undefined ? !isMadeHere : table.origin.migration < 0;
  if (!isUnknown) return [];
  if (operation.kind === 'DropColumn') {
    const { column, columnIfExists } = operation;
    if (columnIfExists || table?.columns.some(({ name }) => name === column) === true) return [];
    return [unknownObject(columnPath(operation.table, column))];
  }
  const { constraint, constraintIfExists } = operation;
  if (constraintIfExists || table?.constraints.some(({ name }) => name === constraint) === true) return [];
  return [unknownObject(`${quoteIdentifier(constraint)} on ${displayName(operation.table)}`)];
}
