import { findFiles, walkFiles } from '../files/find-files.ts';
import { ancestors, isWithin, parentOf } from '../files/paths.ts';
import type { FileSearch, FileTree } from '../files/types.ts';
import type { FoundProject } from '../layouts/types.ts';
import { hasMigrations, projectsAmong } from './recognise.ts';

/** What a search came to. */
export interface FoundProjects {
  readonly projects: readonly FoundProject[];
  /** The folders that were searched, the first one with all below it, for the message that says nothing was found. */
  readonly searched: readonly string[];
}

/** The files that give a Prisma project away. */
const SEARCHES: readonly FileSearch[] = [
  { kind: 'name', text: 'migration_lock.toml' },
  { kind: 'prefix', text: 'prisma.' },
  { kind: 'suffix', text: '.prisma' },
  { kind: 'name', text: 'package.json' },
];

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
  if (known.projects.length > 0 || tree.find === undefined) return known;
  return nearest(tree, walkFiles(tree, '', SEARCHES), start);
}

/** The projects at or below a folder, by what lies on the tree now. */
export function projectsBelow(files: FileTree, folder: string): readonly FoundProject[] {
  const tree = rememberingLists(files);
  const known = projectsAmong(tree, findFiles(tree, folder, SEARCHES), folder);
  if (known.length > 0 || tree.find === undefined) return known;
  return projectsAmong(tree, walkFiles(tree, folder, SEARCHES), folder);
}

/** The same tree, asking for each folder once: a search looks into some of them many times. */
function rememberingLists(tree: FileTree): FileTree {
  const lists = new Map<string, ReturnType<FileTree['list']>>();
  const list = (folder: string): ReturnType<FileTree['list']> => {
    const known = lists.get(folder) ?? tree.list(folder);
    lists.set(folder, known);
    return known;
  };
  return { ...tree, list };
}

function nearest(tree: FileTree, files: readonly string[], start: string): FoundProjects {
  const searched: string[] = [];
  for (const folder of ancestors(start)) {
    searched.push(folder);
    const around = projectAround(tree, folder);
    if (around !== undefined) return { projects: [around], searched };
    const projects = projectsAmong(
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
