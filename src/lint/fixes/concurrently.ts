import { commitsEachStatement } from '../../input/runners/commits-each-statement.ts';
import { needsFallback } from '../../input/runners/prisma-fallback.ts';
import { parseScript } from '../../input/sql/parse-script.ts';
import { displayName, quoteIdentifier } from '../../model/operations/display-name.ts';
import { hasSameFirstKey } from '../../model/catalog/index-keys.ts';
import { givenNames } from '../../model/operations/given-names.ts';
import { isSameObject } from '../../model/operations/same-object.ts';
import type {
  CreateIndex,
  DropIndex,
  Operation,
  OperationOf,
  Reindex,
} from '../../model/operations/types.ts';
import { insertBefore } from '../edits/insert.ts';
import { insertWords, replaceWords } from '../edits/words.ts';
import { editFix } from '../edits/edit-fix.ts';
import type { Edit, FixRequest, FixSafety } from '../fix.ts';
import { canBuildConcurrently, concurrentSafety } from './outside-transaction.ts';
import { isMovable, staysAsNamed, type FixScene } from './scene.ts';

export type IndexOperation = OperationOf<'CreateIndex' | 'DropIndex' | 'Reindex'>;

/**
 * The fix that gives an index operation the word CONCURRENTLY: in its place where the statement commits by itself, else in a
 * migration of its own.
 *
 * @param others further ones that the finding speaks of: those of other statements come along where they can.
 * @returns undefined where PostgreSQL or the runner has no such way: partitioned tables, bodies, one transaction for all.
 */
export function concurrentFix(
  operation: IndexOperation,
  scene: FixScene,
  others: readonly IndexOperation[] = [],
): FixRequest | undefined {
  const { project, transactionOf } = scene;
  if (!isMovable(operation, scene) || !canBuildConcurrently(project.runner)) return undefined;
  const edits = canBeConcurrent(operation, scene) ? concurrentlyEdits(operation) : undefined;
  if (edits === undefined) return undefined;
  const transaction = transactionOf(operation);
  const all = indexesOf(operation, scene);
  const title = `${VERBS[operation.kind]} ${all.length > 1 ? 'them' : 'it'} concurrently`;
  if (transaction.kind === 'autocommit' && all.length === 1 && staysAlone(operation, edits, scene)) {
    const drop = operation.kind === 'CreateIndex' ? dropOfInvalid(operation, scene) : undefined;
    if (drop !== undefined) return editFix('safe', title, drop, edits);
    return editFix(safetyOf(operation, scene), title, edits);
  }
  if (isNeededAtOnce(operation, scene) || restsOnSearchPath(operation, scene)) return undefined;
  const also = firstsOfStatements(operation, others).filter(
    (other) =>
      isMovable(other, scene) &&
      canBeConcurrent(other, scene) &&
      concurrentlyEdits(other) !== undefined &&
      !isNeededAtOnce(other, scene) &&
      !restsOnSearchPath(other, scene),
  );
  const plan = { plan: 'build concurrently', operation, ...(also.length > 0 && { also }) } as const;
  return { kind: 'plan', safety: safetyOf(operation, scene), title, plan };
}

/** One operation of each statement that is not the first one's. */
function firstsOfStatements(
  { statement: own }: IndexOperation,
  others: readonly IndexOperation[],
): readonly IndexOperation[] {
  const firsts = new Map(others.toReversed().map((other) => [other.statement, other]));
  firsts.delete(own);
  return [...firsts.values()].toReversed();
}

const VERBS = { CreateIndex: 'builds', DropIndex: 'drops', Reindex: 'rebuilds' } as const;

/**
 * DROP INDEX CONCURRENTLY IF EXISTS in front of a build that is to be made anew if an earlier one has failed.
 *
 * @returns undefined where the build does not say IF NOT EXISTS, and where the two would not commit one by one.
 */
export function dropOfInvalid(operation: CreateIndex, scene: FixScene): readonly Edit[] | undefined {
  const { catalog, project, transactionOf } = scene;
  const { ifNotExists, name, statement, table } = operation;
  // Prisma cannot read the drop, and would send the file as one query.
  if (!ifNotExists || name === undefined || project.runner.name === 'prisma') return undefined;
  if (!commitsEachStatement(project.runner, transactionOf(operation))) return undefined;
  const schema = catalog.table(table)?.name.schema ?? table.schema;
  return insertBefore(statement, `DROP INDEX CONCURRENTLY IF EXISTS ${displayName({ schema, name })};`);
}

/** Whether Prisma still sends each statement by itself: with one that it cannot read, it sends the file as one query. */
function staysAlone(
  { statement }: IndexOperation,
  edits: readonly Edit[],
  { migration: { script }, project: { runner } }: FixScene,
): boolean {
  if (runner.name !== 'prisma' || script?.statements.length === 1) return true;
  const { source, span } = statement;
  let text = source.text.slice(span.start, span.end);
  for (const edit of edits.toSorted((a, b) => b.span.start - a.span.start)) {
    const [start, end] = [edit.span.start - span.start, edit.span.end - span.start];
    text = text.slice(0, start) + edit.text + text.slice(end);
  }
  return parseScript({ ...source, text }).statements.every(({ tree }) => !needsFallback(tree));
}

/** Whether names in an index's expressions would perhaps not be found in another migration. */
function restsOnSearchPath(operation: IndexOperation, { migration }: FixScene): boolean {
  if (operation.kind !== 'CreateIndex') return false;
  const { elements, where } = operation;
  const hasNames =
    where !== undefined ||
    elements.some(
      ({ expression, operatorClass, collation }) => (expression ?? operatorClass ?? collation) !== undefined,
    );
  return (
    hasNames && migration.operations.some((one) => one.kind === 'SetVariable' && one.name === 'search_path')
  );
}

