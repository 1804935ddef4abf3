import { child } from '../files/paths.ts';
import type { FileTree } from '../files/types.ts';
import { commentedRefusal, sectionPart } from './commented-sections.ts';
import { sqlStem } from './folder-files.ts';
import { compilePattern, type PathPattern, type PatternMatch } from './path-pattern.ts';
import { plainNaming } from './plain.ts';
import { pairRollbacks, type RollbackScript } from './rollbacks.ts';
import { findSlot, withLineEnd } from './slots.ts';
import type { CustomLayout, Layout, MigrationEntry } from './types.ts';
import { compareNaturally, splitVersion } from './version.ts';

/**
 * A layout that the configuration describes by patterns of paths below the project's folder: `{version}` is a number, with dots,
 * dashes or underscores inside, `{name}` and `*` anything but a slash, `**` any folders. A placeholder that comes twice
 * stands for the same text.
 *
 * A migration's id is what the pattern of `up` has from its first placeholder to its last: `0007_add_users` of
 * `sql/{version}_{name}.up.sql`. A file that both patterns match belongs to the one with the longer fixed text. Order is natural;
 * rollbacks are matched by id, else by version.
 */
export function customLayout(patterns: CustomLayout): Layout {
  const up = compilePattern(patterns.up);
  const down = patterns.down === undefined ? undefined : compilePattern(patterns.down);
  return {
    name: 'custom',
    compare: compareNaturally,
    migrations: (tree, folder) => migrationsOf(tree, folder, up, down),
    part: sectionPart,
    refusal: commentedRefusal,
    newPlace(tree, folder, migration) {
      const slot = findSlot(migrationsOf(tree, folder, up, down), migration, {
        ...plainNaming,
        id: (version, name) => up.match(up.pathFor({ version, name }))?.id ?? '',
      });
      if (slot === undefined || slot.id === '') return undefined;
      const path = (pattern: PathPattern): string => child(folder, pattern.pathFor(slot));
      return {
        id: slot.id,
        version: slot.version,
        files: ({ forward, rollback }) => [
          { path: path(up), text: withLineEnd(forward) },
          ...(rollback === undefined || down === undefined
            ? []
            : [{ path: path(down), text: withLineEnd(rollback) }]),
        ],
      };
    },
  };
}

function migrationsOf(
  tree: FileTree,
  folder: string,
  up: PathPattern,
  down: PathPattern | undefined,
): ReturnType<Layout['migrations']> {
  const ups: { readonly path: string; readonly match: PatternMatch }[] = [];
  const downs: RollbackScript[] = [];
  const strays: string[] = [];
  for (const relative of filesBelow(tree, folder)) {
    const path = child(folder, relative);
    const asUp = up.match(relative);
    const asDown = down?.match(relative);
    if (asUp !== undefined && (asDown === undefined || asUp.fixed >= asDown.fixed)) {
      ups.push({ path, match: asUp });
    } else if (asDown !== undefined) {
      downs.push({ path, id: asDown.id, version: asDown.version ?? splitVersion(asDown.id).version });
    } else if (sqlStem(relative) !== undefined) strays.push(path);
  }
  const entries = entriesOf(folder, ups);
  const rollbackOf = pairRollbacks(
    entries.map(({ path, id, version }) => ({ key: path, id, version })),
    downs,
  );
  const used = new Set(rollbackOf.values());
  strays.push(...downs.filter(({ path }) => !used.has(path)).map(({ path }) => path));
  return {
    entries: entries.map((entry) => ({ ...entry, rollback: rollbackOf.get(entry.path) })),
    strays: strays.sort(),
  };
}

/** Two files with one id are told apart by their paths. */
function entriesOf(
  folder: string,
  ups: readonly { readonly path: string; readonly match: PatternMatch }[],
): MigrationEntry[] {
  const counts = new Map<string, number>();
  for (const { match } of ups) counts.set(match.id, (counts.get(match.id) ?? 0) + 1);
  const entries = ups.map(({ path, match }): MigrationEntry => {
    const relative = folder === '' ? path : path.slice(folder.length + 1);
    const id = counts.get(match.id) === 1 ? match.id : (sqlStem(relative) ?? relative);
    const split = splitVersion(match.id);
    const version = match.version ?? split.version;
    return { id, version, name: match.name ?? split.name, path, forward: path, rollback: undefined };
  });
  return entries.sort((a, b) => compareNaturally(a.id, b.id));
}

/** Paths below the folder of all files in it, hidden folders and node_modules left out. */
function filesBelow(tree: FileTree, folder: string, below = ''): string[] {
  return tree.list(below === '' ? folder : child(folder, below)).flatMap(({ name, kind, link }) => {
    const relative = child(below, name);
    if (kind === 'file') return [relative];
    if (link === true || name.startsWith('.') || name === 'node_modules') return [];
    return filesBelow(tree, folder, relative);
  });
}
