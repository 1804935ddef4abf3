import type { Catalog, Column, Origin, Table } from '../catalog/types.ts';
import { tablesLostByCascade } from '../history/cascade-loss.ts';
import { isDestructive, type DestructiveOperation } from '../history/data-loss.ts';
import { isUnconditional } from '../history/emptied-tables.ts';
import { createHistoryBuilder } from '../history/history.ts';
import { mayCheckRows } from '../history/integrity-checks.ts';
import { savedCopies, type Viewpoint } from '../history/saved-copies.ts';
import { objectNames } from '../operations/object-names.ts';
import { stringsOf, visitNodes } from '../operations/parse-tree.ts';
import { isSameObject, objectKey } from '../operations/same-object.ts';
import type { ObjectName, Operation, OperationOf } from '../operations/types.ts';
import type { RollbackOutcome, RollbackStep } from './types.ts';

/** Rows or values that go with a step of a rollback: what people have written since the migration ran. */
export interface RollbackLoss {
  readonly step: RollbackStep;
  readonly table: ObjectName;
  /** Undefined for all rows of the table. */
  readonly column: string | undefined;
  /**
   * True if an earlier step made use of them in what it wrote elsewhere, or may have: one that cannot be read; and if the table is made
   * anew from others.
   */
  readonly saved: boolean;
}

/**
 * What a rollback destroys of the rows that were written since its migration: tables and columns that the migration made and the
 * rollback drops, tables that it empties. Dropping what the migration did not make is not asked for here, nor is a type that is changed
 * back. What only perhaps happens, or what PostgreSQL refuses, destroys nothing.
 *
 * @param migration index of the migration in replay order.
 * @returns in execution order, each table or column once; columns of a table that goes as a whole are left out.
 */
export function rollbackLosses(
  { steps, raises }: Pick<RollbackOutcome, 'steps' | 'raises'>,
  migration: number,
): readonly RollbackLoss[] {
  if (raises !== undefined || !steps.some(mayLose)) return [];
  const own = new Set(steps.map(({ statement }) => statement));
  const isMadeByRollback = ({ statement }: Origin): boolean => own.has(statement);
  const isMadeByMigration = (origin: Origin): boolean =>
    origin.migration === migration && !isMadeByRollback(origin);
  const history = createHistoryBuilder();
  const uses = new RowUses();
  const found = new Map<string, RollbackLoss>();
  for (const step of steps) {
    const { operation, before: catalog } = step;
    if (mayLose(step)) {
      const viewpoint: Viewpoint = { history, catalog, operation: step.operation };
      for (const { table, column } of lostBy(step, { isMadeByMigration, isMadeByRollback })) {
        const key = `${objectKey(table.name)}\0${column?.name ?? ''}`;
        const isSaved = (name: ObjectName): boolean =>
          savedCopies(name, column?.name, viewpoint).length > 0 || uses.has(name, column?.name);
        const saved =
          [table.name, ...parentsOf(table, catalog)].some(isSaved) || isMadeAnew(table.name, step, steps);
        if (!found.has(key)) found.set(key, { step, table: table.name, column: column?.name, saved });
      }
    }
    uses.note(step);
    history.record(operation, migration);
  }
  return [...found.values()].filter(
    ({ table, column }) => column === undefined || !found.has(`${objectKey(table)}\0`),
  );
}

/**
 * The tables that a rollback empties though its migration has nothing to do with them: TRUNCATE, DELETE without WHERE. Nothing is claimed
 * where something unseen may happen in one of the two.
 */
export function rowsBeyondMigration(
  outcome: Pick<RollbackOutcome, 'steps' | 'raises' | 'complete'>,
  {
    index,
    operations,
    catalogBefore,
  }: { readonly index: number; readonly operations: readonly Operation[]; readonly catalogBefore: Catalog },
): readonly RollbackLoss[] {
  const mayWrite = (operation: Operation): boolean =>
    mayCheckRows(operation) || (operation.kind === 'Select' && operation.calls.length > 0);
  if (!outcome.complete || operations.some(mayWrite)) return [];
  const named = new Set(objectNames(operations));
  return rollbackLosses(outcome, index).filter(
    ({ step, table, saved }) =>
      !saved &&
      (step.operation.kind === 'Truncate' || step.operation.kind === 'Delete') &&
      catalogBefore.table(table) !== undefined &&
      !named.has(table.name),
  );
}

/** The tables that show a table's rows as their own: what it is a partition of, and what that is one of. */
function parentsOf({ partitionOf }: Table, catalog: Catalog): readonly ObjectName[] {
  if (partitionOf === undefined) return [];
  const parent = catalog.table(partitionOf.parent);
  return [partitionOf.parent, ...(parent === undefined ? [] : parentsOf(parent, catalog))];
}

/** What a rollback has made use of so far: in a copy, or to work out other values. */
class RowUses {
  #unread = false;
  readonly #tables = new Set<string>();
  readonly #writes: Uses[] = [];

