import { parseScript } from '../../input/sql/parse-script.ts';
import type { Statement } from '../../input/sql/types.ts';
import type { Origin } from '../../model/catalog/types.ts';
import { operationsOf } from '../../model/operations/operations-of.ts';

/**
 * Statements that make an object again, under the search_path that its migration had set by then: texts of queries and bodies are as
 * they were written, and names without a schema mean what they meant there.
 */
export function underItsSearchPath(
  origin: Origin | undefined,
  statements: readonly string[],
): readonly string[] {
  const set =
    origin === undefined || statements.length === 0 ? undefined : searchPathSetting(origin.statement);
  return set === undefined ? statements : [set, ...statements, 'RESET search_path'];
}

/** The SET that holds for a statement, in its own script; undefined where none does. */
function searchPathSetting({ source, span }: Statement): string | undefined {
  if (!/\bset\b[^;]*\bsearch_path\b/i.test(source.text)) return undefined;
  let setting: string | undefined;
  for (const statement of parseScript(source).statements) {
    if (statement.span.start >= span.start) break;
    for (const operation of operationsOf(statement)) {
      if (operation.kind !== 'SetVariable' || operation.form === 'set_config') continue;
      const isReset = operation.value === undefined;
      if (operation.name !== 'search_path' && !(isReset && operation.name === 'all')) continue;
      const text = source.text.slice(statement.span.start, statement.span.end).replace(/;\s*$/, '');
      setting = isReset ? undefined : text.replace(/^SET\s+LOCAL\b/i, 'SET');
    }
  }
  return setting;
}
