import pc from 'picocolors';
import { Fingerprints } from '../lint/fingerprint.ts';
import type { Severity } from '../lint/rule.ts';
import type { Outcome, Verdict, VerifiedMigration, VerifyFinding } from '../verify/types.ts';
import { shortList } from '../model/operations/display-name.ts';
import { contextLine, findingPaint, noteBlock, pathBelow, type Colors } from './stylish.ts';
import { fieldLines, findingLines } from './stylish-finding.ts';
import { displayWidth, visibleText, wrapText } from './terminal-text.ts';
import type { ReporterOptions } from './types.ts';
import { asFinding, migrationVerdict } from './verify-findings.ts';
import type { VerifiedProject, VerifyReport } from './verify-types.ts';
import { verifyVerdict } from './verify-verdict.ts';
import { counted } from './words.ts';

/** Above so many migrations, those that are wholly proven are counted instead of shown. */
const SHOWN = 20;

/** What is shown besides the options of every format. */
export interface VerifyTextOptions extends ReporterOptions {
  /** Only migrations with findings of at least this severity are shown; undefined for all. */
  readonly least?: Severity | undefined;
}

/**
 * What `verify` found, for people: each project's context and engine, its migrations with their verdicts and findings, and one line
 * that sums up.
 *
 * @returns text that ends with a line feed.
 */
export function verifyText(report: VerifyReport, options: VerifyTextOptions): string {
  const colors = pc.createColors(options.color);
  const blocks = report.projects.flatMap((project) => projectBlocks(project, options, colors));
  return `${[...blocks, lastLine(report, colors)].filter((block) => block !== '').join('\n\n')}\n`;
}

function projectBlocks(
  project: VerifiedProject,
  options: VerifyTextOptions,
  colors: Colors,
): readonly string[] {
  const { context, verification } = project;
  const all = verification?.migrations ?? [];
  const migrations = all.map(withoutColumnOrder);
  const line = contextLine({ ...context, judged: migrations }, colors);
  if (verification === undefined)
    return [`${colors.green('✔')} ${line}`, ...noteBlock(context.notes, options, colors)];
  const isLong = migrations.length > SHOWN;
  const shown = migrations.filter((migration) => isShown(migration, isLong, options));
  const notes = [...columnOrderNotes(all), ...context.notes, ...verification.notes];
  return [
    [line, ...wrapText(engineWords(project), Math.max(options.width, 20))].join('\n'),
    ...migrationBlocks(shown, context.folder, options, colors),
    ...othersBlock(migrations, shown, colors),
    ...(options.least === undefined ? noteBlock(notes, options, colors) : []),
  ];
}

const COLUMN_ORDER = 'rollback-changes-column-order';

/** A migration without what one line says of all of them. */
function withoutColumnOrder(migration: VerifiedMigration): VerifiedMigration {
  const verdicts = migration.verdicts.map((verdict) => ({
    ...verdict,
    findings: verdict.findings.filter(({ id }) => id !== COLUMN_ORDER),
  }));
  return { ...migration, verdicts };
}

/** The rollbacks that bring columns back in another order: nearly all that undo DROP COLUMN, so that one line says it. */
function columnOrderNotes(migrations: readonly VerifiedMigration[]): readonly string[] {
  const ids = migrations.flatMap(({ id, verdicts }) =>
    verdicts.some(({ findings }) => findings.some((finding) => finding.id === COLUMN_ORDER)) ? [id] : [],
  );
  if (ids.length === 0) return [];
  const [whose, bring] = ids.length === 1 ? ['rollback', 'brings'] : ['rollbacks', 'bring'];
  return [
    `The ${whose} of ${shortList(ids, 4).join(', ')} ${bring} columns back in another order: only SELECT *, COPY and INSERT without a list of columns notice. (${COLUMN_ORDER})`,
  ];
}

/** Which PostgreSQL was asked, whether it is the target's, and what it began with. */
function engineWords({ context, verification }: VerifiedProject): string {
  if (verification === undefined) return '';
  const { engine, prefix } = verification;
  const { postgresVersion } = context;
  const target =
    engine.major === postgresVersion
      ? []
      : [`target ${postgresVersion}: another version, --engine ${postgresVersion} asks that one`];
  const cached = prefix.cached === 0 ? '' : `, ${prefix.cached} of them from the cache`;
  const applied =
    prefix.applied === 0 ? [] : [`${counted(prefix.applied, 'migration')} applied before${cached}`];
  return visibleText([engine.label, ...target, ...applied].join(' · '));
}

function isShown(migration: VerifiedMigration, isLong: boolean, { least }: VerifyTextOptions): boolean {
  if (least !== undefined) return migration.verdicts.some((verdict) => isBad(verdict, least));
  return !isLong || !migration.verdicts.every(isPlain);
}

const RANK: Readonly<Record<Severity, number>> = { info: 0, warning: 1, error: 2 };

function isBad({ outcome, findings }: Verdict, least: Severity): boolean {
  return outcome === 'refuted' && findings.some(({ severity }) => RANK[severity] >= RANK[least]);
}

