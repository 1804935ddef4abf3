import { decodeSource, sourceOf } from '../../../src/input/text/decode.ts';
import type { Span } from '../../../src/input/text/types.ts';
import { parseScript } from '../../../src/input/sql/parse-script.ts';
import type { Body, Problem, Script, Statement } from '../../../src/input/sql/types.ts';

/** The script of a text. */
export const read = (text: string): Script => parseScript(sourceOf('migration.sql', text));

/** The script of a file's bytes. */
export function readBytes(bytes: Uint8Array): Script {
  const { source, problems } = decodeSource('migration.sql', bytes);
  return parseScript(source, problems);
}

/** What a span of a script spans. */
export const textAt = (script: Script, span: Span): string => script.source.text.slice(span.start, span.end);

/** The statements of a script as written. */
export const statementTexts = (script: Script): readonly string[] =>
  script.statements.map((statement) => textAt(script, statement.span));

/** The problems of a script: kind, what they point at, message. */
export const problemTexts = (
  script: Script,
  problems: readonly Problem[] = script.problems,
): readonly string[][] =>
  problems.map((problem) => [problem.kind, textAt(script, problem.span), problem.message]);

/** The only statement of a text. */
export function readOne(text: string): Statement {
  const [statement, ...others] = read(text).statements;
  if (statement === undefined || others.length > 0) throw new Error(`not one statement: ${text}`);
  return statement;
}

/** The body of the only statement of a text. */
export function bodyIn(text: string): Body {
  const body = readOne(text).body();
  if (body === undefined) throw new Error(`no body: ${text}`);
  return body;
}

/** A parse tree without its locations: equal for equal statements at different places. */
export function withoutLocations(tree: unknown): unknown {
  return JSON.parse(
    JSON.stringify(tree, (key, value: unknown) =>
      /(?:^|_)(?:location|len|start|end)$/.test(key) ? undefined : value,
    ),
  );
}
