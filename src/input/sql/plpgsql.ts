import type { EmbeddedSql } from './embedded.ts';
import type { ParsedText } from './parsed-text.ts';
import { readDeclarations } from './plpgsql-declarations.ts';
import { readLoop } from './plpgsql-loops.ts';
import { PlpgsqlReader } from './plpgsql-reader.ts';
import { readSimpleStatement } from './plpgsql-statements.ts';
import type { BodyReader } from './statement.ts';
import type { BodyExpression, BodyNode, Variable } from './types.ts';

/** What {@link readPlpgsql} finds. */
export interface PlpgsqlReading {
  readonly nodes: readonly BodyNode[];
  readonly variables: readonly Variable[];
  /** Where the structure is broken, as an offset in the body's text; what comes after it is not in `nodes`. */
  readonly failure: number | undefined;
  readonly embedded: EmbeddedSql;
}

/** How deep blocks may nest before we stop reading. */
const DEEPEST = 200;

/**
 * Reads the structure of a PL/pgSQL body as PostgreSQL's pl_gram.y does: by its words, the SQL in it cut out by the words
 * that end it. The spans are exact, which those of libpg_query's tree are not: it has line numbers only.
 */
export function readPlpgsql(body: ParsedText, readBody: BodyReader): PlpgsqlReading {
  const reader = new BlockReader(body, readBody);
  const nodes = reader.readBody();
  return { nodes, variables: reader.variables, failure: reader.cursor.failure, embedded: reader.embedded };
}

/** Reads what holds statements: blocks, IF and CASE; loops and all other statements live in files of their own. */
class BlockReader extends PlpgsqlReader {
  #depth = 0;

  /** The nodes of the outermost block. */
  readBody(): readonly BodyNode[] {
    const { cursor } = this;
    while (cursor.is('#')) cursor.at += 3;
    const label = this.#label();
    if (!cursor.is('declare', 'begin')) {
      cursor.fail();
      return [];
    }
    const block = this.#block(label?.start ?? cursor.peek().start);
    cursor.skip(';');
    if (!cursor.done) cursor.fail();
    return block.handlers.length > 0 ? [block] : block.nodes;
  }

  #readUntil(...words: readonly string[]): readonly BodyNode[] {
    const { cursor } = this;
    const nodes: BodyNode[] = [];
    this.#depth++;
    if (this.#depth > DEEPEST) cursor.fail();
    while (!cursor.done && !this.#endsAt(words)) {
      for (const node of this.#statement()) nodes.push(node);
      cursor.expect(';');
    }
    this.#depth--;
    if (cursor.done) cursor.fail();
    return nodes;
  }

  #endsAt(words: readonly string[]): boolean {
    return this.cursor.is(...words) && !this.atAssignment;
  }

  #statement(): readonly BodyNode[] {
    const { cursor } = this;
    const label = this.#label();
    const start = label?.start ?? cursor.peek().start;
    if (this.atAssignment) return readSimpleStatement(this);
    if (cursor.is('declare', 'begin')) return [this.#block(start)];
    if (cursor.is('loop', 'while', 'for', 'foreach'))
      return [readLoop(this, start, label?.name, () => this.#readUntil('end'))];
    if (label !== undefined) cursor.fail();
    if (cursor.skip('if')) return [this.#if(start)];
    if (cursor.skip('case')) return [this.#case(start)];
    return readSimpleStatement(this);
  }

  #label(): { readonly name: string; readonly start: number } | undefined {
    const { cursor } = this;
    const { start } = cursor.peek();
    if (!cursor.skip('<<')) return undefined;
    const name = cursor.takeName();
    cursor.expect('>>');
    return { name, start };
  }

  #block(start: number): BodyNode & { readonly kind: 'block' } {
    const { cursor } = this;
    if (cursor.skip('declare'))
      for (const variable of readDeclarations(cursor))
        this.variables.push(this.#depth > 0 ? { ...variable, inner: true } : variable);
    cursor.expect('begin');
    const nodes = this.#readUntil('end', 'exception');
    const handlers: { readonly conditions: readonly string[]; readonly nodes: readonly BodyNode[] }[] = [];
    if (cursor.skip('exception')) {
      if (!cursor.is('when')) cursor.fail();
      while (cursor.skip('when')) handlers.push(this.#handler());
    }
    cursor.expect('end');
    if (!cursor.done && !cursor.is(';')) cursor.takeName();
    return { kind: 'block', span: this.spanFrom(start), nodes, handlers };
  }

  #handler(): { readonly conditions: readonly string[]; readonly nodes: readonly BodyNode[] } {
    const { cursor } = this;
    const conditions: string[] = [];
    do {
      const { start, end } = cursor.takeUntil('or', 'then');
      conditions.push(cursor.text.slice(start, end).toLowerCase());
    } while (cursor.skip('or'));
    cursor.expect('then');
    return { conditions, nodes: this.#readUntil('when', 'end') };
  }

  #if(start: number): BodyNode {
    const { cursor } = this;
    const branches: {
      readonly condition: BodyExpression | undefined;
      readonly nodes: readonly BodyNode[];
    }[] = [];
    do {
      const condition = this.expressionUntil('then');
      cursor.expect('then');
      branches.push({ condition, nodes: this.#readUntil('elsif', 'elseif', 'else', 'end') });
    } while (cursor.skip('elsif', 'elseif'));
    if (cursor.skip('else')) branches.push({ condition: undefined, nodes: this.#readUntil('end') });
    cursor.expect('end', 'if');
    return { kind: 'if', span: this.spanFrom(start), branches };
  }

  #case(start: number): BodyNode {
    const { cursor } = this;
    const comparesValue = !cursor.is('when');
    if (comparesValue) this.expressionUntil('when');
    const branches: {
      readonly condition: BodyExpression | undefined;
      readonly nodes: readonly BodyNode[];
    }[] = [];
    while (cursor.skip('when')) {
      const condition = this.expressionUntil('then');
      cursor.expect('then');
      branches.push({ condition, nodes: this.#readUntil('when', 'else', 'end') });
    }
    if (cursor.skip('else')) branches.push({ condition: undefined, nodes: this.#readUntil('end') });
    cursor.expect('end', 'case');
    return { kind: 'if', span: this.spanFrom(start), comparesValue, branches };
  }
}
