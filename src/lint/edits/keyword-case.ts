import { Lexer } from '../../input/sql/lexer.ts';
import type { Place } from '../../input/text/types.ts';

/**
 * SQL with its keywords in the case of a statement: in lower case where that begins with a word in lower case.
 *
 * @param sql with its keywords in upper case. Names that need their case are quoted.
 */
export function inCaseOf({ source, span }: Place, sql: string): string {
  const lexer = new Lexer(source.text, span.start, span.end);
  while (lexer.nextToken() && lexer.kind !== 'word');
  const word = lexer.kind === 'word' ? lexer.value : '';
  return word === word.toLowerCase() && word !== '' ? inLowerCase(sql) : sql;
}

/** SQL with all its words in lower case, but for what stands in quotes and comments. */
function inLowerCase(sql: string): string {
  let result = '';
  let at = 0;
  const lexer = new Lexer(sql);
  while (lexer.nextToken()) {
    if (lexer.kind !== 'word') continue;
    result += sql.slice(at, lexer.start) + lexer.value.toLowerCase();
    at = lexer.end;
  }
  return result + sql.slice(at);
}
