import type { Statement } from '../../input/sql/types.ts';
import { inCaseOf } from '../../lint/edits/keyword-case.ts';
import { displayName, quoteIdentifier } from '../../model/operations/display-name.ts';
import { alteredName } from '../../model/operations/clauses.ts';
import { afterName, findKeywords, isKeyword } from '../../model/operations/tokens.ts';
import type { ObjectName } from '../../model/operations/types.ts';

/** SQL in the manner of a statement: a template whose key words, in upper case, take the case of the statement's. */
type SqlTemplate = (keywords: TemplateStringsArray, ...parts: readonly string[]) => string;

/** Writes SQL as somebody wrote a statement. What is put into the template stays as it is. */
export function sqlLike(statement: Statement): SqlTemplate {
  return (keywords, ...parts) =>
    keywords.map((words, index) => `${inCaseOf(statement, words)}${parts[index] ?? ''}`).join('');
}

/** A name as a statement would have it: in quotes where PostgreSQL needs them, and where the statement quotes its table's name. */
export function nameLike(statement: Statement, name: string): string {
  const quoted = `"${name.replaceAll('"', '""')}"`;
  const [first] = writtenTable(statement);
  return first?.startsWith('"') === true ? quoted : quoteIdentifier(name);
}

/**
 * The table of an ALTER TABLE or CREATE INDEX as it is written there; with its schema where the search_path of another migration
 * would perhaps not find it.
 *
 * @param table the same with its schema.
 */
export function tableLike(statement: Statement, table: ObjectName): string {
  const written = writtenTable(statement);
  const isFound = written.length > 1 || table.schema === undefined || table.schema === 'public';
  return isFound && written.length > 0 ? written.join('') : displayName(table);
}

/** The tokens of the table's name. */
function writtenTable(statement: Statement): readonly string[] {
  const tokens = statement.tokens();
  let start: number;
  if (isKeyword(tokens[0], 'ALTER')) {
    start = alteredName(tokens);
    while (tokens[start - 1]?.text === '.') start -= 2;
  } else {
    const isTable = isKeyword(tokens[0], 'CREATE') && isKeyword(tokens[1], 'TABLE');
    const keyword = findKeywords(tokens, { start: 0, end: tokens.length }, [isTable ? 'TABLE' : 'ON']);
    if (keyword < 0) return [];
    start = keyword + 1;
    if (isKeyword(tokens[start], 'ONLY')) start++;
    if (isKeyword(tokens[start], 'IF')) start += 3;
  }
  return tokens.slice(start, afterName(tokens, start)).map(({ text }) => text);
}
