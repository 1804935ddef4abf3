import type { Verification } from '../verify/types.ts';
import type { ProjectReport } from './types.ts';

/** What `verify` has to say about a run, for every format. Data only. */
export interface VerifyReport {
  readonly version: string;
  readonly projects: readonly VerifiedProject[];
  /** Wall time in milliseconds; undefined where the output must not depend on it. */
  readonly duration: number | undefined;
}

/** A project, and what became of its migrations. */
export interface VerifiedProject {
  /** What was recognised of it. Nothing is judged here. */
  readonly context: Omit<ProjectReport, 'judged' | 'findings' | 'suppressed'>;
  /** Undefined if there was nothing to verify. */
  readonly verification: Verification | undefined;
}
