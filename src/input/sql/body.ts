import type { ParsedStatement } from './statement.ts';
import type { Body } from './types.ts';

/** The body of a statement that has one. */
export function bodyOf(_statement: ParsedStatement): Body | undefined {
  return undefined;
}
