import type { FoundProject } from '../input/layouts/types.ts';
import type { UnsupportedMigrations } from '../input/project/unsupported.ts';
import { listed } from '../report/words.ts';
import { UsageError } from './usage-error.ts';

const LOOKED_FOR = [
  'Prisma (migration_lock.toml, prisma.config.ts, package.json#prisma, schema.prisma, migrations/20250903100000_x/migration.sql)',
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
  // Each place holds the one before it.
  const last = searched.at(-1) ?? '';
  const top = searched.length > 1 ? 'The repository' : 'This folder';
  const help = `${last === '' ? top : last}, with all folders below it, was searched for the migrations of:\n${LOOKED_FOR.map((tool) => `  ${tool}`).join('\n')}\n`;
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

/** All that was found looks made for another database, and nobody has said so. */
export function nothingForPostgres(projects: readonly FoundProject[]): UsageError {
  const [first] = projects;
  const folder = first?.folder === '' ? '.' : (first?.folder ?? '');
  return new UsageError(
    'No migrations for PostgreSQL found.',
    `By its name or its SQL, ${folder} looks like ${first?.provider ?? 'another database'}'s. If it is for PostgreSQL after all, name it: migration-lint ${folder}`,
  );
}
