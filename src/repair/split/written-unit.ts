import { surroundingsOf } from '../../lint/edits/surroundings.ts';
import { isToolMark } from '../../lint/edits/tool-marks.ts';
import { statementText } from '../plans/statement-text.ts';
import type { PlanStep } from '../plans/types.ts';
import type { CutStatement, Unit } from './units.ts';

/** Why a step stands by itself, as a line above it; empty where the SQL says it. */
export function commentLine(step: PlanStep | undefined): string {
  return step?.comment === undefined ? '' : `-- ${step.comment}\n`;
}

/** Whether a unit is a whole statement, as somebody wrote it. */
export function isAsWritten({ step, sql, statement }: Unit): boolean {
  return step === undefined || sql === statementText(statement);
}

/**
 * A unit as it is written into a file of its own: with the comments right above its statement where it is the first that is left of
 * it, and with the comment on its line.
 */
export function writtenUnit(unit: Unit, { rest, steps }: CutStatement): string {
  const { statement, step, sql } = unit;
  const isFirst = unit === (rest ?? steps[0]);
  const around = surroundingsOf(statement);
  if (around === undefined || !isFirst) return `${commentLine(step)}${sql}`;
  const { text } = statement.source;
  const above = linesOf(text.slice(around.start, statement.span.start));
  const behind = linesOf(text.slice(around.semicolon ?? statement.span.end, around.end)).trim();
  const after = isAsWritten(unit) && behind !== '' ? ` ${behind}` : '';
  return `${above}${commentLine(step)}${sql}${after}`;
}

/** Without the marks of a tool, which belong to the place and not to the statement. */
function linesOf(text: string): string {
  const lines = text.split(/\r?\n/);
  const kept = lines.filter((line) => !isToolMark(line.trim())).join('\n');
  return kept.trimStart().replace(/[^\S\n]+$/, '');
}
