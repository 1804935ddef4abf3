import type { Script } from '../../input/sql/types.ts';
import { lastAtMost } from '../../input/text/offsets.ts';
import type { Place, Span } from '../../input/text/types.ts';
import { commentsAbove } from './covered.ts';
import type { Directive, DirectiveRule, Suppression } from './directive.ts';
import { mentionsDirective, readDirective } from './read-directive.ts';

/** What directives are judged by. */
export interface DirectiveFacts {
  /** The name of a rule by its name or an alias; undefined if there is no such rule. */
  readonly ruleNamed: (name: string) => string | undefined;
  /** Whether this run asks a rule, by its name, and the rule has not failed. What it is asked last counts. */
  readonly isEnabled: (rule: string) => boolean;
  /** The name of a rule that a misspelt one probably means. */
  readonly nearestTo?: ((name: string) => string | undefined) | undefined;
  /** The day that counts as today; undefined where nobody says it, and nothing expires. */
  readonly now: Date | undefined;
}

/** Whether a script can have directives. Finding comments costs as much as the parse, and most scripts have no directive. */
export function mayHaveDirectives({ source }: Script): boolean {
  return mentionsDirective(source.text);
}

/** A directive that suppresses findings, until it turns out whether there are any. */
interface Standing {
  readonly directive: Omit<Directive, 'rules'>;
  /** What it covers; undefined for the whole file. */
  readonly span: Span | undefined;
  /** True if it stands above the first statement: then it covers findings about the migration as a whole, too. */
  readonly first: boolean;
  readonly rules: readonly NamedRule[];
}

/** A rule as a directive names it. */
interface NamedRule {
  readonly name: string;
  readonly rule: string | undefined;
  used: boolean;
  /** True if it has found something about the migration as a whole, which this directive does not cover. */
  missed: boolean;
}

/** Which findings a script's own comments take back. */
export class Directives {
  readonly #script: Script;
  readonly #facts: DirectiveFacts;
  readonly #all: Standing[] = [];
  readonly #ofFile: Standing[] = [];
  /** Those that cover one statement, by the rule and where the statement begins. */
  readonly #byStart = new Map<number, Standing[]>();
  readonly #starts: readonly number[];
  /** Where the script's statements begin. */
  readonly #statements: readonly number[];

  constructor(script: Script, facts: DirectiveFacts) {
    this.#script = script;
    this.#facts = facts;
    for (const { comment, next } of commentsAbove(script)) {
      const written = readDirective(comment);
      if (written === undefined) continue;
      const { span, names, scope, reason, until } = written;
      const place: Place = { source: script.source, span };
      const problem = written.problem ?? this.#problemOf(scope, until, next);
      const standing: Standing = {
        directive: { place, scope, reason, until, problem },
        span: scope === 'file' ? undefined : next,
        first: next !== undefined && next.start === script.statements[0]?.span.start,
        rules: names.map((name) => ({ name, rule: facts.ruleNamed(name), used: false, missed: false })),
      };
      this.#all.push(standing);
      if (problem === undefined) this.#stand(standing);
    }
    this.#statements = [-1, ...script.statements.map(({ span }) => span.start)];
    this.#starts = [-1, ...[...this.#byStart.keys()].sort((a, b) => a - b)];
  }

  /**
   * Asks for a finding, and remembers that the directive was of use.
   *
   * @param rule the rule's name.
   * @param place undefined for a finding about the migration as a whole.
   * @returns what takes it back; undefined if nothing does.
   */
  suppressionOf(rule: string, place: Place | undefined): Suppression | undefined {
    if (place !== undefined && place.source !== this.#script.source) return undefined;
    let found: Standing | undefined;
    for (const standing of this.#covering(place)) {
      for (const named of standing.rules) {
        if (named.rule !== rule) continue;
        named.used = true;
        found ??= standing;
      }
    }
    if (found === undefined && place === undefined) this.#miss(rule);
    if (found?.directive.reason === undefined) return undefined;
    const { reason, until, place: at } = found.directive;
    return { kind: 'directive', reason, until, place: at };
  }

  /** Every directive, in file order, with what it was good for. To be asked for last. */
  directives(): readonly Directive[] {
    return this.#all.map(({ directive, rules }) => ({
      ...directive,
      rules: rules.map((named) => ({
        name: named.name,
        state: this.#stateOf(named),
        nearest: named.rule === undefined ? this.#facts.nearestTo?.(named.name) : undefined,
      })),
    }));
  }

  #stateOf({ rule, used, missed }: NamedRule): DirectiveRule['state'] {
    if (rule === undefined) return 'unknown';
    if (used) return 'used';
    if (!this.#facts.isEnabled(rule)) return 'off';
    return missed ? 'whole migration' : 'unused';
  }

  /** A finding about the migration as a whole was not taken back, though directives of single statements name its rule. */
  #miss(rule: string): void {
    for (const standing of this.#all) {
      if (!this.#stands(standing)) continue;
      for (const named of standing.rules) if (named.rule === rule) named.missed = true;
    }
  }

  #problemOf(
    scope: Directive['scope'],
    until: string | undefined,
    next: Span | undefined,
  ): Directive['problem'] {
    const today = this.#facts.now?.toISOString().slice(0, 10);
    if (until !== undefined && today !== undefined && until < today) return 'expired';
    return scope === 'next statement' && next === undefined ? 'no statement' : undefined;
  }

  #stand(standing: Standing): void {
    const { span } = standing;
    if (span === undefined) {
      this.#ofFile.push(standing);
      return;
    }
    const list = this.#byStart.get(span.start);
    if (list === undefined) this.#byStart.set(span.start, [standing]);
    else list.push(standing);
  }

  /** The directives that cover a place: its statement's, those of the statements around it, the file's. */
  #covering(place: Place | undefined): readonly Standing[] {
    if (place === undefined)
      return [...this.#all.filter((one) => one.first && this.#stands(one)), ...this.#ofFile];
    const { start } = place.span;
    const statement = this.#statements[lastAtMost(this.#statements, start)] ?? -1;
    const covering: Standing[] = [];
    for (let index = lastAtMost(this.#starts, start); index > 0; index--) {
      const begins = this.#starts[index] ?? -1;
      if (begins < statement) break;
      const standing = this.#byStart.get(begins) ?? [];
      covering.push(...standing.filter(({ span }) => span !== undefined && start < span.end));
    }
    return [...covering, ...this.#ofFile];
  }

  #stands({ directive }: Standing): boolean {
    return directive.problem === undefined;
  }
}
