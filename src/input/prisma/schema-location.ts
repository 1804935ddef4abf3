import { child, nameOf, parentOf } from '../files/paths.ts';
import { readText } from '../files/read-text.ts';
import type { FileTree } from '../files/types.ts';

/** Where Prisma looks for the schema below a package's folder, in its order; a folder holds several files. */
const PLACES = ['schema.prisma', 'prisma/schema.prisma', 'prisma/schema'];

/** The schema file or folder of the package in a folder, at the places where Prisma looks by itself. */
export function defaultSchema(tree: FileTree, folder: string): string | undefined {
  return PLACES.map((place) => child(folder, place)).find((path) => isSchema(tree, path));
}

/** True for a `.prisma` file, and for a folder that holds one. */
export function isSchema(tree: FileTree, path: string): boolean {
  if (path.endsWith('.prisma') && has(tree, path, 'file')) return true;
  return filesIn(tree, path).length > 0;
}

/**
 * Where Prisma keeps a schema's migrations unless it is told: beside the file with the datasource.
 * A schema folder without a datasource file directly in it has them inside or beside itself.
 *
 * @returns the folders to look at, the likeliest first.
 */
export function migrationFoldersOf(schema: string): string[] {
  if (schema.endsWith('.prisma')) return [child(parentOf(schema), 'migrations')];
  return [child(schema, 'migrations'), child(parentOf(schema), 'migrations')];
}

/** The schema that belongs to a migrations folder by its place. */
export function schemaBeside(tree: FileTree, migrations: string): string | undefined {
  const folder = parentOf(migrations);
  const named = ['schema.prisma', 'schema']
    .map((name) => child(folder, name))
    .find((path) => isSchema(tree, path));
  if (named !== undefined) return named;
  const files = filesIn(tree, folder);
  if (files.length > 0) return files.length === 1 ? files[0] : folder;
  return isSchema(tree, child(parentOf(folder), 'schema.prisma'))
    ? child(parentOf(folder), 'schema.prisma')
    : undefined;
}

/**
 * The provider that a schema's datasource names (`postgresql`, `mysql`, …); undefined if it cannot be read.
 * `postgres` is given as `postgresql`.
 */
export function schemaProvider(tree: FileTree, schema: string): string | undefined {
  const files = schema.endsWith('.prisma') ? [schema] : filesIn(tree, schema);
  for (const file of files) {
    const text = (readText(tree, file) ?? '').replace(/\/\/[^\n]*/g, '');
    const block = /\bdatasource\s+\w+\s*\{([^}]*)\}/.exec(text)?.[1];
    const provider = block === undefined ? undefined : /\bprovider\s*=\s*"([^"]*)"/.exec(block)?.[1];
    if (provider !== undefined) return canonicalProvider(provider);
  }
  return undefined;
}

/** One name for each database: Prisma takes `postgres` for `postgresql`. */
export function canonicalProvider(provider: string): string {
  return provider === 'postgres' ? 'postgresql' : provider;
}

function filesIn(tree: FileTree, folder: string): string[] {
  return tree
    .list(folder)
    .filter(({ name, kind }) => kind === 'file' && name.endsWith('.prisma'))
    .map(({ name }) => child(folder, name))
    .sort();
}

function has(tree: FileTree, path: string, kind: 'file' | 'folder'): boolean {
  return tree.list(parentOf(path)).some((entry) => entry.kind === kind && entry.name === nameOf(path));
}
