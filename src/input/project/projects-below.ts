import { findFiles, walkFiles } from '../files/find-files.ts';
import type { FileSearch, FileTree } from '../files/types.ts';
import type { FoundProject } from '../layouts/types.ts';
import { projectsAmong } from './recognise.ts';
import { SQL_SEARCHES, sqlProjectsAmong } from './sql-projects.ts';

/** The files that give a project away. */
export const SEARCHES: readonly FileSearch[] = [
  { kind: 'name', text: 'migration_lock.toml' },
  { kind: 'prefix', text: 'prisma.' },
  { kind: 'suffix', text: '.prisma' },
  { kind: 'name', text: 'package.json' },
  ...SQL_SEARCHES,
];

/**
 * The projects of every layout that some files give away.
 *
 * @param files paths of {@link SEARCHES}; what is not on the tree any more is passed over.
 * @param folder a folder to look at in any case, though none of the files lie in it.
 */
export function allProjectsAmong(
  tree: FileTree,
  files: readonly string[],
  folder: string,
): readonly FoundProject[] {
  const isScript = (file: string): boolean => /\.sql$/i.test(file);
  const prisma = projectsAmong(
    tree,
    files.filter((file) => !isScript(file)),
    folder,
  ).map((project) => withOthers(tree, project));
  const others = sqlProjectsAmong(
    tree,
    files,
    prisma.map((project) => project.folder),
  );
  return others.length === 0 ? prisma : [...prisma, ...others].sort((a, b) => (a.folder < b.folder ? -1 : 1));
}

/** A Prisma project in whose folder another tool keeps its journal, too. */
function withOthers(tree: FileTree, project: FoundProject): FoundProject {
  const journal = tree.list(`${project.folder}/meta`).some(({ name }) => name === '_journal.json');
  return journal ? { ...project, others: ['drizzle'] } : project;
}

/** The projects at or below a folder, by what lies on the tree now. */
export function projectsBelow(files: FileTree, folder: string): readonly FoundProject[] {
  const tree = rememberingLists(files);
  const known = allProjectsAmong(tree, findFiles(tree, folder, SEARCHES), folder);
  if (known.length > 0 || tree.find === undefined) return known;
  return allProjectsAmong(tree, walkFiles(tree, folder, SEARCHES), folder);
}

/** The same tree, asking for each folder once: a search looks into some of them many times. */
export function rememberingLists(tree: FileTree): FileTree {
  const lists = new Map<string, ReturnType<FileTree['list']>>();
  const list = (folder: string): ReturnType<FileTree['list']> => {
    const known = lists.get(folder) ?? tree.list(folder);
    lists.set(folder, known);
    return known;
  };
  return { ...tree, list };
}
