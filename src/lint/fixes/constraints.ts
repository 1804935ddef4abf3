import type { Table } from '../../model/catalog/types.ts';
import { provesNotNull } from '../../model/effects/not-null.ts';
import { actionClause } from '../../model/operations/clauses.ts';
import { quoteIdentifier } from '../../model/operations/display-name.ts';
import { deferralText } from '../../model/operations/key-text.ts';
import { isSameObject } from '../../model/operations/same-object.ts';
import { findKeywords, isKeyword } from '../../model/operations/tokens.ts';
import type {
  AddColumn,
  AddConstraint,
  ObjectName,
  Operation,
  SetNotNull,
  ValidateConstraint,
} from '../../model/operations/types.ts';
import { laterTransaction } from '../advice/later-transaction.ts';
import { editFix } from '../edits/edit-fix.ts';
import { inCaseOf } from '../edits/keyword-case.ts';
import { removeStatement } from '../edits/remove.ts';
import { replaceText } from '../edits/words.ts';
import type { FixRequest, FixSafety } from '../fix.ts';
import type { PlanRequest } from '../plan-request.ts';
import { canBuildConcurrently, concurrentSafety } from './outside-transaction.ts';
import { canFollowCommit, isMovable, plainTable, staysAsNamed, type FixScene } from './scene.ts';

/**
 * The fix that adds a foreign key, CHECK or NOT NULL with NOT VALID, and validates it once that is committed.
 *
 * @returns undefined where the table is not known, where PostgreSQL refuses NOT VALID, and where nothing runs after a commit.
 */
export function validateLaterFix(operation: AddConstraint, scene: FixScene): FixRequest | undefined {
  const { constraint, table } = operation;
  const now = scene.catalog.table(table);
  if (constraint.name === undefined || now?.certainty !== 'certain' || now.foreignServer !== undefined)
    return undefined;
  // A partitioned table takes no foreign key that is NOT VALID before PostgreSQL 18.
  if (constraint.type === 'foreign key' && now.partitionBy !== undefined) return undefined;
  if (constraint.type === 'not null' && plainTable(table, scene.catalog) === undefined) return undefined;
  if (isDroppedLater(constraint.name, operation, scene)) return undefined;
  const title = `adds it with NOT VALID, and validates it ${laterOf(operation, scene)}`;
  return laterPlan(operation, table, scene, title, { plan: 'validate later', operation });
}

/** The fix that validates a constraint once the transaction is committed that added it. */
export function validateAfterCommitFix(
  operation: ValidateConstraint,
  scene: FixScene,
): FixRequest | undefined {
  const title = `validates it ${laterOf(operation, scene)}`;
  return laterPlan(operation, operation.table, scene, title, { plan: 'validate after commit', operation });
}

/**
 * The fix that makes a column NOT NULL once a constraint that is NOT VALID at first has been validated.
 *
 * @param operation in a table that holds rows.
 */
export function checkedNotNullFix(operation: SetNotNull, scene: FixScene): FixRequest | undefined {
  const table = plainTable(operation.table, scene.catalog);
  if (table === undefined || !table.columns.some(({ name }) => name === operation.column)) return undefined;
  const known = table.columns.find(({ name }) => name === operation.column)?.notNullConstraint;
  const later = laterOf(operation, scene);
  const title =
    known?.validated === false
      ? `validates ${quoteIdentifier(known.name)} instead`
      : scene.project.postgresVersion >= 18
        ? `adds NOT NULL with NOT VALID, and validates it ${later}`
        : `proves it with a CHECK that is validated ${later}`;
  if (isUndoneLater(operation, scene)) return undefined;
  return laterPlan(operation, table.name, scene, title, { plan: 'checked not null', operation });
}

/**
 * The fix that builds the index of a UNIQUE constraint or primary key first, with CONCURRENTLY, and adds the constraint USING INDEX.
 *
 * @returns undefined for partitioned tables, which take no USING INDEX; where another key of the table goes in the same migration, which
 *   would be without one for a while; and where the index's name is not free.
 */
export function keyUsingIndexFix(operation: AddConstraint, scene: FixScene): FixRequest | undefined {
  const { constraint, table: name } = operation;
  if (constraint.type !== 'unique' && constraint.type !== 'primary key') return undefined;
  const { catalog, migration, project } = scene;
  const table = catalog.table(name);
  if (constraint.name === undefined || table?.certainty !== 'certain') return undefined;
  if (table.partitionBy !== undefined || table.foreignServer !== undefined) return undefined;
  const nullable =
    constraint.type === 'primary key'
      ? constraint.columns.filter((column) => !provesNotNull(table, column))
      : [];
  if (nullable.length > 0 && plainTable(name, catalog) === undefined) return undefined;
  if (constraint.usingIndex === undefined) {
    if (!canBuildConcurrently(project.runner)) return undefined;
    if (catalog.index({ schema: table.name.schema, name: constraint.name }) !== undefined) return undefined;
  }
  if (isDroppedLater(constraint.name, operation, scene) || dropsKey(table, migration.operations))
    return undefined;
  const title =
    constraint.usingIndex === undefined
      ? 'builds its index concurrently, and adds it USING INDEX'
      : `proves first that ${nullable.map((column) => quoteIdentifier(column)).join(', ')} IS NOT NULL`;
  const safety = constraint.usingIndex === undefined ? concurrentSafety(project.runner) : 'safe';
  return laterPlan(operation, name, scene, title, { plan: 'key using index', operation }, safety);
}

