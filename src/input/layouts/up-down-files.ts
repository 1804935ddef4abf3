import { child } from '../files/paths.ts';
import type { FileTree } from '../files/types.ts';
import { isMisplaced } from './folder-files.ts';
import { pairRollbacks, type RollbackScript } from './rollbacks.ts';
import { timestampOf } from './next-version.ts';
import { type Naming, withLineEnd } from './slots.ts';
import type { MigrationEntry, NewFile, NewScripts } from './types.ts';
import { compareByNumber } from './version.ts';

/** What the name of a script says. */
export interface UpDownName {
  /** Digits. */
  readonly version: string;
  readonly name: string;
  readonly down: boolean;
}

/**
 * The migrations of a tool with one folder of up and down files, in the order of their versions as numbers. A down file
 * belongs to the up file with its version, whatever the rest of their names.
 *
 * @param parse reads a file's name; undefined for what the tool ignores.
 */
export function upDownFiles(
  tree: FileTree,
  folder: string,
  parse: (file: string) => UpDownName | undefined,
): { readonly entries: readonly MigrationEntry[]; readonly strays: readonly string[] } {
  const ups: MigrationEntry[] = [];
  const downs: RollbackScript[] = [];
  const strays: string[] = [];
  for (const { name: file, kind } of tree.list(folder)) {
    if (kind !== 'file') continue;
    const path = child(folder, file);
    const parsed = parse(file);
    if (parsed === undefined) {
      if (isMisplaced(path)) strays.push(path);
      continue;
    }
    const { version, name, down } = parsed;
    const id = `${version}_${name}`;
    if (down) downs.push({ path, id, version });
    else ups.push({ id, version, name, path, forward: path, rollback: undefined });
  }
  const rollbackOf = pairRollbacks(
    ups.map(({ path, id, version }) => ({ key: path, id, version })),
    downs,
  );
  const used = new Set(rollbackOf.values());
  const entries = ups.map((entry) => ({ ...entry, rollback: rollbackOf.get(entry.path) }));
  entries.sort((a, b) => compareByNumber(a.id, b.id));
  strays.push(...downs.filter(({ path }) => !used.has(path)).map(({ path }) => path));
  return { entries, strays: strays.sort() };
}

/** `<version>_name`: as the present versions, for the first one a time. */
export const upDownNaming: Naming = {
  compare: compareByNumber,
  first: timestampOf,
  id: (version, name) => `${version}_${name}`,
};

/** An up file, and a down file if there is a rollback. */
export function upDownScripts(folder: string, id: string, scripts: NewScripts): readonly NewFile[] {
  const { forward, rollback } = scripts;
  return [
    { path: child(folder, `${id}.up.sql`), text: withLineEnd(forward) },
    ...(rollback === undefined
      ? []
      : [{ path: child(folder, `${id}.down.sql`), text: withLineEnd(rollback) }]),
  ];
}
