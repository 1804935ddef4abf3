/** The longest name in bytes: NAMEDATALEN - 1 of a standard build. */
export const longestName = 63;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Cuts a name as PostgreSQL does.
 *
 * @param name a name of any length.
 * @param limit in bytes of UTF-8.
 * @returns as many whole characters as fit.
 */
export function clipName(name: string, limit = longestName): string {
  // A character of UTF-16 takes three bytes at most.
  if (name.length * 3 <= limit) return name;
  const bytes = encoder.encode(name);
  if (bytes.length <= limit) return name;
  let end = limit;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return decoder.decode(bytes.subarray(0, end));
}

/**
 * A name as SQL wants it written.
 *
 * @param name the name as PostgreSQL stores it.
 * @returns the name, in double quotes unless it is plain lower case and no word that PostgreSQL could take for its own.
 */
export function quoteName(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) && !reserved.has(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/**
 * The name that an identifier stands for.
 *
 * @param written an identifier as written: `Name`, `"Name"`.
 * @returns the name as PostgreSQL stores it; undefined if the text is no identifier.
 */
export function nameOfIdentifier(written: string): string | undefined {
  if (written.startsWith('"')) return clipName(written.slice(1, -1).replaceAll('""', '"'));
  return /^[a-zA-Z_\u0080-\uffff]/u.test(written) && !written.endsWith("'")
    ? clipName(written.toLowerCase())
    : undefined;
}

/** PostgreSQL's reserved words (pg_get_keywords(), categories R and T): not to be used as a name without quotes. */
const reserved = new Set(
  (
    'all analyse analyze and any array as asc asymmetric authorization between binary both case cast check collate ' +
    'collation column concurrently constraint create cross current_catalog current_date current_role current_schema ' +
    'current_time current_timestamp current_user default deferrable desc distinct do else end except false fetch for ' +
    'foreign freeze from full grant group having ilike in initially inner intersect into is isnull join lateral leading ' +
    'left like limit localtime localtimestamp natural not notnull null offset on only or order outer overlaps placing ' +
    'primary references returning right select session_user similar some symmetric system_user table tablesample then to ' +
    'trailing true union unique user using variadic verbose when where window with'
  ).split(' '),
);
