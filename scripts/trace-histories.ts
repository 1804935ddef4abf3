/**
 * Runs every migration of project folders on PostgreSQL (PGlite), each as if it were pending, and compares what each statement did with
 * what lint predicts of it: locks, rewrites, scans, index builds.
 *
 *   node scripts/run.mjs scripts/trace-histories.ts [--verbose] [--rows] [--last=100] <folder>…
 *
 * Prints for each project how many statements were compared, and each disagreement; with --verbose also what could not be told,
 * and why. With --rows the tables hold sample rows, on a copy for each migration; --last takes only the newest migrations. Exits with 1 if there is a disagreement.
 */
import { join } from 'node:path';
import { loadParser } from '../src/input/sql/parser.ts';
import { runnerOf } from '../src/input/runners/runner-of.ts';
import { positionAt } from '../src/input/text/positions.ts';
import { findAll, readSource } from '../src/node/run-projects.ts';
import { createPgliteEngine } from '../src/verify/engines/pglite-engine.ts';
import { fillTables } from '../src/verify/sample-rows/fill-tables.ts';
import { tracesEffects } from '../src/verify/trace/effects-check.ts';
import type { Verdict, Verification } from '../src/verify/types.ts';
import { verifyProject } from '../src/verify/verify-project.ts';

const verbose = process.argv.includes('--verbose');
const last = Number(/--last=(\d+)/u.exec(process.argv.join(' '))?.[1] ?? Number.POSITIVE_INFINITY);
const options = process.argv.includes('--rows') ? { fill: fillTables } : {};
const folders = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const totals = { migrations: 0, traced: 0, statements: 0, alone: 0, disagreements: 0 };

/** Adds the verdicts of a project to the totals, and prints what disagrees. */
function tell({ migrations, notes }: Verification): void {
  const verdicts = migrations.flatMap(({ id, verdicts: all }) =>
    all.filter(({ check }) => check === 'effects').map((verdict) => ({ id, verdict })),
  );
  const own = { traced: 0, statements: 0, alone: 0, disagreements: 0 };
  for (const { verdict } of verdicts) {
    const { trace = [], findings, outcome } = verdict;
    if (outcome !== 'not run') own.traced += 1;
    own.statements += trace.length;
    own.alone += trace.filter(({ alone }) => alone !== undefined).length;
    own.disagreements += findings.length;
  }
  console.log(
    `  ${migrations.length} migrations, ${own.traced} compared, ${own.statements} statements traced ` +
      `(${own.alone} of them run alone), ${own.disagreements} disagree`,
  );
  totals.migrations += migrations.length;
  for (const key of ['traced', 'statements', 'alone', 'disagreements'] as const) totals[key] += own[key];
  for (const { id, verdict } of verdicts) tellVerdict(id, verdict);
  if (!verbose) return;
  for (const { id, verdicts: all } of migrations)
    for (const { check, outcome, reason, findings } of all)
      if (check === 'applies' && outcome !== 'proven')
        console.log(
          `    ${id} does not apply: ${reason ?? findings.map(({ message }) => message).join(' ')}`,
        );
  for (const note of notes) console.log(`    note: ${note}`);
}

function tellVerdict(id: string, { outcome, reason, findings }: Verdict): void {
  if (verbose && outcome === 'not run') console.log(`    ${id} not compared: ${reason ?? ''}`);
  for (const { place, message, details } of findings) {
    const line = place === undefined ? 0 : positionAt(place.source, place.span.start).line;
    const text = place?.source.text.slice(place.span.start, place.span.end).replaceAll(/\s+/gu, ' ');
    console.log(`    ${id}:${line}: ${[message, ...details].join(' ')}\n      ${text?.slice(0, 160) ?? ''}`);
  }
}

await loadParser();
for (const cwd of folders) {
  const request = { cwd, all: true } as const;
  const { workspace, selection, selected } = await findAll(request);
  for (const project of selected) {
    const source = readSource({ workspace, request, selection, project });
    const newest = new Set(source.migrations.slice(-last).map(({ id }) => id));
    const { found, configuration } = project;
    const runner = runnerOf(workspace.tree, found, { transaction: configuration.transaction });
    console.log(`\n${found.folder} (${runner.label})`);
    const start = performance.now();
    try {
      tell(
        await verifyProject({
          source,
          runner,
          engine: (extensions) =>
            createPgliteEngine({
              extensions,
              cacheFolder: join(process.cwd(), 'node_modules/.cache/migration-lint'),
            }),
          selects: ({ id }) => newest.has(id),
          prelude: [],
          checks: [tracesEffects(source.migrations, options)],
          cache: undefined,
        }),
      );
    } catch (error) {
      console.log(`  could not be run: ${error instanceof Error ? error.stack : String(error)}`);
    }
    console.log(`  ${Math.round(performance.now() - start)} ms`);
  }
}
const { migrations, traced, statements, alone, disagreements } = totals;
console.log(
  `\n${migrations} migrations, ${traced} compared; ${statements} statements, ${alone} of them run alone; ${disagreements} disagree`,
);
process.exitCode = disagreements === 0 ? 0 : 1;
