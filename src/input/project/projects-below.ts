import { findFiles, walkFiles } from '../files/find-files.ts';
import type { FileSearch, FileTree } from '../files/types.ts';
import type { FoundProject } from '../layouts/types.ts';
import { layoutsOfNames } from './folder-layout.ts';
import { hasLock, projectsAmong, unmarkedProjects } from './recognise.ts';
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

/**
 * A Prisma project with what else its folder could be: Drizzle's, whose journal is there as well; or that of a tool whose names some
 * scripts have, where no migration_lock.toml says that it is Prisma's. Beside that file such scripts are strays, which a rule tells of.
 */
export function withOthers(tree: FileTree, project: FoundProject): FoundProject {
  const { folder } = project;
  const journal = tree.list(`${folder}/meta`).some(({ name }) => name === '_journal.json');
  const named = hasLock(tree, folder) ? [] : layoutsOfNames(tree, folder).map(({ layout }) => layout);
  const others = [...(journal ? (['drizzle'] as const) : []), ...named];
  return others.length === 0 ? project : { ...project, others };
}

/** The projects at or below a folder, by what lies on the tree now. */
export function projectsBelow(files: FileTree, folder: string): readonly FoundProject[] {
  const tree = rememberingLists(files);
  const known = allProjectsAmong(tree, findFiles(tree, folder, SEARCHES), folder);
  if (known.length > 0) return known;
  const walked =
    tree.find === undefined ? [] : allProjectsAmong(tree, walkFiles(tree, folder, SEARCHES), folder);
  return walked.length > 0 ? walked : unmarkedProjects(tree, prismaScripts(tree, folder));
}

/** Scripts that Prisma may have written. There are thousands of them, so that they are asked for only where nothing else is found. */
export function prismaScripts(tree: FileTree, folder: string): readonly string[] {
  const known = findFiles(tree, folder, PRISMA_SCRIPTS);
  return known.length > 0 || tree.find === undefined ? known : walkFiles(tree, folder, PRISMA_SCRIPTS);
}

const PRISMA_SCRIPTS: readonly FileSearch[] = [{ kind: 'name', text: 'migration.sql' }];

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
