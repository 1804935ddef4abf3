import type { Database } from '../../../src/verify/engines/types.ts';
import { fingerprintDifferences } from '../../../src/verify/fingerprint/differences.ts';
import { fingerprintOf } from '../../../src/verify/fingerprint/fingerprint.ts';
import { rollbackSentence } from '../../../src/verify/fingerprint/difference-words.ts';
import type { Fingerprint } from '../../../src/verify/fingerprint/types.ts';
import type { Mutation } from './mutations.ts';

/**
 * Changes the rich schema, looks at it and takes the change back.
 *
 * @returns what the differences are, in words; what does not matter in parentheses.
 */
export async function differencesAfter(
  database: Database,
  before: Fingerprint,
  sql: string,
): Promise<readonly string[]> {
  await database.execute('BEGIN');
  try {
    await database.execute(sql);
    const after = await fingerprintOf(database, { roles: true });
    return fingerprintDifferences(before, after).map((difference) => {
      const text = rollbackSentence(difference);
      return difference.matters ? text : `(${text})`;
    });
  } finally {
    await database.execute('ROLLBACK');
  }
}

/** What is wrong with what was found; undefined if nothing is. */
export function problemOf({ sql, says }: Mutation, found: readonly string[]): string | undefined {
  const list = found.join('; ') || 'nothing';
  if (says === true)
    return found.some((text) => !text.startsWith('(')) ? undefined : `${sql}: ${list} differs`;
  const unsaid = says.filter((part) => !found.some((text) => text.startsWith(part) || text.includes(part)));
  return unsaid.length === 0 && found.length === says.length
    ? undefined
    : `${sql}: ${list} instead of ${says.join('; ')}`;
}
