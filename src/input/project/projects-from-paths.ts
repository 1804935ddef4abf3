import { InputError } from '../files/errors.ts';
import { child, nameOf, parentOf } from '../files/paths.ts';
import { readText } from '../files/read-text.ts';
import type { FileTree } from '../files/types.ts';
import { sectionTool, type SectionTool } from '../layouts/commented-sections.ts';
import { isCode } from '../layouts/folder-files.ts';
import { plainLayout } from '../layouts/plain.ts';
import type { CustomLayout, FoundProject, LayoutName } from '../layouts/types.ts';
import { migrationFoldersOf } from '../prisma/schema-location.ts';
import { isDrizzleFolder } from './folder-layout.ts';
import { projectsBelow, withOthers } from './projects-below.ts';
import { hasLock, hasMigrations, prismaProjectAt } from './recognise.ts';
import { projectOfLayout, sqlProjectAt, sqlProjectOfFile, sqlProjectOfInnerFolder } from './sql-projects.ts';
import { unsupportedFile, unsupportedMigrations, type UnsupportedMigrations } from './unsupported.ts';

const GIVEN = 'given on the command line';

/**
 * The projects that paths mean: a migrations folder of any layout, one migration of it, its script or rollback, a Prisma schema,
 * a folder with projects below it, a folder of .sql files, or single .sql files.
 *
 * A path that means less than a project gives the whole project as history, with `only` naming what to report on.
 *
 * @param paths relative to the tree's root, `''` for the root itself.
 * @throws {InputError} `not-found` for a path that is not there, `no-migrations` for one that means no migration.
 */
export function projectsFromPaths(tree: FileTree, paths: readonly string[]): readonly FoundProject[] {
  const found = new Map<string, FoundProject>();
  for (const path of paths) {
    for (const project of projectsOf(tree, path)) {
      const other = found.get(project.folder);
      found.set(project.folder, other === undefined ? project : merge(other, project));
    }
  }
  return [...found.values()];
}

/**
 * The project in a folder whose layout somebody has said.
 *
 * @param custom the patterns of the layout `custom`.
 */
export function projectWithLayout(
  tree: FileTree,
  folder: string,
  layout: LayoutName,
  custom: CustomLayout | undefined,
  evidence: string,
): FoundProject {
  return layout === 'prisma'
    ? prismaProjectAt(tree, folder, evidence)
    : projectOfLayout(tree, folder, layout, layout === 'custom' ? custom : undefined, evidence);
}

function projectsOf(tree: FileTree, path: string): readonly FoundProject[] {
  const kind = kindOf(tree, path);
  if (kind === undefined) {
    throw new InputError('not-found', `There is no ${path}`, 'Give paths relative to the current folder.');
  }
  const projects = kind === 'folder' ? projectsOfFolder(tree, path) : projectsOfFile(tree, path);
  if (projects.length > 0) return projects;
  throw noMigrations(tree, path, kind);
}

function noMigrations(tree: FileTree, path: string, kind: 'file' | 'folder'): InputError {
  const [code] = kind === 'folder' ? unsupportedMigrations(tree, path, true) : codeFile(tree, path);
  if (code !== undefined) {
    const where = code.folder === '' ? 'This folder' : code.folder;
    const said =
      kind === 'folder'
        ? `${where} holds ${code.tool} migrations, which are code and are not read: only SQL is`
        : `${path} is a ${code.tool} migration, which is code and is not read: only SQL is`;
    return new InputError('no-migrations', said, code.wayOut);
  }
  return new InputError(
    'no-migrations',
    `There is no migration in ${path === '' ? 'this folder' : path} that can be read`,
    'Give a folder of migrations, a single migration, or .sql files.',
  );
}

function codeFile(tree: FileTree, path: string): readonly UnsupportedMigrations[] {
  return isCode(nameOf(path)) ? [unsupportedFile(tree, path)] : [];
}