/** The fix that adds a column without the constraints that make PostgreSQL read or index the table, and these after it. */
export function columnWithoutConstraintsFix(operation: AddColumn, scene: FixScene): FixRequest | undefined {
  const { column, ifNotExists, table: name } = operation;
  const table = scene.catalog.table(name);
  if (ifNotExists || table?.certainty !== 'certain' || table.partitionBy !== undefined) return undefined;
  if (table.foreignServer !== undefined) return undefined;
  const { constraints } = column;
  if (constraints.some(({ type }) => type === 'primary key' || type === 'exclude')) return undefined;
  if (constraints.some((one) => 'notEnforced' in one && one.notEnforced)) return undefined;
  if (constraints.some((one) => one.name === undefined || isDroppedLater(one.name, operation, scene)))
    return undefined;
  const { runner } = scene.project;
  const unique = constraints.some(({ type }) => type === 'unique');
  if (unique && !canBuildConcurrently(runner)) return undefined;
  const title = unique
    ? 'adds the column without it, builds its index concurrently, and adds it USING INDEX'
    : `adds it apart with NOT VALID, and validates it ${laterOf(operation, scene)}`;
  const safety = unique ? concurrentSafety(runner) : 'safe';
  return laterPlan(operation, name, scene, title, { plan: 'column without constraints', operation }, safety);
}

/** A plan whose later steps come after a commit; undefined where there is no such time, or they would not find the table. */
function laterPlan(
  operation: Operation,
  table: ObjectName,
  scene: FixScene,
  title: string,
  plan: PlanRequest,
  safety: FixSafety = 'safe',
): FixRequest | undefined {
  if (!isMovable(operation, scene) || !canFollowCommit(scene)) return undefined;
  return staysAsNamed(table, operation, scene) ? { kind: 'plan', safety, title, plan } : undefined;
}

function laterOf(operation: Operation, { project, transactionOf }: FixScene): string {
  return laterTransaction(project.runner, transactionOf(operation));
}

/** Whether the migration drops a constraint again. */
function isDroppedLater(constraint: string, operation: Operation, { migration }: FixScene): boolean {
  const { operations } = migration;
  const at = operations.indexOf(operation);
  return operations.some(
    (other, index) => index > at && other.kind === 'DropConstraint' && other.constraint === constraint,
  );
}

function isUndoneLater(operation: SetNotNull, { migration: { operations } }: FixScene): boolean {
  const at = operations.indexOf(operation);
  return operations.some(
    (other, index) =>
      index > at &&
      (other.kind === 'DropNotNull' ||
        (other.kind === 'AddConstraint' && other.constraint.type === 'primary key')) &&
      isSameObject(other.table, operation.table),
  );
}

/** Whether a key or a unique index of the table goes: until the new one is there, nothing would keep its rows apart. */
function dropsKey({ constraints, indexes, name: table }: Table, operations: readonly Operation[]): boolean {
  const unique = new Set(indexes.filter((index) => index.unique).map(({ name }) => name));
  const keys = new Set(constraints.filter(({ index }) => index !== undefined).map(({ name }) => name));
  return operations.some((other) => {
    if (other.kind === 'DropIndex') return unique.has(other.index.name);
    return other.kind === 'DropConstraint' && isSameObject(other.table, table) && keys.has(other.constraint);
  });
}

/**
 * The fix that makes an index that is there the one of a UNIQUE constraint or primary key: nothing is built, and the schema has one
 * index less; the same schema where the migration drops that index afterwards.
 */
export function takeOverIndexFix(
  operation: AddConstraint,
  index: string,
  scene: FixScene,
): FixRequest | undefined {
  const { constraint, statement } = operation;
  if (!isMovable(operation, scene) || operation.action === undefined) return undefined;
  const others = scene.deploy.flatMap(({ operations }) =>
    operations.filter((other) => 'index' in other && nameOf(other.index) === index),
  );
  const drops = others.filter((other) => isOwnDrop(other, operation, scene));
  const tokens = statement.tokens();
  const range = actionClause(tokens, operation.action)?.range;
  const words = constraint.type === 'unique' ? ['UNIQUE'] : ['PRIMARY', 'KEY'];
  const start = range === undefined ? -1 : findKeywords(tokens, range, words);
  if (others.length !== drops.length || range === undefined || start < 0) return undefined;
  const first = tokens[start]?.span.start ?? 0;
  const last = tokens[range.end - 1]?.span.end ?? first;
  // As it is written behind an index's name as well.
  const text = `${words.join(' ')} USING INDEX ${quoteIdentifier(index)}${deferralText(constraint)}`;
  const place = { source: statement.source, span: { start: first, end: last } };
  const edits = replaceText(place, inCaseOf(statement, text));
  const isNamed = isKeyword(tokens[range.start + 1], 'CONSTRAINT');
  const isSame = drops.length > 0 && isNamed;
  const removed = drops.map((drop) => removeStatement(drop.statement));
  return editFix(isSame ? 'safe' : 'unsafe', `takes over ${quoteIdentifier(index)}`, edits, ...removed);
}

/** Whether an operation is a statement of the migration that drops one index, after another operation. */
function isOwnDrop(other: Operation, operation: AddConstraint, { migration }: FixScene): boolean {
  const { operations } = migration;
  const isAlone = operations.filter(({ statement }) => statement === other.statement).length === 1;
  const isLater = operations.indexOf(other) > operations.indexOf(operation);
  return other.kind === 'DropIndex' && isMovable(other, { migration }) && isAlone && isLater;
}

function nameOf(index: unknown): unknown {
  return typeof index === 'object' && index !== null && 'name' in index ? index.name : index;
}
