import { fixProjects, type FixOutcome } from '../../node/fix-projects.ts';
import type { LayoutName } from '../../input/layouts/types.ts';
import type { LintOutcome, RunRequest } from '../../node/types.ts';
import { counted, listed } from '../../report/words.ts';
import type { PatchedFile } from '../../report/patch.ts';
import type { Environment } from '../../node/environment.ts';
import { EXIT } from '../exit.ts';
import type { LintFlags } from '../lint-flags.ts';

/** Writes the outcome of a run, and gives its exit code. */
type Reporting = (outcome: LintOutcome, flags: LintFlags, environment: Environment) => Promise<number>;

/**
 * Mends what has a fix and reports what is left; with `--dry-run` prints the patch instead.
 *
 * @returns the exit code: that of the report; of a dry run 1 if there is something to mend.
 * @throws {UsageError} and the errors of input/ and config/, which say what to do.
 */
export async function fixAndReport(
  request: RunRequest,
  flags: LintFlags,
  environment: Environment,
  report: Reporting,
): Promise<number> {
  const dryRun = flags.dryRun === true;
  const outcome = await fixProjects(request, { unsafe: flags.unsafeFixes === true, dryRun });
  for (const note of outcome.notes) environment.stderr.write(`${note}\n`);
  if (outcome.refused.length > 0) environment.stderr.write(`${refusedWords(outcome)}\n`);
  if (dryRun) {
    const { unifiedPatch } = await import('../../report/patch.ts');
    environment.stdout.write(unifiedPatch(outcome.changes.map(asText)));
    return outcome.changes.length === 0 ? EXIT.clean : EXIT.findings;
  }
  if (outcome.changes.length > 0) environment.stderr.write(`${fixedWords(outcome)}\n`);
  return await report(outcome.lint, flags, environment);
}

function asText({ path, before, after }: FixOutcome['changes'][number]): PatchedFile {
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');
  return { path, before: before && text(before), after: after && text(after) };
}

/** Why some of the fixes that the report has told of were not made. */
function refusedWords({ refused }: FixOutcome): string {
  const what = refused.length === 1 ? 'One fix is not made' : `${refused.length} fixes are not made`;
  return [`${what}:`, ...refused.map((reason) => `  ${reason}`)].join('\n');
}

/** `Mended 3 findings, changed 2 files:`, and a line for each kind of fix; one kind stands in the same line. */
function fixedWords({ fixed, changes, lint }: FixOutcome): string {
  const counts = new Map<string, number>();
  for (const { title } of fixed) counts.set(title, (counts.get(title) ?? 0) + 1);
  const what = [...counts].map(([title, count]) => (count === 1 ? title : `${title} (${count})`));
  const count = (is: (change: FixOutcome['changes'][number]) => boolean): number => changes.filter(is).length;
  const gone = count(({ after }) => after === undefined);
  const changed = count(({ before, after }) => before !== undefined && after !== undefined);
  const made = count(({ before }) => before === undefined);
  const moved = Math.min(made, gone);
  const files = [
    ...(changed > 0 ? [`changed ${counted(changed, 'file')}`] : []),
    ...(made > moved ? [`made ${counted(made - moved, 'file')}`] : []),
    ...(moved > 0 ? [`renamed ${counted(moved, 'file')}`] : []),
    ...(gone > moved ? [`deleted ${counted(gone - moved, 'file')}`] : []),
  ];
  const mended = `Mended ${counted(fixed.length, 'finding')}, ${listed(files)}:`;
  const lines =
    what.length === 1 ? [`${mended} ${what.join('')}.`] : [mended, ...what.map((one) => `  ${one}`)];
  return [...lines, ...(changed + gone > 0 ? [resetWords(lint)] : [])].join('\n');
}

/** A migration that the developer's own database has run already is not run again by its tool, nor known to it by another name. */
function resetWords({ sources }: LintOutcome): string {
  const commands = new Set(sources.flatMap(({ found }) => RESET[found.layout] ?? []));
  return commands.size > 0
    ? `If your own database has run one of them already, start it anew: ${listed([...commands])}.`
    : 'If your own database has run one of them already, roll it back there as it was, or start it anew.';
}

/** How a tool starts a developer's database anew, where it has one command for that. */
const RESET: Readonly<Partial<Record<LayoutName, string>>> = {
  prisma: 'npx prisma migrate reset',
  supabase: 'npx supabase db reset',
  diesel: 'diesel database reset',
  sqlx: 'sqlx database reset',
};