/** Proven, and nothing to say about it. */
function isPlain({ outcome, findings }: Verdict): boolean {
  return outcome === 'proven' && findings.length === 0;
}

/** The migrations that are not shown, with what was asked of them. */
function othersBlock(
  migrations: readonly VerifiedMigration[],
  shown: readonly VerifiedMigration[],
  colors: Colors,
): readonly string[] {
  const hidden = migrations.filter((migration) => !shown.includes(migration));
  if (hidden.length === 0) return [];
  const proven = hidden.filter((migration) => migrationVerdict(migration) === 'proven').length;
  const checks = new Map<string, number>();
  for (const { verdicts } of hidden)
    for (const { check, outcome } of verdicts)
      if (outcome === 'proven') checks.set(check, (checks.get(check) ?? 0) + 1);
  const parts = [...checks].map(
    ([check, count]) => `${check} ${colors.green('✔')}${count === hidden.length ? '' : ` ${count}`}`,
  );
  const others =
    shown.length === 0 ? counted(hidden.length, 'migration') : counted(hidden.length, 'other migration');
  const rest = proven === hidden.length ? '' : `, ${proven} of them proven`;
  return [`${others}${rest}${parts.length === 0 ? '' : `\n  ${parts.join(' · ')}`}`];
}

/** Blocks of lines that a blank line parts; migrations of which there is nothing to say stand together, a line each. */
function migrationBlocks(
  migrations: readonly VerifiedMigration[],
  folder: string,
  options: VerifyTextOptions,
  colors: Colors,
): readonly string[] {
  const blocks: string[] = [];
  let plain: string[] = [];
  const endPlain = (): void => {
    if (plain.length > 0) blocks.push(plain.join('\n'));
    plain = [];
  };
  for (const migration of migrations) {
    const block = migrationBlock(migration, folder, options, colors);
    if (migration.verdicts.every(isPlain)) plain.push(block);
    else {
      endPlain();
      blocks.push(block);
    }
  }
  endPlain();
  return blocks;
}

function migrationBlock(
  migration: VerifiedMigration,
  folder: string,
  options: VerifyTextOptions,
  colors: Colors,
): string {
  const { verdicts, path } = migration;
  const name = visibleText(pathBelow(folder, path));
  const words = verdicts.map((verdict) => verdictWords(verdict, colors)).join(' · ');
  const plainWords = verdicts.map(({ check }) => `${check} ✔`).join(' · ');
  const isOneLine =
    verdicts.every(isPlain) && displayWidth(`${name}  ${plainWords}`) <= Math.max(options.width, 20);
  return [
    ...(isOneLine ? [`${colors.underline(name)}  ${words}`] : [colors.underline(name), `  ${words}`]),
    ...reasonLines(verdicts, options.width, colors),
    ...findingBlocks(
      verdicts.flatMap(({ findings }) => findings),
      migration,
      folder,
      options,
      colors,
    ),
  ].join('\n');
}

function verdictWords({ check, outcome }: Verdict, colors: Colors): string {
  const mark: Readonly<Record<Outcome, string>> = {
    proven: ` ${colors.green('✔')}`,
    refuted: ` ${colors.red('✖')}`,
    'not run': `: ${colors.yellow('not run')}`,
  };
  return `${check}${mark[outcome]}`;
}

/** Why something was not run: which check it is stands there if it is not the only one. */
function reasonLines(verdicts: readonly Verdict[], width: number, colors: Colors): readonly string[] {
  return verdicts.flatMap(({ check, outcome, reason }) => {
    if (outcome !== 'not run' || reason === undefined) return [];
    const text = verdicts.length === 1 ? reason : `${check}: ${reason}`;
    return fieldLines('why', text, width, { field: colors.bold });
  });
}

function findingBlocks(
  findings: readonly VerifyFinding[],
  migration: VerifiedMigration,
  folder: string,
  { width }: VerifyTextOptions,
  colors: Colors,
): readonly string[] {
  const fingerprints = new Fingerprints();
  const paint = findingPaint(colors);
  const show = (path: string): string => visibleText(pathBelow(folder, path));
  let at = migration.path;
  return findings.flatMap((finding) => {
    const path = finding.place?.source.path ?? finding.path;
    const heading = path === at ? [] : [colors.underline(show(path))];
    at = path;
    const lines = findingLines(
      asFinding(finding, migration.id, fingerprints),
      width,
      paint,
      show,
      finding.details,
    );
    return ['', ...heading, ...lines];
  });
}

function lastLine(report: VerifyReport, colors: Colors): string {
  if (report.projects.every(({ verification }) => verification === undefined)) return '';
  const { worst, text } = verifyVerdict(report);
  switch (worst) {
    case 'refuted':
      return `${colors.red('✖')} ${text}`;
    case 'in part':
    case 'not run':
      return `${colors.yellow('⚠')} ${text}`;
    case 'proven':
      return `${colors.green('✔')} ${text}`;
    default:
      return worst satisfies never;
  }
}
