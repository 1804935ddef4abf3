import { fingerprintDifferences } from '../../../src/verify/fingerprint/differences.ts';
import { rollbackSentence } from '../../../src/verify/fingerprint/difference-words.ts';
import { fingerprintOf } from '../../../src/verify/fingerprint/fingerprint.ts';
import type { Fingerprint } from '../../../src/verify/fingerprint/types.ts';
import { loadParser } from '../../../src/input/sql/parser.ts';
import { parseScript } from '../../../src/input/sql/parse-script.ts';
import { refusesTransaction } from '../../../src/input/runners/outside-transaction.ts';
import { emptyDatabase, type Database } from '../../support/pglite.ts';

/** In what the schema after some scripts differs from that after others, in sentences. The order of columns counts. */
export async function schemaDifferences(
  history: readonly string[],
  one: readonly string[],
  other: readonly string[],
): Promise<readonly string[]> {
  const before = await schemaAfter([...history, ...one]);
  const after = await schemaAfter([...history, ...other]);
  return fingerprintDifferences(before, after).map((difference) => rollbackSentence(difference));
}

async function schemaAfter(scripts: readonly string[]): Promise<Fingerprint> {
  await loadParser();
  const database = await emptyDatabase();
  for (const script of scripts) await execute(database, script);
  return await fingerprintOf({ rows: async <Row>(sql: string) => (await database.query<Row>(sql)).rows });
}

/** Sends a script as one query; statement by statement where one of them refuses a transaction. */
async function execute(database: Database, text: string): Promise<void> {
  const script = parseScript({ path: 'script.sql', text, encoding: 'utf-8', byteOrderMark: false });
  const isSplit = script.statements.some(({ tree }) => refusesTransaction(tree) !== undefined);
  const parts = isSplit ? script.statements.map(({ span }) => text.slice(span.start, span.end)) : [text];
  for (const part of parts) await database.exec(part);
}
