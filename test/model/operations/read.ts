import { loadParser } from '../../../src/input/sql/parser.ts';
import { parseScript } from '../../../src/input/sql/parse-script.ts';
import type { Script } from '../../../src/input/sql/types.ts';
import { operationsOf } from '../../../src/model/operations/operations-of.ts';
import type { OperationsOptions } from '../../../src/model/operations/context.ts';
import type { Operation, OperationKind, OperationOf, Part } from '../../../src/model/operations/types.ts';

await loadParser();

/** A script that parses whole. */
export function scriptOf(sql: string): Script {
  const script = parseScript({ path: 'test.sql', text: sql, encoding: 'utf-8', byteOrderMark: false });
  const problem = script.problems[0];
  if (problem !== undefined) throw new Error(`${problem.message}: ${sql}`);
  return script;
}

/** The operations of all statements of a script. */
export function operations(sql: string, options?: OperationsOptions): readonly Operation[] {
  return scriptOf(sql).statements.flatMap((statement) => operationsOf(statement, options));
}

/** The first operation of a kind. */
export function first<Kind extends OperationKind>(kind: Kind, sql: string): OperationOf<Kind> {
  const found = operations(sql).find((operation) => operation.kind === kind);
  if (found === undefined) throw new Error(`No ${kind} in ${sql}`);
  return found as OperationOf<Kind>;
}

/** The text that a part of an operation points at. */
export function textAt(operation: Operation, part?: Part): string {
  const { source, span } = operation.at(part);
  return source.text.slice(span.start, span.end);
}
