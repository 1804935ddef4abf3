import { findFiles, walkFiles } from '../files/find-files.ts';
import { ancestors, isWithin, parentOf } from '../files/paths.ts';
import type { FileTree } from '../files/types.ts';
import type { FoundProject } from '../layouts/types.ts';
import { allProjectsAmong, prismaScripts, rememberingLists, SEARCHES } from './projects-below.ts';
import { hasMigrations, projectsAmong, unmarkedProjects } from './recognise.ts';

/** What a search came to. */
export interface FoundProjects {
  readonly projects: readonly FoundProject[];
  /** The folders that were searched, the first one with all below it, for the message that says nothing was found. */
  readonly searched: readonly string[];
}

/**
 * Finds the projects of a tree: those at and below the start folder; if there are none, those of the nearest folder above
 * that has any. In a git working tree it asks git for the tracked files (one process); only if that finds nothing are the
 * folders walked, so that a project which nobody has added yet is found as well.
 *
 * @param options.start the folder to begin at, the root if left out.
 */
export function findProjects(files: FileTree, options: { readonly start?: string } = {}): FoundProjects {
  const start = options.start ?? '';
  const tree = rememberingLists(files);
  const known = nearest(tree, findFiles(tree, '', SEARCHES), start);
  if (known.projects.length > 0) return known;
  const walked = tree.find === undefined ? known : nearest(tree, walkFiles(tree, '', SEARCHES), start);
  return walked.projects.length > 0 ? walked : nearestUnmarked(tree, start);
}

/** As `nearest`, of the projects that only their scripts give away. */
function nearestUnmarked(tree: FileTree, start: string): FoundProjects {
  const scripts = prismaScripts(tree, '');
  const searched: string[] = [];
  for (const folder of ancestors(start)) {
    searched.push(folder);
    const projects = unmarkedProjects(
      tree,
      scripts.filter((file) => isWithin(file, folder)),
    );
    if (projects.length > 0) return { projects, searched };
  }
  return { projects: [], searched };
}

function nearest(tree: FileTree, files: readonly string[], start: string): FoundProjects {
  const searched: string[] = [];
  for (const folder of ancestors(start)) {
    searched.push(folder);
    const around = projectAround(tree, folder);
    if (around !== undefined) return { projects: [around], searched };
    const projects = allProjectsAmong(
      tree,
      files.filter((file) => isWithin(file, folder)),
      folder,
    );
    if (projects.length > 0) return { projects, searched };
  }
  return { projects: [], searched };
}

/** The project whose migrations folder, or one of whose migrations, the folder is. */
function projectAround(tree: FileTree, folder: string): FoundProject | undefined {
  if (folder === '' || !tree.list(folder).some(({ name }) => name === 'migration_lock.toml'))
    return undefined;
  if (!hasMigrations(tree, folder)) return undefined;
  return projectsAmong(tree, [`${folder}/migration_lock.toml`], parentOf(folder))[0];
}

export { projectsFromPaths } from './projects-from-paths.ts';
