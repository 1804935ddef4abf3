import type { Comment, Script, Statement } from '../input/sql/types.ts';
import type { Place } from '../input/text/types.ts';

/**
 * `-- migration-lint-disable-next-statement rule[, rule] -- reason`: an acknowledgement. Without a reason it suppresses
 * nothing. It stands on lines of its own above its statement, and counts for all of the statement's lines.
 */
const DIRECTIVE =
  /^\s*migration-lint-disable-next-statement\s+(?<rules>[\w/,\s-]*?)\s+--\s+(?<reason>\S.*?)\s*$/su;

/** Whether a script can have directives. Finding comments costs twice the parse, and most scripts have no directive. */
export function mayHaveDirectives({ source }: Script): boolean {
  return source.text.includes('migration-lint-disable');
}

/** Which findings a script's own comments take back. */
export class Directives {
  readonly #byStatement = new Map<Statement, Set<string>>();

  constructor(script: Script) {
    for (const comment of script.comments) {
      const rules = DIRECTIVE.exec(comment.text)
        ?.groups?.['rules']?.split(',')
        .map((name) => name.trim());
      const statement = rules === undefined ? undefined : nextStatement(script, comment);
      if (rules === undefined || statement === undefined) continue;
      const known = this.#byStatement.get(statement) ?? new Set();
      for (const name of rules) known.add(name);
      this.#byStatement.set(statement, known);
    }
  }

  /** @returns true if a directive above the statement that the place lies in names the rule. */
  suppresses(rule: string, place: Place | undefined): boolean {
    if (place === undefined) return false;
    for (const [{ source, span }, rules] of this.#byStatement) {
      const inside = source === place.source && span.start <= place.span.start && place.span.start < span.end;
      if (inside && rules.has(rule)) return true;
    }
    return false;
  }
}

/** The first statement that begins after the comment. A comment inside a statement has none. */
function nextStatement({ statements }: Script, { span }: Comment): Statement | undefined {
  if (statements.some((statement) => statement.span.start < span.start && span.start < statement.span.end)) {
    return undefined;
  }
  return statements.find((statement) => statement.span.start >= span.end);
}
