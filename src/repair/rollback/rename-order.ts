/** A rename: names as keys of one name space. */
export interface Rename<Thing> {
  readonly thing: Thing;
  readonly from: string;
  readonly to: string;
}

/**
 * Puts renames into an order in which each finds its new name free. Where they take turns, as two tables that swapped their names,
 * one goes by a name of its own for a while.
 *
 * @param spare a name that nothing has.
 */
export function renameOrder<Thing>(
  renames: readonly Rename<Thing>[],
  spare: (rename: Rename<Thing>) => string,
): readonly Rename<Thing>[] {
  const ordered: Rename<Thing>[] = [];
  let left = renames.filter(({ from, to }) => from !== to);
  while (left.length > 0) {
    const taken = new Set(left.map(({ from }) => from));
    const free = left.filter(({ to }) => !taken.has(to));
    if (free.length > 0) {
      ordered.push(...free);
      left = left.filter((one) => !free.includes(one));
      continue;
    }
    const [first, ...others] = left;
    if (first === undefined) break;
    const between = spare(first);
    ordered.push({ ...first, to: between });
    left = [...others, { ...first, from: between }];
  }
  return ordered;
}
