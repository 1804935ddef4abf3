import type { Node } from '@pgsql/types';
import { refusesTransaction } from './outside-transaction.ts';

/** The commands that Flyway knows to refuse a transaction, as {@link refusesTransaction} names them. */
const KNOWN = new Set([
  'CREATE INDEX CONCURRENTLY',
  'DROP INDEX CONCURRENTLY',
  'REINDEX SCHEMA',
  'REINDEX DATABASE',
  'REINDEX SYSTEM',
  'VACUUM',
  'CREATE DATABASE',
  'DROP DATABASE',
  'CREATE TABLESPACE',
  'DROP TABLESPACE',
  'ALTER SYSTEM',
  'DISCARD ALL',
]);

/**
 * Whether Flyway takes a statement for one that cannot run in a transaction. It looks at the first words (PostgreSQLParser.java,
 * `detectCanExecuteInTransaction`, 13.0.0) and does not know all of them: REINDEX TABLE CONCURRENTLY, DETACH PARTITION …
 * CONCURRENTLY and CLUSTER it sends in a transaction, where PostgreSQL refuses them; every CREATE and DROP SUBSCRIPTION it sends
 * outside of one.
 */
export function flywayRefusesTransaction(tree: Node): boolean {
  if ('CreateSubscriptionStmt' in tree || 'DropSubscriptionStmt' in tree) return true;
  const command = refusesTransaction(tree);
  return command !== undefined && KNOWN.has(command);
}
