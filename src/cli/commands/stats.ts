import { createColors } from 'picocolors';
import type { Environment } from '../../node/environment.ts';
import { writeStatistics } from '../../node/write-statistics.ts';
import { counted } from '../../report/words.ts';
import { wantsColor } from '../color.ts';
import { EXIT } from '../exit.ts';

/** What the command line says. */
export interface StatsFlags {
  readonly url: string;
  readonly out?: string;
  readonly schema?: readonly string[];
  readonly config?: string;
  readonly color?: boolean | undefined;
}

/**
 * Measures the tables of a database, writes the statistics file and says what is in it.
 *
 * @returns the exit code: 0 unless it could not be done.
 * @throws {UsageError} that says what to do.
 */
export async function stats(flags: StatsFlags, environment: Environment): Promise<number> {
  const { url, out, schema: schemas, config, color } = flags;
  const { file, text, statistics } = await writeStatistics({ url, out, schemas, config }, environment);
  const { stdout } = environment;
  if (file === undefined) {
    stdout.write(text);
    return EXIT.clean;
  }
  const { green } = createColors(wantsColor(color, environment.environment, stdout.isTTY === true));
  const unknown = statistics.tables.filter(({ rows }) => rows === undefined).length;
  const doubt =
    unknown === 0 ? '' : ` · ${unknown} without an estimate, which count as large: ANALYZE makes one`;
  stdout.write(`${green('✔')} ${file} · ${counted(statistics.tables.length, 'table')}${doubt}\n`);
  return EXIT.clean;
}
