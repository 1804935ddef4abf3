import type { FileTree } from './types.ts';

/** The file as UTF-8 text; undefined if it is not there or cannot be read. For files that only help to recognise things. */
export function readText(tree: FileTree, path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    const bytes = tree.read(path);
    return bytes === undefined
      ? undefined
      : Buffer.from(bytes)
          .toString('utf8')
          .replace(/^\uFEFF/, '');
  } catch {
    return undefined;
  }
}

/** The file's JSON object; undefined if there is none. Nothing is checked: use {@link stringAt} to look inside. */
export function readJson(tree: FileTree, path: string): unknown {
  const text = readText(tree, path);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The string at a path of keys inside parsed JSON; undefined where there is none. */
export function stringAt(value: unknown, ...keys: readonly string[]): string | undefined {
  let at = value;
  for (const key of keys) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<string, unknown>)[key];
  }
  return typeof at === 'string' ? at : undefined;
}
