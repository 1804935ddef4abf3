import type { Catalog } from '../catalog/types.ts';
import { callsOf } from '../operations/queries.ts';
import type { Expression } from '../operations/types.ts';

/**
 * Functions of PostgreSQL 18 and its bundled extensions whose value differs from row to row: `pg_proc.provolatile = 'v'`,
 * asked of a server, those left out that only administrate. PostgreSQL evaluates them once a row, so that adding a column
 * with such a default rewrites the table.
 */
const VOLATILE_FUNCTIONS: ReadonlySet<string> = new Set([
  'array_sample',
  'array_shuffle',
  'clock_timestamp',
  'currval',
  'gen_random_bytes',
  'gen_random_uuid',
  'gen_salt',
  'lastval',
  'nextval',
  'pgp_pub_encrypt',
  'pgp_sym_encrypt',
  'random',
  'random_normal',
  'set_config',
  'setval',
  'timeofday',
  'uuid_generate_v1',
  'uuid_generate_v1mc',
  'uuid_generate_v4',
  'uuidv4',
  'uuidv7',
]);

/**
 * Tells whether PostgreSQL must evaluate a default once for each row.
 *
 * @param expression a column default.
 * @param catalog the schema at that point, for functions of the user's own: they are volatile unless declared otherwise.
 * @returns true if it calls a volatile function. `now()`, constants, casts and array literals do not.
 */
export function isVolatile(expression: Expression, catalog: Catalog): boolean {
  return callsOf(expression.tree).some(({ schema, name }) => {
    if (schema === undefined || schema === 'pg_catalog') {
      if (VOLATILE_FUNCTIONS.has(name)) return true;
      if (schema === 'pg_catalog') return false;
    }
    return catalog.routines({ schema, name }).some((routine) => routine.volatility === 'volatile');
  });
}
