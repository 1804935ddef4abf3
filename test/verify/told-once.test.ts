import { expect, it } from 'vitest';
import { toldOnce } from '../../src/verify/told-once.ts';
import type { CheckName, Outcome, Verdict } from '../../src/verify/types.ts';

const verdict = (check: CheckName, outcome: Outcome, reason: string | undefined): Verdict => ({
  check,
  outcome,
  reason,
  findings: [],
});

it('says a reason once', () => {
  const reason = 'There is only a stand-in.';
  const told = toldOnce([
    verdict('rolls back', 'not run', reason),
    verdict('effects', 'proven', reason),
    verdict('applies to rows', 'not run', undefined),
    verdict('keeps rows', 'not run', reason),
    verdict('keeps rows', 'not run', undefined),
  ]);
  expect(told.map((one) => one.reason)).toEqual([
    reason,
    reason,
    undefined,
    'For the same reason as “rolls back”.',
    undefined,
  ]);
});
