import { fieldsOf, valueText } from '../operations/nodes.ts';
import type { Operation, SetVariable } from '../operations/types.ts';

/**
 * The settings that end a statement for the time that it waits or runs (manual, 19.11.1). `statement_timeout` counts what is waited
 * for a lock, too; so does `transaction_timeout`, which PostgreSQL has since 17.
 */
export type TimeoutName = 'lock_timeout' | 'statement_timeout' | 'transaction_timeout';

/** A timeout as a script has set it. */
export interface Timeout {
  /** 0 switches it off; undefined where the value cannot be read, or is set only perhaps. */
  readonly milliseconds: number | undefined;
  /** What set it: SET, set_config, or ALTER ROLE or ALTER DATABASE of an earlier session. */
  readonly by: Operation;
}

/** The timeouts in force. Undefined where no script has set one, and that of the server or the connection counts. */
export type Timeouts = Readonly<Record<TimeoutName, Timeout | undefined>>;

/** Those of a session for which nobody has set any. */
export const noTimeouts: Timeouts = {
  lock_timeout: undefined,
  statement_timeout: undefined,
  transaction_timeout: undefined,
};

function isTimeout(name: string): name is TimeoutName {
  return name in noTimeouts;
}

/**
 * The timeouts after a SET, RESET or set_config.
 *
 * @param timeouts those before it.
 * @param initial those that the session began with, to which RESET goes back.
 * @returns undefined if it sets another variable.
 */
export function timeoutsAfter(
  timeouts: Timeouts,
  initial: Timeouts,
  operation: SetVariable,
): Timeouts | undefined {
  const name = operation.name.toLowerCase();
  if (!isTimeout(name)) return undefined;
  const [text] = operation.value ?? [];
  if (text === undefined)
    return { ...timeouts, [name]: operation.run === 'perhaps' ? unknown(operation) : initial[name] };
  const milliseconds = operation.run === 'perhaps' ? undefined : timeoutMilliseconds(text);
  return { ...timeouts, [name]: { milliseconds, by: operation } };
}

function unknown(by: Operation): Timeout {
  return { milliseconds: undefined, by };
}

/**
 * The timeouts that later sessions begin with, after an ALTER ROLE … SET or ALTER DATABASE … SET.
 *
 * Who runs migrations is not known: a role that has a name may be another one, so that its value is set only perhaps.
 *
 * @param configured those before it.
 * @returns the same object for any other operation.
 */
export function configuredTimeouts(configured: Timeouts, operation: Operation): Timeouts {
  if (operation.kind === 'AlterRole') {
    const settings = Object.entries(operation.options);
    return settings.reduce((all, [name, value]) => configure(all, name, value, operation), configured);
  }
  if (operation.kind !== 'ClusterWide' || operation.command !== 'alter database') return configured;
  const setting = fieldsOf(operation.statement.tree, 'AlterDatabaseSetStmt')?.setstmt;
  if (setting === undefined) return configured;
  const value = setting.kind === 'VAR_SET_VALUE' ? (valueText(setting.args?.[0]) ?? '') : '';
  return configure(configured, setting.name ?? 'all', value, operation);
}

/** `''` resets it. */
function configure(timeouts: Timeouts, written: string, value: string, by: Operation): Timeouts {
  const name = written.toLowerCase();
  if (name === 'all') return noTimeouts;
  if (!isTimeout(name)) return timeouts;
  if (value === '') return { ...timeouts, [name]: undefined };
  const isForAll = by.kind !== 'AlterRole' || OWN_ROLES.has(by.role);
  const milliseconds = isForAll && by.run === 'now' ? timeoutMilliseconds(value) : undefined;
  return { ...timeouts, [name]: { milliseconds, by } };
}

/** Roles that are surely the one that runs the migration. */
const OWN_ROLES: ReadonlySet<string> = new Set(['ALL', 'CURRENT_USER', 'CURRENT_ROLE', 'SESSION_USER']);

/** The units of times, in milliseconds (PostgreSQL 18, `time_unit_conversion_table` of src/backend/utils/misc/guc.c). */
const UNITS: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * A timeout's value as PostgreSQL reads it: a whole or decimal number, decimal, hexadecimal or octal, in milliseconds where no unit
 * is named.
 *
 * @param text `5s`, `5000`, `1.5 min`.
 * @returns milliseconds, rounded as PostgreSQL rounds them; undefined for what it refuses, or what is no constant.
 */
export function timeoutMilliseconds(text: string): number | undefined {
  const match = /^\s*([+]?(?:0x[\da-f]+|[\d.]+(?:e[+-]?\d+)?))\s*([a-z]*)\s*$/iu.exec(text);
  if (match === null) return undefined;
  const number = numberOf(match[1] ?? '');
  const unit = match[2] === '' ? 1 : UNITS[match[2] ?? ''];
  if (number === undefined || unit === undefined) return undefined;
  const milliseconds = roundToEven(number * unit);
  return milliseconds <= 2_147_483_647 ? milliseconds : undefined;
}

function numberOf(written: string): number | undefined {
  const digits = written.replace(/^\+/u, '');
  const isOctal = /^0\d+$/u.test(digits);
  const number = isOctal ? Number(`0o${digits}`) : Number(digits);
  return Number.isNaN(number) ? undefined : number;
}

/** As C's rint does: halves go to the even neighbour. */
function roundToEven(number: number): number {
  const floor = Math.floor(number);
  if (number - floor !== 0.5) return Math.round(number);
  return floor % 2 === 0 ? floor : floor + 1;
}
