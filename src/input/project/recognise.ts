import { ancestors, child, joinPath, nameOf, parentOf } from '../files/paths.ts';
import { readJson, readText, stringAt } from '../files/read-text.ts';
import type { FileTree } from '../files/types.ts';
import type { FoundProject } from '../layouts/types.ts';
import { readPrismaConfig } from '../prisma/config-file.ts';
import {
  canonicalProvider,
  defaultSchema,
  isSchema,
  migrationFoldersOf,
  schemaBeside,
  schemaProvider,
} from '../prisma/schema-location.ts';
import { packageAbove } from './package-above.ts';

/** What a package says, or leaves to Prisma's own places, about its schema and migrations. */
interface Declaration {
  readonly folder: string;
  readonly evidence: string;
  /** True if nobody wrote it down: the schema lies where Prisma looks by itself. */
  readonly byPlace: boolean;
  readonly schema: string | undefined;
  /** The migrations folders it can mean, the likeliest first. */
  readonly migrations: readonly string[];
  readonly notes: readonly string[];
}

const CONFIG = /(?:^|\/)(?:prisma\.config|\.config\/prisma)\.[cm]?[jt]s$/;

/**
 * The Prisma projects that some files give away: every folder with a migration_lock.toml, and those that a prisma.config.ts,
 * package.json or schema leads to.
 *
 * @param files paths of those files; what is not on the tree any more is passed over.
 * @param folder a folder to look at in any case, though none of the files lie in it.
 */
export function projectsAmong(
  tree: FileTree,
  files: readonly string[],
  folder: string,
): readonly FoundProject[] {
  const declarations = declarationsOf(tree, files, folder);
  const found = new Map<string, FoundProject>();
  const add = (migrations: string, declaration: Declaration | undefined): void => {
    if (!found.has(migrations) && (hasLock(tree, migrations) || hasMigrations(tree, migrations))) {
      found.set(migrations, projectAt(tree, migrations, declaration));
    }
  };
  for (const declaration of declarations) {
    const migrations = declaration.migrations.find(
      (path) => hasLock(tree, path) || hasMigrations(tree, path),
    );
    if (migrations !== undefined) add(migrations, { ...declaration, folder: packageAbove(tree, migrations) });
  }
  for (const file of files) {
    if (nameOf(file) === 'migration_lock.toml') add(parentOf(file), declarationAbove(tree, parentOf(file)));
  }
  return [...found.values()].sort((a, b) => (a.folder < b.folder ? -1 : 1));
}

/** A script of Prisma's below the folder that it calls `migrations`: 14 digits are what `prisma migrate dev` begins names with. */
const SCRIPT = /^(?<folder>(?:.*\/)?migrations)\/(?<script>\d{14}_[^/]+\/migration\.sql)$/;

/**
 * The Prisma projects that nothing but their scripts gives away: Prisma deploys a folder without its migration_lock.toml as well.
 *
 * @param files paths of scripts called migration.sql.
 */
export function unmarkedProjects(tree: FileTree, files: readonly string[]): readonly FoundProject[] {
  const found = new Map<string, FoundProject>();
  for (const file of files) {
    const { folder, script } = SCRIPT.exec(file)?.groups ?? {};
    if (folder === undefined || script === undefined || found.has(folder)) continue;
    if (hasMigrations(tree, folder)) found.set(folder, prismaProjectAt(tree, folder, script));
  }
  return [...found.values()].sort((a, b) => (a.folder < b.folder ? -1 : 1));
}

/** Describes the project whose migrations lie in a folder. */
export function prismaProjectAt(tree: FileTree, migrations: string, evidence: string): FoundProject {
  return { ...projectAt(tree, migrations, declarationAbove(tree, migrations)), evidence };
}

/** True for a folder with a sub-folder that holds a migration.sql. */
export function hasMigrations(tree: FileTree, folder: string): boolean {
  return tree
    .list(folder)
    .some(
      ({ name, kind }) =>
        kind === 'folder' && tree.list(child(folder, name)).some((file) => file.name === 'migration.sql'),
    );
}

/** True for a folder that Prisma has marked as its migrations folder. */
export function hasLock(tree: FileTree, folder: string): boolean {
  return tree.list(folder).some(({ name, kind }) => kind === 'file' && name === 'migration_lock.toml');
}

function projectAt(tree: FileTree, migrations: string, declaration: Declaration | undefined): FoundProject {
  const schema = declaration?.schema ?? schemaBeside(tree, migrations);
  const notes = declaration?.notes ?? [];
  const packageFolder = declaration?.folder ?? packageAbove(tree, migrations);
  return {
    layout: 'prisma',
    folder: migrations,
    schema,
    evidence: evidenceOf(tree, migrations, declaration),
    packageFolder,
    provider:
      lockProvider(tree, migrations) ?? (schema === undefined ? undefined : schemaProvider(tree, schema)),
    ...(notes.length > 0 && { notes }),
  };
}

