import { ancestors, child } from '../files/paths.ts';
import { readJson, readText, stringAt } from '../files/read-text.ts';
import type { FileTree } from '../files/types.ts';
import { LOCK_FILES } from './lock-files.ts';
import type { ToolVersion } from './types.ts';
import { parseRange, parseVersion } from './versions.ts';

/** The packages that share Prisma's version, the one that runs the migrations first. */
const PACKAGES = ['prisma', '@prisma/client'];
const DEPENDENCIES = ['devDependencies', 'dependencies', 'peerDependencies', 'optionalDependencies'];

/**
 * Prisma's version for the package in a folder: what is installed there or above, else what a lock file says, else the range
 * in package.json. Undefined if none of them names it.
 */
export function prismaVersion(tree: FileTree, packageFolder: string): ToolVersion | undefined {
  const folders = ancestors(packageFolder);
  return installed(tree, folders) ?? locked(tree, folders, packageFolder) ?? wanted(tree, folders);
}

function installed(tree: FileTree, folders: readonly string[]): ToolVersion | undefined {
  for (const folder of folders) {
    for (const name of PACKAGES) {
      const text = stringAt(readJson(tree, child(folder, `node_modules/${name}/package.json`)), 'version');
      const version = text === undefined ? undefined : parseVersion(text);
      if (version !== undefined) return { ...version, source: 'node_modules' };
    }
  }
  return undefined;
}

function locked(tree: FileTree, folders: readonly string[], packageFolder: string): ToolVersion | undefined {
  const ranges = new Map(PACKAGES.map((name) => [name, rangeOf(tree, folders, name)]));
  for (const folder of folders) {
    const below = folder === '' ? packageFolder : packageFolder.slice(folder.length + 1);
    for (const { name: file, version } of LOCK_FILES) {
      const text = readText(tree, child(folder, file));
      if (text === undefined) continue;
      for (const name of PACKAGES) {
        const found = version(text, { name, folder: below, range: ranges.get(name) });
        const parsed = found === undefined ? undefined : parseVersion(found);
        if (parsed !== undefined) return { ...parsed, source: file };
      }
    }
  }
  return undefined;
}

function wanted(tree: FileTree, folders: readonly string[]): ToolVersion | undefined {
  for (const name of PACKAGES) {
    const range = rangeOf(tree, folders, name);
    const parsed = range === undefined ? undefined : parseRange(range);
    if (parsed !== undefined) return { ...parsed, source: 'package.json' };
  }
  return undefined;
}

function rangeOf(tree: FileTree, folders: readonly string[], name: string): string | undefined {
  for (const folder of folders) {
    const manifest = readJson(tree, child(folder, 'package.json'));
    for (const kind of DEPENDENCIES) {
      const range = stringAt(manifest, kind, name);
      if (range !== undefined) return range;
    }
  }
  return undefined;
}
