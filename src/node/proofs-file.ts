import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { relative } from 'node:path';
import { treePath } from '../input/files/disk-tree.ts';
import { writeWhole } from '../input/files/write-whole.ts';
import { migrationChain, migrationHash, surroundingsHash } from '../input/project/migration-chain.ts';
import type { ReadProject } from '../input/project/types.ts';
import type { Runner } from '../input/runners/types.ts';
import { parseProofs, proofsText, type MigrationProof, type RecordedProof } from '../lint/proofs.ts';
import type { Verification } from '../verify/types.ts';
import { fileBeside } from './file-beside.ts';
import { preludeFiles } from './prelude-files.ts';
import type { SelectedProject } from './select-projects.ts';
import { UsageError } from './usage-error.ts';
import type { Workspace } from './workspace.ts';

/** The file beside the configuration, or at the top of the repository. */
const PROOFS_NAME = '.migrationlint-proofs.json';

/** In bytes: some 50,000 migrations. */
const MAX_BYTES = 10_485_760;

type Place = Pick<SelectedProject, 'configurationPath' | 'configuration'>;
type Folders = Pick<Workspace, 'top' | 'cwd'>;

/** What a proof is recorded under: ids repeat from project to project, and one file is for all of a configuration. */
function keyOf(folder: string, id: string): string {
  return `${folder}/${id}`;
}

/**
 * The recorded proofs of a project's migrations, each held against the scripts of now.
 *
 * @returns proofs by the ids of migrations; undefined if there is no file of them.
 * @throws {UsageError} for a file that cannot be read.
 */
export function loadProofs(
  project: Place,
  { top, cwd }: Folders,
  source: ReadProject,
  runner: Runner,
): ReadonlyMap<string, MigrationProof> | undefined {
  const recorded = readProofs(project, { top, cwd });
  if (recorded === undefined) return undefined;
  const byKey = new Map(recorded.map((proof) => [proof.migration, proof]));
  const chain = migrationChain(source.migrations);
  const surroundings = surroundingsHash(runner, preludeTexts(project, { top, cwd }));
  const proofs = new Map<string, MigrationProof>();
  for (const [index, migration] of source.migrations.entries()) {
    const proof = byKey.get(keyOf(source.found.folder, migration.id));
    if (proof === undefined) continue;
    const { engine, date, proven, hash } = proof;
    const isCurrent = hash === migrationHash(migration, chain[index - 1] ?? '', surroundings);
    proofs.set(migration.id, { engine, date, proven, state: isCurrent ? 'current' : 'stale' });
  }
  return proofs;
}

/**
 * Records what is proven of a project's migrations, beside what is recorded of others. Of a verified migration of which nothing is
 * proven any more, nothing stays.
 *
 * @param date the day.
 * @returns the file's path for people, and how many proofs were recorded.
 * @throws {UsageError} for a file that cannot be read or written.
 */
export function recordProofs(
  project: Place,
  folders: Folders,
  { source, runner }: { readonly source: ReadProject; readonly runner: Runner },
  { engine, migrations }: Verification,
  date: string,
): { readonly file: string; readonly recorded: number } {
  const path = proofsPath(project, folders.top);
  const file = relative(folders.cwd, path).replaceAll('\\', '/');
  const chain = migrationChain(source.migrations);
  const known = readProofs(project, folders) ?? [];
  const surroundings = surroundingsHash(runner, preludeTexts(project, folders));
  const fresh = new Map<string, RecordedProof | undefined>();
  for (const { id, verdicts } of migrations) {
    const index = source.migrations.findIndex((one) => one.id === id);
    const migration = source.migrations[index];
    const proven = verdicts.filter(({ outcome }) => outcome === 'proven').map(({ check }) => check);
    const key = keyOf(source.found.folder, id);
    const hash = migration && migrationHash(migration, chain[index - 1] ?? '', surroundings);
    // What this run did not ask stays proven, if it is of the same scripts on the same PostgreSQL.
    const before = known.find(
      (one) => one.migration === key && one.hash === hash && one.engine === engine.label,
    );
    const unasked = (before?.proven ?? []).filter((check) => !verdicts.some((one) => one.check === check));
    fresh.set(
      key,
      hash !== undefined && proven.length > 0
        ? {
            migration: key,
            hash,
            engine: engine.label,
            date,
            proven: [...unasked, ...proven],
          }
        : undefined,
    );
  }
  const kept = known.filter(({ migration }) => !fresh.has(migration));
  const added = [...fresh.values()].filter((proof) => proof !== undefined);
  const all = [...kept, ...added].toSorted((a, b) => (a.migration < b.migration ? -1 : 1));
  write(path, file, proofsText(all));
  return { file, recorded: added.length };
}

/** What the migrations were run after; undefined where it cannot be read, which `verify` tells of. */
function preludeTexts(project: Place, folders: Folders): readonly string[] | undefined {
  try {
    return preludeFiles(project, folders).map(({ sql }) => sql);
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}

function proofsPath({ configurationPath }: Place, top: string): string {
  return fileBeside({ what: 'proofs', name: PROOFS_NAME, said: undefined, configurationPath, top }).path;
}

function readProofs(project: Place, { top, cwd }: Folders): readonly RecordedProof[] | undefined {
  const path = proofsPath(project, top);
  if (!existsSync(path)) return undefined;
  const shown = relative(cwd, path).replaceAll('\\', '/');
  const unreadable = (why: string): UsageError =>
    new UsageError(
      `The proofs ${shown} cannot be read: ${why}.`,
      'Record them anew with `migration-lint verify --record`, or delete the file.',
    );
  const status = statSync(path);
  if (!status.isFile()) throw unreadable('it is no file');
  if (status.size > MAX_BYTES) throw unreadable('it is larger than 10 MB');
  // A pull request can bring a link along.
  if (treePath(realpathSync(top), realpathSync(path)) === undefined)
    throw unreadable(`it leads out of ${top}`);
  try {
    return parseProofs(readFileSync(path, 'utf8').replace(/^\uFEFF/u, ''));
  } catch (error) {
    throw unreadable((error as Error).message);
  }
}

function write(path: string, shown: string, text: string): void {
  try {
    writeWhole(path, text);
  } catch (error) {
    throw new UsageError(
      `${shown} cannot be written: ${(error as Error).message}.`,
      'It lies beside the configuration, in a folder that you must be allowed to write to.',
    );
  }
}
