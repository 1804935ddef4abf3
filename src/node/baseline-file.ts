import { existsSync, readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { fileBeside } from './file-beside.ts';
import type { SelectedProject } from './select-projects.ts';
import { UsageError } from './usage-error.ts';
import { ConfigurationError, parseJson } from '../config/read-file.ts';
import { parseBaseline, type BaselineEntry } from '../lint/baseline.ts';
import type { LintRequest } from './types.ts';
import type { Workspace } from './workspace.ts';

/** The file beside the configuration, or at the top of the repository, where nobody names another. */
export const BASELINE_NAME = '.migrationlint-baseline.json';

/** A baseline file that counts for a project. */
export interface BaselineFile {
  /** Absolute. */
  readonly path: string;
  /** The path for people, relative to the current folder. */
  readonly shown: string;
  /** What is in it; undefined if there is no such file. */
  readonly entries: readonly BaselineEntry[] | undefined;
}

/**
 * Finds and reads the baseline of a project: the one that the request names, or the configuration, or the file of the usual
 * name beside the configuration, which need not be there.
 *
 * @param use `judge`: a file that is named has to be there. `change`: it can be missing. `replace`: it is not even read.
 * @returns undefined if the request wants none.
 * @throws {UsageError} for a file that is named and is not there, and for one that cannot be read, with the place.
 */
export function loadBaseline(
  project: Pick<SelectedProject, 'configuration' | 'configurationPath'>,
  workspace: Pick<Workspace, 'top' | 'cwd'>,
  requested: LintRequest['baseline'],
  use: 'judge' | 'change' | 'replace' = 'judge',
): BaselineFile | undefined {
  if (requested === false) return undefined;
  const { path, isNamed } = locate(project, workspace, requested);
  const shown = relative(workspace.cwd, path).replaceAll('\\', '/');
  if (use === 'replace') return { path, shown, entries: undefined };
  if (existsSync(path)) return { path, shown, entries: read(path, shown) };
  if (!isNamed || use === 'change') return { path, shown, entries: undefined };
  throw new UsageError(
    `There is no baseline ${shown}.`,
    `Write it with \`${baselineCommand('write', shown, requested)}\`, or leave it out.`,
  );
}

/** The command that writes or changes a baseline: with the file where it is named on the command line. */
export function baselineCommand(
  action: 'write' | 'update' | 'prune',
  shown: string,
  requested: LintRequest['baseline'],
): string {
  return `migration-lint baseline ${action}${typeof requested === 'string' ? ` --baseline ${shown}` : ''}`;
}

function locate(
  { configuration, configurationPath }: Pick<SelectedProject, 'configuration' | 'configurationPath'>,
  { top, cwd }: Pick<Workspace, 'top' | 'cwd'>,
  requested: string | undefined,
): { readonly path: string; readonly isNamed: boolean } {
  if (requested !== undefined) return { path: resolve(cwd, requested), isNamed: true };
  const said = configuration.baseline;
  return fileBeside({ what: 'baseline', name: BASELINE_NAME, said, configurationPath, top });
}

function read(path: string, shown: string): readonly BaselineEntry[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').replace(/^\uFEFF/u, '');
  } catch (error) {
    throw new UsageError(`The baseline ${shown} cannot be read: ${(error as Error).message}.`);
  }
  try {
    return parseBaseline(text);
  } catch (error) {
    const help = 'Mend it, or write it anew with `migration-lint baseline write`.';
    throw new UsageError(
      `The baseline ${shown} cannot be read: ${placed(path, text, error as Error)}.`,
      help,
    );
  }
}

/** What is wrong with a baseline's text, with line and column where it is no JSON. */
function placed(path: string, text: string, error: Error): string {
  try {
    parseJson(path, text);
    return error.message;
  } catch (problem) {
    return problem instanceof ConfigurationError ? problem.message.replace(/\.$/u, '') : error.message;
  }
}
