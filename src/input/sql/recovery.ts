import type { SourceText } from '../text/types.ts';
import type { ParseOutcome } from './parser.ts';
import type { Problem, Statement } from './types.ts';

/** What could be read of a file that does not parse as a whole. */
export interface Recovered {
  readonly text: string;
  readonly statements: readonly Statement[];
  readonly problems: readonly Problem[];
}

/** Reads what can be read of a file that does not parse as a whole. */
export function recover(source: SourceText, outcome: ParseOutcome<unknown>): Recovered {
  const message = outcome.kind === 'error' ? outcome.message : '';
  return {
    text: source.text,
    statements: [],
    problems: [{ kind: 'syntax', span: { start: 0, end: 0 }, message }],
  };
}
