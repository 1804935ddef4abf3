import { InputError } from '../files/errors.ts';
import { child } from '../files/paths.ts';
import type { FileTree } from '../files/types.ts';
import { sqlStem } from '../layouts/folder-files.ts';
import type { FoundProject, LayoutName } from '../layouts/types.ts';

/** How deep below a project's folder scripts are looked for. */
const DEPTH = 3;
const NAMED = 3;

/**
 * Ends the run where a project has no migrations and should have: a layout or a pattern that fits none of its files must not pass as
 * a clean run. A folder that a tool has marked as its own, and that holds no script at all, is a project that has just begun.
 *
 * @throws {InputError} `no-migrations`, with what was looked for.
 */
export function refuseWithoutMigrations(tree: FileTree, found: FoundProject): void {
  const scripts = scriptsBelow(tree, found.folder);
  if (scripts.length === 0 && isMarked(tree, found)) return;
  const folder = found.folder === '' ? '.' : found.folder;
  const seen = scripts.slice(0, NAMED).join(', ') + (scripts.length > NAMED ? ', …' : '');
  const there = scripts.length === 0 ? 'No .sql file lies there.' : `There are other .sql files: ${seen}.`;
  throw new InputError(
    'no-migrations',
    `There are no migrations in ${folder}: ${wanted(found)}`,
    `${there} Give another folder, or say how the files are laid out: \`layout\` in the configuration, or --layout.`,
  );
}

function isMarked(tree: FileTree, { layout, folder }: FoundProject): boolean {
  const names = new Set(tree.list(folder).map(({ name }) => name));
  if (layout === 'prisma') return names.has('migration_lock.toml');
  return layout === 'drizzle' && names.has('meta');
}

function wanted({ layout, custom }: FoundProject): string {
  if (layout === 'custom') return `no file fits the pattern ${custom?.up ?? ''} of \`layout\``;
  return `as the layout ${layout}, it would hold ${FORMS[layout]}`;
}

const FORMS: Readonly<Record<Exclude<LayoutName, 'custom'>, string>> = {
  prisma: 'folders with a migration.sql',
  numbered: 'scripts in sql/, up/ or migrations/, with rollbacks in a folder beside it',
  supabase: 'files called <digits>_name.sql',
  drizzle: 'meta/_journal.json with the files that it names, or folders with a migration.sql',
  'golang-migrate': 'files called <digits>_name.up.sql',
  diesel: 'folders with an up.sql',
  sqlx: 'files called <digits>_name.sql or <digits>_name.up.sql',
  dbmate: 'files called <digits>_name.sql',
  goose: 'files called <digits>_name.sql',
  flyway: 'files called V1__name.sql or R__name.sql',
  plain: '.sql files',
};

/** Paths of `.sql` files below a folder, relative to it. */
function scriptsBelow(tree: FileTree, folder: string, below = '', depth = DEPTH): readonly string[] {
  return tree.list(below === '' ? folder : child(folder, below)).flatMap(({ name, kind, link }) => {
    const path = child(below, name);
    if (kind === 'file') return sqlStem(name) === undefined ? [] : [path];
    const isSkipped = depth === 0 || link === true || name.startsWith('.') || name === 'node_modules';
    return isSkipped ? [] : scriptsBelow(tree, folder, path, depth - 1);
  });
}