  note({ operation, before, after }: RollbackStep): void {
    this.#unread ||= mayCheckRows(operation);
    if (operation.kind === 'Copy' && !operation.from && operation.table !== undefined)
      this.#tables.add(operation.table.name);
    if (!writesElsewhere(operation)) return;
    const target = after.table(operation.table) ?? before.table(operation.table);
    if (target?.persistence === 'temporary') return;
    this.#writes.push(usesOf(operation));
  }

  has({ name }: ObjectName, column: string | undefined): boolean {
    if (this.#unread || this.#tables.has(name)) return true;
    return this.#writes.some(({ sources, own, columns }) =>
      column === undefined
        ? sources.has(name)
        : (sources.has(name) || own === name) && (columns.has(column) || columns.has('*')),
    );
  }
}

type ElsewhereWriting = OperationOf<'Insert' | 'Update' | 'CreateTableAs' | 'Merge'>;

const writesElsewhere = (operation: Operation): operation is ElsewhereWriting =>
  operation.kind === 'Insert' ||
  operation.kind === 'Update' ||
  operation.kind === 'CreateTableAs' ||
  operation.kind === 'Merge';

/** What a write makes use of: the tables that it reads, its own one if it changes rows of it, and columns of any of them. */
interface Uses {
  readonly sources: ReadonlySet<string>;
  readonly own: string | undefined;
  readonly columns: ReadonlySet<string>;
}

/** A column that is set from itself alone is not used. */
function usesOf(operation: ElsewhereWriting): Uses {
  const sources = new Set<string>();
  const columns = new Set<string>();
  visitNodes(operation.statement.tree, (type, fields) => {
    if (type === 'RangeVar' && typeof fields['relname'] === 'string') sources.add(fields['relname']);
    if (type === 'ColumnRef') columns.add(stringsOf(fields['fields']).at(-1) ?? '*');
  });
  if (operation.kind !== 'Update') return { sources, own: undefined, columns };
  const [only, ...others] = operation.assignments.map(({ column }) => column);
  if (only !== undefined && others.length === 0 && sources.size === 0) columns.delete(only);
  return { sources, own: operation.table.name, columns };
}

/** Whether a table that a step drops is made anew later from a query: it holds what can be worked out again. */
const isMadeAnew = (table: ObjectName, step: RollbackStep, steps: readonly RollbackStep[]): boolean =>
  steps
    .slice(steps.indexOf(step) + 1)
    .some(
      ({ operation: one }) => one.kind === 'CreateTableAs' && one.withData && isSameObject(one.table, table),
    );

/** Whether a step is of a kind that destroys, and surely runs. */
function mayLose(step: RollbackStep): step is RollbackStep & { readonly operation: DestructiveOperation } {
  const { operation, refusal } = step;
  return isDestructive(operation) && operation.run === 'now' && refusal === undefined;
}

/** Whose making something is. */
interface Makers {
  readonly isMadeByMigration: (origin: Origin) => boolean;
  readonly isMadeByRollback: (origin: Origin) => boolean;
}

interface Lost {
  readonly table: Table;
  readonly column: Column | undefined;
}

function lostBy(
  { operation, before }: RollbackStep & { readonly operation: DestructiveOperation },
  { isMadeByMigration, isMadeByRollback }: Makers,
): readonly Lost[] {
  const table = 'table' in operation ? before.table(operation.table) : undefined;
  const whole = (one: Table): Lost => ({ table: one, column: undefined });
  switch (operation.kind) {
    case 'DropTable':
      return table !== undefined && keepsRows(table) && isMadeByMigration(table.origin) ? [whole(table)] : [];
    case 'DropColumn': {
      if (table === undefined || !keepsRows(table)) return [];
      const column = table.columns.find(({ name }) => name === operation.column);
      const isOwn =
        column !== undefined && column.generated === undefined && isMadeByMigration(column.origin);
      return isOwn && column.certainty === 'certain' ? [{ table, column }] : [];
    }
    case 'Truncate':
    case 'Delete': {
      if (operation.kind === 'Delete' && !isUnconditional(operation)) return [];
      const others = tablesLostByCascade(operation, before);
      return [...(table === undefined ? [] : [table]), ...others]
        .filter((one) => keepsRows(one) && !isMadeByRollback(one.origin))
        .map(whole);
    }
    case 'DropObject':
      return tablesLostByCascade(operation, before)
        .filter((one) => keepsRows(one) && isMadeByMigration(one.origin))
        .map(whole);
    case 'AlterColumnType':
      return [];
    default:
      return operation satisfies never;
  }
}

/** Of a table that nobody is certain of nothing is claimed; a temporary one has no users, and a foreign one keeps its rows. */
const keepsRows = ({ certainty, persistence, foreignServer }: Table): boolean =>
  certainty === 'certain' && persistence !== 'temporary' && foreignServer === undefined;
