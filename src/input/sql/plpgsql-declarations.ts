import type { Span } from '../text/types.ts';
import type { PlpgsqlCursor } from './plpgsql-cursor.ts';
import type { Variable } from './types.ts';

/** The variables of a DECLARE section; the cursor stands after DECLARE, and is left at BEGIN. */
export function readDeclarations(cursor: PlpgsqlCursor): readonly Variable[] {
  const variables: Variable[] = [];
  while (!cursor.done && !cursor.is('begin')) {
    if (cursor.skip('declare')) continue;
    if (cursor.is('<<')) break;
    variables.push(readDeclaration(cursor));
    cursor.expect(';');
  }
  return variables;
}

function readDeclaration(cursor: PlpgsqlCursor): Variable {
  const name = cursor.takeName();
  if (cursor.skip('alias')) {
    cursor.expect('for');
    return { name, type: 'ALIAS', defaultText: textAt(cursor, cursor.takeUntil(';')) };
  }
  if (isCursor(cursor)) {
    cursor.takeUntil('for', 'is', ';');
    cursor.skip('for', 'is');
    return { name, type: 'CURSOR', defaultText: textAt(cursor, cursor.takeUntil(';')) };
  }
  cursor.skip('constant');
  const type = textAt(cursor, cursor.takeUntil('collate', 'not', 'default', ':=', '=', ';'));
  cursor.takeUntil('default', ':=', '=', ';');
  const hasDefault = cursor.skip('default', ':=', '=');
  return { name, type, defaultText: hasDefault ? textAt(cursor, cursor.takeUntil(';')) : undefined };
}

/** CURSOR, SCROLL CURSOR or NO SCROLL CURSOR comes next. */
function isCursor(cursor: PlpgsqlCursor): boolean {
  const words = [0, 1, 2].map((ahead) => cursor.peek(ahead).text);
  return (
    words[0] === 'cursor' ||
    (words[0] === 'scroll' && words[1] === 'cursor') ||
    (words[0] === 'no' && words[1] === 'scroll' && words[2] === 'cursor')
  );
}

function textAt(cursor: PlpgsqlCursor, range: Span): string {
  return cursor.text.slice(range.start, range.end);
}
