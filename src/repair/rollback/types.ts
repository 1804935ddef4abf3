import type { Catalog } from '../../model/catalog/types.ts';
import type { ObjectName, Operation } from '../../model/operations/types.ts';
import type { Runner } from '../../input/runners/types.ts';

/** What a rollback is generated from. A judged migration has all of it. */
export interface UndoneMigration {
  readonly id: string;
  /** Empty where the id has none: the id then names saved copies. */
  readonly version: string;
  /** Place in replay order, from 0. */
  readonly index: number;
  /** In execution order, with names resolved. */
  readonly operations: readonly Operation[];
  /** Of a part of a migration: what ran before it, in the same form. */
  readonly earlier?: readonly Operation[];
  readonly catalogBefore: Catalog;
  readonly catalogAfter: Catalog;
  /** Tables with columns that lack values, though they are there before and after: they were dropped and made again. */
  readonly emptied?: readonly ObjectName[];
}

/** What a rollback is run by. */
export interface RollbackRunner {
  readonly runner: Runner;
  /** Major version of PostgreSQL. */
  readonly postgresVersion: number;
  /** True if the script will ask for no transaction whatever it holds: what asks for the forward script asks for it, too. */
  readonly asksForNoTransaction?: boolean;
}

/** Something that a rollback does not bring back. */
export interface Loss {
  /** Rows and their values, or a part of the schema. */
  readonly of: 'rows' | 'schema';
  /**
   * What is not as it was, by the name that it had: `orders`, `orders.total`, `orders_total_check on orders`. Undefined where nobody
   * knows what it is: dynamic SQL.
   */
  readonly object: string | undefined;
  /** For people. */
  readonly sentence: string;
}

/** A rollback script made from the catalog. */
export interface GeneratedRollback {
  /** The whole script, comments included, with a line end at its end. */
  readonly sql: string;
  /** What does not come back as it was. Empty where the schema comes back exactly and no row is lost. */
  readonly losses: readonly Loss[];
  /** True if there is no way back at all: the script only raises. */
  readonly irreversible: boolean;
  /** True if it builds or drops an index CONCURRENTLY, and so must be run outside a transaction. */
  readonly withoutTransaction: boolean;
}

/** A statement of a rollback. */
export interface RollbackStatement {
  /** Without its semicolon. */
  readonly sql: string;
  /** Lines above it, without comment marks. */
  readonly note?: string;
}
