import type { CheckName, Verdict, VerifyFindingId } from './types.ts';

/** What two checks come upon, each in its own way, and which of them tells it. */
const TOLD_BY: readonly { readonly id: VerifyFindingId; readonly by: CheckName; readonly also: CheckName }[] =
  [{ id: 'rollback-fails', by: 'rolls back', also: 'keeps rows' }];

/** The verdicts of a migration without what another one of them says already: that check is not run then, and says why, once. */
export function toldOnce(verdicts: readonly Verdict[]): readonly Verdict[] {
  return verdicts.map((verdict, at) => {
    const first = verdicts.slice(0, at).find((other) => isSameReason(other, verdict));
    if (first !== undefined) return { ...verdict, reason: `For the same reason as “${first.check}”.` };
    const rule = TOLD_BY.find(
      ({ id, by, also }) =>
        verdict.check === also &&
        verdict.findings.every((finding) => finding.id === id) &&
        verdicts.some((other) => other.check === by && tellsAll(other, verdict)),
    );
    if (rule === undefined || verdict.findings.length === 0) return verdict;
    const reason = `It stops at what “${rule.by}” tells.`;
    return { check: verdict.check, outcome: 'not run', reason, findings: [] };
  });
}

function isSameReason(one: Verdict, other: Verdict): boolean {
  const areNotRun = one.outcome === 'not run' && other.outcome === 'not run';
  return areNotRun && one.check !== other.check && one.reason !== undefined && one.reason === other.reason;
}

function tellsAll(other: Verdict, { findings }: Verdict): boolean {
  return findings.every((finding) =>
    other.findings.some(
      ({ id, code, place }) =>
        id === finding.id && code === finding.code && place?.span.start === finding.place?.span.start,
    ),
  );
}
