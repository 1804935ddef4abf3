import { lineEndOf } from '../../lint/edits/surroundings.ts';
import { changeOfSettings, isTimeout, type Settings } from './settings.ts';
import type { CutStatement, Unit } from './units.ts';
import { isAsWritten, writtenUnit } from './written-unit.ts';

/** What the text of a new script is made of. */
export interface ScriptParts {
  readonly units: readonly Unit[];
  readonly cutOf: (unit: Unit) => CutStatement;
  /** The settings that a unit's statement ran with. */
  readonly settingsOf: (unit: Unit) => Settings;
  /** True if they run outside a transaction, where timeouts of a transaction make no sense. */
  readonly outside: boolean;
  /** What stands around the statements: `BEGIN` and `COMMIT` as they are written; undefined for nothing. */
  readonly around: { readonly before: string; readonly after: string } | undefined;
}

/** The text of a new script: its units in order, with the settings that they ran with before. */
export function newScript({ units, cutOf, settingsOf, outside, around }: ScriptParts): string {
  let text = around === undefined ? '' : `${around.before}\n\n`;
  let settings: Settings = new Map();
  for (const [index, unit] of units.entries()) {
    const own = relevant(settingsOf(unit), outside);
    const written = [...changeOfSettings(settings, own), writtenUnit(unit, cutOf(unit))].join('\n');
    settings = own;
    const previous = units[index - 1];
    text += previous === undefined ? written : `${gapBetween(previous, unit)}${written}`;
  }
  const lineEnd = lineEndOf(units[0]?.statement.source.text ?? '');
  return `${text}${around === undefined ? '' : `\n\n${around.after}`}\n`.replaceAll(/\r?\n/g, lineEnd);
}

function relevant(settings: Settings, outside: boolean): Settings {
  return outside ? new Map([...settings].filter(([, one]) => !isTimeout(one))) : settings;
}

/** Statements that followed each other line by line still do. */
function gapBetween(one: Unit, other: Unit): string {
  if (!isAsWritten(one) || !isAsWritten(other)) return '\n\n';
  const { text } = one.statement.source;
  const between = text.slice(one.statement.span.end, other.statement.span.start);
  return /^[;\s]*$/.test(between) && between.split('\n').length === 2 ? '\n' : '\n\n';
}
