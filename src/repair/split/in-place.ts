import { editedScript } from './edited-script.ts';
import type { ReadUnits } from './read-script.ts';
import { asksForNoTransaction, isFrame, sentUnits, type SentUnits } from './runner-ways.ts';
import type { Slot } from './schedule.ts';
import type { SplitRequest } from './types.ts';
import type { Unit } from './units.ts';

/**
 * The script with all steps in it, right behind what they come from, where this runner makes of that what the plans ask for.
 *
 * @returns undefined where it takes several files.
 */
export function inPlace(
  { migration, project }: SplitRequest,
  read: ReadUnits,
): { readonly slot: Slot; readonly sql: string } | undefined {
  const units = read.placed.map(({ unit }) => unit);
  if (units.some(({ step }) => step?.after === 'release' || step?.apart !== undefined)) return undefined;
  const sql = editedScript(read.script, read.cut, { unit: () => true, statement: () => true });
  if (sql === undefined) return undefined;
  const withoutTransaction = asksForNoTransaction(migration, project.runner);
  const slot: Slot = { release: 0, outside: withoutTransaction, apart: undefined, units };
  const isOther = read.around === undefined && read.settings.size === 0 ? () => false : isFrame;
  const sent = sentUnits(sql, units, project.runner, { withoutTransaction, stepsOf: read.stepsOf, isOther });
  return sent !== undefined && units.every((unit) => isAsAsked(unit, sent)) ? { slot, sql } : undefined;
}

function isAsAsked(unit: Unit, { statementsOf, transactionOf }: SentUnits): boolean {
  const own = (statementsOf.get(unit) ?? []).map((statement) => transactionOf.get(statement));
  const isAlone = unit.step?.outsideTransaction === true || unit.step?.reads === true;
  if (isAlone && !own.every((one) => one?.kind === 'autocommit')) return false;
  if (unit.step?.after !== 'commit' || unit.follows === undefined) return true;
  const last = statementsOf.get(unit.follows)?.at(-1);
  return last !== undefined && own.every((one) => one !== transactionOf.get(last));
}
