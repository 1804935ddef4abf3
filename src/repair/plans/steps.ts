import type { Statement } from '../../input/sql/types.ts';
import { snakeCase } from '../../model/history/name-pattern.ts';
import { quoteIdentifier } from '../../model/operations/display-name.ts';
import type { ObjectName } from '../../model/operations/types.ts';
import { nameLike, sqlLike, tableLike } from './manner.ts';
import type { PlanOutcome, PlanStep } from './types.ts';

/** What a step is written by: the statement that it comes from, and that statement's table. */
export interface StepScene {
  readonly statement: Statement;
  readonly table: ObjectName;
}

/** VALIDATE CONSTRAINT: it reads the table, and neither reads nor writes wait for it. */
export function validateStep({ statement, table }: StepScene, constraint: string): PlanStep {
  const sql = sqlLike(statement);
  return {
    sql: sql`ALTER TABLE ${tableLike(statement, table)} VALIDATE CONSTRAINT ${nameLike(statement, constraint)};`,
    name: snakeCase(`validate_${constraint}`),
    after: 'commit',
    outsideTransaction: false,
    reads: true,
  };
}

/**
 * CREATE INDEX CONCURRENTLY of one index.
 *
 * @param keys what stands behind the table's name: `(email) INCLUDE (name)`.
 */
export function buildStep(
  { statement, table }: StepScene,
  { index, keys, unique }: { readonly index: string; readonly keys: string; readonly unique: boolean },
): PlanStep {
  const sql = sqlLike(statement);
  const create = unique ? sql`CREATE UNIQUE INDEX CONCURRENTLY` : sql`CREATE INDEX CONCURRENTLY`;
  return {
    sql: sql`${create} ${nameLike(statement, index)} ON ${tableLike(statement, table)} ${keys};`,
    name: snakeCase(`create_${index}`),
    after: 'nothing',
    outsideTransaction: true,
  };
}

/** What helps where VALIDATE finds a row that was written between the backfill and the constraint. */
export function fillAgain(column: string): string {
  return `If it stops at a row without ${quoteIdentifier(column)}, that row was written after the backfill and before the constraint: run the backfill again, then this.`;
}

/** What a draft needs: a release of the application. @param what it does: `sets "country" in every row that it writes`. */
export function releaseFirst(what: string): string {
  return `Release first: the application that ${what}, everywhere.`;
}

/** One plan's outcome where something is not as it must be. */
export function refused(reason: string): PlanOutcome {
  return { kind: 'refused', reason };
}
