import { ancestors, child, nameOf, parentOf } from '../files/paths.ts';
import { readText } from '../files/read-text.ts';
import type { FileTree } from '../files/types.ts';
import { sectionTool } from '../layouts/commented-sections.ts';
import { drizzleJournal } from '../layouts/drizzle-journal.ts';
import { sqlStem } from '../layouts/folder-files.ts';
import { forwardFolder } from '../layouts/numbered.ts';
import { isRollbackFolder } from '../layouts/rollbacks.ts';
import type { LayoutName } from '../layouts/types.ts';
import { splitVersion } from '../layouts/version.ts';

/** A layout that a folder's files speak for, and what made us think so. */
export interface LayoutEvidence {
  readonly layout: LayoutName;
  /** For people: `meta/_journal.json`, `20240101_init.up.sql`. */
  readonly evidence: string;
}

const FLYWAY = /^V\d+(?:[._]\d+)*__.*\.[Ss][Qq][Ll]$/;
const PAIR = /^\d+_.*\.up\.sql$/;
/** What teams call a folder of migrations. */
const MIGRATIONS_FOLDER = /^(?:.*[-_.])?migrat(?:e|ion|ions)$/i;
/** Sub-folders of such a folder that hold one database's scripts. */
const INNER_FOLDER = /^(?:sql|up|postgres|postgresql|pg)$/i;

/**
 * The layouts that the files of a folder speak for, the surest first; none if it holds no migrations. Several if two tools'
 * marks lie side by side. Prisma's is not among them: see `projectsAmong`.
 *
 * It lists the folder, and its sub-folders up to the first that tells; and reads up to three scripts, and the Cargo.toml files above.
 */
export function layoutsOfFolder(tree: FileTree, folder: string): readonly LayoutEvidence[] {
  const marked = markedLayouts(tree, folder);
  if (marked.length > 0) return marked;
  const inside = annotatedLayout(tree, folder);
  if (inside !== undefined) return [inside];
  const numbered = numberedLayout(tree, folder);
  if (numbered !== undefined) return [numbered];
  const plain = plainLayout(tree, folder);
  return plain === undefined ? [] : [plain];
}

/** Layouts that names alone give away. */
function markedLayouts(tree: FileTree, folder: string): readonly LayoutEvidence[] {
  const listed = tree.list(folder);
  const names = listed.flatMap(({ name, kind }) => (kind === 'file' ? [name] : [])).sort();
  const folders = listed.flatMap(({ name, kind }) => (kind === 'folder' ? [name] : [])).sort();
  const found: LayoutEvidence[] = [];
  const journal = folders.includes('meta') ? drizzleJournal(tree, folder) : undefined;
  if (journal !== undefined) {
    // A journal that names none of the scripts here is not what runs them.
    const isUsed = journal.entries.some(({ tag }) => names.includes(`${tag}.sql`));
    const hasScripts = names.some((name) => sqlStem(name) !== undefined);
    if (isUsed || !hasScripts) found.push({ layout: 'drizzle', evidence: 'meta/_journal.json' });
  } else if (!names.includes('migration_lock.toml')) {
    const snapshot = folders.find((name) => isDrizzleFolder(tree, child(folder, name)));
    if (snapshot !== undefined) found.push({ layout: 'drizzle', evidence: `${snapshot}/snapshot.json` });
  }
  const up = folders.find((name) => hasFile(tree, child(folder, name), 'up.sql'));
  if (up !== undefined)
    found.push({ layout: 'diesel', evidence: dieselFile(tree, folder) ?? `${up}/up.sql` });
  found.push(...layoutsOfNames(tree, folder));
  const isSupabase = nameOf(folder) === 'migrations' && nameOf(parentOf(folder)) === 'supabase';
  if (isSupabase && names.some((name) => /^\d+_.*\.sql$/.test(name))) {
    found.push({ layout: 'supabase', evidence: 'supabase/migrations' });
  }
  return found;
}

