import { KEPT_TABLES } from '../../lint/sizes/kept-tables.ts';
import { isTableAmong, parseTablePattern } from '../../lint/sizes/table-pattern.ts';
import type { SchemaDifference } from '../fingerprint/types.ts';

/** Copies that generated rollbacks make, and those that people make, in any schema. */
const PATTERNS = ['_rollback_*', ...KEPT_TABLES].map((pattern) => `*.${pattern}`);

/** Whether a table is named like one that saves what a rollback would lose. @param name as people write it: `billing.orders_backup`. */
export function isKeptTable(name: string): boolean {
  const table = parseTablePattern(name);
  return table !== undefined && isTableAmong({ schema: table.schema.text, name: table.name.text }, PATTERNS);
}

/** What a rollback leaves, without tables that save what would be lost. */
export function withoutKeptTables(differences: readonly SchemaDifference[]): readonly SchemaDifference[] {
  return differences.filter(
    ({ difference, kind, name }) => !(difference === 'left' && kind === 'table' && isKeptTable(name)),
  );
}