function evidenceOf(tree: FileTree, migrations: string, declaration: Declaration | undefined): string {
  const plain = declaration === undefined || (declaration.byPlace && hasLock(tree, migrations));
  return plain ? 'migration_lock.toml' : declaration.evidence;
}

function declarationsOf(tree: FileTree, files: readonly string[], folder: string): Declaration[] {
  const packages = new Set<string>([folder]);
  for (const file of files) {
    if (nameOf(file) === 'package.json') packages.add(parentOf(file));
    else if (CONFIG.test(file)) packages.add(packageOfConfig(file));
  }
  const declared = [...packages].flatMap((path) => declarationOf(tree, path) ?? []);
  const schemas = new Set(declared.map(({ schema }) => schema));
  const loose = files
    .filter((file) => file.endsWith('.prisma') && !schemas.has(file))
    .map((file) => looseSchema(tree, file));
  return [...declared, ...loose];
}

/** What the package in a folder declares: its configuration file, else package.json#prisma, else Prisma's default places. */
function declarationOf(tree: FileTree, folder: string): Declaration | undefined {
  const names = [
    ...tree.list(folder),
    ...tree.list(child(folder, '.config')).map(({ name, kind }) => ({ name: `.config/${name}`, kind })),
  ];
  const config = names.find(({ name, kind }) => kind === 'file' && CONFIG.test(name));
  if (config !== undefined) return declarationOfConfig(tree, folder, child(folder, config.name));
  const schema = names.some(({ name }) => name === 'package.json')
    ? stringAt(readJson(tree, child(folder, 'package.json')), 'prisma', 'schema')
    : undefined;
  const path = schema === undefined ? undefined : joinPath(folder, schema);
  if (path !== undefined) return placesOf(tree, folder, 'package.json#prisma', path, false);
  const found = defaultSchema(tree, folder);
  return found === undefined ? undefined : placesOf(tree, folder, nameOf(found), found, true);
}

function declarationOfConfig(tree: FileTree, folder: string, file: string): Declaration {
  const config = readPrismaConfig(readText(tree, file) ?? '');
  const evidence = file.slice(folder === '' ? 0 : folder.length + 1);
  const resolve = (path: string | undefined): string | undefined =>
    path === undefined ? undefined : joinPath(parentOf(file), path);
  const schema = resolve(config.schema) ?? defaultSchema(tree, folder);
  const migrations = resolve(config.migrations);
  const notes = config.unreadable.map((what) =>
    what === 'the file'
      ? `${file} was not understood, and is not executed; Prisma's default places were taken instead.`
      : `${what} in ${file} is no plain text, and the file is not executed; Prisma's default place was taken instead.`,
  );
  const places = schema === undefined ? [] : migrationFoldersOf(schema);
  return {
    folder,
    evidence,
    byPlace: false,
    schema: schema !== undefined && isSchema(tree, schema) ? schema : undefined,
    migrations: migrations === undefined ? places : [migrations],
    notes,
  };
}

function placesOf(
  tree: FileTree,
  folder: string,
  evidence: string,
  schema: string,
  byPlace: boolean,
): Declaration {
  const known = isSchema(tree, schema) ? schema : undefined;
  return { folder, evidence, byPlace, schema: known, migrations: migrationFoldersOf(schema), notes: [] };
}

/** A schema file that no package points to. One in a folder of several counts as the folder. */
function looseSchema(tree: FileTree, file: string): Declaration {
  const folder = parentOf(file);
  const places = [child(folder, 'migrations'), child(parentOf(folder), 'migrations')];
  const several = tree.list(folder).filter(({ name }) => name.endsWith('.prisma')).length > 1;
  return {
    folder: packageAbove(tree, folder),
    evidence: nameOf(file),
    byPlace: true,
    schema: several ? folder : file,
    migrations: several ? places : places.slice(0, 1),
    notes: [],
  };
}

/** The declaration of the nearest package above that means exactly this migrations folder. */
function declarationAbove(tree: FileTree, migrations: string): Declaration | undefined {
  for (const folder of ancestors(parentOf(migrations))) {
    const found = declarationOf(tree, folder);
    if (found?.migrations.includes(migrations) === true) {
      return { ...found, folder: packageAbove(tree, migrations) };
    }
  }
  return undefined;
}

function packageOfConfig(file: string): string {
  const folder = parentOf(file);
  return nameOf(folder) === '.config' ? parentOf(folder) : folder;
}

function lockProvider(tree: FileTree, migrations: string): string | undefined {
  const text = readText(tree, child(migrations, 'migration_lock.toml'));
  const provider = text === undefined ? undefined : /^\s*provider\s*=\s*["']([^"']*)["']/m.exec(text)?.[1];
  return provider === undefined ? undefined : canonicalProvider(provider);
}
