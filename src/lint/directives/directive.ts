import type { Place, Span } from '../../input/text/types.ts';

/** A comment by which a script's author acknowledges what rules find. */
export interface Directive {
  /** The comment. */
  readonly place: Place;
  /** What it covers, or is meant to. */
  readonly scope: 'next statement' | 'file';
  readonly rules: readonly DirectiveRule[];
  /** Why it is acknowledged; undefined if nobody wrote it, and then nothing is suppressed. */
  readonly reason: string | undefined;
  /** The last day that it counts on, as in `2026-12-31`; with the problem `date`, what stands in its place. */
  readonly until: string | undefined;
  /**
   * Why it suppresses nothing.
   * - `form`: it is meant as a directive, and not written like one; scope and rules are what can be made out.
   * - `reason`: nobody wrote one.
   * - `date`: there is no such day, or it is not written as one.
   * - `expired`: its last day has passed.
   * - `no statement`: no statement begins after it, or it stands inside one.
   */
  readonly problem: 'form' | 'reason' | 'date' | 'expired' | 'no statement' | undefined;
}

/** A rule that a directive names. */
export interface DirectiveRule {
  /** As written: its name or an alias. */
  readonly name: string;
  /**
   * - `off`: there is such a rule, but this run does without it, or it failed.
   * - `whole migration`: it has found something about the migration as a whole, which only `-disable-file` takes back.
   */
  readonly state: 'used' | 'unused' | 'whole migration' | 'off' | 'unknown';
  /** For an unknown one, the name that it probably means. */
  readonly nearest?: string | undefined;
}

/** Why a finding is not shown: a comment acknowledges it, or it was there when the project began to be linted. */
export type Suppression =
  | {
      readonly kind: 'directive';
      readonly reason: string;
      readonly until: string | undefined;
      /** Of the comment. */
      readonly place: Place;
    }
  | { readonly kind: 'baseline' };

/** A directive as it is written, before anybody knows what it is good for. */
export interface WrittenDirective {
  /** Of the comment; UTF-16 offsets of the file. */
  readonly span: Span;
  readonly scope: Directive['scope'];
  readonly names: readonly string[];
  readonly reason: string | undefined;
  readonly until: string | undefined;
  readonly problem: 'form' | 'reason' | 'date' | undefined;
}
