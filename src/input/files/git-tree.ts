import { InputError } from './errors.ts';
import { matchesSearch } from './find-files.ts';
import { type Git, mustRun, splitNul } from './git.ts';
import { readObjects } from './git-objects.ts';
import { listPaths } from './list-paths.ts';
import { isWithin, nameOf } from './paths.ts';
import type { FileTree, TreeEntry } from './types.ts';

/** A tree of git objects: it knows each file's id without reading it. */
export interface GitTree extends FileTree {
  objectId(path: string): string | undefined;
}

/**
 * The files of a revision, listed by one `git ls-tree` at the first question and read by one `git cat-file` a call.
 * Symbolic links and submodules are not listed.
 *
 * @param revision a commit, tag or tree, best as an id.
 * @param options.folder the only folder that will be asked about; the whole revision if left out.
 * @param options.label what people call the revision; `revision` if left out.
 */
export function revisionTree(
  git: Git,
  revision: string,
  options: { readonly folder?: string; readonly label?: string } = {},
): GitTree {
  const folder = options.folder ?? '';
  return gitTree(git, options.label ?? revision, () => {
    const where = folder === '' ? [] : ['--', `${folder}/`];
    const output = mustRun(git, [
      '--literal-pathspecs',
      'ls-tree',
      '-r',
      '-z',
      '--full-tree',
      revision,
      ...where,
    ]);
    return fileIds(splitNul(output), 2);
  });
}

/**
 * The files of git's index, as the next commit will have them. A hook's GIT_INDEX_FILE is obeyed.
 *
 * @param options.folder the only folder that will be asked about; the whole index if left out.
 * @throws {InputError} `unmerged`, at the first question, if a merge has left conflicts there.
 */
export function indexTree(git: Git, options: { readonly folder?: string } = {}): GitTree {
  const folder = options.folder ?? '';
  return gitTree(git, 'the index', () => {
    const where = folder === '' ? [] : ['--', folder];
    const output = mustRun(git, ['--literal-pathspecs', 'ls-files', '-s', '-z', '--full-name', ...where]);
    const records = splitNul(output);
    const conflict = records.find((record) => !/^\d+ [0-9a-f]+ 0\t/.test(record));
    if (conflict !== undefined) throw unmerged(conflict.slice(conflict.indexOf('\t') + 1));
    return fileIds(records, 1);
  });
}

/** `<mode> … <id> …<tab><path>` records → path → id, for regular files. `column` says where the id stands. */
function fileIds(records: readonly string[], column: number): Map<string, string> {
  const ids = new Map<string, string>();
  for (const record of records) {
    if (!record.startsWith('100')) continue;
    const tab = record.indexOf('\t');
    const id = record.slice(0, tab).split(' ')[column];
    if (id !== undefined) ids.set(record.slice(tab + 1), id);
  }
  return ids;
}

function gitTree(git: Git, label: string, load: () => ReadonlyMap<string, string>): GitTree {
  let ids: ReadonlyMap<string, string> | undefined;
  let folders: ReadonlyMap<string, readonly TreeEntry[]> | undefined;
  const files = (): ReadonlyMap<string, string> => (ids ??= load());
  const readAll = (paths: readonly string[]): (Uint8Array | undefined)[] => {
    const wanted = paths.map((path) => files().get(path));
    const contents = readObjects(
      git,
      wanted.filter((id) => id !== undefined),
    );
    return wanted.map((id) => (id === undefined ? undefined : contents.get(id)));
  };
  return {
    label,
    list: (folder) => (folders ??= listPaths(files().keys())).get(folder) ?? [],
    read: (path) => readAll([path])[0],
    readAll,
    objectId: (path) => files().get(path),
    find: (folder, searches) =>
      [...files().keys()].filter(
        (path) => isWithin(path, folder) && searches.some((search) => matchesSearch(search, nameOf(path))),
      ),
  };
}

function unmerged(path: string): InputError {
  return new InputError(
    'unmerged',
    `${path} has merge conflicts in the index`,
    'Resolve the conflicts and `git add` the file, then run again.',
  );
}
