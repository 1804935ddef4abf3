import type { EffectDifference } from './compare.ts';

const WORK: Readonly<Record<Exclude<EffectDifference['fact'], 'locks'>, readonly [string, string]>> = {
  rewritten: ['rewrote', 'rewrite'],
  indexed: ['built an index of', 'build an index of'],
  scanned: ['read all of', 'read all of'],
};

/** The difference that people want to hear of first: what stops others longest. */
export function worstDifference(differences: readonly EffectDifference[]): EffectDifference | undefined {
  const order: readonly EffectDifference['fact'][] = ['rewritten', 'indexed', 'locks', 'scanned'];
  return [...differences].sort((a, b) => order.indexOf(a.fact) - order.indexOf(b.fact))[0];
}

/** One difference as a sentence, with both sides. */
export function differenceText(difference: EffectDifference): string {
  const { relation } = difference;
  if (difference.fact === 'locks') {
    const { predicted, observed } = difference;
    const took =
      observed === undefined
        ? `PostgreSQL took no lock on ${relation} that it did not hold already`
        : `PostgreSQL took ${observed} on ${relation}`;
    return predicted === undefined
      ? `${took}, of which lint says nothing.`
      : `${took}, and lint predicts ${predicted}.`;
  }
  const [did, does] = WORK[difference.fact];
  return difference.observed
    ? `PostgreSQL ${did} ${relation}, of which lint says nothing.`
    : `PostgreSQL did not ${does} ${relation}, and lint predicts that it does.`;
}
