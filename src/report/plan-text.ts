import pc from 'picocolors';
import type { PlannedChange, PlannedFile, PlannedPhase } from './planned-change.ts';
import { visibleText, wrapText } from './terminal-text.ts';
import type { ReporterOptions } from './types.ts';

type Colors = ReturnType<typeof pc.createColors>;

/** The longest line of prose. */
const PROSE_EDGE = 100;

const TITLES: Readonly<Record<PlannedPhase['name'], string>> = {
  expand: 'Expand',
  backfill: 'Backfill',
  contract: 'Contract',
};

/**
 * A planned change, for people: phase by phase what to do first, the files with their SQL and what undoes it, the edit of the schema.
 *
 * @param written true where the files have been written.
 * @returns text that ends with a line feed.
 */
export function planText(planned: PlannedChange, options: ReporterOptions, written: boolean): string {
  const colors = pc.createColors(options.color);
  const width = Math.min(PROSE_EDGE, Math.max(40, options.width));
  const { title, folder, runner, postgresVersion, direct, phases, after, notes } = planned;
  const lines = [
    `${colors.bold(visibleText(folder))} · ${visibleText(runner)} · PostgreSQL ${postgresVersion}`,
    '',
    colors.bold(visibleText(capital(title))),
    ...wrapped(`Instead of ${visibleText(direct)}`, width),
  ];
  for (const [index, phase] of phases.entries())
    lines.push('', ...phaseLines(phase, index + 1, { colors, width }));
  lines.push('', colors.bold('Afterwards'), ...bullets(after, width));
  if (notes.length > 0) lines.push('', ...notes.flatMap((note) => wrapped(visibleText(note), width)));
  const all = phases.flatMap(({ files }) => files);
  lines.push(
    '',
    written
      ? `Wrote ${all.length} ${all.length === 1 ? 'file' : 'files'}.`
      : 'Nothing is written: --write writes the migrations and drafts.',
  );
  return `${lines.join('\n')}\n`;
}

interface Drawing {
  readonly colors: Colors;
  readonly width: number;
}

function phaseLines(phase: PlannedPhase, number: number, { colors, width }: Drawing): readonly string[] {
  const lines = [colors.bold(colors.cyan(`${number} ${TITLES[phase.name]}`))];
  if (phase.before.length > 0) lines.push('  Before:', ...bullets(phase.before, width));
  const { schema } = phase;
  const edit = schema === undefined || schema === '' ? [] : block(schema, (line) => diffLine(line, colors));
  if (edit.length > 0 && phase.schemaWhen === 'before')
    lines.push('', '  Prisma schema of that release:', ...edit);
  for (const file of phase.files) lines.push('', ...fileLines(file, colors));
  if (edit.length > 0 && phase.schemaWhen === 'after')
    lines.push('', '  Prisma schema, released once that has run:', ...edit);
  return lines;
}

function fileLines({ path, sql, rollback, draft }: PlannedFile, colors: Colors): readonly string[] {
  const kind = draft ? ` ${colors.dim('(a draft, not yet a migration)')}` : '';
  return [
    `  ${colors.underline(visibleText(path))}${kind}`,
    ...block(sql, (line) => line),
    ...(rollback === undefined
      ? []
      : [colors.dim('  undone by'), ...block(withoutHeader(rollback), colors.dim)]),
  ];
}

/** The statements of a rollback; what its header says of tools is for those who read the file. */
function withoutHeader(rollback: string): string {
  const lines = rollback.split('\n');
  const kept = lines.filter(
    (line) => !/^-- (?:Rollback of |Generated from |CONCURRENTLY refuses )/.test(line),
  );
  return kept.join('\n').trim();
}

function diffLine(line: string, colors: Colors): string {
  if (line.startsWith('+') && !line.startsWith('+++')) return colors.green(line);
  return line.startsWith('-') && !line.startsWith('---') ? colors.red(line) : line;
}

function block(text: string, draw: (line: string) => string): readonly string[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => (line === '' ? '' : `    ${draw(visibleText(line))}`));
}

function bullets(sentences: readonly string[], width: number): readonly string[] {
  return sentences.flatMap((sentence) =>
    wrapText(visibleText(sentence), width - 6).map(
      (line, index) => `${index === 0 ? '  [ ] ' : '      '}${line}`,
    ),
  );
}

function wrapped(sentence: string, width: number): readonly string[] {
  return wrapText(sentence, width);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
