import type { PlpgsqlReader } from './plpgsql-reader.ts';
import type { BodyExpression, BodyNode, Statement } from './types.ts';

type Loop = BodyNode & { readonly kind: 'loop' };
type Head = Pick<Loop, 'form' | 'condition' | 'query'>;

/**
 * A loop; the cursor stands on its first word, `start` is where its label begins, an offset of the body's text.
 * `readNodes` reads the statements up to END.
 */
export function readLoop(
  reader: PlpgsqlReader,
  start: number,
  label: string | undefined,
  readNodes: () => readonly BodyNode[],
): BodyNode {
  const { cursor } = reader;
  const head = readHead(reader);
  cursor.expect('loop');
  const nodes = readNodes();
  cursor.expect('end', 'loop');
  if (!cursor.is(';')) cursor.takeName();
  return { kind: 'loop', span: reader.spanFrom(start), label, ...head, nodes };
}

function readHead(reader: PlpgsqlReader): Head {
  const { cursor } = reader;
  if (cursor.skip('while')) return head('while', reader.expressionUntil('loop'));
  if (cursor.skip('for')) return readFor(reader);
  if (cursor.skip('foreach')) {
    cursor.takeUntil('array');
    cursor.expect('array');
    reader.expressionUntil('loop');
    return head('foreach');
  }
  return head('loop');
}

function readFor(reader: PlpgsqlReader): Head {
  const { cursor } = reader;
  const first = cursor.at;
  const names = cursor.takeUntil('in');
  const name = cursor.at === first + 1 ? cursor.text.slice(names.start, names.end) : undefined;
  cursor.expect('in');
  if (cursor.skip('execute')) return readForExecute(reader);
  const reverse = cursor.is('reverse');
  if (reverse) cursor.at++;
  const from = cursor.at;
  const range = cursor.takeUntil('..', 'loop');
  if (cursor.skip('..')) {
    reader.embedded.expression(range);
    reader.expressionUntil('by', 'loop');
    if (cursor.skip('by')) reader.expressionUntil('loop');
    if (name !== undefined)
      reader.variables.push({ name: name.toLowerCase(), type: 'integer', defaultText: undefined });
    return head('for-integer');
  }
  const cursorName = cursor.lexemes[from];
  const isCursor = reader.variables.some(
    (variable) => variable.type === 'CURSOR' && variable.name === cursorName?.text,
  );
  if (isCursor && (cursor.at === from + 1 || cursor.lexemes[from + 1]?.text === '('))
    return head('for-cursor');
  return head('for-query', undefined, reader.embedded.statement(range));
}

function readForExecute(reader: PlpgsqlReader): Head {
  const { cursor } = reader;
  const from = cursor.at;
  reader.expressionUntil('using', 'loop');
  const statements = reader.embedded.constantStatements(cursor.lexemes.slice(from, cursor.at));
  if (cursor.skip('using')) cursor.takeUntil('loop');
  return head('for-execute', undefined, statements?.length === 1 ? statements[0] : undefined);
}

function head(form: Loop['form'], condition?: BodyExpression, query?: Statement): Head {
  return { form, condition, query };
}
