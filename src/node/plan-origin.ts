import { layoutOf } from '../input/layouts/layouts.ts';
import type { NewFile } from '../input/layouts/types.ts';
import type { Migration } from '../lint/project.ts';
import { runProjects, type ProjectOutcome } from './run-projects.ts';
import type { RunRequest } from './types.ts';
import { UsageError } from './usage-error.ts';
import { openWorkspace } from './workspace.ts';

/** The change as a migration that nobody has written, and the project with it. */
export interface Origin {
  readonly project: ProjectOutcome;
  readonly migration: Migration;
  readonly overlay: Overlay;
  /** The path of its script. */
  readonly path: string;
}

/** Files that are not written, by their paths. */
export type Overlay = ReadonlyMap<string, Uint8Array | undefined>;

/** The only project that a request means. @throws {UsageError} if there is none, or more than one. */
export async function onlyProject(request: RunRequest): Promise<ProjectOutcome> {
  const { projects } = await runProjects(request);
  const [project, ...others] = projects;
  if (project === undefined)
    throw new UsageError('No migrations were found.', 'Name their folder with --in.');
  if (others.length === 0) return project;
  const folders = projects.map(({ linted }) => linted.source.found.folder);
  throw new UsageError(
    `There are several projects: ${folders.join(', ')}.`,
    `Say which one: --in ${folders[0] ?? ''}`,
  );
}

/** The project with one more migration, which is the only pending one. */
export async function withScript(
  request: RunRequest,
  known: ProjectOutcome,
  name: string,
  sql: string,
): Promise<Origin> {
  const { found } = known.linted.source;
  const { tree } = openWorkspace(request);
  const place = layoutOf(found.layout, found.custom).newPlace?.(tree, found.folder, {
    name,
    after: undefined,
    now: request.now ?? new Date(),
  });
  if (place === undefined)
    throw new UsageError(
      `Nothing says where a new migration of ${found.folder} would lie.`,
      'Write the change as a migration, and let --fix take it apart.',
    );
  const overlay = overlayOf(
    place.files({ forward: `${sql}\n`, rollback: undefined, withoutTransaction: false }),
  );
  const project = await onlyProject({ ...request, overlay });
  const migration = project.linted.result.judged.find(({ id }) => id === place.id);
  if (migration?.script === undefined)
    throw new UsageError(`${place.id} would not be the last migration of ${found.folder}.`);
  const [problem] = migration.script.problems;
  if (problem !== undefined)
    throw new UsageError(
      `PostgreSQL cannot read ${sql}`,
      `${problem.message}. Quote what your shell would take apart.`,
    );
  return { project, migration, overlay, path: migration.script.source.path };
}

function overlayOf(files: readonly NewFile[]): Overlay {
  return new Map(files.map(({ path, text }) => [path, new TextEncoder().encode(text)]));
}
