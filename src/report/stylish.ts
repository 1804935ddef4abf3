import pc from 'picocolors';
import type { Finding } from '../lint/finding.ts';
import { classLine } from './classification.ts';
import { findingLines, type FindingPaint } from './stylish-finding.ts';
import { groupBy } from './group-by.ts';
import { visibleText, wrapText } from './terminal-text.ts';
import type { MigrationReport, ProjectReport, Report, ReporterOptions } from './types.ts';
import { duration, notShownPart, suppressedPart, verdictOf, type Verdict } from './verdict.ts';
import { counted } from './words.ts';

/** How many notes of a project are shown; the others are counted. */
const NOTES = 5;

/** picocolors, with colours or without. */
export type Colors = ReturnType<typeof pc.createColors>;

/**
 * The report for people: each project's context, its judged migrations with their findings, and one line that sums up.
 * A run of one project in which nothing was found is one line.
 *
 * @returns text that ends with a line feed. Nothing in it comes from a file as it is: see {@link visibleText}.
 */
export function stylish(report: Report, options: ReporterOptions): string {
  const colors = pc.createColors(options.color);
  const [only, ...others] = report.projects;
  if (only !== undefined && others.length === 0 && isClean(only)) {
    const parts = [
      cleanLine(only, report, colors),
      notShownPart(report),
      suppressedPart(report),
      duration(report),
    ].filter((part) => part !== '');
    return `${parts.join(' · ')}\n`;
  }
  const blocks = report.projects.flatMap((project) => projectBlocks(project, report, options, colors));
  return `${[...blocks, verdictLine(verdictOf(report), colors)].join('\n\n')}\n`;
}

function isClean({ judged, findings, notes }: ProjectReport): boolean {
  return (
    findings.length === 0 &&
    notes.length === 0 &&
    judged.every((migration) => migration.findings.length === 0)
  );
}

function cleanLine(project: ProjectReport, { notShown }: Report, colors: Colors): string {
  const words = notShown === undefined ? 'nothing found' : 'nothing that fails the run';
  const found = project.judged.length === 0 ? '' : ` · ${words}`;
  return `${colors.green('✔')} ${contextLine(project, colors)}${found}`;
}

/** What was recognised of a project, and how many of its migrations are looked at. */
export type ProjectContext = Pick<
  ProjectReport,
  | 'folder'
  | 'runner'
  | 'transactions'
  | 'postgresVersion'
  | 'postgresAssumed'
  | 'migrations'
  | 'base'
  | 'wholeHistory'
  | 'selected'
> & { readonly judged: { readonly length: number } };

/** What was recognised, so that a wrong guess is seen at once. */
export function contextLine(project: ProjectContext, colors: Colors): string {
  const folder = visibleText(project.folder === '' ? '.' : project.folder);
  const assumed = project.postgresAssumed ? ' (assumed)' : '';
  const rest = [
    `${project.runner} (${project.transactions})`,
    `PostgreSQL ${project.postgresVersion}${assumed}`,
    pendingPart(project),
  ];
  return `${colors.bold(folder)} · ${visibleText(rest.join(' · '))}`;
}

function pendingPart({ migrations, judged, base, wholeHistory, selected }: ProjectContext): string {
  if (migrations === 0) return 'no migrations';
  if (selected !== undefined)
    return `${judged.length === 0 ? 'nothing' : judged.length} ${selected} of ${migrations} (${base})`;
  if (wholeHistory) return `${counted(migrations, 'migration')} (${base})`;
  if (judged.length > 0) return `${judged.length} pending of ${migrations} (${base})`;
  return `nothing pending of ${migrations} (${base}), --all judges the whole history`;
}

/** Blocks of lines that a blank line parts. */
function projectBlocks(
  project: ProjectReport,
  report: Report,
  options: ReporterOptions,
  colors: Colors,
): readonly string[] {
  if (isClean(project)) return [cleanLine(project, report, colors)];
  return [
    contextLine(project, colors),
    ...project.judged.flatMap((judged) =>
      findingBlocks(judged.findings, project.folder, options, colors, judged),
    ),
    ...findingBlocks(project.findings, project.folder, options, colors),
    ...noteBlock(project.notes, options, colors),
  ];
}

function findingBlocks(
  findings: readonly Finding[],
  folder: string,
  options: ReporterOptions,
  colors: Colors,
  migration?: MigrationReport,
): readonly string[] {
  const byPath = groupBy(findings, (finding) =>
    pathBelow(folder, finding.place?.source.path ?? finding.path),
  );
  const paint = findingPaint(colors);
  const show = (path: string): string => visibleText(pathBelow(folder, path));
  const scriptPath = migration === undefined ? undefined : pathBelow(folder, migration.path);
  const about = classLine(migration?.classification, migration?.proof);
  return [...byPath].flatMap(([path, ofPath]) => [
    heading(path, path === scriptPath ? about : '', options, colors),
    ...ofPath.map((finding) => findingLines(finding, options.width, paint, show).join('\n')),
  ]);
}

/** A file's path and, below it, what the migration as a whole is. */
function heading(path: string, about: string, { width }: ReporterOptions, colors: Colors): string {
  const lines = about === '' ? [] : wrapText(about, Math.max(width - 2, 20));
  return [colors.underline(visibleText(path)), ...lines.map((line) => `  ${colors.dim(line)}`)].join('\n');
}

/** A path as it is shown below its project's folder. */
export function pathBelow(folder: string, path: string): string {
  return folder !== '' && path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path;
}

/** How the parts of findings are coloured. */
export function findingPaint(colors: Colors): FindingPaint {
  return {
    gutter: colors.dim,
    rule: colors.dim,
    field: colors.bold,
    related: colors.blue,
    severity: { error: colors.red, warning: colors.yellow, info: colors.cyan },
  };
}

/** What is to be known of a project, as one block; none if nothing is. */
export function noteBlock(
  notes: readonly string[],
  { width }: ReporterOptions,
  colors: Colors,
): readonly string[] {
  if (notes.length === 0) return [];
  const shown = notes.length <= NOTES + 1 ? notes : notes.slice(0, NOTES);
  const hidden = notes.length - shown.length;
  const lines = shown.flatMap((note) =>
    wrapText(note, Math.max(width - 8, 20)).map((line, index) =>
      index === 0 ? `  ${colors.cyan('note')}  ${line}` : `        ${line}`,
    ),
  );
  const more = hidden === 0 ? [] : [`        and ${counted(hidden, 'more note')}, all in --format json`];
  return [[...lines, ...more].join('\n')];
}

function verdictLine({ worst, text }: Verdict, colors: Colors): string {
  switch (worst) {
    case 'error':
      return `${colors.red('✖')} ${text}`;
    case 'warning':
      return `${colors.yellow('⚠')} ${text}`;
    case 'info':
      return `${colors.cyan('ℹ')} ${text}`;
    case 'none':
      return `${colors.green('✔')} ${text}`;
    default:
      return worst satisfies never;
  }
}
