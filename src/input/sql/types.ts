import type { Node } from '@pgsql/types';
import type { SourceText, Span } from '../text/types.ts';

/** One SQL file, read as far as it can be read. */
export interface Script {
  readonly source: SourceText;
  /** The part of the file that is the script; undefined for all of it. */
  readonly within?: Span;
  /** In file order. Text that does not parse is in `problems`; the statements around it are here all the same. */
  readonly statements: readonly Statement[];
  readonly problems: readonly Problem[];
  /** Every comment of the file outside PL/pgSQL bodies, in file order. Read lazily: the scanner costs twice the parse. */
  readonly comments: readonly Comment[];
  /**
   * Lets go of all that can be had again from the text: trees, tokens, bodies, comments. Whoever asks for them later gets
   * new ones. The catalog keeps the statements of a whole history, and trees take many times the memory of their text.
   */
  forget(): void;
}

/** One SQL statement at its place in the file: of the script itself, or inside the body of a DO block or function. */
export interface Statement {
  readonly source: SourceText;
  /** From its first keyword to its last token, without the semicolon. */
  readonly span: Span;
  /** PostgreSQL's parse tree: an object with one key, the node's type. Its `location`s are UTF-8 bytes, see `offsetOf`. */
  readonly tree: Node;
  /** Turns a `location` of `tree` (UTF-8 bytes from the start of the parsed text) into a UTF-16 offset of the file. */
  offsetOf(location: number): number;
  /** The statement's tokens in file order, comments left out; offsets are UTF-16 in the file. Scanned at the first call. */
  tokens(): readonly Token[];
  /** The body of a DO block, function or procedure, parsed at the first call; undefined for every other statement. */
  body(): Body | undefined;
}

/** A lexical token as PostgreSQL's scanner sees it. */
export interface Token {
  readonly span: Span;
  /** As written. */
  readonly text: string;
  readonly kind: 'identifier' | 'keyword' | 'string' | 'number' | 'parameter' | 'operator';
  /** What the token means: a keyword in upper case, an identifier as PostgreSQL folds it (unquoted, lower-cased unless quoted), else `text`. */
  readonly value: string;
}

/** A comment, `--` or block form, markers included in the span. */
export interface Comment {
  readonly span: Span;
  /** The text between the markers, as written. */
  readonly text: string;
  readonly form: 'line' | 'block';
}

/** What could not be read as SQL. Each becomes exactly one finding. */
export interface Problem {
  readonly kind: ProblemKind;
  readonly span: Span;
  /** PostgreSQL's own words for a syntax error (quoted text cut to a line), ours for the rest; a sentence without a final period. */
  readonly message: string;
}

/**
 * - `syntax`: PostgreSQL's grammar refuses it.
 * - `template`: a `{{…}}`, `${…}` or `<%…%>` placeholder; read as a name of the same length.
 * - `meta-command`: a psql backslash command; skipped.
 * - `copy-data`: the data lines after COPY … FROM STDIN; skipped.
 * - `encoding`: bytes that are no valid text, or UTF-16 without a byte-order mark. The file is not read.
 * - `nul`: a NUL character. The file is not read.
 * - `size`: the file is over the cap. The file is not read.
 * - `nesting`: nested so deeply that the parser gives up.
 * - `body`: a PL/pgSQL body that does not parse.
 * - `refused`: the tool that runs the file refuses it as a whole, whatever its SQL is.
 */
export type ProblemKind =
  | 'syntax'
  | 'template'
  | 'meta-command'
  | 'copy-data'
  | 'encoding'
  | 'nul'
  | 'size'
  | 'nesting'
  | 'body'
  | 'refused';

/** The body of a DO block, function or procedure. */
export interface Body {
  readonly language: 'plpgsql' | 'sql' | 'other';
  /** The text between the quotes. */
  readonly span: Span;
  /** Declared variables, cursors and parameters. Empty for SQL bodies. */
  readonly variables: readonly Variable[];
  /** In execution order. Empty for a language that we do not read. */
  readonly nodes: readonly BodyNode[];
  readonly problems: readonly Problem[];
}

/**
 * A PL/pgSQL variable with its declared type as written (`INT`, `users%ROWTYPE`) and the text of its default. A cursor has
 * the type `CURSOR` and its query as the default, an alias the type `ALIAS` and its target; the variable of a FOR loop
 * over integers is `integer`; a parameter without a name is `$1`, `$2` ….
 */
