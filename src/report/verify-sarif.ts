import { sarif } from './sarif.ts';
import type { ReporterOptions } from './types.ts';
import { asLintReport } from './verify-findings.ts';
import type { VerifyReport } from './verify-types.ts';

/** What `verify` refuted as a SARIF 2.1.0 log, made as lint's is; what was not run is among the run's notifications. */
export function verifySarif(report: VerifyReport, options: ReporterOptions): string {
  return sarif(asLintReport(report), options);
}
