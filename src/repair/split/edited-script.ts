import type { Script, Statement } from '../../input/sql/types.ts';
import { insertAfter } from '../../lint/edits/insert.ts';
import { removeStatement } from '../../lint/edits/remove.ts';
import type { Edit } from '../../lint/fix.ts';
import { applyAll } from './apply-all.ts';
import { commentLine } from './written-unit.ts';
import type { CutStatement, Unit } from './units.ts';

/**
 * The text of a script in which some units stay, where they are, and all others are gone. Comments, marks of the tool and white space
 * stay as they are.
 *
 * @param cut all of the script's statements.
 * @param stays whether a unit stays; of a statement that is no unit, whether it does.
 * @returns undefined if something cannot be put where it belongs.
 */
export function editedScript(
  script: Pick<Script, 'source' | 'within'>,
  cut: readonly CutStatement[],
  stays: { readonly unit: (unit: Unit) => boolean; readonly statement: (statement: Statement) => boolean },
): string | undefined {
  const edits: Edit[] = [];
  for (const one of cut) {
    const own = editsOf(one, stays);
    if (own === undefined) return undefined;
    edits.push(...own);
  }
  const { text } = script.source;
  const { start, end } = script.within ?? { start: 0, end: text.length };
  const inner = edits.map(({ span, text: to }) => ({
    text: to,
    span: { start: Math.max(span.start, start) - start, end: Math.min(span.end, end) - start },
  }));
  const written = text.slice(start, end);
  const result = applyAll(written, inner);
  return edits.length === 0 ? written : tidied(result, written);
}

function editsOf(
  { statement, edits, rest, steps }: CutStatement,
  stays: { readonly unit: (unit: Unit) => boolean; readonly statement: (statement: Statement) => boolean },
): readonly Edit[] | undefined {
  const kept = steps.filter(stays.unit);
  const sql = kept.map(({ step, sql: own }) => `${commentLine(step)}${own}`).join('\n\n');
  if (rest !== undefined && (stays.unit(rest) || stays.statement(statement))) {
    if (kept.length === 0) return edits;
    const inserted = insertAfter(statement, sql);
    return inserted && [...edits, ...inserted];
  }
  return kept.length === 0 ? removeStatement(statement) : [replaced(statement, sql)];
}

/** The statement's own semicolon, if there is one, stays behind the last step's text. */
function replaced({ source, span }: Statement, sql: string): Edit {
  const ends = /^\s*;/.test(source.text.slice(span.end, span.end + 100));
  return { path: source.path, span, text: ends ? sql.replace(/;$/, '') : sql };
}

/** Without the blank lines that what is gone leaves at either end. */
function tidied(text: string, before: string): string {
  const start = /^\s*\n/.test(before) ? text : text.replace(/^(?:[^\S\n]*\r?\n)+/, '');
  const end = /\n[^\S\n]*\r?\n\s*$/.test(before) ? start : start.replace(/(\r?\n)(?:[^\S\n]*\r?\n)+$/, '$1');
  return end;
}
