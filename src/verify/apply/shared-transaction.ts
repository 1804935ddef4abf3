import type { PostgresError } from '../engines/types.ts';

/**
 * What PostgreSQL says only of scripts that share a transaction: a new enum value that is used (55P04), a table with events that wait
 * for COMMIT (55006), what refuses a transaction (25001, 2D000, 0A000), what an aborted or absent transaction says (25P01, 25P02), and
 * what a transaction loses to another (40001, 40P01).
 */
const CODES: ReadonlySet<string> = new Set([
  '55P04',
  '55006',
  '25001',
  '2D000',
  '25P01',
  '25P02',
  '0A000',
  '40001',
  '40P01',
]);

/** Whether an error may come of nothing but that a script was run in one transaction with another, or with what watches it. */
export function mayComeOfSharing({ code }: Pick<PostgresError, 'code'>): boolean {
  return CODES.has(code);
}
