import { child } from '../files/paths.ts';
import { readJson, readText, stringAt } from '../files/read-text.ts';
import type { FileTree } from '../files/types.ts';
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

/**
 * The database that the scripts of a folder are for, as far as something says so: Drizzle's journal, the folders' names, or what
 * only another database takes in the first script. Undefined means that nothing speaks against PostgreSQL.
 *
 * @param sample path of one of the scripts.
 */
export function databaseOf(
  tree: FileTree,
  layout: LayoutName,
  folder: string,
  sample: string | undefined,
): string | undefined {
  if (layout === 'drizzle') {
    const dialect = stringAt(readJson(tree, child(folder, 'meta/_journal.json')), 'dialect');
    if (dialect !== undefined) return dialect === 'pg' ? 'postgresql' : canonicalProvider(dialect);
  }
  const named = NAMED.exec(folder)?.[1]?.toLowerCase();
  if (named !== undefined) return named;
  const text = readText(tree, sample) ?? '';
  return SIGNS.find(([sign]) => sign.test(text))?.[1];
}
