/** Joins parts of a tree path, resolving `.` and `..`; undefined if the result lies outside the tree. */
export function joinPath(...parts: readonly string[]): string | undefined {
  const names: string[] = [];
  for (const name of parts.join('/').split('/')) {
    if (name === '' || name === '.') continue;
    if (name !== '..') names.push(name);
    else if (names.pop() === undefined) return undefined;
  }
  return names.join('/');
}

/** The folder that a path lies in; `''` for what lies in the root and for the root itself. */
export function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

/** The last part of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** A folder's child: `child('', 'a')` is `a`. */
export function child(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/** True if the path is the folder itself or lies below it. */
export function isWithin(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}

/** The folder and all those above it up to the root, nearest first: `a/b` gives `a/b`, `a` and `''`. */
export function ancestors(folder: string): string[] {
  const found = [folder];
  for (let at = folder; at !== '';) {
    at = parentOf(at);
    found.push(at);
  }
  return found;
}
