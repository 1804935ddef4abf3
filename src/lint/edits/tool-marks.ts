/** Comments that a migration tool reads: they stay where they are. */

const MARK =
  /^--(?:>\s*statement-breakpoint|\s*(?:\+goose\b|\+migrate\b|migrate:\w|no-transaction\b|atlas:\w|flyway:\w|diesel:\w))/i;

/** Whether a comment is one that a tool reads: `-- +goose Up`, `-- migrate:down`, `--> statement-breakpoint`. */
export function isToolMark(comment: string): boolean {
  return MARK.test(comment);
}

/** Whether a comment is Drizzle's mark between two statements. */
export function isBreakpoint(comment: string): boolean {
  return comment.startsWith('-->') && isToolMark(comment);
}

/** Whether a comment begins what goose sends as one. */
export function isBlockBegin(comment: string): boolean {
  return /^--\s*\+goose\s+statementbegin\b/i.test(comment);
}

/** Whether a comment ends what goose sends as one. */
export function isBlockEnd(comment: string): boolean {
  return /^--\s*\+goose\s+statementend\b/i.test(comment);
}
