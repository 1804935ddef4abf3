import type { Runner } from './types.ts';

/** See {@link byteOrderMarkFate}. */
export type ByteOrderMarkFate = 'sent' | 'hides the first line' | 'taken off' | 'unknown';

/**
 * What becomes of a byte-order mark at the beginning of a UTF-8 file:
 *
 * - `sent`: the tool sends it along, and PostgreSQL refuses it with 42601. A comment in the first line that asks the tool for no
 *   transaction is not seen either.
 * - `hides the first line`: the tool looks for its section marks at the beginning of lines, finds text before the first one, and
 *   refuses the file.
 * - `taken off`: the tool reads the file without it.
 * - `unknown`: nobody knows the tool. psql takes it off, a program that reads the file as it is does not.
 *
 * Read in how each tool reads a file: golang-migrate 4.19, diesel 2.3, SQLx 0.8, Drizzle 0.45 and Supabase 2.104 keep every
 * character; goose 3.27 and dbmate 2.35 look for `--` at the very beginning of a line.
 */
export function byteOrderMarkFate({ name }: Pick<Runner, 'name'>): ByteOrderMarkFate {
  switch (name) {
    case 'prisma':
    case 'golang-migrate':
    case 'diesel':
    case 'sqlx':
    case 'drizzle':
    case 'supabase':
      return 'sent';
    case 'goose':
    case 'dbmate':
      return 'hides the first line';
    case 'flyway':
      return 'taken off';
    case 'numbered':
    case 'plain':
    case 'custom':
      return 'unknown';
    default:
      return name satisfies never;
  }
}
