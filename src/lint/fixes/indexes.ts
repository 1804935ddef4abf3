import { refusesTransaction } from '../../input/runners/outside-transaction.ts';
import { freeIndexName } from '../../model/catalog/free-names.ts';
import type { Catalog } from '../../model/catalog/types.ts';
import { snakeCase } from '../../model/history/name-pattern.ts';
import { displayName, quoteIdentifier } from '../../model/operations/display-name.ts';
import { isAloneInFile } from '../../model/operations/in-body.ts';
import type {
  AddColumn,
  AddConstraint,
  CreateIndex,
  CreateTable,
  Operation,
} from '../../model/operations/types.ts';
import { editFix } from '../edits/edit-fix.ts';
import { insertAfter } from '../edits/insert.ts';
import type { FixRequest } from '../fix.ts';
import { canBuildConcurrently, concurrentSafety } from './outside-transaction.ts';
import { isMovable, staysAsNamed, type FixScene } from './scene.ts';

/** The fix that moves a statement that refuses a transaction into a migration of its own, as it is. */
export function ownMigrationFix(operation: Operation, scene: FixScene): FixRequest | undefined {
  const { runner } = scene.project;
  if (!isMovable(operation, scene) || !canBuildConcurrently(runner)) return undefined;
  if (refusesTransaction(operation.statement.tree) === undefined) return undefined;
  const table = 'table' in operation ? operation.table : undefined;
  if (table !== undefined && !staysAsNamed(table, operation, scene)) return undefined;
  const plan = { plan: 'own migration', operations: [operation], name: nameOf(operation) } as const;
  const title = isAloneInFile(scene.migration.script)
    ? 'runs its file outside a transaction'
    : 'moves it into a migration of its own';
  return { kind: 'plan', safety: concurrentSafety(runner), title, plan };
}

function nameOf(operation: Operation): string {
  switch (operation.kind) {
    case 'CreateIndex':
      return snakeCase(`create_${operation.name ?? `${operation.table.name}_index`}`);
    case 'DropIndex':
      return snakeCase(`drop_${operation.index.name}`);
    case 'Reindex':
      return snakeCase(`reindex_${operation.name.name}`);
    case 'DetachPartition':
      return snakeCase(`detach_${operation.partition.name}`);
    default:
      return snakeCase(operation.kind);
  }
}

/** The fix that indexes a partitioned table one partition after the other, each with CONCURRENTLY. */
export function partitionedIndexFix(operation: CreateIndex, scene: FixScene): FixRequest | undefined {
  const { catalogAfter, project } = scene;
  if (!isMovable(operation, scene) || !canBuildConcurrently(project.runner)) return undefined;
  if (operation.only || operation.concurrently || operation.ifNotExists) return undefined;
  if (!staysAsNamed(operation.table, operation, scene)) return undefined;
  const partitions = catalogAfter.children(operation.table);
  const isKnown = partitions.every(
    ({ certainty, foreignServer, indexes, partitionBy }) =>
      certainty === 'certain' &&
      partitionBy === undefined &&
      foreignServer === undefined &&
      indexes.some(({ parent }) => parent?.name === operation.name),
  );
  if (partitions.length === 0 || !isKnown) return undefined;
  return {
    kind: 'plan',
    safety: concurrentSafety(project.runner),
    title: 'indexes each partition concurrently, and attaches these indexes',
    plan: { plan: 'index each partition', operation },
  };
}

/** What is missing: an index of these columns. */
interface MissingIndex {
  readonly operation: AddColumn | AddConstraint | CreateTable;
  readonly columns: readonly string[];
  /** True for a table that nobody uses yet. */
  readonly isNew: boolean;
  /** The schema after the deploy. */
  readonly end: Catalog;
}

/** The fix that adds an index: right there to a new table, else built with CONCURRENTLY. The schema has one index more then. */
export function addIndexFix(
  { operation, columns, isNew, end }: MissingIndex,
  scene: FixScene,
): FixRequest | undefined {
  const { catalogAfter, project } = scene;
  const { statement, table: name } = operation;
  const table = catalogAfter.table(name);
  if (!isMovable(operation, scene) || table?.certainty !== 'certain') return undefined;
  if (!staysAsNamed(name, operation, scene)) return undefined;
  if (!isNew) {
    if (table.partitionBy !== undefined || !canBuildConcurrently(project.runner)) return undefined;
    return {
      kind: 'plan',
      safety: 'unsafe',
      title: 'builds the index concurrently',
      plan: { plan: 'add index', operation, columns },
    };
  }
  const index = freeIndexName(name, columns, [catalogAfter, end]);
  const keys = columns.map((column) => quoteIdentifier(column)).join(', ');
  const sql = `CREATE INDEX ${quoteIdentifier(index)} ON ${displayName(name)} (${keys});`;
  return editFix('unsafe', 'creates the index', insertAfter(statement, sql));
}
