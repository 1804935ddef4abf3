import type { FoundProject } from '../input/layouts/types.ts';
import type { UnsupportedMigrations } from '../input/project/unsupported.ts';
import { listed } from '../report/words.ts';
import { UsageError } from './exit.ts';

const LOOKED_FOR = [
  'Prisma (migration_lock.toml, prisma.config.ts, package.json#prisma, schema.prisma)',
  'Drizzle (meta/_journal.json)',
  'Supabase (supabase/migrations)',
  'golang-migrate and SQLx (1_x.up.sql)',
  'Diesel (folders with up.sql)',
  'goose and dbmate (sections in comments)',
  'Flyway (V1__x.sql)',
  'numbered files (sql/ beside rollback/)',
  'versioned .sql files in a folder called migrations or migrate',
];

/** That no project was found: where and what was looked for, and what was seen that cannot be read. */
export function nothingFound(
  searched: readonly string[],
  unsupported: readonly UnsupportedMigrations[],
): UsageError {
  const places = searched.map((folder) => (folder === '' ? 'the top of the repository' : folder));
  const help = `Searched ${places.join(', ')}, and all below the last, for the migrations of:\n${LOOKED_FOR.map((tool) => `  ${tool}`).join('\n')}\n`;
  const name = 'For another folder of .sql files, name it: migration-lint path/to/folder';
  if (unsupported.length === 0) return new UsageError('No migrations found.', help + name);
  const seen = unsupported.map(
    ({ folder, tool, wayOut }) =>
      `${folder === '' ? '.' : folder} holds migrations of ${tool}, which are code and are not read. ${wayOut}`,
  );
  return new UsageError('No SQL migrations found.', `${seen.join('\n')}\n${help}${name}`);
}

/** That a folder's files speak for two tools: the configuration decides. */
export function ambiguousLayout({ folder, layout, evidence, others = [] }: FoundProject): UsageError {
  const names = [layout, ...others];
  return new UsageError(
    `${folder} looks like the migrations of ${listed(names)} (${evidence}, and others).`,
    `Say whose they are, in .migrationlintrc.json: { "migrations": ${JSON.stringify(folder)}, "layout": "${layout}" }, or with --layout ${others[0] ?? layout}.`,
  );
}
