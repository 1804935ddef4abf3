import type { LayoutName } from './types.ts';

/**
 * One text for versions that a tool takes for the same one: `0007` and `7` where it reads numbers, `1` and `1.0` in Flyway.
 *
 * @param version as the layout gives it.
 */
export function versionKey(layout: LayoutName, version: string): string {
  switch (layout) {
    case 'prisma':
    case 'drizzle':
    case 'supabase':
    case 'dbmate':
      return version;
    case 'diesel':
      return version.replaceAll('-', '');
    case 'golang-migrate':
    case 'goose':
    case 'sqlx':
    case 'numbered':
    case 'plain':
    case 'custom':
      return version.replaceAll(/(^|\.)0+(?=\d)/g, '$1');
    case 'flyway':
      return version.replaceAll(/(^|\.)0+(?=\d)/g, '$1').replace(/(?:\.0)+$/, '');
    default:
      return layout satisfies never;
  }
}

/**
 * Whether a tool knows an applied migration by its version alone, so that the rest of its name can change.
 *
 * Read in the tools' sources: golang-migrate, goose, SQLx, dbmate, diesel and Supabase record the version; Prisma the whole
 * name; Flyway compares the description as well; Drizzle looks at times.
 */
export function isKnownByVersion(layout: LayoutName): boolean {
  return ['golang-migrate', 'goose', 'sqlx', 'dbmate', 'diesel', 'supabase'].includes(layout);
}
