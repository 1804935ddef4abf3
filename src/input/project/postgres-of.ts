import { child, nameOf, parentOf } from '../files/paths.ts';
import { readText } from '../files/read-text.ts';
import type { FileTree } from '../files/types.ts';
import type { FoundProject } from '../layouts/types.ts';

/**
 * The major version of PostgreSQL that a project's own files name: `major_version` under `[db]` of Supabase's config.toml, which
 * has to be that of the remote database. Undefined where nothing says it.
 */
export function postgresOf(tree: FileTree, { layout, folder }: FoundProject): number | undefined {
  if (layout !== 'supabase' || nameOf(folder) !== 'migrations') return undefined;
  const text = readText(tree, child(parentOf(folder), 'config.toml')) ?? '';
  let table = '';
  for (const line of text.split('\n')) {
    table = /^\s*\[\s*([\w.]+)\s*\]/.exec(line)?.[1] ?? table;
    const version = /^\s*major_version\s*=\s*(\d+)\b/.exec(line)?.[1];
    if (table === 'db' && version !== undefined) return Number(version);
  }
  return undefined;
}
