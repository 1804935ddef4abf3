import { resolve } from 'node:path';
import { configurationFolder } from '../config/extends.ts';
import type { Origins } from '../config/merge.ts';
import type { Configuration } from '../config/types.ts';
import { treePath } from '../input/files/disk-tree.ts';
import type { FileTree } from '../input/files/types.ts';
import { layoutOf } from '../input/layouts/layouts.ts';
import type { FoundProject, LayoutName } from '../input/layouts/types.ts';
import { findProjects, projectsFromPaths } from '../input/project/find-projects.ts';
import { projectWithLayout } from '../input/project/projects-from-paths.ts';
import { unsupportedMigrations } from '../input/project/unsupported.ts';
import type { Rule } from '../lint/rule.ts';
import { readConfiguration, type ReadConfiguration } from './configuration.ts';
import type { Environment } from './environment.ts';
import { UsageError } from './usage-error.ts';
import { ambiguousLayout, nothingFound, nothingForPostgres } from './selection-errors.ts';

/** What projects are chosen from. */
export interface SelectionSources {
  readonly tree: FileTree;
  /** Absolute path of the tree's root. */
  readonly top: string;
  readonly environment: Pick<Environment, 'cwd' | 'stderr'>;
  readonly flags: { readonly config?: string; readonly layout?: LayoutName };
}

/** A project to lint, with the configuration that counts for it. */
export interface SelectedProject {
  readonly found: FoundProject;
  readonly configuration: Configuration;
  /** Path of the configuration's file, with `#migration-lint` for a key of package.json; undefined if there is none. */
  readonly configurationPath: string | undefined;
  /** All rules that the configuration can speak of. */
  readonly rules: readonly Rule[];
  /** Where each value of the configuration comes from. */
  readonly origins: Origins;
}

/**
 * The projects to lint: those that the paths mean; without paths the one that the nearest configuration names with `migrations`,
 * else all that are found. Projects of other databases are passed over with a word on standard error.
 *
 * @throws {UsageError} if there is none, if a layout is not clear, or for mistakes in a configuration.
 */
export async function selectProjects(
  sources: SelectionSources,
  paths: readonly string[],
): Promise<readonly SelectedProject[]> {
  const { tree, top, environment, flags } = sources;
  const near = await readConfiguration(flags.config, environment.cwd, top, environment.cwd);
  const notes = new Set(near.notes);
  const configured = configuredProject(sources, near);
  const wanted = paths.map((path) => placeInTree(sources, path));
  const found =
    paths.length === 0
      ? configured === undefined
        ? searched(sources)
        : [configured]
      : fromPaths(tree, wanted, configured);
  const selected: SelectedProject[] = [];
  const guessed: FoundProject[] = [];
  for (const project of found) {
    const folder = resolve(top, project.folder);
    const {
      configuration,
      path,
      rules,
      origins,
      notes: own,
    } = project.folder === configured?.folder
      ? near
      : await readConfiguration(flags.config, folder, top, environment.cwd);
    for (const note of own) notes.add(note);
    const settled = withSaidLayout(tree, project, configuration, flags.layout);
    if (settled.provider === undefined || settled.provider === 'postgresql') {
      selected.push({ found: settled, configuration, configurationPath: path, rules, origins });
      continue;
    }
    if (settled.providerGuessed === true) guessed.push(settled);
    environment.stderr.write(
      `${settled.folder} is for ${settled.provider}; migration-lint reads PostgreSQL only and passes it over.\n`,
    );
  }
  for (const note of notes) environment.stderr.write(`${note}\n`);
  if (selected.length === 0 && guessed.length > 0) throw nothingForPostgres(guessed);
  return selected;
}

/** The project of the configuration's `migrations`. */
function configuredProject(
  { tree, top, flags }: SelectionSources,
  { configuration, path }: ReadConfiguration,
): FoundProject | undefined {
  const { migrations } = configuration;
  if (migrations === undefined || path === undefined) return undefined;
  const evidence = 'migrations in the configuration';
  const folder = treePath(top, resolve(configurationFolder(path), migrations));
  if (folder === undefined || tree.list(folder).length === 0) {
    throw new UsageError(
      `${path} names ${migrations} as the folder of the migrations, and there is ${folder === undefined ? 'nothing of that name in the repository' : 'no such folder, or nothing in it'}.`,
      'Give it relative to the configuration file.',
    );
  }
  const layout = flags.layout ?? configuration.layout;
  if (layout !== undefined) return projectWithLayout(tree, folder, layout, configuration.custom, evidence);
  const [recognised] = projectsFromPaths(tree, [folder]);
  return recognised === undefined ? undefined : { ...recognised, evidence };
}

function placeInTree({ top, environment }: SelectionSources, path: string): string {
  const place = treePath(top, resolve(environment.cwd, path));
  if (place !== undefined) return place;
  throw new UsageError(
    `${path} is outside ${top}.`,
    'Run migration-lint in the repository that the migrations belong to.',
  );
}

function searched(sources: SelectionSources): readonly FoundProject[] {
  const start = placeInTree(sources, '.');
  const { projects, searched: places } = findProjects(sources.tree, { start });
  if (projects.length === 0)
    throw nothingFound(places, unsupportedMigrations(sources.tree, places.at(-1) ?? ''));
  return projects;
}

/** Paths into the configured project mean it, with its layout; all others are recognised by their files. */
function fromPaths(
  tree: FileTree,
  paths: readonly string[],
  configured: FoundProject | undefined,
): readonly FoundProject[] {
  if (configured === undefined) return projectsFromPaths(tree, paths);
  const { folder } = configured;
  const inside = paths.filter((path) => path === folder || path.startsWith(`${folder}/`));
  const others = paths.filter((path) => !inside.includes(path));
  const found = others.length === 0 ? [] : projectsFromPaths(tree, others);
  if (inside.length === 0) return found;
  return [onlyPaths(tree, configured, inside), ...found.filter((project) => project.folder !== folder)];
}

function onlyPaths(tree: FileTree, project: FoundProject, paths: readonly string[]): FoundProject {
  if (paths.includes(project.folder)) return project;
  const { entries } = layoutOf(project.layout, project.custom).migrations(tree, project.folder);
  const only = entries
    .filter((entry) =>
      [entry.path, entry.forward, entry.rollback].some((path) => path !== undefined && paths.includes(path)),
    )
    .map(({ forward, path }) => forward ?? path);
  return only.length === 0 ? project : { ...project, only };
}

/** The project with the layout that somebody said it has. */
function withSaidLayout(
  tree: FileTree,
  found: FoundProject,
  configuration: Configuration,
  flag: LayoutName | undefined,
): FoundProject {
  const layout = flag ?? configuration.layout;
  const { others, ...rest } = found;
  if (layout === undefined) {
    if (others !== undefined) throw ambiguousLayout(found);
    return found;
  }
  if (layout === found.layout && layout !== 'custom') return rest;
  const said = projectWithLayout(
    tree,
    found.folder,
    layout,
    configuration.custom,
    'layout in the configuration',
  );
  return found.only === undefined ? said : { ...said, only: found.only };
}
