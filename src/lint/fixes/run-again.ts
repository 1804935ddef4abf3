import { displayName, quoteIdentifier } from '../../model/operations/display-name.ts';
import { isKeyword } from '../../model/operations/tokens.ts';
import type { Operation } from '../../model/operations/types.ts';
import { editFix } from '../edits/edit-fix.ts';
import { insertBefore } from '../edits/insert.ts';
import { insertWords } from '../edits/words.ts';
import type { Edit, FixRequest } from '../fix.ts';

const IF_NOT_EXISTS = 'IF NOT EXISTS';

/**
 * The fix by which a statement can be run a second time: IF [NOT] EXISTS, OR REPLACE, or DROP … IF EXISTS before it.
 *
 * @param version PostgreSQL's major version: CREATE OR REPLACE TRIGGER came with 14.
 * @returns undefined for what has no such form; and for constraints, which a DROP would lock more strongly than ADD does.
 */
export function runAgainFix(operation: Operation, version: number): FixRequest | undefined {
  const title = titleOf(operation, version);
  const edits = editsOf(operation, version);
  return edits && editFix('safe', title, edits);
}

function titleOf({ kind }: Operation, version: number): string {
  switch (kind) {
    case 'CreateView':
    case 'CreateFunction':
      return 'writes OR REPLACE';
    case 'CreateTrigger':
      return version >= 14 ? 'writes OR REPLACE' : 'drops it first if it exists';
    case 'CreatePolicy':
      return 'drops it first if it exists';
    default:
      return kind.startsWith('Drop') ? 'writes IF EXISTS' : `writes ${IF_NOT_EXISTS}`;
  }
}

function editsOf(operation: Operation, version: number): readonly Edit[] | undefined {
  switch (operation.kind) {
    case 'CreateTable':
      return insertWords(operation, ['TABLE'], IF_NOT_EXISTS);
    case 'CreateTableAs':
      return operation.form === 'select into' ? undefined : insertWords(operation, ['TABLE'], IF_NOT_EXISTS);
    case 'CreateIndex':
      return isNamedIndex(operation) ? insertWords(operation, ['INDEX'], IF_NOT_EXISTS) : undefined;
    case 'CreateSchema':
      return isPlainSchema(operation) ? insertWords(operation, ['SCHEMA'], IF_NOT_EXISTS) : undefined;
    case 'CreateSequence':
      return insertWords(operation, ['SEQUENCE'], IF_NOT_EXISTS);
    case 'CreateExtension':
      return insertWords(operation, ['EXTENSION'], IF_NOT_EXISTS);
    case 'CreateMaterializedView':
      return insertWords(operation, ['MATERIALIZED', 'VIEW'], IF_NOT_EXISTS);
    case 'AddEnumValue':
      return insertWords(operation, ['VALUE'], IF_NOT_EXISTS);
    case 'AddColumn':
      return (
        insertWords(operation, ['ADD', 'COLUMN'], IF_NOT_EXISTS) ??
        insertWords(operation, ['ADD'], IF_NOT_EXISTS)
      );
    case 'CreateView':
    case 'CreateFunction':
      return insertWords(operation, ['CREATE'], 'OR REPLACE');
    case 'CreateTrigger':
      return version < 14 || operation.constraint
        ? dropBefore(operation, `TRIGGER IF EXISTS ${onTable(operation)}`)
        : insertWords(operation, ['CREATE'], 'OR REPLACE');
    case 'CreatePolicy':
      return dropBefore(operation, `POLICY IF EXISTS ${onTable(operation)}`);
    default:
      return editsOfDrop(operation);
  }
}

function editsOfDrop(operation: Operation): readonly Edit[] | undefined {
  switch (operation.kind) {
    case 'DropColumn':
      return (
        insertWords(operation, ['DROP', 'COLUMN'], 'IF EXISTS') ??
        insertWords(operation, ['DROP'], 'IF EXISTS')
      );
    case 'DropConstraint':
      return insertWords(operation, ['DROP', 'CONSTRAINT'], 'IF EXISTS');
    case 'DropTable':
    case 'DropIndex':
    case 'DropView':
    case 'DropMaterializedView':
    case 'DropSequence':
    case 'DropType':
    case 'DropFunction':
    case 'DropTrigger':
    case 'DropPolicy': {
      const [, second, third] = operation.statement.tokens();
      const isTwo = isKeyword(second, 'MATERIALIZED') || isKeyword(second, 'FOREIGN');
      const words = [second, ...(isTwo ? [third] : [])].map((token) => token?.value ?? '');
      return insertWords(operation, ['DROP', ...words], 'IF EXISTS');
    }
    default:
      return undefined;
  }
}

function dropBefore({ statement }: Operation, rest: string): readonly Edit[] | undefined {
  return insertBefore(statement, `DROP ${rest};`);
}

function onTable({
  name,
  table,
}: Extract<Operation, { readonly kind: 'CreateTrigger' | 'CreatePolicy' }>): string {
  return `${quoteIdentifier(name)} ON ${displayName(table)}`;
}

function isNamedIndex({ statement: { tree } }: Operation): boolean {
  return 'IndexStmt' in tree && tree.IndexStmt.idxname !== undefined;
}

/** PostgreSQL refuses IF NOT EXISTS with objects in the same statement (0A000). */
function isPlainSchema({ statement: { tree } }: Operation): boolean {
  return 'CreateSchemaStmt' in tree && (tree.CreateSchemaStmt.schemaElts ?? []).length === 0;
}
