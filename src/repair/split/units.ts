import type { Script, Statement } from '../../input/sql/types.ts';
import type { Edit } from '../../lint/fix.ts';
import { actionClause } from '../../model/operations/clauses.ts';
import type { Plan, PlanStep } from '../plans/types.ts';
import { applyAll } from './apply-all.ts';

/** What is moved as a whole: a statement of the script, as it is left by the plans, or a step of a plan. */
export interface Unit {
  /** The script's statement that it is, or comes from. */
  readonly statement: Statement;
  /** One or more statements, each with its semicolon. */
  readonly sql: string;
  /** Undefined for a statement. */
  readonly step: PlanStep | undefined;
  /** What its plan has it come after: the statement, if that stays, or the step before it. */
  readonly follows: Unit | undefined;
}

/** What plans make of a statement. */
export interface CutStatement {
  readonly statement: Statement;
  /** Edits of its text; empty for one that stays as it is. */
  readonly edits: readonly Edit[];
  /** What is left of it; undefined if steps have taken the place of all of it. */
  readonly rest: Unit | undefined;
  /** In order. */
  readonly steps: readonly Unit[];
}

/**
 * Cuts a script into what stays and what the plans put in its place.
 *
 * @returns undefined if a plan cannot be made: its operation is no statement of the script, or its text cannot be taken out.
 */
export function cutScript(
  { statements }: Pick<Script, 'statements'>,
  plans: readonly Plan[],
): readonly CutStatement[] | undefined {
  const byStatement = new Map<Statement, Plan[]>(statements.map((statement) => [statement, []]));
  for (const plan of plans) {
    const list = byStatement.get(plan.operation.statement);
    if (list === undefined) return undefined;
    list.push(plan);
  }
  const cut: CutStatement[] = [];
  for (const [statement, own] of byStatement) {
    const one = cutStatement(statement, own);
    if (one === undefined) return undefined;
    cut.push(one);
  }
  return cut;
}

function cutStatement(statement: Statement, plans: readonly Plan[]): CutStatement | undefined {
  const ordered = plans.toSorted((a, b) => (a.operation.action ?? 0) - (b.operation.action ?? 0));
  const removed = removalOf(statement, ordered);
  if (removed === undefined) return undefined;
  const edits = [
    ...removed.edits,
    ...ordered.flatMap(({ origin }) => (origin.kind === 'edited' ? origin.edits : [])),
  ];
  const rest = removed.all
    ? undefined
    : { statement, sql: `${editedText(statement, edits)};`, step: undefined, follows: undefined };
  const steps = ordered.flatMap(({ steps: all }) => {
    let follows: Unit | undefined = rest;
    return all.map((step): Unit => (follows = { statement, sql: step.sql, step, follows }));
  });
  return { statement, edits: removed.all ? [] : edits, rest, steps };
}

function editedText({ source, span }: Statement, edits: readonly Edit[]): string {
  const text = source.text.slice(span.start, span.end);
  const shifted = edits.map((edit) => ({
    text: edit.text,
    span: { start: edit.span.start - span.start, end: edit.span.end - span.start },
  }));
  return applyAll(text, shifted);
}

/** What is taken out of a statement: all of it, or some actions of its ALTER TABLE with their commas. */
function removalOf(
  statement: Statement,
  plans: readonly Plan[],
): { readonly all: boolean; readonly edits: readonly Edit[] } | undefined {
  const gone = new Set<number | undefined>();
  for (const { origin, operation } of plans)
    if (origin.kind === 'removed') gone.add(origin.whole === true ? undefined : operation.action);
  if (gone.size === 0) return { all: false, edits: [] };
  const actions = actionsOf(statement);
  if (gone.has(undefined) || actions.every((_, index) => gone.has(index))) return { all: true, edits: [] };
  if ([...gone].some((action) => action === undefined || action >= actions.length)) return undefined;
  const { path } = statement.source;
  let kept = false;
  const edits = actions.flatMap((action, index): readonly Edit[] => {
    if (!gone.has(index)) {
      kept = true;
      return [];
    }
    // With the comma before it; with the one after it where nothing before it stays.
    const span = kept
      ? { start: actions[index - 1]?.end ?? action.start, end: action.end }
      : { start: action.start, end: actions[index + 1]?.start ?? action.end };
    return [{ path, span, text: '' }];
  });
  return { all: false, edits };
}

/** Where the actions of an ALTER TABLE stand. */
function actionsOf(statement: Statement): readonly { readonly start: number; readonly end: number }[] {
  const tokens = statement.tokens();
  const found: { readonly start: number; readonly end: number }[] = [];
  for (;;) {
    const range = actionClause(tokens, found.length)?.range;
    const [first, last] = range === undefined ? [] : [tokens[range.start], tokens[range.end - 1]];
    if (first === undefined || last === undefined) return found;
    found.push({ start: first.span.start, end: last.span.end });
  }
}
