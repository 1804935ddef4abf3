import { writeFileSync } from 'node:fs';
import { didYouMean } from '../input/text/nearest.ts';
import { checkRequest } from './check-request.ts';
import { UsageError } from './usage-error.ts';
import { isWithin } from '../input/files/paths.ts';
import { baselineEntry, baselineText, type BaselineEntry } from '../lint/baseline.ts';
import { runProjects, type ProjectOutcome } from './run-projects.ts';
import type { LintRequest, RunRequest } from './types.ts';
import { canBeKnown } from './with-baseline.ts';

/** How a baseline is changed: `write` makes it anew of what is found, `update` adds and drops, `prune` only drops. */
export type BaselineAction = 'write' | 'update' | 'prune';

const ACTIONS: readonly BaselineAction[] = ['write', 'update', 'prune'];

/** A baseline file that was written. */
export interface BaselineChange {
  /** Relative to the current folder. */
  readonly file: string;
  /** How many findings it knows now. */
  readonly entries: number;
  readonly added: number;
  readonly dropped: number;
  /** How many of those that were added are in migrations that are pending, and which these are, in replay order. */
  readonly pending: { readonly findings: number; readonly migrations: readonly string[] };
}

/**
 * Writes what is found now into the baseline of each project: of the whole history, each migration judged by itself. Entries
 * about projects that the request leaves out are kept, but by `write`.
 *
 * @returns the files, each once.
 * @throws {Error} as `lintProjects` does; also if a rule failed, since nobody knows what it would have found, if there is no
 *   baseline to change, or if the file cannot be written.
 */
export async function updateBaseline(
  request: Omit<LintRequest, 'all' | 'timing'>,
  action: BaselineAction,
): Promise<readonly BaselineChange[]> {
  checkRequest(request, ['all', 'timing']);
  if (!ACTIONS.includes(action))
    throw new UsageError(
      `There is no action ${action}.${didYouMean(action, ACTIONS)}`,
      `The actions are ${ACTIONS.join(', ')}.`,
    );
  return await updateChecked(request, action);
}

/** `updateBaseline` for a request that was checked. @throws {Error} with `help`, as it does. */
export async function updateChecked(
  request: Omit<RunRequest, 'all' | 'timing'>,
  action: BaselineAction,
): Promise<readonly BaselineChange[]> {
  const { projects } = await runProjects(
    { ...request, all: true },
    action === 'write' ? 'replace' : 'change',
  );
  if (projects.some(({ linted }) => linted.result.failed))
    throw new UsageError(
      'A rule failed, so the baseline is not written.',
      'migration-lint --all says which.',
    );
  const byFile = new Map<string, ProjectOutcome[]>();
  for (const project of projects) {
    const path = project.baseline?.path;
    if (path !== undefined) byFile.set(path, [...(byFile.get(path) ?? []), project]);
  }
  return [...byFile].map(([path, ofFile]) => changeFile(path, ofFile, action));
}

function changeFile(
  path: string,
  projects: readonly ProjectOutcome[],
  action: BaselineAction,
): BaselineChange {
  const [first] = projects;
  const file = first?.baseline?.shown ?? path;
  const before = first?.baseline?.entries;
  if (before === undefined && action !== 'write')
    throw new UsageError(`There is no baseline ${file}.`, 'Write it with `migration-lint baseline write`.');
  const found = projects.flatMap(({ linted: { result } }) => [
    ...result.findings.filter(canBeKnown),
    ...result.suppressed.filter(({ by }) => by.kind === 'baseline').map(({ finding }) => finding),
  ]);
  const folders = projects.map(({ linted }) => linted.source.found.folder);
  const kept = (before ?? []).filter(({ path: at }) => !folders.some((folder) => isWithin(at, folder)));
  const known = new Set((before ?? []).map(({ fingerprint }) => fingerprint));
  const entries = byFingerprint([
    ...kept,
    ...found
      .filter(({ fingerprint }) => action !== 'prune' || known.has(fingerprint))
      .map((finding) => baselineEntry(finding)),
  ]);
  write(path, file, entries);
  const now = new Set(entries.map(({ fingerprint }) => fingerprint));
  return {
    file,
    entries: entries.length,
    added: entries.filter(({ fingerprint }) => !known.has(fingerprint)).length,
    dropped: [...known].filter((fingerprint) => !now.has(fingerprint)).length,
    pending: pendingAmong(
      projects,
      entries.filter(({ fingerprint }) => !known.has(fingerprint)),
    ),
  };
}

/** What of new entries is in pending migrations: a baseline is for what is applied, and these would still be mended. */
function pendingAmong(
  projects: readonly ProjectOutcome[],
  added: readonly BaselineEntry[],
): BaselineChange['pending'] {
  const fingerprints = new Set(added.map(({ fingerprint }) => fingerprint));
  if (fingerprints.size === 0) return { findings: 0, migrations: [] };
  const hits = projects.flatMap(({ linted: { result, source }, pending }) => {
    const ids = pending();
    const all = [...result.findings, ...result.suppressed.map(({ finding }) => finding)];
    const found = all.filter(
      ({ fingerprint, migration }) =>
        migration !== undefined && ids.has(migration) && fingerprints.has(fingerprint),
    );
    const order = new Map(source.migrations.map(({ id }, index) => [id, index]));
    const place = (id: string | undefined): number => order.get(id ?? '') ?? 0;
    return found.sort((a, b) => place(a.migration) - place(b.migration));
  });
  const migrations = [...new Set(hits.map(({ migration }) => migration ?? ''))];
  return { findings: hits.length, migrations };
}

function byFingerprint(entries: readonly BaselineEntry[]): readonly BaselineEntry[] {
  return [...new Map(entries.map((entry) => [entry.fingerprint, entry])).values()];
}

function write(path: string, file: string, entries: readonly BaselineEntry[]): void {
  try {
    writeFileSync(path, baselineText(entries));
  } catch (error) {
    throw new UsageError(`${file} cannot be written: ${(error as Error).message}.`);
  }
}
