/** PostgreSQL's reserved words, and words of commands that nobody names an object with: without quotes they are no names. */
const NO_NAMES: ReadonlySet<string> = new Set(
  (
    'all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create current_catalog ' +
    'current_date current_role current_time current_timestamp current_user default deferrable desc distinct do else end except false ' +
    'fetch for foreign from grant group having in initially intersect into lateral leading limit localtime localtimestamp not null ' +
    'offset on only or order placing primary references returning select session_user some symmetric system_user table then to ' +
    'trailing true union unique user using variadic when where window with ' +
    'add alter begin cascade declare drop each exists if insert is replace restrict returns set update delete values'
  ).split(' '),
);

/** The words with which a command says what kind of object it is about, up to the object's name. */
const COMMAND =
  /^\s*(?:create|drop|alter|refresh|reindex)\s+(?:or\s+replace\s+)?(?:(?:temp|temporary|unlogged|materialized|recursive|foreign)\s+)*(?:table|view|function|procedure|routine|aggregate|type|domain|sequence|trigger|rule|policy|index|schema|publication|statistics|database)\s+(?:concurrently\s+)?(?:if\s+(?:not\s+)?exists\s+)?/i;

/**
 * The words of a piece of SQL that may be names, bodies and constants included, as PostgreSQL folds them.
 *
 * @param text a statement, or a part of one.
 */
export function wordsIn(text: string): ReadonlySet<string> {
  const words = text.replace(COMMAND, '').match(/"(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*/gu) ?? [];
  const names = new Set<string>();
  for (const word of words) {
    if (word.startsWith('"')) names.add(word.slice(1, -1).replaceAll('""', '"'));
    else if (!NO_NAMES.has(word.toLowerCase())) names.add(word.toLowerCase());
  }
  return names;
}
