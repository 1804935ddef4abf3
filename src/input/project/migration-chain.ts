import { createHash } from 'node:crypto';
import type { ReadFile, ReadMigration } from './types.ts';

/**
 * What the schema after each migration depends on: changes if its own forward script does, that of an earlier one, or their order.
 * Line ends and a byte-order mark do not count.
 *
 * @returns 32 hexadecimal digits for each.
 */
export function migrationChain(
  migrations: readonly Pick<ReadMigration, 'id' | 'forward' | 'unreadable'>[],
): readonly string[] {
  let before = '';
  return migrations.map(({ id, forward, unreadable }) => {
    before = shortHash([before, id, scriptText(forward), unreadable ?? null]);
    return before;
  });
}

/**
 * What a proof about a migration and its rollback depends on.
 *
 * @param before the chain's hash of the migration before it; empty for the first one.
 * @returns 32 hexadecimal digits.
 */
export function migrationHash(
  { id, forward, rollback }: Pick<ReadMigration, 'id' | 'forward' | 'rollback'>,
  before: string,
): string {
  return shortHash([before, id, scriptText(forward), scriptText(rollback)]);
}

/** What of a script is run. */
function scriptText(file: ReadFile | undefined): readonly unknown[] | null {
  if (file === undefined) return null;
  const { source, within, withoutTransaction } = file;
  const text = within === undefined ? source.text : source.text.slice(within.start, within.end);
  return [text.replaceAll('\r\n', '\n'), withoutTransaction ?? null];
}

function shortHash(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