/** Layouts that the names of a folder's files give away: `1_init.up.sql`, `V1__init.sql`. */
export function layoutsOfNames(tree: FileTree, folder: string): readonly LayoutEvidence[] {
  const names = tree
    .list(folder)
    .flatMap(({ name, kind }) => (kind === 'file' ? [name] : []))
    .sort();
  const found: LayoutEvidence[] = [];
  const flyway = names.find((name) => FLYWAY.test(name));
  if (flyway !== undefined) found.push({ layout: 'flyway', evidence: flyway });
  const pair = names.find((name) => PAIR.test(name));
  if (pair === undefined) return found;
  const sqlx = { layout: 'sqlx', evidence: 'Cargo.toml' } as const;
  return [...found, namesSqlx(tree, folder) ? sqlx : { layout: 'golang-migrate', evidence: pair }];
}

/** goose and dbmate mark their sections in comments: the first, middle and last versioned script tell, since one may lack them. */
function annotatedLayout(tree: FileTree, folder: string): LayoutEvidence | undefined {
  const names = versioned(tree, folder);
  for (const index of new Set([0, names.length >> 1, names.length - 1])) {
    const name = names[index];
    const tool = name === undefined ? undefined : sectionTool(readText(tree, child(folder, name)) ?? '');
    if (tool !== undefined) {
      return { layout: tool, evidence: tool === 'goose' ? '-- +goose Up' : '-- migrate:up' };
    }
  }
  return undefined;
}

function numberedLayout(tree: FileTree, folder: string): LayoutEvidence | undefined {
  if (versioned(tree, folder).length > 0) return undefined;
  const forward = forwardFolder(tree, folder);
  const rollback = tree.list(folder).find(({ name, kind }) => kind === 'folder' && isRollbackFolder(name));
  if (forward === undefined || rollback === undefined || versioned(tree, forward).length === 0)
    return undefined;
  if (markedLayouts(tree, forward).length > 0 || annotatedLayout(tree, forward) !== undefined)
    return undefined;
  return { layout: 'numbered', evidence: `${nameOf(forward)}/ beside ${rollback.name}/` };
}

/** Versioned scripts in a folder that is called after migrations: nobody says what runs them. */
function plainLayout(tree: FileTree, folder: string): LayoutEvidence | undefined {
  const name = nameOf(folder);
  const isNamed =
    MIGRATIONS_FOLDER.test(name) ||
    (INNER_FOLDER.test(name) && MIGRATIONS_FOLDER.test(nameOf(parentOf(folder))));
  if (!isNamed || isRollbackFolder(name)) return undefined;
  const scripts = tree
    .list(folder)
    .filter((file) => file.kind === 'file' && sqlStem(file.name) !== undefined);
  const count = versioned(tree, folder).length;
  if (count === 0 || count * 2 < scripts.length) return undefined;
  return namesSqlx(tree, folder)
    ? { layout: 'sqlx', evidence: 'Cargo.toml' }
    : { layout: 'plain', evidence: `versioned .sql files in ${name}/` };
}

/** Names of the `.sql` files that begin with a version, sorted. */
function versioned(tree: FileTree, folder: string): readonly string[] {
  return tree
    .list(folder)
    .filter(({ name, kind }) => kind === 'file' && splitVersion(sqlStem(name) ?? '').version !== '')
    .map(({ name }) => name)
    .sort();
}

/** True for a migration of drizzle-kit 1.0: a folder with the script and the schema after it. */
export function isDrizzleFolder(tree: FileTree, folder: string): boolean {
  return hasFile(tree, folder, 'migration.sql') && hasFile(tree, folder, 'snapshot.json');
}

/** The nearest file above that says a project uses diesel. */
function dieselFile(tree: FileTree, folder: string): string | undefined {
  const above = ancestors(folder);
  if (above.some((path) => hasFile(tree, path, 'diesel.toml'))) return 'diesel.toml';
  return above.some((path) => /^\s*diesel\b/m.test(readText(tree, child(path, 'Cargo.toml')) ?? ''))
    ? 'Cargo.toml'
    : undefined;
}

/** True if a Cargo.toml at or above the folder has sqlx among its dependencies. */
function namesSqlx(tree: FileTree, folder: string): boolean {
  return ancestors(folder).some((path) =>
    /^\s*(?:sqlx\b|\[(?:.*\.)?dependencies\.sqlx\])/m.test(readText(tree, child(path, 'Cargo.toml')) ?? ''),
  );
}

function hasFile(tree: FileTree, folder: string, name: string): boolean {
  return tree.list(folder).some((entry) => entry.kind === 'file' && entry.name === name);
}
