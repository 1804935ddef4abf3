import { Lexer } from '../../input/sql/lexer.ts';
import type { Place } from '../../input/text/types.ts';
import { readDirective } from '../directives/read-directive.ts';
import { isToolMark } from './tool-marks.ts';

/** Whether a comment stands somewhere that a tool reads, or that is a directive: it would mean something else inside a statement. */
export function hasReadComment({ source, span }: Place): boolean {
  const lexer = new Lexer(source.text, span.start, span.end);
  while (lexer.next()) {
    const isLine = lexer.kind === 'line-comment';
    if (!isLine && lexer.kind !== 'block-comment') continue;
    const text = lexer.value.slice(2, isLine ? undefined : -2);
    const form = isLine ? 'line' : 'block';
    const comment = { span: { start: lexer.start, end: lexer.end }, text, form } as const;
    if (isToolMark(lexer.value) || readDirective(comment) !== undefined) return true;
  }
  return false;
}
