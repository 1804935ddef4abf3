import { findFiles, walkFiles } from '../files/find-files.ts';
import { nameOf, parentOf } from '../files/paths.ts';
import { readText } from '../files/read-text.ts';
import type { FileSearch, FileTree } from '../files/types.ts';
import { isCode, languageOf } from '../layouts/folder-files.ts';

/** A folder of migrations that are code. */
export interface UnsupportedMigrations {
  readonly folder: string;
  /** `knex`, `TypeORM`; `TypeScript` or another language if the tool is not known. */
  readonly tool: string;
  /** How to get SQL that can be linted, a sentence. */
  readonly wayOut: string;
}

const SEARCHES: readonly FileSearch[] = ['.ts', '.js', '.mjs', '.cjs', '.py', '.rb'].map((text) => ({
  kind: 'suffix',
  text,
}));

const FOLDER = /^(?:.*[-_.])?migrat(?:e|ion|ions)$|^versions$/i;

const FILES =
  'Write the SQL that they send into .sql files, and name the folder: migration-lint path/to/folder.';

/** What a script of a tool holds, and what gives its SQL. */
const TOOLS: readonly (readonly [sign: RegExp, tool: string, wayOut: string])[] = [
  [/\bMigrationInterface\b/, 'TypeORM', FILES],
  [/\bqueryInterface\b/, 'Sequelize', FILES],
  [/@mikro-orm\/migrations/, 'MikroORM', FILES],
  [/\bKysely\b|from ['"]kysely['"]/, 'Kysely', FILES],
  [/\bpgm\b|node-pg-migrate/, 'node-pg-migrate', FILES],
  [/\bknex\b/i, 'knex', FILES],
  [
    /\bfrom django\.db import\b/,
    'Django',
    'Print their SQL with `manage.py sqlmigrate`, and lint those files.',
  ],
  [
    /\bfrom alembic import\b/,
    'Alembic',
    'Print their SQL with `alembic upgrade head --sql`, and lint that file.',
  ],
  [/\bActiveRecord::Migration\b/, 'Rails', FILES],
];

/**
 * Folders of migrations that are TypeScript, JavaScript, Python or Ruby, at or below a folder, for the message that says that
 * nothing was found. It reads one file of each.
 *
 * @param named true if somebody has said that the folder holds migrations: then code of an unknown tool counts as well.
 */
export function unsupportedMigrations(
  tree: FileTree,
  start: string,
  named = false,
): readonly UnsupportedMigrations[] {
  const isWanted = (file: string): boolean =>
    isCode(nameOf(file)) && (isInMigrations(file) || (named && parentOf(file) === start));
  const tracked = findFiles(tree, start, SEARCHES).filter(isWanted);
  const files =
    tracked.length > 0 || tree.find === undefined
      ? tracked
      : walkFiles(tree, start, SEARCHES).filter(isWanted);
  const samples = new Map<string, string>();
  for (const file of files) {
    // Of a folder the last file: Python's begin with __init__.py, which is empty.
    samples.set(parentOf(file), file);
  }
  return [...samples].flatMap(([folder, file]) => {
    const known = toolOf(tree, file);
    if (known !== undefined) return [{ folder, ...known }];
    return named ? [{ ...unsupportedFile(tree, file), folder }] : [];
  });
}

/** A migration that is code: its tool, or its language where the tool is not known. */
export function unsupportedFile(tree: FileTree, file: string): UnsupportedMigrations {
  const tool = languageOf(file).replace(/^a | program$/g, '');
  return { folder: parentOf(file), ...(toolOf(tree, file) ?? { tool, wayOut: FILES }) };
}

function toolOf(tree: FileTree, file: string): Omit<UnsupportedMigrations, 'folder'> | undefined {
  const text = readText(tree, file) ?? '';
  const known = TOOLS.find(([sign]) => sign.test(text));
  return known && { tool: known[1], wayOut: known[2] };
}

function isInMigrations(file: string): boolean {
  return FOLDER.test(nameOf(parentOf(file)));
}
