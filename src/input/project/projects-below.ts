import { findFiles, walkFiles } from '../files/find-files.ts';
import type { FileSearch, FileTree } from '../files/types.ts';
import type { FoundProject } from '../layouts/types.ts';
import { projectsAmong } from './recognise.ts';

/** The files that give a Prisma project away. */
export const SEARCHES: readonly FileSearch[] = [
  { kind: 'name', text: 'migration_lock.toml' },
  { kind: 'prefix', text: 'prisma.' },
  { kind: 'suffix', text: '.prisma' },
  { kind: 'name', text: 'package.json' },
];

/** The projects at or below a folder, by what lies on the tree now. */
export function projectsBelow(files: FileTree, folder: string): readonly FoundProject[] {
  const tree = rememberingLists(files);
  const known = projectsAmong(tree, findFiles(tree, folder, SEARCHES), folder);
  if (known.length > 0 || tree.find === undefined) return known;
  return projectsAmong(tree, walkFiles(tree, folder, SEARCHES), folder);
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
