/** Linting from a program: what the command line itself is made of. docs/node-api.md describes it. */
export { lintProjects } from './node/lint-projects.ts';
export { formatReport } from './node/format-report.ts';
export { updateBaseline, type BaselineAction, type BaselineChange } from './node/update-baseline.ts';
export type { LintOutcome, LintRequest, Timing } from './node/types.ts';
export type { FormatName } from './report/formats.ts';
export type { MigrationReport, ProjectReport, Report, ReporterOptions, Summary } from './report/types.ts';
