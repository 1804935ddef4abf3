import type { PlpgsqlReader } from './plpgsql-reader.ts';
import { nameOf } from './plpgsql-cursor.ts';
import type { BodyNode } from './types.ts';

type Loop = BodyNode & { readonly kind: 'loop' };
type Head = Pick<Loop, 'form' | 'condition' | 'query' | 'targets' | 'range' | 'array'>;

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
  if (cursor.skip('while')) return head('while', { condition: reader.expressionUntil('loop') });
  if (cursor.skip('for')) return readFor(reader);
  if (cursor.skip('foreach')) {
    const targets = readTargets(reader, 'slice', 'in');
    cursor.takeUntil('array');
    cursor.expect('array');
    return head('foreach', { targets, array: reader.expressionUntil('loop') });
  }
  return head('loop');
}

function readFor(reader: PlpgsqlReader): Head {
  const { cursor } = reader;
  const targets = readTargets(reader, 'in');
  cursor.expect('in');
  if (cursor.skip('execute')) return readForExecute(reader, targets);
  const reverse = cursor.is('reverse');
  if (reverse) cursor.at++;
  const from = cursor.at;
  const range = cursor.takeUntil('..', 'loop');
  if (cursor.skip('..')) {
    const lower = reader.embedded.expression(range);
    const upper = reader.expressionUntil('by', 'loop');
    const step = cursor.skip('by') ? reader.expressionUntil('loop') : undefined;
    const [name] = targets;
    if (name !== undefined && targets.length === 1)
      reader.variables.push({ name, type: 'integer', defaultText: undefined });
    return head('for-integer', { targets, range: { lower, upper, step, reverse } });
  }
  const cursorName = cursor.lexemes[from];
  const isCursor = reader.variables.some(
    (variable) => variable.type === 'CURSOR' && variable.name === cursorName?.text,
  );
  if (isCursor && (cursor.at === from + 1 || cursor.lexemes[from + 1]?.text === '('))
    return head('for-cursor', { targets });
  return head('for-query', { targets, query: reader.embedded.statement(range) });
}

/** The names up to one of these words: of variables, or of fields of records. */
function readTargets(reader: PlpgsqlReader, ...words: readonly string[]): readonly string[] {
  const { cursor } = reader;
  const from = cursor.at;
  cursor.takeUntil(...words);
  const names: string[] = [];
  for (let at = from; at < cursor.at; at++) {
    const lexeme = cursor.lexemes[at];
    const previous = cursor.lexemes[at - 1]?.text;
    if (lexeme === undefined || (lexeme.kind !== 'word' && lexeme.kind !== 'quoted-name')) continue;
    if (at > from && previous === '.') names.push(`${names.pop() ?? ''}.${nameOf(lexeme)}`);
    else names.push(nameOf(lexeme));
  }
  return names;
}

function readForExecute(reader: PlpgsqlReader, targets: readonly string[]): Head {
  const { cursor } = reader;
  const from = cursor.at;
  reader.expressionUntil('using', 'loop');
  const statements = reader.embedded.constantStatements(cursor.lexemes.slice(from, cursor.at));
  if (cursor.skip('using')) cursor.takeUntil('loop');
  return head('for-execute', { targets, query: statements?.length === 1 ? statements[0] : undefined });
}

const noParts = { condition: undefined, query: undefined, targets: [], range: undefined, array: undefined };

function head(form: Loop['form'], parts: Partial<Omit<Head, 'form'>> = {}): Head {
  return { ...noParts, ...parts, form };
}
