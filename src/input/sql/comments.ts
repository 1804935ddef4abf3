import type { Span } from '../text/types.ts';
import { Lexer } from './lexer.ts';
import type { Comment } from './types.ts';

/**
 * All comments of a text in order, those inside statements too, but none inside quotes. Offsets are UTF-16.
 */
export function commentsOf(text: string): readonly Comment[] {
  if (!text.includes('--') && !text.includes('/*')) return [];
  const comments: Comment[] = [];
  const lexer = new Lexer(text);
  while (lexer.next()) {
    if (lexer.kind !== 'line-comment' && lexer.kind !== 'block-comment') continue;
    comments.push(commentAt(lexer));
  }
  return comments;
}

function commentAt(lexer: Lexer): Comment {
  const span: Span = { start: lexer.start, end: lexer.end };
  if (lexer.kind === 'line-comment') {
    return { span, text: lexer.text.slice(span.start + 2, span.end), form: 'line' };
  }
  const end = lexer.unterminated ? span.end : span.end - 2;
  return { span, text: lexer.text.slice(span.start + 2, Math.max(end, span.start + 2)), form: 'block' };
}
