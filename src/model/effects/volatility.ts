import type { Node } from '@pgsql/types';
import type { Catalog, Routine } from '../catalog/types.ts';
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
 * @param catalog the schema at that point, for functions of the user's own: they are volatile unless declared otherwise, or
 *   unless PostgreSQL puts the expression that they are in their place.
 * @returns true if it calls a volatile function. `now()`, constants, casts and array literals do not.
 */
export function isVolatile(expression: Expression, catalog: Catalog): boolean {
  return callsVolatile(expression.tree, catalog, MOST_CALLS);
}

/** How deep functions that call each other are followed. */
const MOST_CALLS = 8;

function callsVolatile(tree: Node, catalog: Catalog, depth: number): boolean {
  return callsOf(tree).some(({ schema, name }) => {
    if (schema === undefined || schema === 'pg_catalog') {
      if (VOLATILE_FUNCTIONS.has(name)) return true;
      if (schema === 'pg_catalog') return false;
    }
    return catalog
      .routines({ schema, name })
      .some((routine) => routine.volatility === 'volatile' && staysVolatile(routine, catalog, depth));
  });
}

/**
 * PostgreSQL inlines a function in SQL that is one SELECT of one expression (optimizer, inline_function): then the functions that
 * this calls decide, whatever it was declared.
 */
function staysVolatile(routine: Routine, catalog: Catalog, depth: number): boolean {
  const isPlain = !routine.securityDefiner && Object.keys(routine.settings).length === 0;
  if (routine.language !== 'sql' || !isPlain || routine.returns?.setOf === true || depth === 0) return true;
  const [node, ...rest] = routine.origin.statement?.body()?.nodes ?? [];
  if (node?.kind !== 'sql' || rest.length > 0 || !('SelectStmt' in node.statement.tree)) return true;
  const select = node.statement.tree.SelectStmt;
  const isExpression = Object.keys(select).every((key) => EXPRESSION_KEYS.has(key));
  return !isExpression || callsVolatile(node.statement.tree, catalog, depth - 1);
}

/** What the parse tree of `SELECT expression` has. */
const EXPRESSION_KEYS: ReadonlySet<string> = new Set(['targetList', 'limitOption', 'op']);
