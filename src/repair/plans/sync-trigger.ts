import { unquoteName } from '../../input/sql/tokens.ts';
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
      // What nobody has changed stays: an old column that came back empty must not empty the new one.
      `ELSIF ${to} IS NULL OR ${from}${text} IS DISTINCT FROM OLD.${quoteIdentifier(old.name)}${text} THEN`,
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

/** A column whose values another one has as well, as long as a trigger runs. */
export interface FollowedColumn {
  readonly from: string;
  readonly to: string;
  /** The expression that makes the values of `to`; undefined for `from` alone. */
  readonly using: string | undefined;
}

const ASSIGNMENT = /^\s*NEW\.("(?:[^"]|"")+"|\w+) := ([^]+?);$/gm;

/** What else stands in the body of such a trigger. */
const AROUND =
  /^\s*(?:BEGIN|END;?|IF .* THEN|ELSIF .* THEN|ELSE|END IF;|RETURN NEW;|EXCEPTION WHEN data_exception THEN|--.*|#variable_conflict use_column)?\s*$/gm;

/**
 * Which columns a trigger of {@link syncTrigger} keeps in step: of a copy that goes both ways, each is followed by the other.
 *
 * @param definition the CREATE FUNCTION of a trigger function.
 * @returns nothing for one that does anything else.
 */
export function followedColumns(definition: string): readonly FollowedColumn[] {
  const body = /\bAS (\$\w*\$)\n([^]*)\n\1/i.exec(definition)?.[2];
  if (body === undefined || body.replaceAll(ASSIGNMENT, '').replaceAll(AROUND, '').trim() !== '') return [];
  const found = [...body.matchAll(ASSIGNMENT)].flatMap(([, to = '', value = '']): FollowedColumn[] => {
    if (value === 'NULL') return [];
    const plain = /^NEW\.("(?:[^"]|"")+"|\w+)$/.exec(value)?.[1];
    if (plain !== undefined) return [{ from: nameOf(plain), to: nameOf(to), using: undefined }];
    const using = /^\(SELECT ([^]+) FROM \(SELECT NEW\.\*\) AS [^]+\)$/.exec(value)?.[1];
    return using === undefined ? [] : [{ from: '', to: nameOf(to), using }];
  });
  const targets = new Set(found.map(({ to }) => to));
  return targets.size > 1 &&
    found.some(({ from, to }) => !found.some((one) => one.from === to && one.to === from))
    ? []
    : found;
}

function nameOf(written: string): string {
  return written.startsWith('"') ? unquoteName(written) : written;
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
