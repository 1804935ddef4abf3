import { resolve } from 'node:path';
import { families, rules } from '../../rules/index.ts';
import { presets } from '../../rules/presets.ts';
import { findConfiguration, loadConfiguration } from '../config/search.ts';
import type { Origins } from '../config/merge.ts';
import { problemLines, resolveConfiguration } from '../config/resolve.ts';
import type { Configuration } from '../config/types.ts';
import { gitRoot, openGit } from '../input/files/git.ts';
import type { Rule } from '../lint/rule.ts';
import { UsageError } from './usage-error.ts';

/** A checked configuration and where it comes from. */
export interface ReadConfiguration {
  readonly configuration: Configuration;
  /** The path of its file, for people as well; undefined if there is none, and nothing is said. */
  readonly path: string | undefined;
  /** All rules that it can speak of. */
  readonly rules: readonly Rule[];
  /** Where each value that was said comes from, by its path of keys. */
  readonly origins: Origins;
  /** What is no mistake and should be known, for people: one sentence each. */
  readonly notes: readonly string[];
}

/**
 * Finds and checks the configuration for a folder.
 *
 * @param named the file that `--config` names, if it names one; relative to `cwd`.
 * @param folder absolute path of the project's migrations; the search starts there and ends at `top`.
 * @throws {UsageError} with every problem at once.
 * @throws {ConfigurationError} if the file cannot be read.
 */
export async function readConfiguration(
  named: string | undefined,
  folder: string,
  top: string,
  cwd: string,
): Promise<ReadConfiguration> {
  const found =
    named === undefined ? await findConfiguration(folder, top) : await loadConfiguration(resolve(cwd, named));
  const root = gitRoot(top);
  const { problems, ...resolved } = await resolveConfiguration(found, {
    rules,
    presets,
    top,
    named: named !== undefined,
    git: root === undefined ? undefined : openGit(root),
    reserved: ['migration-lint', ...new Set(Object.values(families))],
  });
  if (problems.length > 0) {
    throw new UsageError(
      `${found?.path ?? 'The configuration'} has ${problems.length === 1 ? 'a mistake' : `${problems.length} mistakes`}.`,
      problemLines(problems).join('\n'),
    );
  }
  return { ...resolved, path: found?.path };
}
