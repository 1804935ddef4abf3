import type { Comment, Script, Statement } from '../input/sql/types.ts';
import { lastAtMost } from '../input/text/offsets.ts';
import { positionAt } from '../input/text/positions.ts';
import type { Place } from '../input/text/types.ts';

/** What every directive begins with. */
const MARK = 'migration-lint-disable';

/**
 * `-- migration-lint-disable-next-statement rule[, rule] -- reason`: an acknowledgement. Without a reason it suppresses
 * nothing. It stands on lines of its own above its statement, and counts for all of the statement's lines; above the first
 * statement it counts for findings about the migration as a whole, too.
 */
const DIRECTIVE = /^-next-statement\s+(?<rules>[\w/,\s-]*?)\s+--\s+\S/su;

/** Whether a script can have directives. Finding comments costs as much as the parse, and most scripts have no directive. */
export function mayHaveDirectives({ source }: Script): boolean {
  return source.text.includes(MARK);
}

interface Directive {
  readonly comment: Comment;
  readonly rule: string;
  used: boolean;
}

/** Which findings a script's own comments take back. */
export class Directives {
  readonly #script: Script;
  /** Where the file and each of its statements begin. */
  readonly #starts: readonly number[];
  readonly #byStatement = new Map<Statement, Directive[]>();
  readonly #notes: string[] = [];

  constructor(script: Script) {
    this.#script = script;
    this.#starts = [0, ...script.statements.map(({ span }) => span.start)];
    for (const comment of script.comments) {
      const text = comment.text.trim();
      if (text.startsWith(MARK)) this.#read(comment, text.slice(MARK.length));
    }
  }

  /**
   * Asks for a finding, and remembers that the directive was of use.
   *
   * @param place undefined for a finding about the migration as a whole.
   * @returns true if a directive above the statement that the place lies in names the rule.
   */
  suppresses(rule: string, place: Place | undefined): boolean {
    if (place !== undefined && place.source !== this.#script.source) return false;
    const statement = place === undefined ? this.#script.statements[0] : this.#statementAt(place.span.start);
    const directives = statement === undefined ? [] : (this.#byStatement.get(statement) ?? []);
    const found = directives.filter((directive) => directive.rule === rule);
    for (const directive of found) directive.used = true;
    return found.length > 0;
  }

  /** What is wrong with directives, for people: one sentence each. To be asked for last. */
  notes(): readonly string[] {
    const unused = [...this.#byStatement.values()]
      .flat()
      .filter(({ used }) => !used)
      .map(({ comment, rule }) =>
        this.#note(comment, `this directive suppresses nothing, ${rule} reports nothing here`),
      );
    return [...this.#notes, ...unused];
  }

  #read(comment: Comment, text: string): void {
    const rules = DIRECTIVE.exec(text)?.groups?.['rules'];
    if (rules === undefined) {
      const form = `-- ${MARK}-next-statement rule -- reason`;
      this.#notes.push(this.#note(comment, `this directive suppresses nothing, its form is: ${form}`));
      return;
    }
    const statement = this.#statementAfter(comment);
    if (statement === undefined) {
      this.#notes.push(
        this.#note(comment, 'this directive suppresses nothing, no statement begins after it'),
      );
      return;
    }
    const known = this.#byStatement.get(statement) ?? [];
    this.#byStatement.set(statement, known);
    for (const rule of rules.split(',')) known.push({ comment, rule: rule.trim(), used: false });
  }

  #note({ span }: Comment, sentence: string): string {
    const { source } = this.#script;
    return `${source.path}:${positionAt(source, span.start).line}: ${sentence}`;
  }

  #statementAt(offset: number): Statement | undefined {
    const statement = this.#script.statements[lastAtMost(this.#starts, offset) - 1];
    return statement !== undefined && offset < statement.span.end ? statement : undefined;
  }

  /** The first statement that begins after the comment. A comment inside a statement has none. */
  #statementAfter({ span }: Comment): Statement | undefined {
    if (this.#statementAt(span.start) !== undefined) return undefined;
    return this.#script.statements[lastAtMost(this.#starts, span.start)];
  }
}
