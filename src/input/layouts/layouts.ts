import { withSections } from './commented-sections.ts';
import { customLayout } from './custom.ts';
import { dbmateLayout } from './dbmate.ts';
import { dieselLayout } from './diesel.ts';
import { drizzleLayout } from './drizzle.ts';
import { flywayLayout } from './flyway.ts';
import { golangMigrateLayout } from './golang-migrate.ts';
import { gooseLayout } from './goose.ts';
import { numberedLayout } from './numbered.ts';
import { plainLayout } from './plain.ts';
import { prismaLayout } from './prisma.ts';
import { sqlxLayout } from './sqlx.ts';
import { supabaseLayout } from './supabase.ts';
import type { CustomLayout, FoundProject, Layout, LayoutName } from './types.ts';

/** The layouts that a name stands for: all but `custom`, which needs patterns. */
export const NAMED_LAYOUTS = [
  'prisma',
  'numbered',
  'supabase',
  'drizzle',
  'golang-migrate',
  'diesel',
  'sqlx',
  'dbmate',
  'goose',
  'flyway',
  'plain',
] as const satisfies readonly LayoutName[];

/** The layout of a project that was found. */
export function layoutOfProject({ layout, custom, sections }: FoundProject): Layout {
  const known = layoutOf(layout, custom);
  return sections === undefined ? known : withSections(known);
}

/**
 * The layout of that name.
 *
 * @param custom the patterns of the layout `custom`.
 * @throws {Error} for `custom` without patterns.
 */
export function layoutOf(name: LayoutName, custom?: CustomLayout): Layout {
  switch (name) {
    case 'prisma':
      return prismaLayout;
    case 'numbered':
      return numberedLayout;
    case 'supabase':
      return supabaseLayout;
    case 'drizzle':
      return drizzleLayout;
    case 'golang-migrate':
      return golangMigrateLayout;
    case 'diesel':
      return dieselLayout;
    case 'sqlx':
      return sqlxLayout;
    case 'dbmate':
      return dbmateLayout;
    case 'goose':
      return gooseLayout;
    case 'flyway':
      return flywayLayout;
    case 'plain':
      return plainLayout;
    case 'custom':
      if (custom === undefined) throw new Error('the layout custom needs its patterns');
      return customLayout(custom);
    default:
      return name satisfies never;
  }
}