/**
 * Gives CREATE INDEX, DROP INDEX or REINDEX the word CONCURRENTLY. An index without a name gets the one that PostgreSQL chooses, so that
 * a build that is tried again after a failure does not make a second one beside the first, which is not valid. For the same reason
 * IF NOT EXISTS goes.
 *
 * @returns undefined where the word cannot be put there.
 */
export function concurrentlyEdits(operation: IndexOperation): readonly Edit[] | undefined {
  if (operation.kind === 'Reindex')
    return insertWords(operation, [operation.target.toUpperCase()], 'CONCURRENTLY');
  if (operation.kind === 'DropIndex') return insertWords(operation, ['INDEX'], 'CONCURRENTLY');
  const name =
    isNamed(operation) || operation.name === undefined ? '' : ` ${quoteIdentifier(operation.name)}`;
  return operation.ifNotExists
    ? replaceWords(operation, ['INDEX', 'IF', 'NOT', 'EXISTS'], 'INDEX CONCURRENTLY')
    : insertWords(operation, ['INDEX'], `CONCURRENTLY${name}`);
}

/** Whether a name is written between INDEX and ON. */
function isNamed(operation: CreateIndex): boolean {
  const tokens = operation.statement.tokens();
  const index = tokens.findIndex(({ kind, value }) => kind === 'keyword' && value === 'INDEX');
  const next = tokens[index + 1];
  return !(next?.kind === 'keyword' && next.value === 'ON');
}

/** The drops of one statement; any other operation by itself. */
function indexesOf(operation: IndexOperation, { migration }: FixScene): readonly IndexOperation[] {
  if (operation.kind !== 'DropIndex') return [operation];
  return migration.operations.filter(
    (other): other is DropIndex => other.kind === 'DropIndex' && other.statement === operation.statement,
  );
}

/** Whether PostgreSQL takes the word for all that the statement does. A list of drops is asked of its first one. */
function canBeConcurrent(operation: IndexOperation, scene: FixScene): boolean {
  switch (operation.kind) {
    case 'CreateIndex': {
      const table = scene.catalog.table(operation.table);
      return (
        table?.certainty === 'certain' && table.partitionBy === undefined && table.foreignServer === undefined
      );
    }
    case 'DropIndex': {
      const all = indexesOf(operation, scene);
      return all[0] === operation && all.every((one) => one.kind === 'DropIndex' && canDrop(one, scene));
    }
    case 'Reindex':
      return canReindex(operation, scene);
    default:
      return operation satisfies never;
  }
}

/** Manual, DROP INDEX: no CASCADE, none of a partitioned table; the index of a constraint goes with that. */
function canDrop({ behavior, index: name }: DropIndex, { catalog }: FixScene): boolean {
  const found = catalog.index(name);
  if (found === undefined || behavior === 'cascade') return false;
  const { index, on } = found;
  const isPlain = on.kind !== 'table' || on.partitionBy === undefined;
  return (
    isPlain && index.certainty === 'certain' && index.constraint === undefined && index.parent === undefined
  );
}

/** Manual, REINDEX: never the system catalogs; indexes of exclusion constraints are refused, or left out with a warning. */
function canReindex({ name, target }: Reindex, { catalog }: FixScene): boolean {
  if (target !== 'index' && target !== 'table') return false;
  const table = target === 'table' ? catalog.table(name) : catalog.index(name)?.on;
  if (table?.kind !== 'table' || table.certainty !== 'certain' || table.partitionBy !== undefined)
    return false;
  return table.constraints.every(({ definition }) => definition.type !== 'exclude');
}

/** Whether something after the operation counts on what it has done, or on the names as they are now: it cannot come later then. */
function isNeededAtOnce(operation: IndexOperation, scene: FixScene): boolean {
  if (operation.kind === 'Reindex') return false;
  if (operation.kind === 'CreateIndex')
    return !staysAsNamed(operation.table, operation, scene) || takesOver(operation, scene);
  const { catalog, migration } = scene;
  const later = migration.operations.slice(migration.operations.indexOf(operation) + 1);
  return indexesOf(operation, scene).some((one) => {
    const found = one.kind === 'DropIndex' ? catalog.index(one.index) : undefined;
    if (found === undefined || !staysAsNamed(found.on.name, operation, scene)) return true;
    const { index, on } = found;
    return later.some(
      (other) =>
        givenNames(other).some(({ name }) => name === index.name) ||
        (index.unique && isRowWrite(other) && isSameObject(other.table, on.name)),
    );
  });
}

/** Whether an index that the migration drops before would be missed until this one is built: the transaction did both at once. */
function takesOver(
  operation: CreateIndex,
  { catalog, migration: { catalogBefore, operations } }: FixScene,
): boolean {
  const old = catalogBefore.table(catalog.table(operation.table)?.name ?? operation.table);
  const gone = (old?.indexes ?? []).filter((index) => hasSameFirstKey(index, operation));
  return gone.some(({ constraint, name }) =>
    operations
      .slice(0, operations.indexOf(operation))
      .some(
        (other) =>
          (other.kind === 'DropIndex' && other.index.name === name) ||
          (other.kind === 'DropConstraint' && other.constraint === constraint),
      ),
  );
}

function isRowWrite(operation: Operation): operation is OperationOf<'Insert' | 'Update' | 'Merge'> {
  return operation.kind === 'Insert' || operation.kind === 'Update' || operation.kind === 'Merge';
}

/** Without IF NOT EXISTS the migration fails where somebody has built the index by hand. */
function safetyOf(operation: IndexOperation, { project }: FixScene): FixSafety {
  if (operation.kind === 'CreateIndex' && operation.ifNotExists) return 'unsafe';
  return concurrentSafety(project.runner);
}
