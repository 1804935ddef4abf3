import type { Runner } from './types.ts';

/**
 * Whether a tool has a command that runs a rollback script, in the way in which it runs a migration. Elsewhere people run it by hand.
 * Read in the documentation of each: `migrate down`, `diesel migration revert`, `sqlx migrate revert`, `dbmate rollback`, `goose down`,
 * `flyway undo`.
 */
export function runsRollbacks({ name }: Pick<Runner, 'name'>): boolean {
  switch (name) {
    case 'golang-migrate':
    case 'diesel':
    case 'sqlx':
    case 'dbmate':
    case 'goose':
    case 'flyway':
      return true;
    case 'prisma':
    case 'drizzle':
    case 'supabase':
    case 'numbered':
    case 'plain':
    case 'custom':
      return false;
    default:
      return name satisfies never;
  }
}
