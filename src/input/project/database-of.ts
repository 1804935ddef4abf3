import { child } from '../files/paths.ts';
import { readJson, readText, stringAt } from '../files/read-text.ts';
import type { FileTree } from '../files/types.ts';
import { Lexer } from '../sql/lexer.ts';
import { canonicalProvider } from '../prisma/schema-location.ts';
import type { LayoutName } from '../layouts/types.ts';

/** Folder names that say which database the scripts in them are for. */
const NAMED =
  /(?:^|[-_./])(clickhouse|mysql|mariadb|sqlite|mssql|sqlserver|oracle|cockroach(?:db)?|snowflake|bigquery|cassandra|scylla|spanner|duckdb)\d?(?=$|[-_./])/i;

/** What only another database's scripts hold. */
const SIGNS: readonly (readonly [RegExp, string])[] = [
  [/\bENGINE\s*=\s*\w*(?:MergeTree|Distributed)\b/i, 'clickhouse'],
  [/\bENGINE\s*=\s*InnoDB\b|\bAUTO_INCREMENT\b/i, 'mysql'],
  [/\bAUTOINCREMENT\b/i, 'sqlite'],
];

/** The database that a tool's own file names for the scripts of a folder: Drizzle's journal. */
export function declaredDatabase(tree: FileTree, layout: LayoutName, folder: string): string | undefined {
  if (layout !== 'drizzle') return undefined;
  const dialect = stringAt(readJson(tree, child(folder, 'meta/_journal.json')), 'dialect');
  return dialect === undefined || dialect === 'pg' ? dialect && 'postgresql' : canonicalProvider(dialect);
}

/**
 * The other database that the scripts of a folder look made for, by the folder's name or by words that only that database takes.
 * Undefined means that nothing speaks against PostgreSQL. A guess: it must not silence a project that somebody has named.
 *
 * @param sample path of one of the scripts.
 */
export function guessedDatabase(
  tree: FileTree,
  folder: string,
  sample: string | undefined,
): string | undefined {
  const named = NAMED.exec(folder)?.[1]?.toLowerCase();
  if (named !== undefined) return named;
  const code = codeOf(readText(tree, sample) ?? '');
  return SIGNS.find(([sign]) => sign.test(code))?.[1];
}

/** A script without its comments and quoted texts, in which anything may be said. */
function codeOf(text: string): string {
  const lexer = new Lexer(text);
  const code: string[] = [];
  while (lexer.next()) {
    if (lexer.kind === 'word' || lexer.kind === 'operator') code.push(text.slice(lexer.start, lexer.end));
  }
  return code.join(' ');
}
