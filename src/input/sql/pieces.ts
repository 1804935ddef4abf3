import type { Span } from '../text/types.ts';
import { Lexer } from './lexer.ts';
import { copyDataAfter, metaCommandAt, type MetaCommand } from './psql.ts';
import { commentsWithin } from './quoted-text.ts';
import { templateAt, type Template } from './templates.ts';

/** A file cut at its top-level semicolons, and what in it is no SQL. */
export interface Pieces {
  /** In order; each with its semicolon, and none without a token. */
  readonly pieces: readonly Piece[];
  readonly metaCommands: readonly MetaCommand[];
  readonly copyData: readonly Span[];
  /** Comments inside string constants, which libpg_query must not see. */
  readonly innerComments: readonly Span[];
}

/** The text of one statement, as far as one can tell without parsing it. */
export interface Piece {
  /** From its first token to its semicolon, inclusive. */
  readonly span: Span;
  readonly templates: readonly Template[];
}

const BACKSLASH = 92;
const SEMICOLON = 59;

/**
 * Cuts a text at the semicolons that end statements: not those in quotes, comments, COPY data, the body of a BEGIN
 * ATOMIC function or the parentheses of a rule. Linear in the text's length, for any text.
 */
export function cutPieces(text: string): Pieces {
  return new Cutter(text).cut();
}

class Cutter {
  readonly #text: string;
  readonly #lexer: Lexer;
  readonly #pieces: Piece[] = [];
  readonly #metaCommands: MetaCommand[] = [];
  readonly #copyData: Span[] = [];
  readonly #innerComments: Span[] = [];
  #start = -1;
  #templates: Template[] = [];
  #nesting = new StatementNesting();
  /** Off after a body that never closes, so that it does not swallow all that follows. */
  #nests = true;

  constructor(text: string) {
    this.#text = text;
    this.#lexer = new Lexer(text);
  }

  cut(): Pieces {
    const lexer = this.#lexer;
    for (;;) {
      while (lexer.nextToken()) this.#token();
      if (!this.#nests || this.#start < 0 || this.#nesting.depth === 0) break;
      this.#nests = false;
      this.#restart();
    }
    this.#finish(this.#text.length);
    return {
      pieces: this.#pieces,
      metaCommands: this.#metaCommands,
      copyData: this.#copyData,
      innerComments: this.#innerComments,
    };
  }

  #token(): void {
    const lexer = this.#lexer;
    if (lexer.isCharacter(BACKSLASH)) {
      if (this.#metaCommand()) return;
    } else if (lexer.kind === 'operator' && this.#template()) return;
    if (lexer.kind === 'string') this.#noteInnerComments();
    if (this.#start < 0) this.#start = lexer.start;
    if (!lexer.isCharacter(SEMICOLON)) return this.#nesting.see(lexer);
    if (this.#nests && this.#nesting.depth > 0) return;
    const copies = this.#nesting.copiesFromStdin;
    const semicolon = lexer.start;
    this.#finish(lexer.end);
    if (copies) this.#skipCopyData(semicolon);
  }

  #noteInnerComments(): void {
    const { start, value } = this.#lexer;
    for (const comment of commentsWithin(value)) {
      this.#innerComments.push({ start: start + comment.start, end: start + comment.end });
    }
  }

  #metaCommand(): boolean {
    const command = metaCommandAt(this.#text, this.#lexer.start);
    if (command === undefined) return false;
    this.#metaCommands.push(command);
    if (command.endsStatement) this.#finish(command.span.start + 1);
    this.#lexer.skipTo(command.span.end);
    return true;
  }

  #template(): boolean {
    const { value, start } = this.#lexer;
    const within = Math.max(value.indexOf('<%'), 0);
    if (!/^[{$]|<%/.test(value)) return false;
    const template = templateAt(this.#text, start + within);
    if (template === undefined) return false;
    if (this.#start < 0) this.#start = template.span.start;
    this.#templates.push(template);
    this.#lexer.skipTo(template.span.end);
    return true;
  }

  #skipCopyData(semicolon: number): void {
    const data = copyDataAfter(this.#text, semicolon);
    if (data === undefined) return;
    this.#copyData.push(data);
    this.#lexer.skipTo(data.end);
  }

  #finish(end: number): void {
    if (this.#start >= 0 && !(end === this.#start + 1 && this.#text.charCodeAt(this.#start) === SEMICOLON)) {
      this.#pieces.push({ span: { start: this.#start, end }, templates: this.#templates });
    }
    this.#start = -1;
    this.#templates = [];
    this.#nesting = new StatementNesting();
  }

  #restart(): void {
    const start = this.#start;
    while ((this.#metaCommands.at(-1)?.span.start ?? -1) >= start) this.#metaCommands.pop();
    this.#start = -1;
    this.#templates = [];
    this.#nesting = new StatementNesting();
    this.#lexer.skipTo(start);
  }
}

/** How deep in a rule's parentheses or a BEGIN ATOMIC body we are, told from the words of the statement so far. */
class StatementNesting {
  depth = 0;
  #words: string[] = [];
  #form: 'unknown' | 'rule' | 'routine' | 'copy' | 'plain' = 'unknown';
  #last = '';

  /** True for COPY … FROM STDIN. */
  copiesFromStdin = false;

  see(lexer: Lexer): void {
    if (this.#form === 'plain') return;
    const word = lexer.kind === 'word' ? lexer.value.toLowerCase() : '';
    if (this.#form === 'unknown') this.#form = this.#formAfter(word);
    else if (this.#form === 'rule') this.depth += parenthesis(lexer);
    else if (this.#form === 'routine') this.depth += this.#blockStep(word);
    else if (this.#last === 'from' && word === 'stdin') this.copiesFromStdin = true;
    this.#last = word;
  }

  #formAfter(word: string): 'unknown' | 'rule' | 'routine' | 'copy' | 'plain' {
    this.#words.push(word);
    if (word === 'copy' && this.#words.length === 1) return 'copy';
    if (this.#words[0] !== 'create' || this.#words.length > 4) return 'plain';
    if (word === 'rule') return 'rule';
    if (word === 'function' || word === 'procedure') return 'routine';
    return word === 'create' || word === 'or' || word === 'replace' ? 'unknown' : 'plain';
  }

  #blockStep(word: string): number {
    if (this.#last === 'begin' && word === 'atomic') return 1;
    if (this.depth === 0) return 0;
    return word === 'case' ? 1 : word === 'end' ? -1 : 0;
  }
}

function parenthesis(lexer: Lexer): number {
  return lexer.isCharacter(40) ? 1 : lexer.isCharacter(41) ? -1 : 0;
}
