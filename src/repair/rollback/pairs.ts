import type { Origin } from '../../model/catalog/types.ts';

/** One thing before a migration and after it. */
export interface Pair<One> {
  readonly before: One;
  readonly after: One;
}

/** What became of things of one kind. */
export interface Paired<One> {
  readonly pairs: readonly Pair<One>[];
  /** Only before. */
  readonly gone: readonly One[];
  /** Only after. */
  readonly added: readonly One[];
}

interface Made {
  readonly origin: Origin | undefined;
}

/** How things of one kind are told apart. */
export interface Identity<One> {
  /** The name, as a key; of one after the migration, the name that it had before as far as that is known. */
  readonly nameBefore: (one: One) => string;
  readonly nameAfter: (one: One) => string;
  /** What stays the same whatever the name is, beside what made it. */
  readonly shape?: (one: One) => string;
}

/**
 * Which things after a migration are those of before. They are the same if the same statement made them; what was dropped and
 * made again is another thing. What has another name is found by its shape, if only one thing of before can be meant.
 */
export function paired<One extends Made>(
  before: Iterable<One>,
  after: Iterable<One>,
  { nameBefore, nameAfter, shape = () => '' }: Identity<One>,
): Paired<One> {
  const left = new Map([...before].map((one) => [nameBefore(one), one]));
  const pairs: Pair<One>[] = [];
  const unnamed: One[] = [];
  for (const one of after) {
    const former = left.get(nameAfter(one));
    if (former !== undefined && isSameOrigin(former.origin, one.origin)) {
      pairs.push({ before: former, after: one });
      left.delete(nameAfter(one));
    } else unnamed.push(one);
  }
  const added: One[] = [];
  for (const one of unnamed) {
    const candidates = [...left].filter(
      ([, former]) => isSameOrigin(former.origin, one.origin) && shape(former) === shape(one),
    );
    const [found] = candidates;
    if (found === undefined || candidates.length > 1) added.push(one);
    else {
      pairs.push({ before: found[1], after: one });
      left.delete(found[0]);
    }
  }
  return { pairs, gone: [...left.values()], added };
}

function isSameOrigin(a: Origin | undefined, b: Origin | undefined): boolean {
  return a?.migration === b?.migration && a?.statement === b?.statement;
}
