import type { Column, Table } from '../../model/catalog/types.ts';
import { displayName, quoteIdentifier } from '../../model/operations/display-name.ts';
import { dollarQuote } from './batch-loop.ts';
import { freeName } from './free-name.ts';

/** Two columns of a table that a trigger keeps in step. */
export interface KeptInStep {
  readonly table: Table;
  readonly old: Column;
  /** The name of the new column. */
  readonly new: string;
  /** How the new value is made of the old one; undefined for a plain copy, which goes both ways. */
  readonly conversion: Conversion | undefined;
  readonly isTaken: (name: string) => boolean;
}

/** How values change their type. */
export interface Conversion {
  /** An expression over the table's columns; undefined for what an assignment does by itself. */
  readonly using: string | undefined;
  /** True if it may fail on some values. The trigger then leaves the new column empty, rather than that running code fails. */
  readonly mayFail: boolean;
}

/** A trigger that is to be made, and how it is taken back. Each statement with its semicolon. */
export interface SyncTrigger {
  readonly create: readonly string[];
  readonly drop: readonly string[];
}

/**
 * The trigger that keeps a new column in step with the old one, for as long as code of both releases runs. A copy goes both ways: who
 * sets the new column sets the old one as well, else the new one follows the old one, also in rows that no backfill has come to yet.
 */
export function syncTrigger(step: KeptInStep): SyncTrigger {
  const { table, old, new: added, isTaken } = step;
  const on = displayName(table.name);
  const wanted = `${table.name.name}_${old.name}_to_${added}`;
  const named = freeName(
    wanted,
    (name) => isTaken(name) || table.triggers.some((trigger) => trigger.name === name),
  );
  const name = quoteIdentifier(named);
  const routine = displayName({ schema: table.name.schema, name: named });
  // A column may be called as a variable is, such as "old".
  const conflict = step.conversion?.using === undefined ? [] : ['#variable_conflict use_column'];
  const lines = bodyOf(step).map((line) => `  ${line}`);
  const body = [...conflict, 'BEGIN', ...lines, '  RETURN NEW;', 'END'].join('\n');
  const quote = dollarQuote(body);
  return {
    create: [
      `CREATE FUNCTION ${routine}() RETURNS trigger LANGUAGE plpgsql AS ${quote}\n${body}\n${quote};`,
      `CREATE TRIGGER ${name} BEFORE INSERT OR UPDATE ON ${on} FOR EACH ROW EXECUTE FUNCTION ${routine}();`,
    ],
    drop: [`DROP TRIGGER ${name} ON ${on};`, `DROP FUNCTION ${routine}();`],
  };
}

function bodyOf({ table, old, new: added, conversion }: KeptInStep): readonly string[] {
  const [from, to] = [`NEW.${quoteIdentifier(old.name)}`, `NEW.${quoteIdentifier(added)}`];
  if (conversion === undefined) {
    const text = hasExactEquality(old) ? '' : '::text';
    return [
      // On INSERT there is no OLD, and all of its columns are NULL.
      `IF ${to}${text} IS DISTINCT FROM OLD.${quoteIdentifier(added)}${text} THEN`,
      `  ${from} := ${to};`,
      'ELSE',
      `  ${to} := ${from};`,
      'END IF;',
    ];
  }
  const { using, mayFail } = conversion;
  const value =
    using === undefined
      ? from
      : `(SELECT ${using} FROM (SELECT NEW.*) AS ${quoteIdentifier(table.name.name)})`;
  if (!mayFail) return [`${to} := ${value};`];
  return [
    'BEGIN',
    `  ${to} := ${value};`,
    'EXCEPTION WHEN data_exception THEN',
    `  -- Running code must not fail: what has no value is found before the columns change places.`,
    `  ${to} := NULL;`,
    'END;',
  ];
}

/** Types of which equal values are the same value. Others have no equality (json), or one that lets values differ (citext, numeric). */
const EXACT: ReadonlySet<string> = new Set([
  'bigint',
  'boolean',
  'bytea',
  'character varying',
  'date',
  'integer',
  'smallint',
  'text',
  'timestamp with time zone',
  'timestamp without time zone',
  'uuid',
]);

function hasExactEquality({ type, collation }: Column): boolean {
  return (
    type.schema === undefined && type.arrayDimensions === 0 && collation === undefined && EXACT.has(type.name)
  );
}
