import type { Runner } from './types.ts';

/**
 * Whether a tool runs all pending migrations on one connection, so that a SET of one of them holds for those after it: read in the
 * source of each, see docs/decisions/0005-runners.md. Supabase sends RESET ALL before each file.
 *
 * @returns false as well where it is not known: a migration then has what it sets itself.
 */
export function keepsSession({ name }: Pick<Runner, 'name'>): boolean {
  switch (name) {
    case 'prisma':
    case 'golang-migrate':
    case 'goose':
    case 'dbmate':
    case 'diesel':
    case 'sqlx':
    case 'drizzle':
      return true;
    case 'supabase':
    case 'flyway':
    case 'numbered':
    case 'plain':
    case 'custom':
      return false;
    default:
      return name satisfies never;
  }
}
