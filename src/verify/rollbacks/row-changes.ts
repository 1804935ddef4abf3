import type { Node, RangeVar } from '@pgsql/types';
import type { Statement } from '../../input/sql/types.ts';
import { positionAt } from '../../input/text/positions.ts';
import { quoteIdentifier } from '../../model/operations/display-name.ts';
import { constantText, fieldsOf, stringOf } from '../../model/operations/nodes.ts';
import { visitNodes } from '../../model/operations/parse-tree.ts';
import { columnNames } from '../../model/operations/queries.ts';
import type { PreparedScript } from '../apply/types.ts';
import type { Database } from '../engines/types.ts';
import { attempt, literal } from '../sample-rows/candidates.ts';

/** A statement that changes or deletes rows of a table. */
export interface RowChange {
  readonly statement: Statement;
  /** As SQL wants it. */
  readonly table: string;
  /** As {@link tableRows} names it. */
  readonly label: string;
  /** For people: `DELETE FROM users (002/up.sql:3)`. */
  readonly words: string;
  /** What a row must have to be picked, as far as it is easily seen. */
  readonly needs: ReadonlyMap<string, string | null>;
}

/** The statements of a script that change or delete rows that are there; those in DO blocks and functions are not followed. */
export function rowChanges({ statements, source }: PreparedScript): readonly RowChange[] {
  return statements.flatMap((statement) => {
    const found: RowChange[] = [];
    visitNodes(statement.tree, (type, fields) => {
      if (type === 'CreateFunctionStmt' || type === 'RuleStmt') return false;
      const command = COMMANDS[type];
      const relation = fields['relation'] as RangeVar | undefined;
      if (command === undefined || relation?.relname === undefined) return true;
      const { schemaname, relname } = relation;
      const shown = schemaname === undefined ? relname : `${schemaname}.${relname}`;
      const { line } = positionAt(source, statement.span.start);
      found.push({
        statement,
        table: [schemaname, relname]
          .flatMap((name) => (name === undefined ? [] : quoteIdentifier(name)))
          .join('.'),
        label: schemaname === 'public' ? relname : shown,
        words: `${command} ${shown} (${source.path}:${line})`,
        needs: new Map(conditionsOf(fields['whereClause'] as Node | undefined).flatMap(needOf)),
      });
      return true;
    });
    return found;
  });
}

const COMMANDS: Readonly<Record<string, string>> = {
  UpdateStmt: 'UPDATE',
  DeleteStmt: 'DELETE FROM',
  MergeStmt: 'MERGE INTO',
};

/** The parts of a condition that must all be true. */
function conditionsOf(clause: Node | undefined): readonly Node[] {
  const both = fieldsOf(clause, 'BoolExpr');
  if (both?.boolop === 'AND_EXPR') return (both.args ?? []).flatMap(conditionsOf);
  return clause === undefined ? [] : [clause];
}

/** `x IS NULL`, `x = 'old'`, `x IN ('old', 'older')`, `x LIKE 'old%'`, `x`, `NOT x`. */
function needOf(condition: Node): readonly (readonly [string, string | null])[] {
  const test = fieldsOf(condition, 'NullTest');
  if (test?.nulltesttype === 'IS_NULL') return pair(test.arg, null);
  const plain = pair(condition, 'true');
  if (plain.length > 0) return plain;
  const negated = fieldsOf(condition, 'BoolExpr');
  if (negated?.boolop === 'NOT_EXPR') return pair(negated.args?.[0], 'false');
  const { kind, name, lexpr, rexpr } = fieldsOf(condition, 'A_Expr') ?? {};
  const isEqual = (kind === 'AEXPR_OP' || kind === 'AEXPR_IN') && stringOf(name?.at(-1)) === '=';
  if (!isEqual && kind !== 'AEXPR_LIKE' && kind !== 'AEXPR_ILIKE') return [];
  const first = fieldsOf(rexpr, 'List')?.items?.[0] ?? rexpr;
  const constant = fieldsOf(fieldsOf(first, 'TypeCast')?.arg ?? first, 'A_Const');
  const value = constant && constantText(constant);
  if (value === undefined) return [];
  return pair(lexpr, isEqual ? value : value.replaceAll(/%/gu, '').replaceAll(/_/gu, 'x'));
}

function pair(column: Node | undefined, value: string | null): readonly (readonly [string, string | null])[] {
  const name = columnNames(column)?.at(-1);
  return name === undefined ? [] : [[name, value]];
}

/**
 * Makes one sample row of each table such as the statements pick, where none is, that can be told, and the table takes it. Must be called in a
 * transaction, which is left open and sound.
 */
export async function matchRows(database: Database, changes: readonly RowChange[]): Promise<void> {
  for (const { table, needs } of changes) {
    if (needs.size === 0) continue;
    const values = [...needs].map(([column, value]) => `${quoteIdentifier(column)} = ${literal(value)}`);
    const tests = [...needs].map(
      ([column, value]) => `${quoteIdentifier(column)} ${value === null ? 'IS NULL' : `= ${literal(value)}`}`,
    );
    // The first row is the one that most others refer to: the last one is changed.
    const last = `SELECT ctid FROM ${table} ORDER BY ctid DESC LIMIT 1`;
    await attempt(database, () =>
      database.execute(
        `UPDATE ${table} SET ${values.join(', ')} WHERE ctid = (${last}) AND NOT EXISTS (SELECT FROM ${table} WHERE ${tests.join(' AND ')})`,
      ),
    );
  }
}

/** Those of the statements whose table is there. Asked for before the migration runs. */
export async function changesOfTables(
  database: Database,
  changes: readonly RowChange[],
): Promise<readonly RowChange[]> {
  if (changes.length === 0) return [];
  const tables = [...new Set(changes.map(({ table }) => table))];
  const found = await database.rows<{ name: string }>(
    `SELECT name FROM unnest(ARRAY[${tables.map(literal).join(', ')}]::text[]) AS name
     JOIN pg_class c ON c.oid = to_regclass(name) WHERE c.relkind IN ('r', 'p')`,
  );
  const known = new Set(found.map(({ name }) => name));
  return changes.filter(({ table }) => known.has(table));
}

/** How many rows of users' tables the transaction has changed or deleted so far. */
export async function changedRows(database: Database): Promise<number> {
  const [row] = await database.rows<{ changed: number }>(
    'SELECT coalesce(sum(n_tup_upd + n_tup_del), 0)::int AS changed FROM pg_stat_xact_user_tables',
  );
  return row?.changed ?? 0;
}
