import type { Statement } from '../sql/types.ts';

/** The tool that runs the migrations. */
export interface Runner {
  readonly name: 'prisma' | 'plain';
  /** For people: `Prisma 6.19`, `Prisma, version unknown`. */
  readonly label: string;
  /**
   * How it sends a file.
   * - `one query`: all at once; PostgreSQL makes one implicit transaction of several statements.
   * - `statement by statement`: each commits by itself, unless the runner cannot split the file and sends it as one query.
   */
  readonly mode: 'one query' | 'statement by statement';
}

/** The transaction a statement runs in, as the runner and the script's own BEGIN and COMMIT make it. */
export interface Transaction {
  /**
   * - `implicit`: opened by the runner, or by PostgreSQL around several statements sent as one query.
   * - `explicit`: opened by BEGIN in the script.
   * - `autocommit`: the statement alone; it commits when it ends.
   */
  readonly kind: 'implicit' | 'explicit' | 'autocommit';
  /** In order. An autocommit transaction has one. */
  readonly statements: readonly Statement[];
}
