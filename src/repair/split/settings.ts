import type { Statement } from '../../input/sql/types.ts';
import type { OperationOf } from '../../model/operations/types.ts';
import type { TrialStep } from './trial.ts';

/** The settings of the session that a statement of a script runs with: by name, the statement that has set it. */
export type Settings = ReadonlyMap<string, SettingStatement>;

/** A statement that sets something for the session or the transaction, and does nothing else. */
export interface SettingStatement {
  readonly statement: Statement;
  readonly variable: OperationOf<'SetVariable'>;
}

/** The setting that a statement makes; undefined for a statement that does anything else. */
export function settingOf(steps: readonly TrialStep[]): SettingStatement | undefined {
  const [first] = steps;
  const isSetting = steps.every(
    ({ operation }) =>
      operation.kind === 'SetVariable' || (operation.kind === 'Select' && operation.query.reads.length === 0),
  );
  const set = steps.find(({ operation }) => operation.kind === 'SetVariable')?.operation;
  if (!isSetting || first === undefined || set?.kind !== 'SetVariable') return undefined;
  return { statement: first.statement, variable: set };
}

/** The settings after one more statement. */
export function settingsAfter(settings: Settings, one: SettingStatement): Settings {
  const { name, value } = one.variable;
  if (name === 'all') return new Map();
  const after = new Map(settings);
  if (value === undefined) after.delete(name);
  else after.set(name, one);
  return after;
}

/** Settings that only say how long a statement may wait or run. */
export function isTimeout({ variable: { name } }: SettingStatement): boolean {
  return name.endsWith('_timeout');
}

/**
 * The statements that make one set of settings of another.
 *
 * @returns SQL, each statement with its semicolon.
 */
export function changeOfSettings(from: Settings, to: Settings): readonly string[] {
  const changes: string[] = [];
  for (const [name, { statement }] of to) {
    if (from.get(name)?.statement === statement) continue;
    changes.push(`${statement.source.text.slice(statement.span.start, statement.span.end)};`);
  }
  for (const name of from.keys()) if (!to.has(name)) changes.push(`RESET ${name};`);
  return changes;
}
