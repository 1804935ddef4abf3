import { versionMoment } from '../../model/history/version-time.ts';

/** What was measured of one table. */
export interface TableStatistic {
  readonly schema: string;
  readonly name: string;
  /** PostgreSQL's estimate, those of its partitions and inheriting tables added; undefined if nobody knows. */
  readonly rows: number | undefined;
  /** With its indexes and TOAST, and those of its partitions and inheriting tables. */
  readonly bytes: number | undefined;
}

/** The sizes of a database's tables at a time. */
export interface TableStatistics {
  /** The day, as in `2026-11-20`. */
  readonly measured: string;
  readonly tables: readonly TableStatistic[];
}

const VERSION = 1;

/**
 * Reads a statistics file.
 *
 * @throws {StatisticsError} if it is none, or one of another version.
 */
export function parseStatistics(text: string): TableStatistics {
  const value = parseJson(text);
  if (!isRecord(value) || !Array.isArray(value['tables']))
    throw new StatisticsError('it is no statistics file');
  const { version, measured, tables } = value;
  if (version !== VERSION)
    throw new StatisticsError(`its version is ${JSON.stringify(version)}, and this program reads ${VERSION}`);
  if (typeof measured !== 'string' || daysOf(measured) === undefined)
    throw new StatisticsError('measured is no date such as "2026-11-20"');
  return { measured, tables: (tables as unknown[]).map(tableOf) };
}

/** The text of a statistics file. Tables are sorted, one a line, so that a new measurement touches the lines of what has grown. */
export function statisticsText({ measured, tables }: TableStatistics): string {
  const lines = tables
    .toSorted((a, b) => compare(a.schema, b.schema) || compare(a.name, b.name))
    .map(({ schema, name, rows, bytes }) =>
      JSON.stringify({ schema, name, rows: rows ?? null, bytes: bytes ?? null }),
    );
  const list = lines.length === 0 ? '[]' : `[\n    ${lines.join(',\n    ')}\n  ]`;
  return `{\n  "version": ${VERSION},\n  "measured": "${measured}",\n  "tables": ${list}\n}\n`;
}

/** How many days lie between a measurement and today. Negative if it was made later. */
export function daysSinceMeasured({ measured }: Pick<TableStatistics, 'measured'>, today: string): number {
  return (daysOf(today) ?? 0) - (daysOf(measured) ?? 0);
}

/** A statistics file that cannot be read. */
export class StatisticsError extends Error {
  readonly code = 'statistics';
}

function tableOf(value: unknown, index: number): TableStatistic {
  const wrong = (wanted: string): StatisticsError => new StatisticsError(`tables[${index}] ${wanted}`);
  if (!isRecord(value)) throw wrong('is no object with schema, name, rows and bytes');
  const { schema, name, rows, bytes } = value;
  if (typeof schema !== 'string' || typeof name !== 'string') throw wrong('lacks a text for schema or name');
  const [knownRows, knownBytes] = [rows, bytes].map(countOf);
  if (knownRows === 'wrong' || knownBytes === 'wrong')
    throw wrong('lacks a whole number from 0, or null, for rows or bytes');
  return { schema, name, rows: knownRows, bytes: knownBytes };
}

function countOf(value: unknown): number | undefined | 'wrong' {
  if (value === null) return undefined;
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : 'wrong';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new StatisticsError((error as Error).message);
  }
}

const DAY = 24 * 3_600_000;

/** Days from 1970-01-01 to a date before 2100; undefined for what is none. */
function daysOf(date: string): number | undefined {
  const time = /^\d{4}-\d\d-\d\d$/u.test(date) ? versionMoment(date) : undefined;
  return time === undefined ? undefined : time / DAY;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