function projectsOfFolder(tree: FileTree, folder: string): readonly FoundProject[] {
  const files = tree.list(folder).filter(({ kind }) => kind === 'file');
  const recognised = hasLock(tree, folder) ? undefined : sqlProjectAt(tree, folder, GIVEN);
  if (recognised !== undefined) return [recognised];
  const around = sqlProjectOfInnerFolder(tree, folder, GIVEN);
  if (around !== undefined) return [around];
  if (hasLock(tree, folder) || hasMigrations(tree, folder))
    return [withOthers(tree, prismaProjectAt(tree, folder, GIVEN))];
  if (files.some(({ name }) => name === 'migration.sql')) return [oneMigration(tree, folder)];
  const below = projectsBelow(tree, folder);
  if (below.length > 0) return below;
  const scripts = files.filter(({ name }) => isSql(name)).map(({ name }) => child(folder, name));
  return scripts.length > 0 ? [plainProject(folder, undefined, sectionsOf(tree, scripts))] : [];
}

function projectsOfFile(tree: FileTree, file: string): readonly FoundProject[] {
  const folder = parentOf(file);
  if (nameOf(file) === 'migration_lock.toml') return [prismaProjectAt(tree, folder, GIVEN)];
  if (nameOf(file) === '_journal.json') return projectsOfFolder(tree, parentOf(folder));
  if (file.endsWith('.prisma')) return projectsOfSchema(tree, file);
  if (!isSql(file)) return [];
  const isPrisma = tree.list(folder).some(({ name }) => name === 'migration.sql') && folder !== '';
  if (isPrisma && !isDrizzleFolder(tree, folder)) return [oneMigration(tree, folder)];
  if (hasLock(tree, folder)) return [];
  const recognised = sqlProjectOfFile(tree, file, GIVEN);
  if (recognised !== undefined) return [recognised];
  const forward =
    (folder === '' ? undefined : forwardOf(tree, parentOf(folder), file)) ?? forwardOf(tree, folder, file);
  const script = forward ?? file;
  return [plainProject(parentOf(script), [script], sectionsOf(tree, [script]))];
}

function projectsOfSchema(tree: FileTree, schema: string): readonly FoundProject[] {
  const places = [...migrationFoldersOf(schema), ...migrationFoldersOf(parentOf(schema))];
  const migrations = places.find((folder) => hasLock(tree, folder) || hasMigrations(tree, folder));
  return migrations === undefined ? [] : [prismaProjectAt(tree, migrations, GIVEN)];
}

/** One Prisma migration, by its folder. */
function oneMigration(tree: FileTree, folder: string): FoundProject {
  return { ...prismaProjectAt(tree, parentOf(folder), GIVEN), only: [child(folder, 'migration.sql')] };
}

/** The forward script in a folder of plain files that a file is, or is the rollback of. */
function forwardOf(tree: FileTree, folder: string, file: string): string | undefined {
  const { entries } = plainLayout.migrations(tree, folder);
  return entries.find(({ forward, rollback }) => forward === file || rollback === file)?.forward;
}

function plainProject(
  folder: string,
  only: readonly string[] | undefined,
  sections: SectionTool | undefined,
): FoundProject {
  return {
    layout: 'plain',
    folder,
    schema: undefined,
    evidence: GIVEN,
    packageFolder: folder,
    provider: undefined,
    ...(only && { only }),
    ...(sections && { sections }),
  };
}

/** The tool whose sections the first of some scripts that has any holds. */
function sectionsOf(tree: FileTree, scripts: readonly string[]): SectionTool | undefined {
  for (const script of scripts) {
    const tool = sectionTool(readText(tree, script) ?? '');
    if (tool !== undefined) return tool;
  }
  return undefined;
}

/** A project that was named twice: all of it if one of the two was all of it. */
function merge(a: FoundProject, b: FoundProject): FoundProject {
  if (a.only === undefined) return a;
  return b.only === undefined ? b : { ...a, only: [...new Set([...a.only, ...b.only])] };
}

function kindOf(tree: FileTree, path: string): 'file' | 'folder' | undefined {
  if (path === '') return 'folder';
  return tree.list(parentOf(path)).find(({ name }) => name === nameOf(path))?.kind;
}

function isSql(name: string): boolean {
  return /\.sql$/i.test(name);
}
