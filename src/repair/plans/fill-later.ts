import type { PlanRequest } from '../../lint/plan-request.ts';
import { typeText } from '../../model/catalog/type-text.ts';
import type { Table } from '../../model/catalog/types.ts';
import { snakeCase } from '../../model/history/name-pattern.ts';
import { pageKey } from '../../model/history/page-key.ts';
import { displayName, quoteIdentifier } from '../../model/operations/display-name.ts';
import { backfillStep } from './backfill-step.ts';
import { changedLater } from './changed-later.ts';
import { withoutWords } from './column-words.ts';
import { nameLike, sqlLike, tableLike } from './manner.ts';
import { notNullSql } from './not-null-sql.ts';
import { nameIsTaken } from './replace-column.ts';
import { fillAgain, refused, releaseFirst } from './steps.ts';
import type { PlanOutcome, PlanScene, PlanStep } from './types.ts';

type Request<Name> = Extract<PlanRequest, { readonly plan: Name }>;

/**
 * ADD COLUMN with a default that PostgreSQL computes for each row: the column first, then the default, which counts for new rows alone,
 * then the rows that are there in batches, and NOT NULL last.
 */
export function fillWithDefault({ operation }: Request<'fill with default'>, scene: PlanScene): PlanOutcome {
  const { column, statement, table: name } = operation;
  const table = scene.catalogBefore(operation).table(name);
  const value = column.default;
  if (table === undefined || value === undefined)
    return refused(`Nothing is known of the table ${name.name}.`);
  const edits = withoutWords(operation, column.notNull ? ['default', 'not null'] : ['default']);
  const key = pageKey(table);
  if (edits === undefined || column.constraints.length > 0 || column.notNullName !== undefined)
    return refused(`${column.name} has more to it than a default: split that off first.`);
  if (key === undefined) return refused(noKey(table));
  const reason = changedLater(name, [column.name], [operation], scene);
  if (reason !== undefined) return refused(reason);
  const sql = sqlLike(statement);
  const written = nameLike(statement, column.name);
  const quoted = quoteIdentifier(column.name);
  const write = {
    table,
    key,
    head: `UPDATE ${displayName(table.name)} SET ${quoted} = ${value.text}`,
    conditions: [`${quoted} IS NULL`],
    rows: scene.conventions.batchRows,
  };
  const steps: PlanStep[] = [
    {
      sql: sql`ALTER TABLE ${tableLike(statement, name)} ALTER COLUMN ${written} SET DEFAULT ${value.text};`,
      name: snakeCase(`set_default_of_${name.name}_${column.name}`),
      after: 'nothing',
      outsideTransaction: false,
    },
    backfillStep(write, snakeCase(`backfill_${name.name}_${column.name}`), scene.project.runner),
    ...(column.notNull ? requireSteps(table, column.name, scene, 'commit') : []),
  ];
  return { kind: 'plans', plans: [{ operation, origin: { kind: 'edited', edits }, steps }] };
}

/**
 * ADD COLUMN … NOT NULL without a value for the rows that are there: the column without NOT NULL now. What value they get only the team
 * knows: the backfill is a draft that stops until somebody has written it down, and NOT NULL follows it.
 */
export function requireLater({ operation }: Request<'require later'>, scene: PlanScene): PlanOutcome {
  const { column, table: name } = operation;
  const table = scene.catalogBefore(operation).table(name);
  if (table === undefined) return refused(`Nothing is known of the table ${name.name}.`);
  const key = pageKey(table);
  const edits = withoutWords(operation, ['not null']);
  if (edits === undefined || column.constraints.length > 0 || column.notNullName !== undefined)
    return refused(`${column.name} has more to it than NOT NULL: split that off first.`);
  if (key === undefined) return refused(noKey(table));
  const reason = changedLater(name, [column.name], [operation], scene);
  if (reason !== undefined) return refused(reason);
  return {
    kind: 'plans',
    plans: [
      {
        operation,
        origin: { kind: 'edited', edits },
        steps: [
          unknownFill(table, key, column, scene),
          ...requireSteps(table, column.name, scene, 'commit', 'at a row without a value'),
        ],
      },
    ],
  };
}

/** A backfill with a value that somebody has to choose. It is valid SQL, and stops where it is run as it is. */
export function unknownFill(
  table: Table,
  key: NonNullable<ReturnType<typeof pageKey>>,
  column: { readonly name: string; readonly type: Parameters<typeof typeText>[0] },
  scene: Pick<PlanScene, 'project' | 'conventions'>,
): PlanStep {
  const quoted = quoteIdentifier(column.name);
  const path = `${displayName(table.name)}.${quoted}`;
  const write = {
    table,
    key,
    first: `RAISE EXCEPTION 'CHOOSE A VALUE for ${path.replaceAll("'", "''").replaceAll('%', '%%')} below, and take this line out';`,
    head: `UPDATE ${displayName(table.name)} SET ${quoted} = NULL::${typeText(column.type)} /* CHOOSE A VALUE */`,
    conditions: [`${quoted} IS NULL`],
    rows: scene.conventions.batchRows,
  };
  return {
    ...backfillStep(write, snakeCase(`backfill_${table.name.name}_${column.name}`), scene.project.runner),
    comment: `CHOOSE A VALUE for the rows that have no ${quoted}: this script stops until somebody has written it in. All running code must set ${quoted} by then.`,
    needs: setsColumn(column.name),
    after: 'release',
  };
}

/** What a backfill needs that must find no new row without a value once it is done. */
export function setsColumn(column: string): string {
  return releaseFirst(`sets ${quoteIdentifier(column)} in every row that it writes`);
}

/**
 * NOT NULL, once every row has a value: a constraint for new rows, then the proof. The constraint cannot come before the backfill: a row
 * without a value that anybody updates meanwhile would be refused (23514), whatever the update changes.
 *
 * @param mayStop set where code may leave the value out until the constraint is there.
 */
export function requireSteps(
  table: Table,
  column: string,
  { project: { postgresVersion }, migration }: Pick<PlanScene, 'project' | 'migration'>,
  after: 'commit' | 'release',
  mayStop?: 'at a row without a value',
): readonly PlanStep[] {
  const isTaken = nameIsTaken(table, table, migration.catalogAfter);
  const { add, prove } = notNullSql(table.name, column, { postgresVersion, isTaken });
  const common = { outsideTransaction: false } as const;
  return [
    { ...common, sql: add, name: snakeCase(`require_${table.name.name}_${column}`), after },
    {
      ...common,
      sql: prove.join('\n'),
      name: snakeCase(`set_${table.name.name}_${column}_not_null`),
      ...(mayStop === undefined ? {} : { comment: fillAgain(column) }),
      after: 'commit',
    },
  ];
}

function noKey({ name }: Table): string {
  return `${displayName(name)} has no primary key or other unique key to go through its rows by.`;
}
