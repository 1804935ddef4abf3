import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** A package of a node_modules folder. */
export interface FoundPackage {
  /** Its folder as it was looked up, absolute; symbolic links are not resolved. */
  readonly folder: string;
  /** The file that an import of the package loads, with its symbolic links resolved; undefined if there is none. */
  readonly entry: string | undefined;
}

/** What a package's name looks like, npm's rules: lower case, maybe with a scope. */
export const PACKAGE_NAME = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/u;

/**
 * Looks for a package the way Node's `import` does in a module of a folder. Done here, since Node can be asked for it only
 * from a module that lies there, or under the conditions of `require`, which a package for `import` need not have.
 *
 * @param name the package's name, without a path inside.
 * @param folder absolute path to start from.
 * @returns undefined if no node_modules folder from there upwards has it.
 */
export function findPackage(name: string, folder: string): FoundPackage | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const candidate = join(at, 'node_modules', ...name.split('/'));
    if (isFolder(candidate)) return { folder: candidate, entry: entryOf(candidate) };
    if (at === dirname(at)) return undefined;
  }
}

/** The file itself, with the upper and lower case that it has on the disk; undefined if there is none. */
export function realFile(path: string): string | undefined {
  try {
    const real = realpathSync.native(path);
    return statSync(real).isFile() ? real : undefined;
  } catch {
    return undefined;
  }
}

function entryOf(folder: string): string | undefined {
  const target = exportTarget(exportsOf(folder));
  if (target !== undefined) return target === null ? undefined : realFile(join(folder, target));
  try {
    return realFile(createRequire(join(folder, 'package.json')).resolve(folder));
  } catch {
    return undefined;
  }
}

function exportsOf(folder: string): unknown {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { exports?: unknown };
    return manifest.exports;
  } catch {
    return undefined;
  }
}

const CONDITIONS: readonly string[] = ['node', 'import', 'module-sync', 'default'];

/** What `exports` of a package.json says of the package itself: a path; null if it allows none; undefined if it says nothing. */
function exportTarget(exports: unknown): string | null | undefined {
  if (exports === undefined || exports === null) return undefined;
  const hasPaths = typeof exports === 'object' && Object.keys(exports).some((key) => key.startsWith('.'));
  const own: unknown = hasPaths ? (exports as Record<string, unknown>)['.'] : exports;
  return conditionalTarget(own) ?? null;
}

function conditionalTarget(target: unknown): string | undefined {
  if (typeof target === 'string') return target.startsWith('./') ? target : undefined;
  if (typeof target !== 'object' || target === null) return undefined;
  const choices = Array.isArray(target)
    ? (target as unknown[])
    : Object.entries(target)
        .filter(([condition]) => CONDITIONS.includes(condition))
        .map(([, choice]) => choice as unknown);
  for (const choice of choices) {
    const found = conditionalTarget(choice);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}
