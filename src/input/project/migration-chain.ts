import { createHash } from 'node:crypto';
import type { Runner } from '../runners/types.ts';
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
 * @param surroundings what else it was made with, see {@link surroundingsHash}.
 * @returns 32 hexadecimal digits.
 */
export function migrationHash(
  { id, forward, rollback }: Pick<ReadMigration, 'id' | 'forward' | 'rollback'>,
  before: string,
  surroundings: string,
): string {
  return shortHash([surroundings, before, id, scriptText(forward), scriptText(rollback)]);
}

/**
 * What all proofs of a project depend on besides its scripts: how its tool sends them, and what was there before the first one.
 *
 * @param prelude the SQL that is run before the first migration, file by file; undefined where it cannot be read.
 * @returns 32 hexadecimal digits.
 */
export function surroundingsHash(
  { name, mode, modeWithoutTransaction, oneTransactionPerDeploy }: Runner,
  prelude: readonly string[] | undefined,
): string {
  const texts = prelude?.map((text) => text.replaceAll('\r\n', '\n')) ?? null;
  return shortHash([name, mode, modeWithoutTransaction ?? null, oneTransactionPerDeploy === true, texts]);
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