export interface Variable {
  readonly name: string;
  readonly type: string;
  readonly defaultText: string | undefined;
  /** True for a parameter, and for a column of RETURNS TABLE: the caller says what it holds. */
  readonly parameter?: boolean;
  /** True for a variable of an inner block, which is new each time that the block begins. */
  readonly inner?: boolean;
}

/** An expression of PL/pgSQL: its text and the SELECT that PL/pgSQL makes of it, parsed; undefined where that fails. */
export interface BodyExpression {
  readonly text: string;
  readonly tree: Node | undefined;
}

/** The range of FOR … IN lower .. upper BY step. */
export interface LoopRange {
  readonly lower: BodyExpression;
  readonly upper: BodyExpression;
  readonly step: BodyExpression | undefined;
  readonly reverse: boolean;
}

/** A PL/pgSQL statement. `span` is exact where the text could be matched, else the statement's line. */
export type BodyNode = { readonly span: Span } &
  /** Also the query of RETURN QUERY, which PL/pgSQL runs before it goes on. */
  (
    | {
        readonly kind: 'sql';
        readonly statement: Statement;
        readonly into: readonly string[];
        /** INTO STRICT: no row, or more than one, is an error. */
        readonly strict?: boolean;
      }
    /** PERFORM query: PL/pgSQL runs it as a SELECT and throws the rows away. */
    | { readonly kind: 'perform'; readonly statement: Statement }
    /**
     * EXECUTE, also in RETURN QUERY: `statement` where the argument is string constants joined with `||`, so that what runs
     * is known. Several nodes with one span where the constant holds several statements.
     */
    | {
        readonly kind: 'execute';
        readonly expression: BodyExpression;
        readonly statement: Statement | undefined;
        /** Names of its INTO clause. */
        readonly into: readonly string[];
      }
    | {
        readonly kind: 'block';
        readonly nodes: readonly BodyNode[];
        readonly handlers: readonly {
          readonly conditions: readonly string[];
          readonly nodes: readonly BodyNode[];
        }[];
      }
    /** IF and CASE. The last branch has no condition if there is an ELSE. */
    | {
        readonly kind: 'if';
        /** True for CASE value WHEN …: the conditions are then values that it is compared with. */
        readonly comparesValue?: boolean;
        readonly branches: readonly {
          readonly condition: BodyExpression | undefined;
          readonly nodes: readonly BodyNode[];
        }[];
      }
    | {
        readonly kind: 'loop';
        readonly form:
          | 'loop'
          | 'while'
          | 'for-integer'
          | 'for-query'
          | 'for-cursor'
          | 'for-execute'
          | 'foreach';
        readonly label: string | undefined;
        /** Of WHILE. */
        readonly condition: BodyExpression | undefined;
        /** Of FOR … IN query, and of FOR … IN EXECUTE with a constant. */
        readonly query: Statement | undefined;
        /** The names that FOR and FOREACH set at each turn. */
        readonly targets: readonly string[];
        /** Of FOR over integers; `step` is undefined without BY. */
        readonly range: LoopRange | undefined;
        /** Of FOREACH. */
        readonly array: BodyExpression | undefined;
        readonly nodes: readonly BodyNode[];
      }
    | {
        readonly kind: 'exit';
        readonly continues: boolean;
        readonly label: string | undefined;
        readonly condition: BodyExpression | undefined;
      }
    | { readonly kind: 'assign'; readonly variable: string; readonly expression: BodyExpression }
    | {
        readonly kind: 'get-diagnostics';
        readonly items: readonly { readonly item: string; readonly variable: string }[];
      }
    /** `level` in upper case, EXCEPTION where none is written; `message` where it is a constant, its `%` as written. */
    | { readonly kind: 'raise'; readonly level: string; readonly message: string | undefined }
    | { readonly kind: 'assert'; readonly condition: BodyExpression }
    | { readonly kind: 'commit' }
    | { readonly kind: 'rollback' }
    | { readonly kind: 'return'; readonly expression: BodyExpression | undefined }
    /** OPEN, FETCH, MOVE, CLOSE; of FETCH, what INTO names, and whether it takes the next row. */
    | {
        readonly kind: 'cursor';
        readonly action: string;
        readonly into: readonly string[];
        readonly takesNext: boolean;
      }
    /** NULL and whatever has no kind of its own. */
    | { readonly kind: 'other'; readonly tag: string }
  );
