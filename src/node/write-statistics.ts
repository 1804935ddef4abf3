import { writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { didYouMean } from '../input/text/nearest.ts';
import { gitRoot } from '../input/files/git.ts';
import { statisticsText, type TableStatistic, type TableStatistics } from '../lint/sizes/statistics.ts';
import { readConfiguration } from './configuration.ts';
import type { Environment } from './environment.ts';
import { measureTables, schemasOf, type Query } from './measure-tables.ts';
import { readFromPostgres } from './postgres-connection.ts';
import { statisticsPath } from './statistics-file.ts';
import { UsageError } from './usage-error.ts';

/** What to measure, and where to write it. */
export interface StatisticsRequest {
  /** The database's URL, or `env:NAME` for one that stands in a variable. */
  readonly url: string;
  /** The file, relative to the current folder, `-` for standard output. Default: the one that a run reads here. */
  readonly out?: string | undefined;
  /** Default: all of the database's users. */
  readonly schemas?: readonly string[] | undefined;
  /** The configuration file. Default: the nearest one above the current folder. */
  readonly config?: string | undefined;
}

/** A statistics file that was made. */
export interface WrittenStatistics {
  /** Relative to the current folder; undefined for standard output. */
  readonly file: string | undefined;
  readonly text: string;
  readonly statistics: TableStatistics;
}

/**
 * Measures the tables of a database and writes the statistics file: counts only, nothing of the rows, the server or its users.
 *
 * @throws {UsageError} for whatever keeps it from being made.
 */
export async function writeStatistics(
  request: StatisticsRequest,
  environment: Pick<Environment, 'cwd' | 'environment' | 'now'>,
): Promise<WrittenStatistics> {
  const { cwd, now } = environment;
  const url = urlOf(request.url, environment.environment);
  const path = await outputPath(request, cwd);
  const { schemas = [] } = request;
  const tables = await readFromPostgres(url, (query) => measured(query, schemas));
  const statistics = { measured: now.toISOString().slice(0, 10), tables };
  const text = statisticsText(statistics);
  if (path === undefined) return { file: undefined, text, statistics };
  const file = request.out ?? relative(cwd, path).replaceAll('\\', '/');
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new UsageError(
      `${file} cannot be written: ${(error as Error).message}.`,
      'Name another file with --out.',
    );
  }
  return { file, text, statistics };
}

/** The URL itself: out of a variable it is in no process list and no shell's history. */
export function urlOf(said: string, environment: Environment['environment']): string {
  if (!said.startsWith('env:')) return said;
  const name = said.slice('env:'.length);
  const url = environment[name];
  if (url !== undefined && url !== '') return url;
  throw new UsageError(
    `The variable ${name}, which --url names, is not set.`,
    'Set it to the URL of the database: postgresql://user:password@host:5432/database',
  );
}

async function outputPath({ out, config }: StatisticsRequest, cwd: string): Promise<string | undefined> {
  if (out !== undefined) return out === '-' ? undefined : resolve(cwd, out);
  const top = gitRoot(cwd) ?? cwd;
  const { configuration, path: configurationPath } = await readConfiguration(config, cwd, top, cwd);
  return statisticsPath({ configuration, configurationPath }, top).path;
}

async function measured(query: Query, schemas: readonly string[]): Promise<readonly TableStatistic[]> {
  const there = await schemasOf(query);
  const missing = schemas.find((schema) => !there.includes(schema));
  if (missing === undefined) return await measureTables(query, schemas);
  throw new UsageError(
    `The database has no schema ${missing}.${didYouMean(missing, there)}`,
    `It has ${there.join(', ')}. Upper and lower case count.`,
  );
}
