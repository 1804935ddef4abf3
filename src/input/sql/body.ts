import type { Node } from '@pgsql/types';
import type { Span } from '../text/types.ts';
import { bodyProblem } from './body-problems.ts';
import { Lexer } from './lexer.ts';
import { parametersOf } from './parameters.ts';
import { ParsedText } from './parsed-text.ts';
import { parseSql } from './parser.ts';
import { readPlpgsql, type PlpgsqlReading } from './plpgsql.ts';
import { unquote } from './quoted-text.ts';
import { problemOf } from './syntax-problem.ts';
import { statementsOf, type ParsedStatement } from './statement.ts';
import { maskTemplates, type MaskedBody } from './body-templates.ts';
import type { Body, BodyNode, Problem, Statement, Variable } from './types.ts';

/** The body of a DO block, function or procedure; undefined for every other statement. */
export function bodyOf(statement: ParsedStatement): Body | undefined {
  const definition = definitionOf(statement.tree);
  if (definition === undefined) return undefined;
  const { text } = statement.parsed;
  const parameters =
    definition.parameters && statement.range.end > 0
      ? parametersOf(text, statement.range.start, statement.range.end)
      : [];
  if (definition.sqlBody) return sqlBody(atomicBody(statement), parameters, true);
  const constant = constantAt(statement, definition.location);
  if (constant === undefined) return undefined;
  const body = unquote(statement.parsed, [constant]);
  switch (definition.language) {
    case 'plpgsql':
      return new PlpgsqlBody(statement, constant, body, parameters);
    case 'sql':
      return sqlBody(body, parameters, false);
    default:
      return otherBody(body, parameters);
  }
}

/** What a statement's tree says of its body. */
interface Definition {
  readonly language: string;
  /** Written as BEGIN ATOMIC … END or RETURN, not as a string. */
  readonly sqlBody: boolean;
  /** UTF-8 bytes: of AS in a function, of the string in a DO. */
  readonly location: number;
  readonly parameters: boolean;
}

function definitionOf(tree: Node): Definition | undefined {
  if ('DoStmt' in tree) return definitionFrom(tree.DoStmt.args ?? [], 'plpgsql', false, false);
  if (!('CreateFunctionStmt' in tree)) return undefined;
  const { options, sql_body } = tree.CreateFunctionStmt;
  return definitionFrom(options ?? [], 'sql', sql_body !== undefined, true);
}

function definitionFrom(
  options: readonly Node[],
  defaultLanguage: string,
  sqlBody: boolean,
  parameters: boolean,
): Definition | undefined {
  let language = defaultLanguage;
  let location = -1;
  for (const option of options) {
    if (!('DefElem' in option)) continue;
    const { defname, arg } = option.DefElem;
    if (defname === 'as') location = option.DefElem.location ?? 0;
    if (defname === 'language' && arg !== undefined && 'String' in arg) language = arg.String.sval ?? '';
  }
  if (location < 0 && !sqlBody) return undefined;
  return { language: language.toLowerCase(), sqlBody, location, parameters };
}

/** The range of the string constant at or after a location of the tree, in the text that was parsed. */
function constantAt(statement: ParsedStatement, location: number): Span | undefined {
  const { text, offsets } = statement.parsed;
  const lexer = new Lexer(text, offsets.utf16FromBytes(location), statement.range.end);
  while (lexer.nextToken()) {
    if (lexer.kind === 'string' || lexer.kind === 'dollar-string')
      return { start: lexer.start, end: lexer.end };
  }
  return undefined;
}

/** The text between BEGIN ATOMIC and END, or from RETURN to the end. */
function atomicBody(statement: ParsedStatement): ParsedText {
  const { text, source } = statement.parsed;
  const { start, end } = statement.range;
  const lexer = new Lexer(text, start, end);
  let from = end;
  let to = end;
  let last = '';
  while (lexer.nextToken()) {
    const word = lexer.kind === 'word' ? lexer.value.toLowerCase() : '';
    if (last === 'begin' && word === 'atomic') {
      from = lexer.end;
      to = end - 'end'.length;
      break;
    }
    if (word === 'return') from = lexer.start;
    last = word;
  }
  return new ParsedText(source, text.slice(from, to), (offset) => statement.parsed.toSource(from + offset));
}

/** A body in SQL: its statements in order. `atomic` bodies were parsed with their statement, and have RETURN. */
function sqlBody(body: ParsedText, variables: readonly Variable[], atomic: boolean): Body {
  const span = body.spanOf(0, body.text.length);
  const outcome = parseSql(body.text);
  if (outcome.kind === 'parsed') {
    return {
      language: 'sql',
      span,
      variables,
      nodes: statementsOf(body, outcome.result, bodyOf).map(sqlNode),
      problems: [],
    };
  }
  const problem: Problem = { ...problemOf(body, outcome), kind: 'body' };
  return { language: 'sql', span, variables, nodes: [], problems: atomic ? [] : [problem] };
}

function sqlNode(statement: Statement): BodyNode {
  return { kind: 'sql', span: statement.span, statement, into: [] };
}

function otherBody(body: ParsedText, variables: readonly Variable[]): Body {
  return { language: 'other', span: body.spanOf(0, body.text.length), variables, nodes: [], problems: [] };
}

class PlpgsqlBody implements Body {
  readonly language = 'plpgsql';
  readonly span: Span;
  readonly variables: readonly Variable[];
  readonly nodes: readonly BodyNode[];
  readonly #masked: MaskedBody;
  readonly #reading: PlpgsqlReading;
  #problems: readonly Problem[] | undefined;

  constructor(statement: ParsedStatement, constant: Span, body: ParsedText, parameters: readonly Variable[]) {
    this.span = body.spanOf(0, body.text.length);
    this.#masked = maskTemplates(statement, constant, body);
    this.#reading = readPlpgsql(this.#masked.body, bodyOf);
    this.nodes = this.#reading.nodes;
    this.variables = [...parameters, ...this.#reading.variables];
  }

  get problems(): readonly Problem[] {
    return (this.#problems ??= this.#findProblems());
  }

  #findProblems(): readonly Problem[] {
    const { statementText, body, problems } = this.#masked;
    const problem = bodyProblem(statementText, body, this.#reading);
    return problem === undefined ? problems : [...problems, problem];
  }
}
