/** How an object is made. */
export interface CreateHow {
  /**
   * True if the statements may be run a second time: IF NOT EXISTS, OR REPLACE, or DROP … IF EXISTS first, wherever PostgreSQL has such
   * words. For types and constraints it has none.
   */
  readonly again?: boolean;
}
