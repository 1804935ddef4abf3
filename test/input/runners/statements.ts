import { parseScript } from '../../../src/input/sql/parse-script.ts';
import type { Statement } from '../../../src/input/sql/types.ts';
import { sourceOf } from '../../../src/input/text/decode.ts';

/** The statements of a script. The parser must have been loaded. */
export function statementsOf(sql: string): readonly Statement[] {
  return parseScript(sourceOf('migration.sql', sql)).statements;
}

/** A statement as written. */
export function textOf({ source, span }: Statement): string {
  return source.text.slice(span.start, span.end);
}
