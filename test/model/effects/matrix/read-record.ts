import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MatrixRecord } from './record.ts';

/** Where the record lies, from the repository's top level, where npm runs scripts and tests. */
export const RECORD_PATH = 'test/model/effects/observed.json';

/** @returns what real servers were last seen to do. */
export function readRecord(): MatrixRecord {
  return JSON.parse(readFileSync(join(process.cwd(), RECORD_PATH), 'utf8')) as MatrixRecord;
}
