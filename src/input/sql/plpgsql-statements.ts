import type { Span } from '../text/types.ts';
import type { Lexeme, PlpgsqlCursor } from './plpgsql-cursor.ts';
import { isText, nameOf } from './plpgsql-cursor.ts';
import type { PlpgsqlReader } from './plpgsql-reader.ts';
import { unquote } from './quoted-text.ts';
import type { BodyNode } from './types.ts';

/**
 * A statement that holds no other ones: everything but blocks, IF, CASE and loops. The cursor stands on its first word and
 * is left on its semicolon. Several nodes only for EXECUTE of a constant with several statements.
 */
export function readSimpleStatement(reader: PlpgsqlReader): readonly BodyNode[] {
  const { cursor } = reader;
  const start = cursor.peek().start;
  if (reader.atAssignment) return [readAssignment(reader)];
  const first = cursor.peek();
  switch (first.kind === 'word' ? first.text : '') {
    case 'execute':
      cursor.at++;
      return readExecute(reader, start);
    case 'perform':
      return [readPerform(reader)];
    case 'return':
      return readReturn(reader);
    case 'exit':
    case 'continue':
      return [readExit(reader)];
    case 'get':
      return [readDiagnostics(reader)];
    case 'raise':
      return [readRaise(reader)];
    case 'assert': {
      cursor.at++;
      const condition = reader.expressionUntil(',', ';');
      cursor.takeUntil(';');
      return [{ kind: 'assert', span: reader.spanFrom(start), condition }];
    }
    case 'commit':
    case 'rollback':
      cursor.takeUntil(';');
      return [{ kind: first.text === 'commit' ? 'commit' : 'rollback', span: reader.spanFrom(start) }];
    case 'open':
    case 'fetch':
    case 'move':
    case 'close':
      return [readCursor(reader)];
    case 'null':
      cursor.at++;
      return [{ kind: 'other', span: reader.spanFrom(start), tag: 'NULL' }];
    default:
      return [readSql(reader)];
  }
}

function readAssignment(reader: PlpgsqlReader): BodyNode {
  const { cursor } = reader;
  const target = cursor.takeUntil(':=', '=');
  cursor.expect(cursor.is(':=') ? ':=' : '=');
  const expression = reader.expressionUntil(';');
  const variable = cursor.text.slice(target.start, target.end);
  return { kind: 'assign', span: reader.spanFrom(target.start), variable, expression };
}

/** After the word EXECUTE; `start` is where the statement begins, an offset of the body's text. */
function readExecute(reader: PlpgsqlReader, start: number): readonly BodyNode[] {
  const { cursor } = reader;
  const from = cursor.at;
  const expression = reader.expressionUntil('into', 'using', ';');
  const statements = reader.embedded.constantStatements(cursor.lexemes.slice(from, cursor.at));
  const rest = cursor.at;
  cursor.takeUntil(';');
  const into = findInto(cursor.lexemes.slice(rest, cursor.at))?.names ?? [];
  const span = reader.spanFrom(start);
  if (statements === undefined || statements.length === 0) {
    return [{ kind: 'execute', span, expression, statement: undefined, into }];
  }
  return statements.map((statement) => ({ kind: 'execute', span, expression, statement, into }));
}

/** The directions of FETCH and MOVE other than NEXT. */
const DIRECTIONS = ['prior', 'first', 'last', 'absolute', 'relative', 'forward', 'backward', 'all'] as const;

function readCursor(reader: PlpgsqlReader): BodyNode {
  const { cursor } = reader;
  const { start, text } = cursor.take();
  const takesNext = text === 'fetch' && !cursor.is(...DIRECTIONS) && cursor.peek().kind !== 'number';
  const from = cursor.at;
  cursor.takeUntil(';');
  const into = findInto(cursor.lexemes.slice(from, cursor.at))?.names ?? [];
  return { kind: 'cursor', span: reader.spanFrom(start), action: text.toUpperCase(), into, takesNext };
}

function readPerform(reader: PlpgsqlReader): BodyNode {
  const range = reader.cursor.takeUntil(';');
  const statement = reader.embedded.perform(range);
  const span = reader.body.spanOf(range.start, range.end);
  return statement === undefined
    ? { kind: 'other', span, tag: 'PERFORM' }
    : { kind: 'perform', span, statement };
}

/** RETURN QUERY runs its query and goes on, so that it counts as SQL and not as a return. */
function readReturn(reader: PlpgsqlReader): readonly BodyNode[] {
  const { cursor } = reader;
  const { start } = cursor.take();
  if (cursor.skip('next')) {
    cursor.takeUntil(';');
    return [{ kind: 'other', span: reader.spanFrom(start), tag: 'RETURN NEXT' }];
  }
  if (cursor.skip('query')) {
    if (cursor.skip('execute')) return readExecute(reader, start);
    const statement = reader.embedded.statement(cursor.takeUntil(';'));
    const span = reader.spanFrom(start);
    return [
      statement === undefined
        ? { kind: 'other', span, tag: 'RETURN QUERY' }
        : { kind: 'sql', span, statement, into: [] },
    ];
  }
  const expression = cursor.is(';') ? undefined : reader.expressionUntil(';');
  return [{ kind: 'return', span: reader.spanFrom(start), expression }];
}

