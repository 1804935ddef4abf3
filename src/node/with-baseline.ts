import { isWithin } from '../input/files/paths.ts';
import type { ReadProject } from '../input/project/types.ts';
import { compareWithBaseline, type BaselineEntry } from '../lint/baseline.ts';
import type { Finding } from '../lint/finding.ts';
import type { LintResult } from '../lint/run.ts';

/** A result held against a baseline. */
export interface BaselineOutcome {
  /** The result; what the baseline knows is suppressed in it. */
  readonly result: LintResult;
  /** Entries about this project that nobody finds any more. */
  readonly stale: readonly BaselineEntry[];
}

/** The finding for a rule that threw: it says nothing about a migration, and no baseline takes it back. */
const FAILED_RULE = 'failed-rule';

/** True for a finding that a baseline can know. */
export function canBeKnown({ rule }: Pick<Finding, 'rule'>): boolean {
  return rule !== FAILED_RULE;
}

/**
 * Takes back what a baseline knows.
 *
 * @param isComplete true if every migration was judged by itself and by every rule, as when a baseline is written: only then is
 *   an entry that nobody finds stale. Else only those are whose file is gone.
 */
export function withBaseline(
  result: LintResult,
  source: ReadProject,
  entries: readonly BaselineEntry[],
  isComplete: boolean,
): BaselineOutcome {
  const { fresh, known, stale } = compareWithBaseline(
    result.findings.filter(canBeKnown),
    (finding) => finding,
    entries,
  );
  const paths = isComplete ? undefined : pathsOf(source);
  return {
    result: {
      ...result,
      findings: [...fresh, ...result.findings.filter((finding) => !canBeKnown(finding))],
      suppressed: [
        ...result.suppressed,
        ...known.map((finding) => ({ finding, by: { kind: 'baseline' } as const })),
      ],
    },
    stale: stale.filter(
      ({ path, fingerprint }) =>
        isWithin(path, source.found.folder) &&
        paths?.has(path) !== true &&
        // What a directive takes back by now is still there.
        !result.suppressed.some(({ finding }) => finding.fingerprint === fingerprint),
    ),
  };
}

function pathsOf({ migrations, strays, found }: ReadProject): ReadonlySet<string> {
  const paths = migrations.flatMap(({ path, forward, rollback, current }) => [
    path,
    forward?.source.path,
    rollback?.source.path,
    current?.path,
  ]);
  return new Set([found.folder, ...strays, ...paths].filter((path) => path !== undefined));
}
