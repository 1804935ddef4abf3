import { existsSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { diskTree } from '../../src/input/files/disk-tree.ts';
import { projectsFromPaths } from '../../src/input/project/projects-from-paths.ts';
import { readProject } from '../../src/input/project/read-project.ts';
import type { FileTree } from '../../src/input/files/types.ts';
import type { ReadProject } from '../../src/input/project/types.ts';
import { scriptText } from '../../src/input/project/read-script.ts';

/** A migration's texts. */
export interface MigrationTexts {
  readonly id: string;
  readonly up: string;
  readonly down: string | undefined;
}

/** The migrations of a folder. */
export interface MigrationFolder {
  readonly layout: string;
  readonly migrations: readonly MigrationTexts[];
  /** Migrations without SQL: what only a program does. */
  readonly unreadable: readonly string[];
}

/**
 * The migrations of a folder, in the order in which their tool runs them.
 *
 * @param folder of any layout.
 * @param includeStrays whether files that the tool does not know of count as migrations too, by their names.
 * @returns their texts.
 */
export function migrationsIn(folder: string, includeStrays = false): MigrationFolder {
  const { tree, project } = readFolder(folder);
  const { found } = project;
  const migrations: MigrationTexts[] = [];
  const unreadable: string[] = [];
  for (const { id, forward, rollback } of project.migrations) {
    if (forward === undefined) unreadable.push(id);
    else
      migrations.push({
        id,
        up: scriptText(forward),
        down: rollback === undefined ? undefined : scriptText(rollback),
      });
  }
  if (includeStrays) {
    for (const stray of project.strays.filter((one) => one.endsWith('.sql')).toSorted()) {
      const text = new TextDecoder().decode(tree.read(stray));
      migrations.push({ id: basename(stray), up: text, down: undefined });
    }
  }
  return { layout: found.layout, migrations, unreadable };
}

/** The project in a folder of any layout, all its migrations to be judged. */
export function readFolder(folder: string): { readonly tree: FileTree; readonly project: ReadProject } {
  const path = resolve(folder);
  const root = repositoryOf(path);
  const tree = diskTree(root);
  const [found] = projectsFromPaths(tree, [relative(root, path).split(sep).join('/')]);
  if (found === undefined) throw new Error(`No migrations in ${folder}`);
  return { tree, project: readProject(tree, found, { base: { kind: 'none', reason: '' } }) };
}

/** The folder above that git keeps its own in; without one the next folder. */
function repositoryOf(path: string): string {
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return folder;
  }
  return dirname(path);
}
