import { readFileSync, realpathSync, statSync } from 'node:fs';
import { relative } from 'node:path';
import { ConfigurationError, parseJson } from '../config/read-file.ts';
import { treePath } from '../input/files/disk-tree.ts';
import { daysSinceMeasured, parseStatistics, type TableStatistics } from '../lint/sizes/statistics.ts';
import { fileBeside } from './file-beside.ts';
import type { SelectedProject } from './select-projects.ts';
import { UsageError } from './usage-error.ts';
import type { Workspace } from './workspace.ts';

/** The file beside the configuration, or at the top of the repository, where nobody names another. */
export const STATISTICS_NAME = '.migrationlint-statistics.json';

/** In bytes: some 100,000 tables. */
const MAX_BYTES = 10_485_760;

/** How old statistics get before a run says so. */
const OLD_DAYS = 90;

/** Where the statistics file of a configuration lies. */
export function statisticsPath(
  { configuration, configurationPath }: Pick<SelectedProject, 'configuration' | 'configurationPath'>,
  top: string,
): { readonly path: string; readonly isNamed: boolean } {
  const said = configuration.statistics;
  return fileBeside({ what: 'statistics file', name: STATISTICS_NAME, said, configurationPath, top });
}

/**
 * Finds and reads the statistics of a project's tables.
 *
 * @param now what counts as today.
 * @returns the statistics, undefined if there is no such file; and what should be known of them, one sentence each.
 * @throws {UsageError} for a file that the configuration names and that is not there, and for one that cannot be read.
 */
export function loadStatistics(
  project: Pick<SelectedProject, 'configuration' | 'configurationPath'>,
  { top, cwd }: Pick<Workspace, 'top' | 'cwd'>,
  now: Date,
): { readonly statistics: TableStatistics | undefined; readonly notes: readonly string[] } {
  const { path, isNamed } = statisticsPath(project, top);
  const shown = relative(cwd, path).replaceAll('\\', '/');
  const text = read(path, shown, top);
  if (text === undefined) {
    if (!isNamed) return { statistics: undefined, notes: [] };
    throw new UsageError(
      `There is no statistics file ${shown}, which ${project.configurationPath ?? 'the configuration'} names.`,
      'Write it with `migration-lint stats --url <url>`, or leave it out.',
    );
  }
  const statistics = parse(text, path, shown);
  const age = daysSinceMeasured(statistics, now.toISOString().slice(0, 10));
  const isOld = age > OLD_DAYS;
  const old = `The sizes in ${shown} are ${age} days old, and tables grow: migration-lint stats measures them anew.`;
  return { statistics, notes: isOld ? [old] : [] };
}

/** @returns undefined if there is nothing of that name. */
function read(path: string, shown: string, top: string): string | undefined {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) return undefined;
  const unreadable = (why: string): UsageError =>
    new UsageError(`The statistics file ${shown} cannot be read: ${why}.`);
  if (!status.isFile()) throw unreadable('it is no file');
  if (status.size > MAX_BYTES) throw unreadable('it is larger than 10 MB');
  // A pull request can bring a link along, and its target may not be quoted in a message.
  if (treePath(top, realpathSync(path)) === undefined) throw unreadable(`it leads out of ${top}`);
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/u, '');
  } catch (error) {
    throw unreadable(reasonOf(error as NodeJS.ErrnoException));
  }
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  return code === 'EACCES' ? 'you may not read it, check its permissions' : message;
}

function parse(text: string, path: string, shown: string): TableStatistics {
  try {
    return parseStatistics(text);
  } catch (error) {
    throw new UsageError(
      `The statistics file ${shown} cannot be read: ${placed(path, text, error as Error)}.`,
      'Write it anew with `migration-lint stats --url <url>`, or delete it.',
    );
  }
}

/** What is wrong with a file's text, with line and column where it is no JSON. */
function placed(path: string, text: string, error: Error): string {
  try {
    parseJson(path, text);
    return error.message;
  } catch (problem) {
    return problem instanceof ConfigurationError ? problem.message.replace(/\.$/u, '') : error.message;
  }
}
