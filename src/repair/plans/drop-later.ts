import type { PlanRequest } from '../../lint/plan-request.ts';
import { snakeCase } from '../../model/history/name-pattern.ts';
import { columnNeededByInserts } from '../../model/history/required-column.ts';
import { displayName, quoteIdentifier } from '../../model/operations/display-name.ts';
import { nameLike, sqlLike, tableLike } from './manner.ts';
import { refused, releaseFirst } from './steps.ts';
import type { Plan, PlanOutcome, PlanScene, PlanStep } from './types.ts';

type Request = Extract<PlanRequest, { readonly plan: 'drop later' }>;
type Drop = Request['operations'][number];

/**
 * A drop moves into a draft, for a later release. A column that new rows must have a value of is relaxed at once: the release that stops
 * writing it comes before the drop.
 */
export function dropLater({ operations }: Request, scene: PlanScene): PlanOutcome {
  for (const drop of operations) {
    const reason = comesBack(drop, scene);
    if (reason !== undefined) return refused(reason);
  }
  return { kind: 'plans', plans: operations.map((drop) => planOf(drop, scene)) };
}

function planOf(operation: Drop, scene: PlanScene): Plan {
  return {
    operation,
    origin: { kind: 'removed' },
    steps: [...relaxSteps(operation, scene), dropStep(operation)],
  };
}

function relaxSteps(operation: Drop, scene: PlanScene): readonly PlanStep[] {
  if (operation.kind === 'DropTable') return [];
  const { column, statement } = operation;
  const table = scene.catalogBefore(operation).table(operation.table);
  if (table === undefined || columnNeededByInserts(table, column) === undefined) return [];
  const sql = sqlLike(statement);
  return [
    {
      sql: sql`ALTER TABLE ${tableLike(statement, operation.table)} ALTER COLUMN ${nameLike(statement, column)} DROP NOT NULL;`,
      name: snakeCase(`relax_${operation.table.name}_${column}`),
      after: 'nothing',
      outsideTransaction: false,
    },
  ];
}

function dropStep(operation: Drop): PlanStep {
  const { statement } = operation;
  const sql = sqlLike(statement);
  if (operation.kind === 'DropTable') {
    const name = displayName(operation.table);
    return {
      sql: sql`DROP TABLE ${ifExists(operation.ifExists, operation)}${name}${cascade(operation)};`,
      name: snakeCase(`drop_${operation.table.name}`),
      comment: `Contract: only once no running code uses ${name}.`,
      needs: releaseFirst(`no longer uses ${name}`),
      after: 'release',
      outsideTransaction: false,
    };
  }
  const { column, columnIfExists, table } = operation;
  const written = nameLike(statement, column);
  return {
    sql: sql`ALTER TABLE ${ifExists(operation.ifExists, operation)}${tableLike(statement, table)} DROP COLUMN ${ifExists(columnIfExists, operation)}${written}${cascade(operation)};`,
    name: snakeCase(`remove_${column}_from_${table.name}`),
    comment: `Contract: only once no running code reads or writes ${quoteIdentifier(column)}.`,
    needs: releaseFirst(`neither reads nor writes ${quoteIdentifier(column)}`),
    after: 'release',
    outsideTransaction: false,
  };
}

function ifExists(wanted: boolean, { statement }: Drop): string {
  return wanted ? sqlLike(statement)`IF EXISTS ` : '';
}

function cascade({ behavior, statement }: Drop): string {
  return behavior === 'cascade' ? sqlLike(statement)` CASCADE` : '';
}

/** Whether something that is pending takes the name again, or ends what keeps old and new in step. */
function comesBack(drop: Drop, { migration, project }: PlanScene): string | undefined {
  const { table } = drop;
  const what =
    drop.kind === 'DropTable' ? displayName(table) : `${displayName(table)}.${quoteIdentifier(drop.column)}`;
  const later = project.migrations.slice(migration.index).flatMap(({ operations }) => operations);
  for (const other of later.slice(later.indexOf(drop) + 1)) {
    const isTaken =
      drop.kind === 'DropTable'
        ? (other.kind === 'CreateTable' && other.table.name === table.name) ||
          (other.kind === 'RenameTable' && other.newName === table.name)
        : (other.kind === 'AddColumn' &&
            other.table.name === table.name &&
            other.column.name === drop.column) ||
          (other.kind === 'RenameColumn' &&
            other.table.name === table.name &&
            other.newName === drop.column) ||
          // By then it is a column of another table.
          (other.kind === 'RenameTable' &&
            (other.table.name === table.name || other.newName === table.name)) ||
          (other.kind === 'CreateTable' && other.table.name === table.name);
    if (isTaken) return `The name ${what} is taken again, so that its drop cannot wait.`;
  }
  const dropsTrigger = migration.operations.some(
    (other) => other.kind === 'DropTrigger' && other.table.name === table.name,
  );
  return dropsTrigger
    ? `What keeps ${what} in step is dropped as well: move both to a later release.`
    : undefined;
}
