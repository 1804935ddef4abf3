import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Session } from '../../../../src/verify/trace/observation.ts';
import { functionExamples, syntaxExamples } from './examples.ts';

/** What each example gave on each major version: `runs`, or an SQLSTATE. */
export type SyntaxRecord = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Where the record lies, from the repository's top level: `npm run test:postgres -- --record` writes it. */
export const SYNTAX_RECORD_PATH = 'test/model/operations/newer-syntax/observed.json';

/** @returns the record as it is in the repository. */
export function readSyntaxRecord(): SyntaxRecord {
  return JSON.parse(readFileSync(join(process.cwd(), SYNTAX_RECORD_PATH), 'utf8')) as SyntaxRecord;
}

/** @returns what each example gives on one server, by its name. Each runs in a schema of its own, outside of a transaction. */
export async function runSyntaxExamples(session: Session): Promise<Readonly<Record<string, string>>> {
  const outcomes: Record<string, string> = {};
  for (const [what, { setup = '', sql }] of Object.entries(syntaxExamples))
    outcomes[what] = await outcomeOf(session, setup, sql);
  for (const [name, sql] of Object.entries(functionExamples))
    outcomes[`${name}()`] = await outcomeOf(session, '', sql);
  return outcomes;
}

async function outcomeOf(session: Session, setup: string, sql: string): Promise<string> {
  await session.execute(`CREATE SCHEMA tried; SET search_path TO tried; ${setup}`);
  try {
    await session.execute(sql);
    return 'runs';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  } finally {
    await session.execute('DROP PUBLICATION IF EXISTS pub; DROP SCHEMA tried CASCADE; RESET search_path');
  }
}
