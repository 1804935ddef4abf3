import type { Span } from '../input/text/types.ts';
import type { PlanRequest } from './plan-request.ts';

/**
 * How much a fix may change. `safe`: the same final schema, column order aside, and no slow work under a lock that blocks reads or
 * writes. `unsafe`: data, what the application sees, or the final schema may differ. `display-only`: a text to read, never applied.
 */
export type FixSafety = 'safe' | 'unsafe' | 'display-only';

/** What a rule says of its fixes: edits of the script, or new, renamed or split files. */
export interface FixMeta {
  readonly safety: FixSafety;
  readonly form: 'edits' | 'files';
}

/** A replacement of text. `span` in UTF-16 units of the whole file; an empty span inserts. */
export interface Edit {
  readonly path: string;
  readonly span: Span;
  readonly text: string;
}

/** What repair is asked to do about a finding. Data only: repair makes edits or files of it. */
export type FixRequest = {
  readonly safety: FixSafety;
  /** What the fix does, for people, as in `writes the rollback`: a verb in the third person first. */
  readonly title: string;
} & (
  | { readonly kind: 'edits'; readonly edits: readonly Edit[] }
  /** Writes the rollback script of the finding's migration. */
  | { readonly kind: 'write rollback' }
  /** Adds to the rollback script of the finding's migration what of the schema it does not bring back. */
  | { readonly kind: 'complete rollback' }
  /** Puts a safe sequence in the place of an operation, in as many migrations as it takes. */
  | { readonly kind: 'plan'; readonly plan: PlanRequest }
  /**
   * Gives the finding's migration another name or version, its rollback and what lies beside it with it. `name` is without a version;
   * `version: 'next'` is one in the form of the others with which it comes after all that is applied, and else where it runs now.
   */
  | { readonly kind: 'rename migration'; readonly version?: 'next'; readonly name?: string }
);