function readExit(reader: PlpgsqlReader): BodyNode {
  const { cursor } = reader;
  const { start, text } = cursor.take();
  const label = cursor.is('when', ';') ? undefined : cursor.takeName();
  const condition = cursor.skip('when') ? reader.expressionUntil(';') : undefined;
  return { kind: 'exit', span: reader.spanFrom(start), continues: text === 'continue', label, condition };
}

function readDiagnostics(reader: PlpgsqlReader): BodyNode {
  const { cursor } = reader;
  const { start } = cursor.take();
  cursor.skip('current', 'stacked');
  cursor.expect('diagnostics');
  const items: { readonly item: string; readonly variable: string }[] = [];
  do {
    const target = cursor.takeUntil(':=', '=');
    cursor.skip(':=', '=');
    items.push({ variable: cursor.text.slice(target.start, target.end), item: cursor.takeName() });
  } while (cursor.skip(','));
  return { kind: 'get-diagnostics', span: reader.spanFrom(start), items };
}

const LEVELS = ['debug', 'log', 'info', 'notice', 'warning', 'exception'] as const;

/** `level` is in upper case, EXCEPTION where none is written; `message` the constant, its placeholders as written. */
function readRaise(reader: PlpgsqlReader): BodyNode {
  const { cursor } = reader;
  const { start } = cursor.take();
  const level = cursor.is(...LEVELS) ? cursor.take().text : 'exception';
  const from = cursor.at;
  cursor.takeUntil(';');
  const message = raiseMessage(reader, cursor.lexemes.slice(from, cursor.at));
  return { kind: 'raise', span: reader.spanFrom(start), level: level.toUpperCase(), message };
}

function raiseMessage(reader: PlpgsqlReader, lexemes: readonly Lexeme[]): string | undefined {
  const using = lexemes.findIndex(
    (lexeme, index) => isText(lexeme, ['message']) && isText(lexemes[index + 1] ?? lexeme, ['=', ':=']),
  );
  for (const constant of [lexemes[0], using < 0 ? undefined : lexemes[using + 2]]) {
    if (constant?.kind === 'string' || constant?.kind === 'dollar-string')
      return unquote(reader.body, [constant]).text;
  }
  return undefined;
}

/** Any SQL statement: up to its semicolon, its INTO clause taken out. */
function readSql(reader: PlpgsqlReader): BodyNode {
  const { cursor } = reader;
  const from = cursor.at;
  const range = sqlRange(cursor);
  if (range.start === range.end) cursor.fail();
  const into = findInto(cursor.lexemes.slice(from, cursor.at));
  const statement = reader.embedded.statement(range, into?.span);
  const span = reader.body.spanOf(range.start, range.end);
  const tag = cursor.lexemes[from]?.text.toUpperCase() ?? '';
  return statement === undefined
    ? { kind: 'other', span, tag }
    : { kind: 'sql', span, statement, into: into?.names ?? [], strict: into?.strict ?? false };
}

/** Up to the semicolon outside parentheses, and outside the body of a BEGIN ATOMIC function. */
function sqlRange(cursor: PlpgsqlCursor): Span {
  const { start } = cursor.peek();
  let end = start;
  let depth = 0;
  for (;;) {
    const from = cursor.at;
    const part = cursor.takeUntil(';');
    if (part.end > part.start) end = part.end;
    for (const [index, lexeme] of cursor.lexemes.slice(from, cursor.at).entries()) {
      if (isText(lexeme, ['atomic']) && cursor.lexemes[from + index - 1]?.text === 'begin') depth++;
      else if (depth > 0 && isText(lexeme, ['case'])) depth++;
      else if (depth > 0 && isText(lexeme, ['end'])) depth--;
    }
    if (depth === 0 || cursor.done) return { start, end };
    cursor.at++;
  }
}

/** INTO [STRICT] targets, which PL/pgSQL takes out wherever it stands, but for INSERT INTO, MERGE INTO and IMPORT. */
function findInto(
  lexemes: readonly Lexeme[],
): { readonly span: Span; readonly names: readonly string[]; readonly strict: boolean } | undefined {
  if (lexemes[0] !== undefined && isText(lexemes[0], ['import'])) return undefined;
  const at = lexemes.findIndex(
    (lexeme, index) => isText(lexeme, ['into']) && !isText(lexemes[index - 1] ?? lexeme, ['insert', 'merge']),
  );
  if (at < 0) return undefined;
  const names: string[] = [];
  let next = at + 1;
  const strict = isText(lexemes[next] ?? END, ['strict']);
  if (strict) next++;
  for (;;) {
    let name = nameOf(lexemes[next] ?? END);
    for (next++; lexemes[next]?.text === '.'; next += 2) name += `.${nameOf(lexemes[next + 1] ?? END)}`;
    names.push(name);
    if (lexemes[next]?.text !== ',') break;
    next++;
  }
  const last = lexemes[Math.min(next, lexemes.length) - 1];
  return { span: { start: lexemes[at]?.start ?? 0, end: last?.end ?? 0 }, names, strict };
}

const END: Lexeme = { kind: 'end', start: 0, end: 0, text: '' };
