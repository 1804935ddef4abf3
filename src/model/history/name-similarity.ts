/** Words that columns of one kind share, whatever they hold. */
const WEAK_WORDS: ReadonlySet<string> = new Set([
  'at',
  'id',
  'is',
  'has',
  'on',
  'by',
  'to',
  'of',
  'the',
  'new',
  'old',
]);

/**
 * The words of a name in snake_case, kebab-case, camelCase or PascalCase, in lower case: `APIKeyId` → `api`, `key`, `id`.
 */
export function wordsOf(name: string): readonly string[] {
  // Most names are words in lower case already, with underscores between them.
  if (/^[a-z0-9_ ]*$/.test(name)) return name.split(/[_ ]/).filter((word) => word !== '');
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase());
}

/** Letters agree by chance more often than words do. */
const LETTERS_WEIGH = 0.85;

/** Names are alike from here on: see {@link nameSimilarity}. */
export const ALIKE = 0.5;

/**
 * How alike two names are: the share of words they have in common, or of letters that agree in order, weighing less.
 * Words such as `id` and `at` do not count unless a name has no others.
 *
 * @returns from 0, nothing in common, to 1, equal but for the way of writing.
 */
export function nameSimilarity(a: string, b: string): number {
  const left = tellingWords(a);
  const right = tellingWords(b);
  const shared = left.filter((word) => right.includes(word)).length;
  const words = shared / Math.max(1, new Set([...left, ...right]).size);
  const letters = letterSimilarity(left.join(''), right.join(''));
  return Math.max(words, letters === 1 ? 1 : letters * LETTERS_WEIGH);
}

/** Shorter ones are in many words by chance. */
const STEM = 4;

/** Whether two names have a word in common, or a stem: one begins or ends with what is a whole word of the other, as `username` and `name`. */
export function shareStem(a: string, b: string): boolean {
  const isStem = (stem: string, word: string): boolean =>
    stem === word || (stem.length >= STEM && (word.startsWith(stem) || word.endsWith(stem)));
  return tellingWords(a).some((left) =>
    tellingWords(b).some((right) => isStem(left, right) || isStem(right, left)),
  );
}

/** The words of a name, each once, without `id`, `at` and their like unless it has no others. */
export function tellingWords(name: string): readonly string[] {
  const words = wordsOf(name);
  const strong = words.filter((word) => !WEAK_WORDS.has(word));
  return [...new Set(strong.length > 0 ? strong : words)];
}

/** 1 minus the edit distance, divided by the longer length. Names are cut to 63 letters, PostgreSQL's limit. */
function letterSimilarity(a: string, b: string): number {
  const left = a.slice(0, 63);
  const right = b.slice(0, 63);
  const longer = Math.max(left.length, right.length);
  if (longer === 0) return 0;
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const substitution = (previous[column - 1] ?? 0) + (left[row - 1] === right[column - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return 1 - (previous[right.length] ?? longer) / longer;
}
