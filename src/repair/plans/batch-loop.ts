import type { Column, Table } from '../../model/catalog/types.ts';
import { displayName, quoteIdentifier } from '../../model/operations/display-name.ts';
import { namesIn } from '../ddl/written.ts';

/** An UPDATE or DELETE that is to be made in batches. It must do no harm to do it twice: batches share the row at their border. */
export interface BatchedWrite {
  readonly table: Pick<Table, 'name' | 'columns'>;
  /** Tables that it reads beside, whose columns no variable may be named like. */
  readonly others?: readonly Pick<Table, 'columns'>[];
  /** By which the rows are gone through, as `pageKey` gives it. */
  readonly key: readonly Pick<Column, 'name'>[];
  /** A statement, with its semicolon, that comes before the loop. */
  readonly first?: string;
  /** The statement up to its WHERE: `UPDATE users SET display_name = username`. */
  readonly head: string;
  /** The name that the table has in it; undefined where its columns need none. */
  readonly qualifier?: string | undefined;
  /** Further conditions, joined by AND: `display_name IS NULL`. */
  readonly conditions: readonly string[];
  /** The most rows of a batch; at least 2 are taken. */
  readonly rows: number;
  /** Seconds between two batches; 0.1. */
  readonly pause?: number;
}

/**
 * A write as a DO block that goes through the table along its key, commits after each batch and pauses, so that it never keeps many
 * rows locked, and replicas and autovacuum keep up. It comes to every row once, whatever the type of the key and wherever keys are
 * missing; it ends; and it can be started again after an error. PostgreSQL refuses it inside a transaction (2D000).
 *
 * Batches begin with the last row of the batch before, so that the loop needs no smallest value of a type.
 *
 * @returns one statement, with its semicolon.
 */
export function batchLoop(write: BatchedWrite): string {
  const { table, key, head, conditions, rows, pause = 0.1 } = write;
  const names = variablesFor(write);
  const of = displayName(table.name);
  const columns = key.map(({ name }) => quoteIdentifier(name));
  const list = columns.join(', ');
  const own = write.qualifier === undefined ? columns : columns.map((name) => `${write.qualifier}.${name}`);
  const [last, next] = [tuple(names.last), tuple(names.next)];
  const bounds = [`${tuple(own)} >= ${last}`, `${tuple(own)} <= ${next}`, ...conditions.map(inBrackets)];
  const types = key.map(({ name }) => `${of}.${quoteIdentifier(name)}%TYPE`);
  const body = [
    'DECLARE',
    ...names.last.map((name, index) => `  ${name} ${types[index] ?? ''};`),
    ...names.next.map((name, index) => `  ${name} ${types[index] ?? ''};`),
    'BEGIN',
    ...(write.first === undefined ? [] : [`  ${write.first}`]),
    `  SELECT ${list} INTO ${names.last.join(', ')} FROM ${of} ORDER BY ${list} LIMIT 1;`,
    '  LOOP',
    `    SELECT ${list} INTO ${names.next.join(', ')}`,
    `    FROM (SELECT ${list} FROM ${of} WHERE ${tuple(columns)} >= ${last} ORDER BY ${list} LIMIT ${Math.max(rows, 2)}) AS batch`,
    `    ORDER BY ${columns.map((name) => `${name} DESC`).join(', ')} LIMIT 1;`,
    '    EXIT WHEN NOT FOUND;',
    ...head.split('\n').map((line) => `    ${line}`),
    `    WHERE ${bounds.join(' AND ')};`,
    '    COMMIT;',
    `    EXIT WHEN ${next} = ${last};`,
    ...names.last.map((name, index) => `    ${name} := ${names.next[index] ?? ''};`),
    `    PERFORM pg_sleep(${pause});`,
    '  END LOOP;',
    'END',
  ].join('\n');
  const quote = dollarQuote(body);
  return `DO ${quote}\n${body}\n${quote};`;
}

/** `id`, or `(a, b)`. */
function tuple(names: readonly string[]): string {
  return names.length === 1 ? names.join('') : `(${names.join(', ')})`;
}

/** A condition that AND can be put beside. */
function inBrackets(condition: string): string {
  return /\bor\b|--|\n/i.test(condition)
    ? `(${condition}${condition.includes('--') ? '\n    ' : ''})`
    : condition;
}

/** Names of variables that are no name of the write: PL/pgSQL refuses what could be a column or a variable (42702). */
function variablesFor({ table, others = [], key, head, conditions }: BatchedWrite): {
  readonly last: readonly string[];
  readonly next: readonly string[];
} {
  const columns = [table, ...others].flatMap((one) => one.columns.map(({ name }) => name));
  const taken = new Set([...namesIn([head, ...conditions].join('\n')), ...columns]);
  const fresh = (prefix: string, name: string): string => {
    const word = name
      .toLowerCase()
      .replaceAll(/[^a-z0-9_]/g, '_')
      .slice(0, 40);
    for (let tries = 0; ; tries++) {
      const variable = `${prefix}_${word}${tries === 0 ? '' : `_${tries}`}`;
      if (!taken.has(variable)) return variable;
    }
  };
  return {
    last: key.map(({ name }) => fresh('last', name)),
    next: key.map(({ name }) => fresh('next', name)),
  };
}

/** Quotes that do not end inside the text. */
export function dollarQuote(text: string): string {
  for (let tries = 0; ; tries++) {
    const quote = tries === 0 ? '$$' : `$body${tries === 1 ? '' : tries}$`;
    if (!text.includes(quote)) return quote;
  }
}
