import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { serverPackageName } from '../../../src/verify/engines/server-package.ts';

const folders = [
  process.env['MIGRATION_LINT_POSTGRES'],
  '/usr/lib/postgresql/15',
  join(process.cwd(), '.cache/postgres/15/node_modules', serverPackageName, 'native'),
];

/** A folder with the programs of PostgreSQL 15: installed, or fetched by an earlier `npm run test:postgres`. Tests fetch nothing. */
export const programs: string | undefined = folders.find(
  (folder) => folder !== undefined && existsSync(join(folder, 'bin/postgres')),
);

/** What the title of a test says that needs them. */
export const onServer = programs === undefined ? ' (skipped: PostgreSQL 15 is not installed)' : '';
