import { findFiles, walkFiles } from '../files/find-files.ts';
import { child, nameOf, parentOf } from '../files/paths.ts';
import { readText } from '../files/read-text.ts';
import type { FileSearch, FileTree } from '../files/types.ts';

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
 */
export function unsupportedMigrations(tree: FileTree, start: string): readonly UnsupportedMigrations[] {
  const tracked = findFiles(tree, start, SEARCHES).filter(isInMigrations);
  const files =
    tracked.length > 0 || tree.find === undefined
      ? tracked
      : walkFiles(tree, start, SEARCHES).filter(isInMigrations);
  const samples = new Map<string, string>();
  for (const file of files) {
    // Of a folder the last file: Python's begin with __init__.py, which is empty.
    samples.set(parentOf(file), nameOf(file));
  }
  return [...samples].flatMap(([folder, name]) => {
    const text = readText(tree, child(folder, name)) ?? '';
    const known = TOOLS.find(([sign]) => sign.test(text));
    return known === undefined ? [] : [{ folder, tool: known[1], wayOut: known[2] }];
  });
}

function isInMigrations(file: string): boolean {
  return FOLDER.test(nameOf(parentOf(file)));
}
