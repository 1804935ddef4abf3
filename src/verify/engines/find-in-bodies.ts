import type { Statement } from '../../input/sql/types.ts';
import { operationsOf } from '../../model/operations/operations-of.ts';

/**
 * Asks a statement, and those in the bodies of DO blocks, functions and procedures.
 *
 * @param find what is looked for in one statement: what it is, for people; undefined if there is none.
 * @param built the same in the text of SQL that a body builds, which nobody can parse.
 * @returns the first that is found.
 */
export function findInBodies(
  statement: Statement,
  find: (statement: Statement) => string | undefined,
  built: RegExp,
): string | undefined {
  const own = find(statement);
  if (own !== undefined) return own;
  const seen = new Set<Statement>([statement]);
  for (const operation of operationsOf(statement, { bodies: 'all' })) {
    if (operation.kind === 'Opaque') {
      const [words] = built.exec(textOf(operation.statement)) ?? [];
      if (words !== undefined) return words.toUpperCase().replaceAll(/\s+/gu, ' ');
    }
    if (seen.has(operation.statement)) continue;
    seen.add(operation.statement);
    const inner = find(operation.statement);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

/** The text of a statement, as it is written. */
export function textOf({ source, span }: Pick<Statement, 'source' | 'span'>): string {
  return source.text.slice(span.start, span.end);
}

/**
 * A call of a function, wherever it stands in a tree.
 *
 * @param names which functions, without their schema.
 * @returns it, for people: `pg_read_file()`.
 */
export function calledFunction(tree: unknown, names: RegExp): string | undefined {
  if (typeof tree !== 'object' || tree === null) return undefined;
  const { FuncCall: call } = tree as {
    readonly FuncCall?: { readonly funcname?: readonly { readonly String?: { readonly sval?: string } }[] };
  };
  const name = call?.funcname?.at(-1)?.String?.sval;
  if (name !== undefined && names.test(name)) return `${name}()`;
  for (const child of Object.values(tree)) {
    const found = calledFunction(child, names);
    if (found !== undefined) return found;
  }
  return undefined;
}
