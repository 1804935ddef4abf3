/**
 * What things are called after two rounds of renaming. In each round all get their new names at once, so that one may take the former
 * name of another.
 *
 * @param first old → new.
 * @param second new → newer.
 * @returns old → newer, without what has its old name again.
 */
export function composedNames(
  first: ReadonlyMap<string, string>,
  second: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const between = new Set(first.values());
  const composed = new Map<string, string>();
  for (const [from, to] of first) composed.set(from, second.get(to) ?? to);
  for (const [from, to] of second) if (!between.has(from) && !first.has(from)) composed.set(from, to);
  for (const [from, to] of composed) if (from === to) composed.delete(from);
  return composed;
}
